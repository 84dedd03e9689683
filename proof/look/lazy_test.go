package look

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
)

// stored are leaves that exist as vectors.
type stored struct{ p, q ff.ExtVec }

func (s stored) Block(at int, p, q ff.ExtVec) {
	p.Copy(s.p.Slice(at, at+p.Len()))
	q.Copy(s.q.Slice(at, at+q.Len()))
}

// TestLazy plays trees with any number of missing levels: the messages are those
// of the tree that is kept whole.
func TestLazy(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 0))
	for _, nu := range []int{1, 2, 5, 11} {
		leaves := stored{ff.NewExtVec(1 << nu), ff.NewExtVec(1 << nu)}
		for i := range 1 << nu {
			for k := range leaves.p {
				leaves.p[k][i] = ff.New(rnd.Uint32N(ff.P))
				leaves.q[k][i] = ff.New(rnd.Uint32N(ff.P))
			}
		}
		plan := new(sum.Plan)
		Announce(plan, nu)
		layout := plan.Lay(0)
		pads := ff.NewExtVec(layout.Cells)
		for i := range layout.Cells {
			pads.Set(i, ff.Ext{ff.New(rnd.Uint32N(ff.P)), ff.One})
		}
		layout.Complete(pads)
		play := func(tree Tree) []byte {
			k := sum.NewProver(fs.New("lazy"), layout, pads)
			Run(k, nu, tree)
			return k.Messages()
		}
		want := play(Climb(leaves.p, leaves.q))
		for missing := range min(nu, 6) {
			if !bytes.Equal(play(climbTo(nu, nu-missing, leaves)), want) {
				t.Errorf("2^%d leaves, %d levels missing: other messages", nu, missing)
			}
		}
		if !bytes.Equal(play(ClimbLazy(nu, leaves)), want) {
			t.Errorf("2^%d leaves: other messages", nu)
		}
	}
}
