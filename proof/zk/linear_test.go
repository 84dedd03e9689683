package zk

import (
	"errors"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
)

// wide is a test with enough queries that a cheat is caught for certain enough:
// 40 queries at rate below 1/8 miss with less than 2⁻³⁰.
var wide = Test{Code: code.Code{LogMessage: 4, Pads: 40, LogLength: 10}, Queries: 40}

func wideShapes() []Shape {
	return []Shape{
		{Kind: code.KindFirst, BaseSpace: 0, ExtSpace: 1, Base: 1, Ext: 1 + Masks, Masked: true},
		{Kind: code.KindSecond, ExtSpace: 2, Ext: 1},
	}
}

// attempt proves the constraint base[0] + 3·ext[1] = 7·second[2] + 5 with a
// spoilt prover and returns what the verifier says.
func attempt(t testing.TB, spoil func(base ff.Vec, ext, second ff.ExtVec),
	sheets func(s []*Sheet), bytes func(b []byte) []byte) error {
	t.Helper()
	rnd := NewStream([]byte("linear"))
	base, ext, second := make(ff.Vec, 16), ff.NewExtVec(16), ff.NewExtVec(16)
	rnd.Fill(base)
	rnd.FillExt(ext)
	rnd.FillExt(second)
	three, seven, five := ff.Embed(ff.New(3)), ff.Embed(ff.New(7)), ff.Embed(ff.New(5))
	rest := ff.Embed(base[0]).Add(three.Mul(ext.At(1))).Sub(five)
	second.Set(2, rest.Mul(seven.Inv()))
	if spoil != nil {
		spoil(base, ext, second)
	}
	form := sum.Combine([]ff.Ext{ff.ExtOne, three, seven.Neg(), ff.ExtOne}, []sum.Form{
		sum.CellForm(sum.Ref{Space: 0, At: 0}), sum.CellForm(sum.Ref{Space: 1, At: 1}),
		sum.CellForm(sum.Ref{Space: 2, At: 2}), sum.Number(five.Neg()),
	})
	shapes := wideShapes()
	all := []*Sheet{
		Commit(wide.Code, shapes[0], base, ext, rnd),
		Commit(wide.Code, shapes[1], nil, second, rnd),
	}
	if sheets != nil {
		sheets(all)
	}
	roots := []code.Digest{all[0].Root(), all[1].Root()}
	start := func() (*fs.Transcript, *Functional) {
		tr := fs.New("linear test")
		tr.Absorb("T1", roots[0][:])
		tr.Absorb("T2", roots[1][:])
		f := NewFunctional(wide.Code, shapes)
		f.Gather(tr, []sum.Form{form}, nil)
		return tr, f
	}
	tr, f := start()
	out := wide.Prove(tr, nil, all, f)
	if bytes != nil {
		out = bytes(out)
	}
	tr, f = start()
	rest2, err := wide.Check(tr, out, shapes, roots, f)
	if err == nil && len(rest2) > 0 {
		t.Fatalf("%d bytes left", len(rest2))
	}
	return err
}

func TestWhichCheckFires(t *testing.T) {
	for _, c := range []struct {
		name   string
		spoil  func(base ff.Vec, ext, second ff.ExtVec)
		sheets func(s []*Sheet)
		want   error
	}{
		{"honest", nil, nil, nil},
		{"a free cell", func(b ff.Vec, _, _ ff.ExtVec) { b[3] = b[3].Add(ff.One) }, nil, nil},
		{"base cell off by one", func(b ff.Vec, _, _ ff.ExtVec) { b[0] = b[0].Add(ff.One) }, nil,
			ErrConstraint},
		{"last coefficient of a cell over E",
			func(_ ff.Vec, e, _ ff.ExtVec) { e[3][1] = e[3][1].Add(ff.One) }, nil, ErrConstraint},
		{"cell of the second sheet",
			func(_ ff.Vec, _, s ff.ExtVec) { s[0][2] = s[0][2].Sub(ff.One) }, nil, ErrConstraint},
		{"mask does not sum to 0", nil, func(s []*Sheet) {
			z1 := s[0].ext[2]
			z1.Set(0, z1.At(0).Add(ff.ExtOne))
			s[0].encode(NewStream([]byte("again")))
		}, ErrConstraint},
		{"mask balances a false constraint",
			func(b ff.Vec, _, _ ff.ExtVec) { b[0] = b[0].Add(ff.One) },
			func(s []*Sheet) { // −1 in the sum, as if the weight were 1
				z1 := s[0].ext[2]
				z1.Set(0, z1.At(0).Sub(ff.Embed(ff.New(16).Inv())))
				s[0].encode(NewStream([]byte("again")))
			}, ErrConstraint},
		{"row of too high degree", nil, func(s []*Sheet) {
			// The codeword gets the degree, the prover goes on with the row.
			for j, v := range s[0].words[0] {
				power := wide.Code.Point(j).Exp(uint64(wide.Code.Dimension()))
				s[0].words[0][j] = ff.Elem(ff.New(uint32(v)).Add(power).Uint32())
			}
			s[0].tree = code.Build(s[0].Kind, wide.Code.LogLength, s[0].words, s[0].salts)
		}, ErrProximity},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := attempt(t, c.spoil, c.sheets, nil); !errors.Is(err, c.want) {
				t.Errorf("have %v, want %v", err, c.want)
			}
		})
	}
}

// TestFlippedBytes flips one bit in each stretch of a proof and expects the
// check of that part.
func TestFlippedBytes(t *testing.T) {
	kappa, k := wide.Code.Message(), wide.Code.Dimension()
	g, h := ff.ExtBytes*(kappa-1), ff.ExtBytes*(k-1)
	v := ff.ExtBytes * k
	openings := g + h + v + nonceBytes
	for _, c := range []struct {
		name string
		at   int
		want []error
	}{
		// Changing a message also moves the indices, so that paths fail first.
		{"G", 5, []error{code.ErrPath, ErrConstraint, code.ErrOpening}},
		{"H", g + 5, []error{code.ErrPath, ErrConstraint, code.ErrOpening}},
		{"v", g + h + 5, []error{code.ErrPath, ErrProximity, code.ErrOpening}},
		{"column", openings + 1, []error{code.ErrPath}},
		{"salt", openings + wide.Queries*4*wideShapes()[0].TreeRows() + 3, []error{code.ErrPath}},
		{"last sibling", -1, []error{code.ErrPath}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := attempt(t, nil, nil, func(b []byte) []byte {
				at := c.at
				if at < 0 {
					at += len(b)
				}
				b[at] ^= 1
				return b
			})
			for _, want := range c.want {
				if errors.Is(err, want) {
					return
				}
			}
			t.Errorf("have %v, want one of %v", err, c.want)
		})
	}
	t.Run("cut short", func(t *testing.T) {
		for cut := 1; cut < 4000; cut += 331 {
			short := func(b []byte) []byte { return b[:len(b)-cut] }
			if err := attempt(t, nil, nil, short); err == nil {
				t.Fatalf("passed without its last %d bytes", cut)
			}
		}
	})
}
