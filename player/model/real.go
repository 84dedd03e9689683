package model

import "math"

// Exp and Log are written out here because the library's differ between
// machines in the last place, by assembly or by fused multiply-add, and
// training must give the same bytes everywhere. Every product is rounded by an
// explicit conversion, which forbids fusing. Both are within 10⁻¹⁴ relative.

// ln 2 in two parts: the first has few enough bits that k times it is exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// Exp is eˣ for x clamped to ±700: eˣ = 2ᵏ·eʳ with |r| ≤ ½ ln 2, and Taylor's
// series of eʳ to the 14th power.
func Exp(x float64) float64 {
	if x != x {
		return x
	}
	x = min(max(x, -700), 700)
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	r := float64(x-float64(k*ln2High)) - float64(k*ln2Low)
	sum := 1.0
	for i := 14; i >= 1; i-- {
		sum = 1 + float64(float64(r*sum)/float64(i))
	}
	return math.Ldexp(sum, int(k))
}

// Log is ln x for x > 0: x = 2ᵏ·m with m in [√½, √2), and
// ln m = 2·artanh((m−1)/(m+1)) by its series to the 25th power.
func Log(x float64) float64 {
	if !(x > 0) {
		return math.Inf(-1)
	}
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	t := (m - 1) / (m + 1)
	tt := float64(t * t)
	sum := 0.0
	for i := 25; i >= 1; i -= 2 {
		sum = 1/float64(i) + float64(tt*sum)
	}
	whole := float64(k)
	return float64(float64(2*t)*sum) + float64(whole*ln2High) + float64(whole*ln2Low)
}

// Logistic is 1/(1+e⁻ˣ).
func Logistic(x float64) float64 { return 1 / (1 + Exp(-x)) }
