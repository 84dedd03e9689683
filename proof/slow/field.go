package slow

// prime is p, the KoalaBear prime.
const prime = 1<<31 - 1<<24 + 1

// The field F: plain numbers in [0, p), reduced by the machine's division.

func add(a, b uint64) uint64 { return (a + b) % prime }
func sub(a, b uint64) uint64 { return (a + prime - b) % prime }
func mul(a, b uint64) uint64 { return a * b % prime }

func pow(a, e uint64) uint64 {
	r := uint64(1)
	for ; e > 0; e /= 2 {
		if e%2 == 1 {
			r = mul(r, a)
		}
		a = mul(a, a)
	}
	return r
}

// inverse is Fermat's; of 0 it is 0.
func inverse(a uint64) uint64 { return pow(a, prime-2) }

// lift takes an integer into F.
func lift(n int64) uint64 {
	n %= prime
	if n < 0 {
		n += prime
	}
	return uint64(n)
}

// generator generates F*; the code's coset is that of generator itself.
const generator = 3

// root returns the generator of the subgroup of order 2^log that encodings use:
// the power (p−1)/2^log of the generator.
func root(log int) uint64 { return pow(generator, (prime-1)>>log) }

// ext is c₀ + c₁ω + c₂ω² + c₃ω³ with ω⁴ = 3.
type ext [4]uint64

var one = ext{1}

func number(a uint64) ext { return ext{a} }

func (a ext) add(b ext) ext {
	for i := range a {
		a[i] = add(a[i], b[i])
	}
	return a
}

func (a ext) sub(b ext) ext {
	for i := range a {
		a[i] = sub(a[i], b[i])
	}
	return a
}

func (a ext) neg() ext { return ext{}.sub(a) }

// times is a·s for s in F.
func (a ext) times(s uint64) ext {
	for i := range a {
		a[i] = mul(a[i], s)
	}
	return a
}

// mul multiplies polynomials in ω and replaces ω⁴⁺ⁱ by 3ωⁱ.
func (a ext) mul(b ext) ext {
	var c [7]uint64
	for i := range a {
		for j := range b {
			c[i+j] = (c[i+j] + a[i]*b[j]) % prime // < p + p² < 2⁶³
		}
	}
	return ext{
		(c[0] + 3*c[4]) % prime, (c[1] + 3*c[5]) % prime, (c[2] + 3*c[6]) % prime, c[3],
	}
}

func (a ext) isZero() bool { return a == ext{} }

// power is aᵉ.
func (a ext) power(e uint64) ext {
	r := one
	for ; e > 0; e /= 2 {
		if e%2 == 1 {
			r = r.mul(a)
		}
		a = a.mul(a)
	}
	return r
}

// inverse is a^(p⁴−2) = (a^(p³+p²+p))·N⁻¹, N = a^(p³+p²+p+1) in F; of 0 it is 0.
func (a ext) inverse() ext {
	b := a.power(prime)
	c := b.power(prime)
	rest := b.mul(c).mul(c.power(prime))
	norm := a.mul(rest)
	return rest.times(inverse(norm[0]))
}

// inverses inverts all elements, none of which may be 0.
func inverses(a []ext) []ext {
	out := make([]ext, len(a))
	run := one
	for i, x := range a {
		out[i] = run
		run = run.mul(x)
	}
	run = run.inverse()
	for i := len(a) - 1; i >= 0; i-- {
		out[i] = out[i].mul(run)
		run = run.mul(a[i])
	}
	return out
}

// eqAt is eq(point, i) for the bits of i, the first coordinate the highest bit.
func eqAt(point []ext, i int) ext {
	r := one
	for k := range point {
		x := point[len(point)-1-k]
		if i>>k&1 == 0 {
			x = one.sub(x)
		}
		r = r.mul(x)
	}
	return r
}

// eqTable lists eq(point, i) for i < n. Every entry is computed by itself but
// for the product over the higher half of the coordinates, which neighbours
// share.
func eqTable(point []ext, n int) []ext {
	low := len(point) / 2
	head, tail := point[:len(point)-low], point[len(point)-low:]
	tails := make([]ext, min(n, 1<<low))
	for i := range tails {
		tails[i] = eqAt(tail, i)
	}
	out := make([]ext, n)
	var high ext
	for i := range out {
		if i%(1<<low) == 0 {
			high = eqAt(head, i>>low)
		}
		out[i] = high.mul(tails[i%(1<<low)])
	}
	return out
}

// horner evaluates a polynomial over E at a point of F.
func horner(coefficients []ext, x uint64) ext {
	var y ext
	for i := len(coefficients) - 1; i >= 0; i-- {
		y = y.times(x).add(coefficients[i])
	}
	return y
}

// lagrange returns the values at x of the basis polynomials of the nodes
// 0, 1, …, n−1, none of which x may be.
func lagrange(n int, x ext) []ext {
	diff := make([]ext, n)
	all := one
	for j := range diff {
		diff[j] = x.sub(number(uint64(j)))
		all = all.mul(diff[j])
	}
	out := inverses(diff)
	for j := range out {
		den := uint64(1)
		for i := range n {
			if i != j {
				den = mul(den, lift(int64(j-i)))
			}
		}
		out[j] = out[j].mul(all).times(inverse(den))
	}
	return out
}

// log2 is ⌈log₂ n⌉, 0 for n ≤ 1.
func log2(n int) int {
	l := 0
	for 1<<l < n {
		l++
	}
	return l
}
