package sum

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"agon/proof/ff"
	"agon/proof/fs"
)

func randomExt(rnd *rand.Rand) ff.Ext {
	var e ff.Ext
	for i := range e {
		e[i] = ff.New(rnd.Uint32N(ff.P))
	}
	return e
}

func randomCells(rnd *rand.Rand, n int) ff.ExtVec {
	v := ff.NewExtVec(n)
	for i := range n {
		v.Set(i, randomExt(rnd))
	}
	return v
}

// conversation is a sumcheck of Σ_x eq(point, x)·a(x)·b(x) over {0,1}ⁿ, then
// one of Σ_x a(x)·b(x), whose ends are both opened as hidden values a*, b* with
// a product. Both sides run it.
type conversation struct {
	point []ff.Ext
	a, b  ff.ExtVec // the prover's
	eqSum ff.Ext    // claims, public here
	sum   ff.Ext
}

func (c *conversation) plan() *Plan {
	p := new(Plan)
	for range 2 {
		p.Values(2 * len(c.point))
		v := p.Values(2)
		p.Product(v, v+1)
	}
	return p
}

func (c *conversation) run(k *Talk) {
	for _, withEq := range []bool{true, false} {
		claim := Number(c.sum)
		if withEq {
			claim = Number(c.eqSum)
		}
		a, b := c.a, c.b
		for i := range c.point {
			var m0, m2, x ff.Ext
			if k.Proving() {
				m0, m2 = message(a, b, c.point[i+1:], withEq)
			}
			if withEq {
				claim, x = k.EqRound(claim, c.point[i], m0, m2)
			} else {
				claim, x = k.Round(claim, m0, m2)
			}
			if k.Proving() {
				a, b = bound(a, x), bound(b, x)
			}
		}
		var av, bv ff.Ext
		if k.Proving() {
			av, bv = a.At(0), b.At(0)
		}
		ha, hb := k.Say("a", av), k.Say("b", bv)
		k.Zero(k.Product(ha, hb).Minus(claim))
	}
	k.CheckProducts()
}

func bound(v ff.ExtVec, x ff.Ext) ff.ExtVec {
	out := ff.NewExtVec(v.Len() / 2)
	out.Fold(x, v)
	return out
}

// message evaluates a round's polynomial at 0 and 2 point by point.
func message(a, b ff.ExtVec, rest []ff.Ext, withEq bool) (m0, m2 ff.Ext) {
	n := a.Len() / 2
	two := ff.Embed(ff.New(2))
	a2, b2 := bound(a, two), bound(b, two)
	for x := range n {
		w := ff.ExtOne
		if withEq {
			w = ff.EqIndex(rest, x)
		}
		m0 = m0.Add(w.Mul(a.At(x)).Mul(b.At(x)))
		m2 = m2.Add(w.Mul(a2.At(x)).Mul(b2.At(x)))
	}
	return m0, m2
}

// play runs both sides and returns the values of all constraints on the cells.
func play(c *conversation, cells ff.ExtVec, tamper func(b []byte) []byte) ([]ff.Ext, error) {
	plan := c.plan()
	l := plan.Lay(3)
	p := NewProver(fs.New("talk"), l, cells)
	c.run(p)
	messages := p.Messages()
	if tamper != nil {
		messages = tamper(messages)
	}
	blind := &conversation{point: c.point, eqSum: c.eqSum, sum: c.sum}
	v := NewVerifier(fs.New("talk"), l, messages)
	blind.run(v)
	if v.Err == nil && len(v.Rest()) > 0 {
		return nil, fmt.Errorf("%d bytes left", len(v.Rest()))
	}
	var out []ff.Ext
	for _, f := range v.Constraints() {
		out = append(out, f.Value(func(r Ref) ff.Ext { return cells.At(r.At) }))
	}
	return out, v.Err
}

func newConversation(rnd *rand.Rand, n int) *conversation {
	c := &conversation{a: randomCells(rnd, 1<<n), b: randomCells(rnd, 1<<n)}
	for range n {
		c.point = append(c.point, randomExt(rnd))
	}
	for x := range 1 << n {
		ab := c.a.At(x).Mul(c.b.At(x))
		c.sum = c.sum.Add(ab)
		c.eqSum = c.eqSum.Add(ab.Mul(ff.EqIndex(c.point, x)))
	}
	return c
}

// padsOf fills a layout with uniform pads.
func padsOf(rnd *rand.Rand, l *Layout) ff.ExtVec {
	cells := randomCells(rnd, l.Cells)
	l.Complete(cells)
	return cells
}

func zero(values []ff.Ext) bool {
	for _, v := range values {
		if !v.IsZero() {
			return false
		}
	}
	return true
}

// TestPaddedSumcheck: honest conversations leave only true constraints; a wrong
// claim or a changed message leaves a false one.
func TestPaddedSumcheck(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 0))
	for n := range 6 {
		c := newConversation(rnd, n)
		cells := padsOf(rnd, c.plan().Lay(3))
		if v, err := play(c, cells, nil); err != nil || !zero(v) {
			t.Fatalf("%d variables: %v, constraints %v", n, err, v)
		}
		wrong := *c
		wrong.sum = wrong.sum.Add(ff.ExtOne)
		if v, err := play(&wrong, cells, nil); err == nil && zero(v) {
			t.Errorf("%d variables: a wrong sum passed", n)
		}
		wrong = *c
		wrong.eqSum[3] = wrong.eqSum[3].Add(ff.One)
		if v, err := play(&wrong, cells, nil); err == nil && zero(v) {
			t.Errorf("%d variables: a wrong eq sum passed", n)
		}
		size := ff.ExtBytes * (2*(2*n+2) + 2)
		for at := range size {
			v, err := play(c, cells, func(b []byte) []byte {
				if len(b) != size {
					t.Fatalf("%d bytes of messages, want %d", len(b), size)
				}
				b[at] ^= 1
				return b
			})
			if err == nil && zero(v) {
				t.Fatalf("%d variables: byte %d flipped, and all constraints hold", n, at)
			}
		}
		if _, err := play(c, cells, func(b []byte) []byte { return b[:len(b)-1] }); !errors.Is(err,
			ErrMessage) {
			t.Errorf("%d variables, last byte missing: %v, want %v", n, err, ErrMessage)
		}
	}
}

// TestMessagesHideData: whatever is proven, each message is a fixed value plus
// a pad of its own, so that shifting the pads gives any messages. The pads of
// two conversations are chosen so that the messages agree while the data differ.
func TestMessagesHideData(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 0))
	c, d := newConversation(rnd, 3), newConversation(rnd, 3)
	d.point = c.point
	d.sum, d.eqSum = c.sum, c.eqSum // what is public agrees; d's constraints fail
	l := c.plan().Lay(3)
	run := func(c *conversation, cells ff.ExtVec) []byte {
		k := NewProver(fs.Frozen("same"), l, cells)
		c.run(k)
		return k.Messages()
	}
	cells := padsOf(rnd, l)
	want := run(c, cells)
	// Solve for d's pads, message by message: only the pad of a message moves it.
	other := ff.NewExtVec(l.Cells)
	other.Copy(cells)
	have := run(d, other)
	for id := range l.Values() {
		at := l.Home(ID(id)).At
		w, err := ff.DecodeExt(want[id*ff.ExtBytes:])
		if err != nil {
			t.Fatal(err)
		}
		h, err := ff.DecodeExt(have[id*ff.ExtBytes:])
		if err != nil {
			t.Fatal(err)
		}
		other.Set(at, other.At(at).Add(w).Sub(h))
	}
	l.Complete(other)
	have = run(d, other)
	n := l.Values() * ff.ExtBytes
	if string(have[:n]) != string(want[:n]) {
		t.Error("no pads make the messages of two conversations agree")
	}
	if string(have[n:]) == string(want[n:]) {
		t.Error("a(θ) and b(θ) agree although the last pair of pads was not moved")
	}
}

// TestForgedProduct: a product that is not that of its factors survives only at
// the roots of a polynomial.
func TestForgedProduct(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 0))
	c := newConversation(rnd, 2)
	l := c.plan().Lay(3)
	for at := range 4*l.Products() + 3 {
		cells := padsOf(rnd, l)
		cells.Set(at, cells.At(at).Add(randomExt(rnd)))
		v, err := play(c, cells, nil)
		if err != nil {
			t.Fatal(err)
		}
		// The last pair is free; its product is d(Y), which the check covers.
		if zero(v) {
			t.Errorf("cell %d of the lists changed, and all constraints hold", at)
		}
	}
}

// TestLagrange compares with evaluation of a known polynomial.
func TestLagrange(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 0))
	for m := 1; m < 12; m++ {
		coefficients := randomCells(rnd, m)
		values := ff.NewExtVec(m)
		for j := range m {
			values.Set(j, coefficients.Eval(ff.New(uint32(j))))
		}
		theta := randomExt(rnd)
		have, want := values.Inner(lagrangeAt(m, theta)), coefficients.EvalExt(theta)
		if have != want {
			t.Errorf("%d nodes: %v at θ, want %v", m, have, want)
		}
		long := extrapolate(values)
		for j := range long.Len() {
			if have, want := long.At(j), coefficients.Eval(ff.New(uint32(j))); have != want {
				t.Errorf("%d nodes: %v at %d, want %v", m, have, j, want)
			}
		}
	}
}

// TestOutside: θ may be no node of the products.
func TestOutside(t *testing.T) {
	p := new(Plan)
	v := p.Values(2)
	p.Product(v, v+1)
	l := p.Lay(0)
	for i := range uint32(5) {
		if have, want := l.Outside(ff.Embed(ff.New(i))), i > 2; have != want {
			t.Errorf("θ = %d: %v, want %v", i, have, want)
		}
	}
	if !l.Outside(ff.Ext{0, ff.One}) {
		t.Error("ω is no node")
	}
}

// TestPlan: using values or products otherwise than announced is a bug.
func TestPlan(t *testing.T) {
	p := new(Plan)
	a, b := p.Value(), p.Value()
	p.Product(a, b)
	p.Product(a, b)
	l := p.Lay(0)
	if l.Cells != 4*2+3 {
		t.Errorf("%d cells, want 11", l.Cells)
	}
	if len(l.Copies()) != 2 {
		t.Errorf("%d copies, want 2", len(l.Copies()))
	}
	k := NewVerifier(fs.New("plan"), l, make([]byte, 64))
	defer func() {
		if recover() == nil {
			t.Error("a product in the wrong order passed")
		}
	}()
	v, w := k.Say("a", ff.Ext{}), k.Say("b", ff.Ext{})
	k.Product(w, v)
}
