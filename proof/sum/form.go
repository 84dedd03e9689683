package sum

import "agon/proof/ff"

// Ref names a committed value: cell At of a space. What the spaces are is the
// caller's: a space holds elements of F or of E.
type Ref struct {
	Space, At int
}

// Term is Coef times one cell.
type Term struct {
	Ref
	Coef ff.Ext
}

// Block is Σ Scale·Coef[i]·cell(At+i), a dense part of a form. Forms share the
// vectors: nobody writes to Coef.
type Block struct {
	Ref
	Scale ff.Ext
	Coef  ff.ExtVec
}

// Form is an affine form over committed cells:
//
//	Const + Σ Terms + Σ Blocks
type Form struct {
	Const  ff.Ext
	Terms  []Term
	Blocks []Block
}

// Number is the form without cells.
func Number(c ff.Ext) Form { return Form{Const: c} }

// CellForm is the form of one cell.
func CellForm(r Ref) Form { return Form{Terms: []Term{{r, ff.ExtOne}}} }

// Plus adds c·g to f. The terms of f may move; f is to be used through the
// pointer from here on.
func (f *Form) Plus(c ff.Ext, g Form) {
	f.Const = f.Const.Add(c.Mul(g.Const))
	for _, t := range g.Terms {
		f.Terms = append(f.Terms, Term{t.Ref, c.Mul(t.Coef)})
	}
	for _, b := range g.Blocks {
		f.Blocks = append(f.Blocks, Block{b.Ref, c.Mul(b.Scale), b.Coef})
	}
}

// Combine returns Σ c[i]·f[i].
func Combine(c []ff.Ext, f []Form) Form {
	var out Form
	for i := range c {
		out.Plus(c[i], f[i])
	}
	return out
}

// Scaled returns c·f.
func (f Form) Scaled(c ff.Ext) Form {
	var out Form
	out.Plus(c, f)
	return out
}

// Minus returns f − g.
func (f Form) Minus(g Form) Form {
	out := f.Scaled(ff.ExtOne)
	out.Plus(ff.ExtOne.Neg(), g)
	return out
}

// Value evaluates f, cell giving the values of all cells.
func (f Form) Value(cell func(Ref) ff.Ext) ff.Ext {
	v := f.Const
	for _, t := range f.Terms {
		v = v.Add(t.Coef.Mul(cell(t.Ref)))
	}
	for _, b := range f.Blocks {
		for i := range b.Coef.Len() {
			c := b.Scale.Mul(b.Coef.At(i))
			v = v.Add(c.Mul(cell(Ref{b.Space, b.At + i})))
		}
	}
	return v
}
