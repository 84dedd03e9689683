package offer

import "slices"

// Trace is the price of a book at the end of each block since it opened.
type Trace []float32

const (
	// settling is for how many blocks after its opening a price still finds
	// itself.
	settling = 4
	// calmness is for how many more it must have stood before a jump to be worth
	// anything after it.
	calmness = 6
	// jump is a move of a price in one block that news makes once at most.
	jump = 0.25
)

// Usual is the median price since it has found itself, up to the first jump if
// it had stood for a while: what whoever pushes it for a block, or for many,
// does not move. Before, it is the present price, now.
func (t Trace) Usual(now float64) float64 {
	if first := t.firstJump(settling); first >= settling+calmness {
		t = t[:first]
	}
	if len(t) <= settling {
		return now
	}
	sorted := slices.Clone(t[settling:])
	slices.Sort(sorted)
	n := len(sorted)
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}

// Jumped tells whether the price has jumped after it had stood.
func (t Trace) Jumped() bool {
	first := t.firstJump(settling)
	return first >= settling+calmness && first < len(t)
}

// Fought tells whether the price has jumped to and fro before it ever stood
// still, so that it says nothing. Players who find each other do so once or
// twice.
func (t Trace) Fought() bool {
	first := t.firstJump(2)
	if first >= settling+calmness {
		return false
	}
	jumps := 0
	for at := first; at < len(t); at = t.firstJump(at + 1) {
		jumps++
	}
	return jumps > 2
}

// firstJump is the first block from which on the price had jumped; the number
// of blocks if it never has.
func (t Trace) firstJump(from int) int {
	for i := max(1, from); i < len(t); i++ {
		if d := t[i] - t[i-1]; d > jump || d < -jump {
			return i
		}
	}
	return len(t)
}
