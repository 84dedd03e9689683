package zk

import (
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
)

// Test are the parameters of a linear test.
type Test struct {
	Code    code.Code
	Queries int
	Grind   int // bits before the indices
}

// productLog is the log of the domain on which q is computed: q has degree at
// most κ+k−2.
func (p Test) productLog() int { return log2(p.Code.Message() + p.Code.Dimension() - 1) }

// rowsOf is the number of rows that take part in v: all but U.
func rowsOf(shapes []Shape) int {
	n := -1
	for _, s := range shapes {
		n += s.Base + s.Ext
	}
	return n
}

// Prove runs the linear test for a functional over the cells of sheets, the
// first of which has the masks, and appends its messages and openings to dst.
// If the constraints do not hold the proof will not verify.
func (p Test) Prove(t *fs.Transcript, dst []byte, sheets []*Sheet, f *Functional) []byte {
	shapes := make([]Shape, len(sheets))
	for i, s := range sheets {
		shapes[i] = s.Shape
	}
	lambda := t.Ext("lambda'")
	point := t.Exts("tau'", log2(rowsOf(shapes)))

	g, h := p.quotient(sheets, f)
	v := p.combine(sheets, ff.EqFirst(point, lambda, rowsOf(shapes)))
	mark := len(dst)
	for _, part := range []ff.ExtVec{g, h, v} {
		for i := range part.Len() {
			dst = ff.AppendExt(dst, part.At(i))
		}
	}
	t.Absorb("G,H,v", dst[mark:])
	nonce := t.Grind(p.Grind)
	dst = appendNonce(dst, nonce)
	indices := t.Indices("A", p.Queries, p.Code.LogLength)
	slices.Sort(indices)
	for _, s := range sheets {
		dst = s.AppendOpening(dst, indices)
	}
	return dst
}

// quotient returns G and H̄ of q = z + Σ aᵢAᵢ = b/κ + X·G + Z·H̄.
func (p Test) quotient(sheets []*Sheet, f *Functional) (g, h ff.ExtVec) {
	kappa, k := p.Code.Message(), p.Code.Dimension()
	domain := ff.NewDomain(p.productLog())
	q := p.products(sheets, f, domain)
	domain.InverseExt(q)
	q = q.Slice(0, kappa+k-1)
	first := sheets[0]
	z1, z2 := first.ext[first.Ext-2], first.ext[first.Ext-1]
	low, high := q.Slice(0, k), q.Slice(kappa-1, kappa-1+k)
	low.Add(low, z1)
	high.Add(high, z2)
	// Division by X^κ − 1: the quotient's coefficient d is q_{d+κ} + h_{d+κ}.
	h = ff.NewExtVec(k - 1)
	for d := k - 2; d >= 0; d-- {
		c := q.At(d + kappa)
		if d+kappa < k-1 {
			c = c.Add(h.At(d + kappa))
		}
		h.Set(d, c)
	}
	g = ff.NewExtVec(kappa - 1)
	for d := 1; d < kappa; d++ {
		c := q.At(d)
		if d < k-1 {
			c = c.Add(h.At(d))
		}
		g.Set(d-1, c)
	}
	return g, h
}

// products returns the values of Σ aᵢAᵢ on a domain.
func (p Test) products(sheets []*Sheet, f *Functional, domain *ff.Domain) ff.ExtVec {
	type job struct {
		a    ff.ExtVec // on H
		base ff.Vec    // one of base
		ext  ff.ExtVec // and ext is the row
	}
	var jobs []job
	kappa := p.Code.Message()
	for _, s := range sheets {
		for r, row := range s.base {
			jobs = append(jobs, job{a: f.rows[s.BaseSpace].Slice(r*kappa, (r+1)*kappa), base: row})
		}
		for r, row := range s.ext[:s.Ext-s.masks()] {
			jobs = append(jobs, job{a: f.rows[s.ExtSpace].Slice(r*kappa, (r+1)*kappa), ext: row})
		}
	}
	n := domain.Len()
	total := make(chan ff.ExtVec, len(jobs)+1)
	code.Split(len(jobs), 1, func(from, to int) {
		sum, a, row := ff.NewExtVec(n), ff.NewExtVec(n), ff.NewExtVec(n)
		for _, j := range jobs[from:to] {
			p.extend(a, j.a, ff.One, domain)
			if j.base != nil {
				domain.Encode(row[0], ff.One, j.base)
				for i := range sum {
					a[i].Mul(a[i], row[0])
				}
				sum.Add(sum, a)
			} else {
				domain.EncodeExt(row, ff.One, j.ext)
				sum.MulAdd(a, row)
			}
		}
		total <- sum
	})
	close(total)
	sum := ff.NewExtVec(n)
	for part := range total {
		sum.Add(sum, part)
	}
	return sum
}

// combine returns v = U + Σ weightᵢ·Aᵢ over all rows but U, in tree order.
func (p Test) combine(sheets []*Sheet, weights ff.ExtVec) ff.ExtVec {
	v := ff.NewExtVec(p.Code.Dimension())
	at := 0
	for i, s := range sheets {
		n := len(s.base)
		v.FoldRows(weights.Slice(at, at+n), s.base)
		at += n
		for r, row := range s.ext {
			if i == 0 && r == s.Ext-Masks {
				v.Add(v, row) // U
				continue
			}
			v.Axpy(weights.At(at), row)
			at++
		}
	}
	return v
}

// extend writes to dst the values on shift·domain of the polynomial of degree
// < κ with the given values on H.
func (p Test) extend(dst, values ff.ExtVec, shift ff.Elem, domain *ff.Domain) {
	small := ff.NewDomain(p.Code.LogMessage)
	coefficients := make(ff.Vec, small.Len())
	for i := range dst {
		copy(coefficients, values[i])
		small.Inverse(coefficients)
		domain.Encode(dst[i], shift, coefficients)
	}
}
