package fs

import "testing"

// TestGrindIsDeterministic: the nonce is the smallest, however the cores race.
// Equal transcripts under equal pads must not see different challenges.
func TestGrindIsDeterministic(t *testing.T) {
	const bits = 10
	for i := range 40 {
		start := New("grind")
		start.AbsorbUint("run", uint64(i))
		m := start.grindMessage()
		var want uint64
		for leadingZeros(&m, want) < bits {
			want++
		}
		run := *start
		if have := run.Grind(bits); have != want {
			t.Fatalf("run %d: nonce %d, the smallest is %d", i, have, want)
		}
		check := *start
		if err := check.CheckGrind(bits, want); err != nil || check.State() != run.State() {
			t.Fatalf("run %d: the verifier's state differs (%v)", i, err)
		}
	}
}
