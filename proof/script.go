package proof

import (
	"agon/proof/ff"
	"agon/proof/look"
	"agon/proof/sum"
)

// script is the conversation between the first commitment and the second. Both
// sides run it; what only the prover knows is in its secrets, nil for the
// verifier.
type script struct {
	*frame
	*sum.Talk
	columns []look.Column // with the values this side knows
	secrets *secrets

	outer ff.ExtVec     // eq(r′, i) over all vector indices
	inner ff.ExtVec     // eq(r, j) over all indices inside a vector
	pick  ff.ExtVec     // eq(λ, ·) over relations
	r     []ff.Ext      // the last grid.logM coordinates of the point of inner
	s     []ff.Ext      // the point of the linear sumcheck
	bias  []sum.Form    // ⟦b~_ℓ(r)⟧
	omega []sum.Form    // ⟦W~_ℓ(r, s)⟧
	binds [][]ff.ExtVec // prover: W_ℓ with j_hi bound, by j_lo
}

// secrets are what the prover adds to a script.
type secrets struct {
	weights *weights
	counts  [][]int32 // multiplicities by table
}

// challenges are drawn right after T₁.
func (c *script) run() {
	alpha, beta := c.T.Ext("alpha"), c.T.Ext("beta")
	point := c.T.Exts("r", c.width)
	c.r = point[c.width-c.grid.logM:]
	c.inner = ff.Eq(point, ff.ExtOne)
	c.outer = ff.Eq(c.T.Exts("r'", c.vectors), ff.ExtOne)
	c.pick = ff.Eq(c.T.Exts("lambda", log2(len(c.prog.Relations))), ff.ExtOne)

	c.sayBiases()
	if c.nu >= 0 {
		c.lookUp(look.NewChallenge(alpha, beta))
	}
	c.linear()
	c.CheckProducts()
}

// rEq is eq(r, j) for the outputs j of a matrix, the leading coordinates of the
// point being those of an index < 2^logM.
func (c *script) rEq(n int) ff.ExtVec { return ff.EqFirst(c.r, ff.ExtOne, n) }

// sayBiases sends b̂_ℓ for b_ℓ = Σ_j eq(r, j)·b_ℓ[j].
func (c *script) sayBiases() {
	for l, m := range c.prog.Weights {
		var b ff.Ext
		if c.Proving() {
			b = c.rEq(m.Rows).InnerInt32(c.secrets.weights.biases[l])
		}
		c.bias = append(c.bias, c.Say("b", b).Form())
	}
}

// segments are the leaves of the lookup tree in order.
func (c *script) segments() []look.Segment {
	var out []look.Segment
	for _, l := range c.lookups {
		columns := make([]look.Column, len(l.Columns))
		for k, i := range l.Columns {
			columns[k] = c.columns[i]
		}
		out = append(out, look.Lookup{Table: l.Table, Columns: columns})
	}
	for i, t := range c.tables {
		counts := c.counts[i]
		if c.Proving() {
			counts.Values = c.secrets.counts[i]
		}
		out = append(out, look.Tally{Table: i, Rows: t, Counts: counts})
	}
	return out
}

// lookUp plays the tree of fractions and ties its leaves to the columns.
func (c *script) lookUp(ch look.Challenge) {
	segments := c.segments()
	var levels look.Tree
	if c.Proving() {
		levels = look.Climb(look.Fill(segments, c.nu, ch))
	}
	look.Settle(c.Talk, look.Run(c.Talk, c.nu, levels), segments, ch)
}

// linear proves all relations at once:
//
//	Σ eq(λ,ρ)·[Σ_{i,j} eq(r′,i)eq(r,j)·terms_ρ(i,j) − (Σ_i eq(r′,i))·b~_ℓ(r)]
//	  = Σ_k Σ_ℓ w_ℓ(k)·y_ℓ(k)
//
//	w_ℓ(k) = Σ_j eq(r,j)·W_ℓ[j,k]
//	y_ℓ(k) = Σ_ρ eq(λ,ρ)·Σ_i eq(r′,i)·x_ρ[i,k]   over the relations ρ of ℓ
//
// The left side is a form; the right side is a sumcheck over k of degree 2.
func (c *script) linear() {
	claim := c.leftSide()
	var w, y []ff.ExtVec
	if c.Proving() {
		w, y = c.bindWeights(), c.bindInputs()
	}
	for range c.grid.logK {
		var f0, f2 ff.Ext
		if c.Proving() {
			f0, f2 = roundOf(w, y)
		}
		var x ff.Ext
		claim, x = c.Round(claim, f0, f2)
		c.s = append(c.s, x)
		for l := range w {
			w[l], y[l] = halve(w[l], x), halve(y[l], x)
		}
	}
	final := claim.Scaled(ff.ExtOne.Neg())
	inputs := c.inputForms()
	for l := range c.prog.Weights {
		var wv, yv ff.Ext
		if c.Proving() {
			wv, yv = w[l].At(0), y[l].At(0)
		}
		omega := c.Say("omega", wv)
		c.omega = append(c.omega, omega.Form())
		if !c.hidden[l] {
			final.Plus(inputs[l].Const, omega.Form())
			continue
		}
		xi := c.Say("xi", yv)
		c.Zero(xi.Form().Minus(inputs[l]))
		final.Plus(ff.ExtOne, c.Product(omega, xi))
	}
	c.Zero(final)
}

// leftSide is the left side of the linear claim. Relations without weights may
// be wider than any matrix and use the whole point of inner; those with weights
// use its last logM coordinates, as W~_ℓ does.
func (c *script) leftSide() sum.Form {
	var claim sum.Form
	for i, r := range c.prog.Relations {
		n := c.columns[r.Terms[0].Column].Len / r.Vectors / c.Batch
		inner := c.inner.Slice(0, n)
		if r.Weights >= 0 {
			inner = c.rEq(n)
		}
		at := product{outer: c.outer.Slice(0, r.Vectors*c.Batch), inner: inner}
		pick, mass := c.pick.At(i), at.outer.Sum()
		for _, t := range r.Terms {
			coef := pick.MulElem(ff.FromInt64(t.Coef))
			claim.Plus(ff.ExtOne, at.form(c.columns[t.Column], coef))
		}
		constant := mass.Mul(inner.Sum()).MulElem(ff.FromInt64(r.Const))
		claim.Plus(pick, sum.Number(constant))
		if r.Weights >= 0 {
			claim.Plus(pick.Mul(mass).Neg(), c.bias[r.Weights])
		}
	}
	return claim
}

// product is the table outer[i]·inner[j], i the slower index, made when a
// committed column needs it.
type product struct {
	outer, inner ff.ExtVec
	table        ff.ExtVec
}

// form is Σ scale·outer[i]·inner[j]·column[i,j]. A public column is folded over
// i first, vector by vector, without the table.
func (p *product) form(column look.Column, scale ff.Ext) sum.Form {
	n := p.inner.Len()
	if column.Public {
		fold, values := ff.NewExtVec(n), make(ff.Vec, n)
		for i := range p.outer.Len() {
			values.SetInt32(column.Values[i*n : (i+1)*n])
			fold.AxpyVec(p.outer.At(i), values)
		}
		return sum.Number(scale.Mul(fold.Inner(p.inner)))
	}
	if p.table.Len() == 0 {
		p.table = ff.NewExtVec(p.outer.Len() * n)
		for i := range p.outer.Len() {
			p.table.Slice(i*n, (i+1)*n).Scale(p.outer.At(i), p.inner)
		}
	}
	return column.Form(scale, p.table)
}

// bindWeights returns w_ℓ, zero-extended to 2^logK, and keeps the matrices with
// only j_hi bound for the fold.
func (c *script) bindWeights() []ff.ExtVec {
	g := c.grid
	high := ff.Eq(c.r[:g.logM-g.logJ], ff.ExtOne)
	low := ff.Eq(c.r[g.logM-g.logJ:], ff.ExtOne)
	c.binds = c.secrets.weights.bind(g, high)
	out := make([]ff.ExtVec, len(g.mats))
	for l, m := range g.mats {
		out[l] = ff.NewExtVec(1 << g.logK)
		for j, part := range c.binds[l] {
			out[l].Slice(0, m.Cols).Axpy(low.At(j), part)
		}
	}
	return out
}

// bindInputs returns y_ℓ, zero-extended to 2^logK.
func (c *script) bindInputs() []ff.ExtVec {
	out := make([]ff.ExtVec, len(c.grid.mats))
	for l := range out {
		out[l] = ff.NewExtVec(1 << c.grid.logK)
	}
	for i, r := range c.prog.Relations {
		if r.Weights < 0 {
			continue
		}
		cols := c.prog.Weights[r.Weights].Cols
		y := out[r.Weights].Slice(0, cols)
		values := make(ff.Vec, cols)
		for v := range r.Vectors * c.Batch {
			values.SetInt32(c.columns[r.Input].Values[v*cols : (v+1)*cols])
			y.AxpyVec(c.pick.At(i).Mul(c.outer.At(v)), values)
		}
	}
	return out
}

// inputForms are the forms of y_ℓ(s) = Σ_ρ eq(λ,ρ)·Σ_{i,k} eq(r′,i)eq(s,k)·x_ρ[i,k].
func (c *script) inputForms() []sum.Form {
	out := make([]sum.Form, len(c.grid.mats))
	point := ff.Eq(c.s, ff.ExtOne)
	for i, r := range c.prog.Relations {
		if r.Weights < 0 {
			continue
		}
		cols := c.prog.Weights[r.Weights].Cols
		at := product{outer: c.outer.Slice(0, r.Vectors*c.Batch), inner: point.Slice(0, cols)}
		out[r.Weights].Plus(ff.ExtOne, at.form(c.columns[r.Input], c.pick.At(i)))
	}
	return out
}

// roundOf returns f(0) and f(2) for f(X) = Σ_ℓ Σ_k w_ℓ(X, k)·y_ℓ(X, k).
func roundOf(w, y []ff.ExtVec) (f0, f2 ff.Ext) {
	for l := range w {
		n := w[l].Len() / 2
		f0 = f0.Add(w[l].Slice(0, n).Inner(y[l].Slice(0, n)))
		w2, y2 := ff.NewExtVec(n), ff.NewExtVec(n)
		for _, v := range []struct{ at2, f ff.ExtVec }{{w2, w[l]}, {y2, y[l]}} {
			v.at2.Sub(v.f.Slice(n, 2*n), v.f.Slice(0, n))
			v.at2.Add(v.at2, v.f.Slice(n, 2*n))
		}
		f2 = f2.Add(w2.Inner(y2))
	}
	return f0, f2
}

// halve binds the top variable of v to x, in place.
func halve(v ff.ExtVec, x ff.Ext) ff.ExtVec {
	half := v.Slice(0, v.Len()/2)
	half.Fold(x, v)
	return half
}

// opening is what follows the script: the point at which the weights are
// opened, and the constraints on the fold.
type opening struct {
	tau []ff.Ext
	rho ff.ExtVec // of the rows
}

// open draws τ and returns the coefficients of the rows,
//
//	ρ_(ℓ, j_hi, g) = eq(τ, ℓ)·eq(r_hi, j_hi)·eq(s_hi, g)
func (c *script) open() opening {
	g := c.grid
	o := opening{tau: c.T.Exts("tau", log2(len(g.mats)))}
	o.rho = g.rowWeights(ff.Eq(o.tau, ff.ExtOne),
		ff.Eq(c.r[:g.logM-g.logJ], ff.ExtOne), ff.Eq(c.s[:g.logK-g.logS], ff.ExtOne))
	return o
}

// rowWeights is the tensor of three tables in the order of rows.
func (g *grid) rowWeights(tau, high, groups ff.ExtVec) ff.ExtVec {
	rho := ff.NewExtVec(g.rows)
	for l, m := range g.mats {
		for j := range g.blocks(m) {
			n := g.groups(m)
			at := g.row(l, j, 0)
			rho.Slice(at, at+n).Scale(tau.At(l).Mul(high.At(j)), groups.Slice(0, n))
		}
	}
	return rho
}

// foldMessage returns the values of the fold on H: position j_lo·S + k_lo of row
// (ℓ, j_hi, g) is W_ℓ[j_hi·J + j_lo, g·S + k_lo], with j_hi already bound.
func (c *script) foldMessage(o opening) ff.ExtVec {
	g := c.grid
	size := 1 << g.logS
	groups := ff.Eq(c.s[:g.logK-g.logS], ff.ExtOne)
	out := ff.NewExtVec(1 << g.logMessage())
	for l, m := range g.mats {
		tau := ff.EqIndex(o.tau, l)
		for j, part := range c.binds[l] {
			for group := range g.groups(m) {
				from, to := group*size, min((group+1)*size, m.Cols)
				dst := out.Slice(j*size, j*size+to-from)
				dst.Axpy(tau.Mul(groups.At(group)), part.Slice(from, to))
			}
		}
	}
	return out
}

// constraints are those of the fold:
//
//	⟨eq(r_lo)⊗eq(s_lo), c|_H⟩ = Σ_ℓ eq(τ,ℓ)·⟦ω_ℓ⟧
//	⟨eq(r_lo), B⟩ = eq(s_hi, 0)·Σ_ℓ eq(τ,ℓ)·⟦b_ℓ⟧
func (c *script) constraints(o opening) []sum.Form {
	g := c.grid
	low := ff.Eq(c.r[g.logM-g.logJ:], ff.ExtOne)
	point := append(append([]ff.Ext{}, c.r[g.logM-g.logJ:]...), c.s[g.logK-g.logS:]...)
	value := c.fold.Inner(ff.Eq(point, ff.ExtOne))
	slots := c.fold.InnerSlots(low)
	ground := ff.EqIndex(c.s[:g.logK-g.logS], 0)
	for l := range g.mats {
		tau := ff.EqIndex(o.tau, l)
		value.Plus(tau.Neg(), c.omega[l])
		slots.Plus(tau.Mul(ground).Neg(), c.bias[l])
	}
	return []sum.Form{value, slots}
}
