package zk

import (
	"math/bits"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
)

// Bundle is a run of constraints that are added together, such as those of an
// opening; Add adds Σ weights[i]·constraintᵢ to a functional.
type Bundle struct {
	Count int
	Add   func(f *Functional, weights ff.ExtVec)
}

// Functional is the weighted sum of all constraints: a coefficient for every
// cell of every row, and b.
type Functional struct {
	rows map[int]ff.ExtVec // by space; whole rows
	b    ff.Ext
}

// NewFunctional returns the zero functional over the cells of sheets.
func NewFunctional(c code.Code, shapes []Shape) *Functional {
	f := &Functional{rows: map[int]ff.ExtVec{}}
	for _, s := range shapes {
		if s.Base > 0 {
			f.rows[s.BaseSpace] = ff.NewExtVec(s.Base * c.Message())
		}
		if n := s.Ext - s.masks(); n > 0 {
			f.rows[s.ExtSpace] = ff.NewExtVec(n * c.Message())
		}
	}
	return f
}

// Form adds w·form. A form constrains Const + Σ = 0, so its constant goes to b
// with the other sign.
func (f *Functional) Form(w ff.Ext, form sum.Form) {
	f.b = f.b.Sub(w.Mul(form.Const))
	for _, t := range form.Terms {
		row := f.rows[t.Space]
		row.Set(t.At, row.At(t.At).Add(w.Mul(t.Coef)))
	}
	for _, b := range form.Blocks {
		row := f.rows[b.Space].Slice(b.At, b.At+b.Coef.Len())
		row.Axpy(w.Mul(b.Scale), b.Coef)
	}
}

// Cells is the part of the functional on cells [at, at+n) of a space.
func (f *Functional) Cells(r sum.Ref, n int) ff.ExtVec {
	return f.rows[r.Space].Slice(r.At, r.At+n)
}

// Constant adds c to b.
func (f *Functional) Constant(c ff.Ext) { f.b = f.b.Add(c) }

// Gather draws χ′ and χ and adds all constraints in canonical order: the forms,
// then the bundles. Constraint j has the weight χ′·eq(χ, j).
func (f *Functional) Gather(t *fs.Transcript, forms []sum.Form, bundles []Bundle) {
	count := len(forms)
	for _, b := range bundles {
		count += b.Count
	}
	factor := t.Ext("chi'")
	weights := ff.EqFirst(t.Exts("chi", log2(count)), factor, count)
	for i, form := range forms {
		f.Form(weights.At(i), form)
	}
	at := len(forms)
	for _, b := range bundles {
		b.Add(f, weights.Slice(at, at+b.Count))
		at += b.Count
	}
}

// log2 is ⌈log₂ n⌉, 0 for n ≤ 1.
func log2(n int) int {
	if n <= 1 {
		return 0
	}
	return bits.Len(uint(n - 1))
}
