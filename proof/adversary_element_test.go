package proof

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"agon/proof/ff"
	"agon/proof/look"
	"agon/proof/slow"
	"agon/proof/sum"
	"agon/proof/zk"
)

// TestEveryElement adds a random difference to one committed element at a time,
// of the columns, the multiplicities, the pads of products and the fold; the
// prover goes on honestly. Samples by default, every element with AGON_LONG=1.
// All are refused by the linear test: no element is unconstrained.
func TestEveryElement(t *testing.T) {
	rnd := newRand(t, 57)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
	f := x.frame(t)
	columns, counts := 0, 0
	for _, c := range f.columns {
		columns += c.Len
	}
	for _, c := range f.counts {
		counts += c.Len
	}
	// A pad of no product is a mask and nothing else: any value serves.
	products := 4*f.layout.Products() + 3
	for _, part := range []struct {
		name  string
		n     int
		hooks func(at int, delta ff.Elem) hooks
	}{
		{"columns", columns, func(at int, delta ff.Elem) hooks {
			return hooks{columns: func(col []look.Column, _ [][]int32) {
				for i := range col {
					if at < col[i].Len {
						col[i].Values[at] += delta.Centered()
						return
					}
					at -= col[i].Len
				}
			}}
		}},
		{"multiplicities", counts, func(at int, delta ff.Elem) hooks {
			return hooks{columns: func(_ []look.Column, counts [][]int32) {
				for i := range counts {
					if at < len(counts[i]) {
						counts[i][at] += delta.Centered()
						return
					}
					at -= len(counts[i])
				}
			}}
		}},
		{"pads of products", products, func(at int, delta ff.Elem) hooks {
			return hooks{pads: func(_ *sum.Layout, cells ff.ExtVec) { bump(cells, at, delta) }}
		}},
		{"fold", f.codes.work.Dimension(), func(at int, delta ff.Elem) hooks {
			return hooks{fold: func(_ zk.Fold, cells ff.ExtVec) { bump(cells, at, delta) }}
		}},
	} {
		t.Run(part.name, func(t *testing.T) {
			tries := 25
			if long() {
				tries = part.n
			}
			for i := range tries {
				at := i
				if !long() {
					at = rnd.IntN(part.n)
				}
				delta := difference(rnd)
				x.model.hooks = (&record{}).observe(part.hooks(at, delta))
				proof := x.prove(t, x.statement, x.witness)
				x.model.hooks = nil
				var g slow.Guard
				if i < 3 {
					g = x.judge(t, x.statement, proof)
				} else {
					g = guardOf(t, x.verifier.Verify(x.statement, proof))
				}
				if g != slow.GuardConstraint {
					t.Fatal(fmt.Errorf("element %d of %d plus %v: refused by %q",
						at, part.n, delta, g))
				}
			}
		})
	}
}

// difference draws a non-zero difference: small ones, powers of two, any.
func difference(rnd *rand.Rand) ff.Elem {
	switch rnd.IntN(4) {
	case 0:
		return ff.One
	case 1:
		return ff.One.Neg()
	case 2:
		return ff.New(1 << rnd.IntN(31))
	}
	return ff.New(1 + rnd.Uint32N(ff.P-1))
}

// bump adds a difference to one coefficient of a cell over E.
func bump(cells ff.ExtVec, at int, delta ff.Elem) {
	e := cells.At(at)
	e[at%ff.Degree] = e[at%ff.Degree].Add(delta)
	cells.Set(at, e)
}
