package nn_test

import (
	"fmt"
	"math/big"
	"testing"

	"agon/nn"
)

// rounded is ⌊acc/2^s + ½⌋ by big rationals: ⌊(2·acc + 2^s) / 2^{s+1}⌋.
func rounded(acc int64, s int) int64 {
	num := big.NewInt(2 * acc)
	num.Add(num, new(big.Int).Lsh(big.NewInt(1), uint(s)))
	q, _ := new(big.Int).DivMod(num, new(big.Int).Lsh(big.NewInt(1), uint(s+1)), new(big.Int))
	return q.Int64() // DivMod is Euclidean: floor for a positive divisor
}

// clamps are typical ends of the interval: bytes, ReLU6, signed, one-sided.
var clamps = [][2]int{
	{0, 255}, {0, 6}, {3, 200}, {-127, 127}, {-128, 127}, {-5, 0}, {-1, 100}, {0, 0},
}

// TestSplitIsRounding compares the definition by limbs with rounding division,
// exhaustively for every accumulator whose high limb is in range.
func TestSplitIsRounding(t *testing.T) {
	for _, s := range []int{1, 2, 5} {
		for _, c := range clamps {
			q := nn.Requant{Shift: s, Lo: c[0], Hi: c[1]}
			half, o := int64(1)<<(s-1), int64(q.Offset())
			lo, hi := -int64(1)<<(15+s)-half-o<<s, int64(1)<<(15+s)-half-o<<s
			for acc := lo; acc < hi; acc++ {
				r, h, l, y := q.Split(acc)
				if acc+half+o<<s != (256*h+l)<<s+r || r < 0 || r >= 1<<s || l < 0 || l > 255 {
					t.Fatalf("%s of %d: r=%d h=%d l=%d do not recompose", q, acc, r, h, l)
				}
				if h < -128 || h > 127 {
					t.Fatalf("%s of %d: h=%d", q, acc, h)
				}
				want := min(max((acc+half)>>s, int64(c[0])), int64(c[1]))
				if y != want {
					t.Fatalf("%s of %d = %d, want %d", q, acc, y, want)
				}
			}
			if !q.Fits(nn.Bound{Lo: lo, Hi: hi - 1}) || q.Fits(nn.Bound{Lo: lo - 1, Hi: 0}) ||
				q.Fits(nn.Bound{Lo: 0, Hi: hi}) {
				t.Fatalf("%s: Fits does not agree with h ∈ [-128, 127]", q)
			}
		}
	}
}

// TestShiftRoundsHalvesUp compares the shift used everywhere with big rationals.
func TestShiftRoundsHalvesUp(t *testing.T) {
	for s := 1; s <= nn.MaxShift; s++ {
		q := nn.Requant{Shift: s, Lo: -128, Hi: 127}
		for acc := -int64(3) << s; acc <= 3<<s; acc += 1 + int64(s)/3 {
			if _, _, _, y := q.Split(acc); y != rounded(acc, s) {
				t.Fatalf("%d / 2^%d = %d, want %d", acc, s, y, rounded(acc, s))
			}
		}
	}
}

// TestCertificate: within the certificate, no second decomposition exists that
// differs by a multiple of p.
func TestCertificate(t *testing.T) {
	for s := 1; s <= nn.MaxShift; s++ {
		q := nn.Requant{Shift: s, Lo: -127, Hi: 127}
		abs := nn.Modulus - 1 - q.Margin() // the largest |acc| accepted
		o := int64(q.Offset())
		left := abs + 1<<(s-1) + o<<s       // largest left side
		right := int64(1)<<s*(1<<15) + 1<<s // beyond the largest |right side|
		if left+right >= nn.Modulus {
			t.Errorf("shift %d: |acc| ≤ %d is accepted, the sides may differ by p", s, abs)
		}
	}
}

func ExampleRequant_Split() {
	q := nn.Requant{Shift: 4, Lo: 0, Hi: 255}
	for _, acc := range []int64{-100, 7, 8, 24, 4087, 4088} {
		r, h, l, y := q.Split(acc)
		fmt.Printf("%5d + 8 = 16·(256·%d + %d) + %d: %d\n", acc, h, l, r, y)
	}
	// Output:
	//  -100 + 8 = 16·(256·-1 + 250) + 4: 0
	//     7 + 8 = 16·(256·0 + 0) + 15: 0
	//     8 + 8 = 16·(256·0 + 1) + 0: 1
	//    24 + 8 = 16·(256·0 + 2) + 0: 2
	//  4087 + 8 = 16·(256·0 + 255) + 15: 255
	//  4088 + 8 = 16·(256·1 + 0) + 0: 255
}
