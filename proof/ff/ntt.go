package ff

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Domain is the subgroup ⟨w⟩ of F* of order n = 2^log with what transforms
// over it need. Domains are made once and are safe for concurrent use.
//
// All transforms are in place and in natural order: coefficient i of A(X) =
// Σ aᵢXⁱ and value j at w^j (or g·w^j on the coset of g). The number theoretic
// transform is Stockham's autosort form, radix 4 (Van Loan 1992, §1.7), which
// needs a second buffer but no bit reversal.
type Domain struct {
	log     int
	root    Elem
	forward *twiddles // of w
	inverse *twiddles // of w⁻¹
	scratch sync.Pool // *Vec of length n
	kept    atomic.Pointer[keptTwiddles]
}

var domains [TwoAdicity + 1]struct {
	once sync.Once
	d    *Domain
}

// NewDomain returns the domain of order 2^log, log in [0, 24].
func NewDomain(log int) *Domain {
	if log < 0 || log > TwoAdicity {
		panic(fmt.Sprintf("ff: no domain of order 2^%d, want an exponent in [0, 24]", log))
	}
	slot := &domains[log]
	slot.once.Do(func() {
		root, n := RootOfUnity(log), 1<<log
		d := &Domain{log: log, root: root}
		d.forward, d.inverse = newTwiddles(root, n), newTwiddles(root.Inv(), n)
		d.scratch.New = func() any { v := make(Vec, n); return &v }
		slot.d = d
	})
	return slot.d
}

// Len is the order n of the domain.
func (d *Domain) Len() int { return 1 << d.log }

// Root is the generator w; value j of a transform belongs to w^j.
func (d *Domain) Root() Elem { return d.root }

// Point returns shift·w^j.
func (d *Domain) Point(shift Elem, j int) Elem { return shift.Mul(d.root.Exp(uint64(j))) }

// Forward turns n coefficients into the n values A(w^j).
func (d *Domain) Forward(a Vec) { d.transform(a, d.forward) }

// Inverse turns n values A(w^j) into the n coefficients.
func (d *Domain) Inverse(a Vec) {
	d.transform(a, d.inverse)
	scaleVec(a, New(uint32(d.Len())).Inv(), a)
}

// CosetForward turns n coefficients into the n values A(g·w^j).
func (d *Domain) CosetForward(g Elem, a Vec) {
	d.checkLen(a)
	d.shift(g, a)
	d.Forward(a)
}

// CosetInverse turns n values A(g·w^j) into the n coefficients.
func (d *Domain) CosetInverse(g Elem, a Vec) {
	d.Inverse(a)
	d.shift(g.Inv(), a)
}

// Encode sets dst[j] = A(g·w^j) for the len(coeffs) ≤ n coefficients of A. dst
// must not overlap coeffs.
//
// A codeword has several times as many values as coefficients. Where at most a
// quarter of them is not zero the first pass has one operand instead of four,
//
//	y[4i + j] = aᵢ·gⁱ·w^{ij},  j = 0…3
//
// with the shift in its twiddles, and the buffers are taken so that the last
// pass ends in dst.
func (d *Domain) Encode(dst Vec, g Elem, coeffs Vec) {
	d.checkLen(dst)
	n, k := len(dst), len(coeffs)
	if k > n {
		panic(fmt.Sprintf("ff: %d coefficients for a domain of %d", k, n))
	}
	if 4*k > n || n < 4 {
		copy(dst, coeffs)
		clear(dst[k:])
		d.shift(g, dst[:k])
		d.Forward(dst)
		return
	}
	buf := d.scratch.Get().(*Vec)
	x, y := dst, *buf
	if (d.log+1)/2%2 == 0 { // an even number of passes, this one included
		x, y = y, x
	}
	spread(x[:4*k], coeffs, d.shifted(g))
	clear(x[4*k:])
	d.passes(x, y, 4, d.forward)
	d.scratch.Put(buf)
}

// firstTwiddles are gⁱ·w^{ij} for j = 0…3 and i < n/4.
type firstTwiddles [4]Vec

// shifted returns the twiddles of Encode's first pass. Codes use one shift, so
// that those of the last one used are kept.
func (d *Domain) shifted(g Elem) *firstTwiddles {
	if kept := d.kept.Load(); kept != nil && kept.shift == g {
		return &kept.tw
	}
	fresh := &keptTwiddles{shift: g}
	for j := range fresh.tw {
		v := make(Vec, d.Len()/4)
		v.Powers(One, g.Mul(d.root.Exp(uint64(j))))
		fresh.tw[j] = v
	}
	d.kept.Store(fresh)
	return &fresh.tw
}

type keptTwiddles struct {
	shift Elem
	tw    firstTwiddles
}

// spreadPortable sets x[4i + j] = a[i]·tw[j][i].
func spreadPortable(x, a Vec, tw *firstTwiddles) {
	for i, c := range a {
		for j := range tw {
			x[4*i+j] = c.Mul(tw[j][i])
		}
	}
}

// ForwardExt is Forward of a polynomial over E: the transform is linear over F,
// so the four coefficient vectors go through it one by one.
func (d *Domain) ForwardExt(a ExtVec) {
	for i := range a {
		d.Forward(a[i])
	}
}

// InverseExt is Inverse of values in E.
func (d *Domain) InverseExt(a ExtVec) {
	for i := range a {
		d.Inverse(a[i])
	}
}

// EncodeExt is Encode of a polynomial over E.
func (d *Domain) EncodeExt(dst ExtVec, g Elem, coeffs ExtVec) {
	for i := range dst {
		d.Encode(dst[i], g, coeffs[i])
	}
}

// shift sets a[i] = a[i]·gⁱ, sixteen powers a step.
func (d *Domain) shift(g Elem, a Vec) {
	if g == One {
		return
	}
	const block = 256
	var pow Vec = make([]Elem, min(block, len(a)))
	pow.Powers(One, g)
	step, scale := g.Exp(block), One
	for i := 0; i < len(a); i += block {
		part := a[i:min(i+block, len(a))]
		mulVec(part, part, pow[:len(part)])
		if i > 0 {
			scaleVec(part, scale, part)
		}
		scale = scale.Mul(step)
	}
}

func (d *Domain) checkLen(a Vec) {
	if len(a) != d.Len() {
		panic(fmt.Sprintf("ff: vector of %d for a domain of %d", len(a), d.Len()))
	}
}

// transform runs Stockham passes. After t radix-4 passes with s = 4ᵗ and
// m = n/(4s), pass t+1 does, for p < m and q < s,
//
//	x₀…x₃ = x[q + s(p + m·j)],  j = 0…3
//	y[q + s(4p + j)] = w^{s·p·j} · Σₖ i^{jk} xₖ,  i = w^{n/4}
//
// and an odd log ends with a radix-2 pass, whose twiddles are 1.
func (d *Domain) transform(a Vec, tw *twiddles) {
	d.checkLen(a)
	buf := d.scratch.Get().(*Vec)
	if x := d.passes(a, *buf, 1, tw); &x[0] != &a[0] {
		copy(a, x)
	}
	d.scratch.Put(buf)
}

// passes runs the passes from s on, from x to y and back, and returns the one
// that has the result.
func (d *Domain) passes(x, y Vec, s int, tw *twiddles) Vec {
	for ; 4*s <= len(x); s *= 4 {
		radix4(y, x, s, tw)
		x, y = y, x
	}
	if s < len(x) {
		h := len(x) / 2
		butterflies(y[:h], y[h:], x[:h], x[h:])
		return y
	}
	return x
}

// butterfliesPortable sets sum = a + b and diff = a − b.
func butterfliesPortable(sum, diff, a, b Vec) {
	addPortable(sum, a, b)
	subPortable(diff, a, b)
}

// twiddles are the powers of one root w of order n that the passes multiply by.
type twiddles struct {
	pow  Vec  // wᵏ for k < 3n/4
	imag Elem // w^{n/4}, a square root of −1; 0 for n < 4
	// small holds, for the passes s = 1 and s = 4 whose twiddles change inside
	// a machine vector, w^{s·p·j} for j = 1, 2, 3, one for each index q + s·p < n/4.
	small [2][3]Vec
}

func newTwiddles(w Elem, n int) *twiddles {
	tw := &twiddles{pow: make(Vec, max(1, 3*n/4))}
	tw.pow.Powers(One, w)
	if n < 4 {
		return tw
	}
	tw.imag = w.Exp(uint64(n / 4))
	for t, s := range []int{1, 4} {
		for j := range 3 {
			v := make(Vec, n/4)
			for i := range v {
				v[i] = tw.pow[(j+1)*(i/s*s)]
			}
			tw.small[t][j] = v
		}
	}
	return tw
}

// radix4Portable is one pass from x to y.
func radix4Portable(y, x Vec, s int, tw *twiddles) {
	quarter := len(x) / 4
	x0, x1, x2, x3 := x[:quarter], x[quarter:2*quarter], x[2*quarter:3*quarter], x[3*quarter:]
	for i := range quarter {
		p, q := i/s, i%s
		w1, w2, w3 := tw.pow[s*p], tw.pow[2*s*p], tw.pow[3*s*p]
		a, b := x0[i].Add(x2[i]), x0[i].Sub(x2[i])
		c, d := x1[i].Add(x3[i]), x1[i].Sub(x3[i]).Mul(tw.imag)
		o := q + 4*s*p
		y[o] = a.Add(c)
		y[o+s] = b.Add(d).Mul(w1)
		y[o+2*s] = a.Sub(c).Mul(w2)
		y[o+3*s] = b.Sub(d).Mul(w3)
	}
}

// sparseLog is the log of the butterflies that PowerSums leaves out.
const sparseLog = 6

// PowerSums sets dst[d] = Σ_q weights[q]·w^{indices[q]·d} for d < len(dst) ≤ n: the
// transform of a vector that is zero but at few indices.
//
// After the passes up to s, place t + s·p has the sum of x[j]·w^{jt} over the
// j ≡ p (mod n/s). With few j that is cheaper than the passes.
func (d *Domain) PowerSums(dst Vec, indices []int, weights Vec) {
	sameLen(len(weights), len(indices))
	n, s := d.Len(), 1<<sparseLog
	if len(dst) > n {
		panic(fmt.Sprintf("ff: %d sums for a domain of %d", len(dst), n))
	}
	xBuf, yBuf := d.scratch.Get().(*Vec), d.scratch.Get().(*Vec)
	x := *xBuf
	clear(x)
	if n < 4*s {
		s = 1
	}
	var mem [1 << sparseLog]Elem
	powers := Vec(mem[:s])
	for q, j := range indices {
		powers.Powers(One, d.power(j))
		at := s * (j % (n / s))
		axpyVec(x[at:at+s], weights[q], powers)
	}
	copy(dst, d.passes(x, *yBuf, s, d.forward))
	d.scratch.Put(xBuf)
	d.scratch.Put(yBuf)
}

// power is wʲ for 0 ≤ j < n.
func (d *Domain) power(j int) Elem {
	if pow := d.forward.pow; j < len(pow) {
		return pow[j]
	}
	// w^{n/2} = −1, and the table has 3n/4 entries.
	return d.forward.pow[j-d.Len()/2].Neg()
}
