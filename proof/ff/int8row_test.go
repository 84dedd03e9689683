package ff

import (
	"math/rand/v2"
	"testing"
)

// TestRow compares runs of rows with At.
func TestRow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 0))
	for range 500 {
		rows, cols := 1+rnd.IntN(9), 1+rnd.IntN(70)
		w := make([]int8, rows*cols)
		for i := range w {
			w[i] = int8(rnd.IntN(256) - 128)
		}
		m := NewInt8Matrix(rows, cols, w)
		j, k := rnd.IntN(rows), rnd.IntN(cols)
		dst := make(Vec, rnd.IntN(cols-k+1))
		m.Row(dst, j, k)
		for i, have := range dst {
			if want := FromInt64(int64(m.At(j, k+i))); have != want {
				t.Fatalf("%d × %d: [%d, %d] is %v, want %v", rows, cols, j, k+i, have, want)
			}
		}
	}
}
