package zk

import (
	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/sum"
)

// Fold says where the coefficients of a folded row of weights are committed:
//
//	c = M + Z·(B + X^J·t),  M of κ, B of J, t of P coefficients
//
// Two folds may share M and B: they are then folds of equal messages.
type Fold struct {
	Code    code.Code
	Message sum.Ref // κ cells: the coefficients of M, not its values on H
	Slots   sum.Ref // J cells
	Tail    sum.Ref // P cells
}

// NewFold lays a fold out in one run of k cells.
func NewFold(c code.Code, at sum.Ref) Fold {
	slots := sum.Ref{Space: at.Space, At: at.At + c.Message()}
	return Fold{c, at, slots, sum.Ref{Space: at.Space, At: slots.At + c.Slots}}
}

// Opening is the bundle of constraints c(η_q) = values[q] for columns of the
// tree: constraint q has coefficient η_q^d on coefficient d of c. The prover,
// who does not need b, leaves values nil.
//
// The weighted sum ψ_d = Σ_q w_q·η_q^d, η_q = g·w^{j_q}, is g^d times a transform
// of the weights placed at j_q; it then splits over M, B and t as c does:
//
//	M_d: ψ_d,  (B ‖ t)_i: ψ_{κ+i} − ψ_i
func (o Fold) Opening(indices []int, values []ff.Ext) Bundle {
	return Bundle{Count: len(indices), Add: func(f *Functional, weights ff.ExtVec) {
		for q := range values {
			f.Constant(weights.At(q).Mul(values[q]))
		}
		domain := ff.NewDomain(o.Code.LogLength)
		k, kappa := o.Code.Dimension(), o.Code.Message()
		psi, power := ff.NewExtVec(k), make(ff.Vec, k)
		power.Powers(ff.One, code.Shift)
		code.Split(ff.Degree, 1, func(from, to int) {
			for i := from; i < to; i++ {
				domain.PowerSums(psi[i], indices, weights[i])
				psi[i].Mul(psi[i], power)
			}
		})
		m := f.Cells(o.Message, kappa)
		m.Add(m, psi.Slice(0, kappa))
		tail := ff.NewExtVec(k - kappa) // may be longer than κ: not in place
		tail.Sub(psi.Slice(kappa, k), psi.Slice(0, k-kappa))
		b := f.Cells(o.Slots, o.Code.Slots)
		b.Add(b, tail.Slice(0, o.Code.Slots))
		t := f.Cells(o.Tail, o.Code.Pads)
		t.Add(t, tail.Slice(o.Code.Slots, k-kappa))
	}}
}

// Inner is the form ⟨e, c|_H⟩ for e of κ values: on coefficient d of M it has
//
//	ê_d = Σ_i e_i·w^{i·d},
//
// the transform of e, as c|_H(w^i) = Σ_d M_d·w^{i·d}. It overwrites e.
func (o Fold) Inner(e ff.ExtVec) sum.Form {
	ff.NewDomain(o.Code.LogMessage).ForwardExt(e)
	return sum.Form{Blocks: []sum.Block{{Ref: o.Message, Scale: ff.ExtOne, Coef: e}}}
}

// InnerSlots is the form ⟨e, B⟩.
func (o Fold) InnerSlots(e ff.ExtVec) sum.Form {
	return sum.Form{Blocks: []sum.Block{{Ref: o.Slots, Scale: ff.ExtOne, Coef: e}}}
}
