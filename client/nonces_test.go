package client

import (
	"math/rand/v2"
	"testing"
)

// TestNoncesAgainstAModel plays random events on the nonces and on a plain
// list of who has which.
func TestNoncesAgainstAModel(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var n nonces
		floor := r.Uint64N(10)
		n.sync(floor, floor)
		using := map[uint64]bool{} // ours
		lowest := func() uint64 {
			x := floor
			for using[x] {
				x++
			}
			return x
		}
		for step := range 400 {
			switch r.IntN(4) {
			case 0, 1: // send
				want := lowest()
				if have := n.take(); have != want {
					t.Fatalf("seed %d, step %d: took %d, want %d", seed, step, have, want)
				}
				using[want] = true
			case 2: // a node says never
				for x := range using {
					starving := false
					for y := range using {
						starving = starving || y > x
					}
					if have := n.free(x); have != starving {
						t.Fatalf("seed %d, step %d: gave back %d: starving %v, want %v",
							seed, step, x, have, starving)
					}
					delete(using, x)
					break
				}
			case 3: // the lowest goes into a block
				if using[floor] {
					delete(using, floor)
					n.done(floor)
					floor++
				}
			}
		}
	}
}

func TestNoncesOfOthers(t *testing.T) {
	var n nonces
	n.sync(5, 8) // 5, 6 and 7 wait in the pool, and are not ours
	if have := n.take(); have != 8 {
		t.Errorf("took %d, want 8", have)
	}
	if n.gap(8) {
		t.Error("our own nonce counts as a gap")
	}
	if !n.gap(6) { // the pool lost 6
		t.Error("a lost nonce of another program is no gap")
	}
	if have := n.take(); have != 6 {
		t.Errorf("took %d, want the gap 6", have)
	}
	n.lose(8)
	if have := n.take(); have != 9 {
		t.Errorf("took %d, want 9: another program has 8", have)
	}
	n.sync(20, 20)
	if have := n.take(); have != 20 {
		t.Errorf("took %d after the chain went on to 20", have)
	}
}

func TestClassify(t *testing.T) {
	for words, want := range map[string]answer{
		"already known": known,
		"nonce too low: next nonce 5, tx nonce 3":               conflict,
		"tx nonce is lower than account nonce":                  conflict,
		"replacement transaction underpriced":                   conflict,
		"txpool is full":                                        later,
		"intrinsic gas too low":                                 never,
		"insufficient funds for gas * price + value: balance 0": never,
	} {
		if have := classify(coded(words)); have != want {
			t.Errorf("%q is %d, want %d", words, have, want)
		}
	}
	if have := classify(nil); have != taken {
		t.Errorf("no error is %d, want %d", have, taken)
	}
	if have := classify(errBroken); have != later {
		t.Errorf("a broken connection is %d, want %d", have, later)
	}
}

// coded is an error a node gave.
type coded string

func (e coded) Error() string  { return string(e) }
func (e coded) ErrorCode() int { return -32000 }

// errBroken is an error of the network.
var errBroken = &brokenError{}

type brokenError struct{}

func (*brokenError) Error() string { return "connection reset by peer" }
