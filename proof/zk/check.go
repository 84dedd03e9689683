package zk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
)

// Errors of a linear test, one for each check that can fail.
var (
	// ErrShort says that the proof ends early or has a value ≥ p.
	ErrShort = errors.New("linear test cut short")
	// ErrConstraint says that q does not agree with the opened columns: a
	// constraint is false, or the mask does not sum to 0.
	ErrConstraint = errors.New("q disagrees with the committed columns")
	// ErrProximity says that v does not agree with the opened columns: a row is
	// no codeword.
	ErrProximity = errors.New("v disagrees with the committed columns")
)

// nonceBytes is the width of a grinding nonce.
const nonceBytes = 8

func appendNonce(dst []byte, nonce uint64) []byte {
	return binary.LittleEndian.AppendUint64(dst, nonce)
}

// readNonce reads a nonce and checks its work.
func readNonce(t *fs.Transcript, b []byte, bits int) ([]byte, error) {
	if len(b) < nonceBytes {
		return nil, fmt.Errorf("nonce: %w", ErrShort)
	}
	return b[nonceBytes:], t.CheckGrind(bits, binary.LittleEndian.Uint64(b))
}

// Check verifies a linear test for a functional over sheets of the given shapes
// and roots, the first of which has the masks. It returns what follows in b.
func (p Test) Check(t *fs.Transcript, b []byte, shapes []Shape, roots []code.Digest,
	f *Functional) ([]byte, error) {
	lambda := t.Ext("lambda'")
	point := t.Exts("tau'", log2(rowsOf(shapes)))

	kappa, k := p.Code.Message(), p.Code.Dimension()
	count := kappa - 1 + k - 1 + k
	if len(b) < count*ff.ExtBytes {
		return nil, fmt.Errorf("%d bytes for %d coefficients: %w", len(b), count, ErrShort)
	}
	sent := ff.NewExtVec(count)
	for i := range count {
		e, err := ff.DecodeExt(b[i*ff.ExtBytes:])
		if err != nil {
			return nil, fmt.Errorf("coefficient %d: %w: %w", i, ErrShort, err)
		}
		sent.Set(i, e)
	}
	t.Absorb("G,H,v", b[:count*ff.ExtBytes])
	b, err := readNonce(t, b[count*ff.ExtBytes:], p.Grind)
	if err != nil {
		return nil, err
	}
	indices := t.Indices("A", p.Queries, p.Code.LogLength)
	slices.Sort(indices)
	opened := make([]*code.Opened, len(shapes))
	for i, s := range shapes {
		opened[i], b, err = code.ReadOpening(b, roots[i], s.Kind, p.Code.LogLength,
			s.TreeRows(), indices)
		if err != nil {
			return nil, fmt.Errorf("tree %d: %w", i+1, err)
		}
	}
	c := columns{test: p, shapes: shapes, opened: opened, indices: indices}
	g, h, v := p.parts(sent)
	if err := c.checkV(v, ff.EqFirst(point, lambda, rowsOf(shapes))); err != nil {
		return nil, err
	}
	if err := c.checkQ(g, h, f); err != nil {
		return nil, err
	}
	return b, nil
}

// parts cuts what was sent into G, H̄ and v.
func (p Test) parts(sent ff.ExtVec) (g, h, v ff.ExtVec) {
	a := p.Code.Message() - 1
	b := a + p.Code.Dimension() - 1
	return sent.Slice(0, a), sent.Slice(a, b), sent.Slice(b, sent.Len())
}

// columns are the opened columns of all trees at the same indices.
type columns struct {
	test    Test
	shapes  []Shape
	opened  []*code.Opened
	indices []int
}

// evaluate returns the values of a polynomial of at most n coefficients at the
// indices.
func (c columns) evaluate(coefficients ff.ExtVec) []ff.Ext {
	domain := ff.NewDomain(c.test.Code.LogLength)
	all := ff.NewExtVec(domain.Len())
	domain.EncodeExt(all, code.Shift, coefficients)
	out := make([]ff.Ext, len(c.indices))
	for i, j := range c.indices {
		out[i] = all.At(j)
	}
	return out
}

// ext returns row r over E of sheet s at query i.
func (c columns) ext(s, r, i int) ff.Ext {
	return ff.Ext(c.opened[s].Columns[i][c.shapes[s].Base+ff.Degree*r:][:ff.Degree])
}

// combined returns U + Σ weightᵢ·Aᵢ at query i.
func (c columns) combined(weights ff.ExtVec, i int) ff.Ext {
	var sum ff.Ext
	at := 0
	for s, shape := range c.shapes {
		base := c.opened[s].Columns[i][:shape.Base]
		sum = sum.Add(weights.Slice(at, at+shape.Base).InnerVec(base))
		at += shape.Base
		for r := range shape.Ext {
			e := c.ext(s, r, i)
			if s == 0 && r == shape.Ext-Masks {
				sum = sum.Add(e)
				continue
			}
			sum = sum.Add(weights.At(at).Mul(e))
			at++
		}
	}
	return sum
}

// checkV compares v with U + Σ weightᵢ·Aᵢ at every query.
func (c columns) checkV(v, weights ff.ExtVec) error {
	for i, have := range c.evaluate(v) {
		if have != c.combined(weights, i) {
			return fmt.Errorf("column %d: %w", c.indices[i], ErrProximity)
		}
	}
	return nil
}

// quotients returns b/κ + η·G(η) + Z(η)·H̄(η) for every query.
func (c columns) quotients(g, h ff.ExtVec, f *Functional) []ff.Ext {
	rs := c.test.Code
	mean := f.b.MulElem(ff.New(uint32(rs.Message())).Inv())
	atG, atH := c.evaluate(g), c.evaluate(h)
	out := make([]ff.Ext, len(c.indices))
	for i, j := range c.indices {
		eta := rs.Point(j)
		out[i] = mean.Add(atG[i].MulElem(eta)).Add(atH[i].MulElem(rs.Vanishing(eta)))
	}
	return out
}

// checkQ compares q with Z₁(η) + η^{κ−1}·Z₂(η) + Σ aᵢ(η)·Aᵢ(η) at every query.
func (c columns) checkQ(g, h ff.ExtVec, f *Functional) error {
	sums := c.sums(f)
	masks := c.shapes[0].Ext - Masks
	for i, have := range c.quotients(g, h, f) {
		j := c.indices[i]
		power := c.test.Code.Point(j).Exp(uint64(c.test.Code.Message() - 1))
		z := c.ext(0, masks+1, i).Add(c.ext(0, masks+2, i).MulElem(power))
		if have != sums[i].Add(z) {
			return fmt.Errorf("column %d: %w", j, ErrConstraint)
		}
	}
	return nil
}

// sums returns Σ aᵢ(η)·Aᵢ(η) for every query.
func (c columns) sums(f *Functional) []ff.Ext {
	type job struct {
		a        ff.ExtVec // on H
		sheet, r int
		ext      bool
	}
	var jobs []job
	kappa := c.test.Code.Message()
	for s, shape := range c.shapes {
		for r := range shape.Base {
			a := f.rows[shape.BaseSpace].Slice(r*kappa, (r+1)*kappa)
			jobs = append(jobs, job{a, s, r, false})
		}
		for r := range shape.Ext - shape.masks() {
			a := f.rows[shape.ExtSpace].Slice(r*kappa, (r+1)*kappa)
			jobs = append(jobs, job{a, s, r, true})
		}
	}
	parts := make(chan []ff.Ext, len(jobs)+1)
	code.Split(len(jobs), 1, func(from, to int) {
		domain := ff.NewDomain(c.test.Code.LogLength)
		a := ff.NewExtVec(domain.Len())
		out := make([]ff.Ext, len(c.indices))
		for _, b := range jobs[from:to] {
			c.test.extend(a, b.a, code.Shift, domain)
			for i, j := range c.indices {
				if b.ext {
					out[i] = out[i].Add(a.At(j).Mul(c.ext(b.sheet, b.r, i)))
				} else {
					out[i] = out[i].Add(a.At(j).MulElem(c.opened[b.sheet].Columns[i][b.r]))
				}
			}
		}
		parts <- out
	})
	close(parts)
	out := make([]ff.Ext, len(c.indices))
	for part := range parts {
		for i := range out {
			out[i] = out[i].Add(part[i])
		}
	}
	return out
}
