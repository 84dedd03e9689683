package sound

import (
	"math"
	"math/big"
	"strings"
	"testing"
)

// The two models of the draft's table (proof-protocol.md, §6 and §7), with the
// counts its figures imply: 264 lookups and 1,476 table rows for the MLP, four
// lookups an activation and as many rows for four layers of 1024.
func draftMLP() Answer {
	return Answer{
		Common: Common{
			Degree: 4, DigestBits: 208, Products: 3*11 + 1 + 1, Constraints: 256,
			Witness:   Tree{Message: 256, K: 350, N: 1 << 13, Rows: 25 + 48, Queries: 94},
			GrindTest: 16,
		},
		Lookups: Lookups{Tuples: 264, Rows: 1476, Width: 3},
		OutVars: 6, LayerVars: 1, FoldVars: 6,
		Weights:      Tree{Message: 2048, K: 2938, N: 1 << 14, Rows: 33, Queries: 111},
		GrindWeights: 16,
	}
}

func draft4M() Answer {
	return Answer{
		Common: Common{
			Degree: 4, DigestBits: 208, Products: 3*15 + 3 + 1, Constraints: 512,
			Witness:   Tree{Message: 1024, K: 1152, N: 1 << 13, Rows: 40 + 140, Queries: 128},
			GrindTest: 16,
		},
		Lookups: Lookups{Tuples: 16384, Rows: 1992, Width: 3},
		OutVars: 10, LayerVars: 2, FoldVars: 7,
		Weights:      Tree{Message: 1 << 15, K: 34848, N: 1 << 17, Rows: 128, Queries: 128},
		GrindWeights: 16,
	}
}

// TestDraftSoundness reproduces the table of §6, term by term.
func TestDraftSoundness(t *testing.T) {
	mlp, err := draftMLP().Report()
	if err != nil {
		t.Fatal(err)
	}
	wide, err := draft4M().Report()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		round     string
		mlp, wide float64
	}{
		{"α, β of the lookup", 111.6, 108.2},
		{"round of the lookup", 122.4, 122.4},
		{"r, λ of the linear claims", 121.1, 120.4},
		{"θ of the products", 117.8, 117.3},
		{"fold of the weights' rows", 107.4, 104.1},
		{"queries of the weights", 84.6, 84.5},
		{"χ′, χ of the constraints", 120.8, 120.6},
		{"λ′, τ′ of the test of rows", 108.0, 107.8},
		{"queries of the witness", 84.4, 84.5},
		{"collision of digests", 104, 104},
	} {
		for _, side := range []struct {
			model string
			r     Report
			want  float64
		}{{"MLP", mlp, c.mlp}, {"4M", wide, c.wide}} {
			have := side.r.find(t, c.round).Bits
			if math.Abs(have-side.want) > 0.051 {
				t.Errorf("%s, %s: %.2f bits, the draft says %.1f", side.model, c.round,
					have, side.want)
			}
		}
	}
	for _, c := range []struct {
		name     string
		r        Report
		grinding bool
		want     float64
	}{
		{"MLP", mlp, true, 100.4}, {"4M", wide, true, 100.5},
		{"MLP", mlp, false, 84.4}, {"4M", wide, false, 84.5},
	} {
		if have := c.r.Bits(c.grinding); math.Abs(have-c.want) > 0.051 {
			t.Errorf("%s, grinding %v: minimum %.2f, the draft says %.1f", c.name, c.grinding,
				have, c.want)
		}
	}
}

func (r Report) find(t *testing.T, round string) Term {
	t.Helper()
	for _, x := range r.Terms {
		if x.Round == round {
			return x
		}
	}
	t.Fatalf("no term %q in\n%v", round, r)
	return Term{}
}

// TestDraftRange reproduces "range proof at 4M: LogUp 101.9 + 16": as many
// lookups of one value as there are message positions.
func TestDraftRange(t *testing.T) {
	r, err := Range{
		Common: draft4M().Common, Lookups: Lookups{Tuples: 128 << 15, Rows: 255, Width: 1},
		FoldVars: 7, Weights: draft4M().Weights, GrindFirst: 16, GrindWeights: 16,
	}.Report()
	if err != nil {
		t.Fatal(err)
	}
	if have := r.find(t, "α, β of the lookup").Bits; math.Abs(have-101.95) > 0.051 {
		t.Errorf("lookup of the range proof: %.2f bits", have)
	}
	if err := r.Gate(100); err != nil {
		t.Error(err)
	}
}

// TestDraftQueries reproduces the query counts of §1, §7, design §6 and the
// anchors.
func TestDraftQueries(t *testing.T) {
	const large = 1 << 22 // so long that the pads do not change the rate
	for _, c := range []struct {
		rate, bits float64
		want       int
	}{
		{1. / 4, 84, 124}, {1. / 8, 84, 102}, {1. / 16, 84, 93},
		{1. / 2, 100, 241}, {1. / 4, 100, 148}, {1. / 8, 100, 121},
	} {
		if q, _, err := LeastFold(large, int(c.rate*large), 0, c.bits); err != nil || q != c.want {
			t.Errorf("fold at rate %g for %g bits: %d queries (%v), want %d",
				c.rate, c.bits, q, err, c.want)
		}
	}
	if q, _, err := LeastTest(large, large/4, 0, 84); err != nil || q != 203 {
		t.Errorf("linear test at rate 1/4: %d queries (%v), want 203", q, err)
	}
	for _, c := range []struct {
		name                    string
		n, fixed, uses          int
		grind, wantQ, wantK     int
		wn, kappa, wantQA, want int
	}{
		{"MLP", 1 << 14, 2050, 8, 16, 111, 2938, 1 << 13, 256, 94, 350},
		{"MLP without grinding", 1 << 14, 2050, 8, 0, 134, 3122, 1 << 12, 256, 127, 383},
		{"MLP for a chain", 1 << 16, 2050, 8, 16, 90, 2770, 1 << 13, 256, 94, 350},
		{"4M", 1 << 17, 1<<15 + 32, 16, 16, 128, 34848, 1 << 13, 1024, 128, 1152},
	} {
		t.Run(c.name, func(t *testing.T) {
			bits := float64(100 - c.grind)
			if q, k, err := LeastFold(c.n, c.fixed, c.uses, bits); err != nil ||
				q != c.wantQ || k != c.wantK {
				t.Errorf("weights: Q = %d, k = %d (%v), want %d, %d", q, k, err, c.wantQ, c.wantK)
			}
			if q, k, err := LeastTest(c.wn, c.kappa, 1, bits); err != nil ||
				q != c.wantQA || k != c.want {
				t.Errorf("witness: Q = %d, k = %d (%v), want %d, %d", q, k, err, c.wantQA, c.want)
			}
		})
	}
}

// messages counts the values of E of §3.2 and §3.3: each level e of the lookup
// has e rounds of two values and four at the end; q, u; two a round of the
// linear claim; b and ω of each layer, ξ of hidden inputs; a(θ), b(θ).
func messages(nu, inVars, layers, hidden int) int {
	return nu*(nu-1) + 4*nu + 2 + 2*inVars + 2*layers + hidden + 2
}

// TestDraftSizes reproduces the table of §7 in units of 1000 bytes.
func TestDraftSizes(t *testing.T) {
	noGrind, chain := draftMLP(), draftMLP()
	noGrind.Weights.K, noGrind.Weights.Queries = 3122, 134
	noGrind.Witness = Tree{Message: 256, K: 383, N: 1 << 12, Rows: 25 + 52, Queries: 127}
	chain.Weights = Tree{Message: 2048, K: 2770, N: 1 << 16, Rows: 33, Queries: 90}
	chain.Witness.Rows = 25 + 44
	for _, c := range []struct {
		name     string
		a        Answer
		messages int
		want     float64
	}{
		{"MLP", draftMLP(), messages(11, 10, 2, 1), 111},
		{"MLP without grinding", noGrind, messages(11, 10, 2, 1), 131},
		{"MLP for a chain", chain, messages(11, 10, 2, 1), 108},
		{"4M", draft4M(), messages(15, 10, 4, 3), 287},
	} {
		if have := c.a.Size(c.messages) / 1000; math.Abs(have-c.want) > 0.6 {
			t.Errorf("%s: %.1f KB, the draft says %.0f", c.name, have, c.want)
		}
	}
}

// TestQueryBoundsExactly compares the logarithms with exact fractions of large
// integers: q queries give b bits if base^q·2^b ≤ (2n)^q.
func TestQueryBoundsExactly(t *testing.T) {
	reaches := func(num, den int64, q int, bits int) bool {
		e := big.NewInt(int64(q))
		l := new(big.Int).Exp(big.NewInt(num), e, nil)
		r := new(big.Int).Exp(big.NewInt(den), e, nil)
		return l.Lsh(l, uint(bits)).Cmp(r) <= 0
	}
	for log := 8; log <= 18; log++ {
		n := 1 << log
		for _, fixed := range []int{n / 16, n / 8, n/4 + 3} {
			for _, bits := range []int{60, 84, 100} {
				if q, k, err := LeastFold(n, fixed, 1, float64(bits)); err == nil {
					at := reaches(int64(n+k), int64(2*n), q, bits)
					before := reaches(int64(n+k-1), int64(2*n), q-1, bits)
					if !at || before {
						t.Errorf("fold, n = %d, fixed %d, %d bits: q = %d is not the least",
							n, fixed, bits, q)
					}
				}
				kappa := fixed / 2
				if q, k, err := LeastTest(n, kappa, 1, float64(bits)); err == nil {
					at := reaches(int64(n+kappa+k-2), int64(2*n), q, bits)
					before := reaches(int64(n+kappa+k-3), int64(2*n), q-1, bits)
					if !at || before {
						t.Errorf("test, n = %d, κ = %d, %d bits: q = %d is not the least",
							n, kappa, bits, q)
					}
				}
			}
		}
	}
}

func TestFieldBits(t *testing.T) {
	if p := FieldBits(1); math.Exp2(p) != prime && math.Abs(math.Exp2(p)-prime) > 1 {
		t.Errorf("2^%v is not p", p)
	}
	if have := FieldBits(4); math.Abs(have-123.95) > 0.01 {
		t.Errorf("log₂|E| = %v, the draft says 123.95", have)
	}
}

// TestPathBytes compares the mean size of a multiproof with counted ones.
func TestPathBytes(t *testing.T) {
	for _, c := range []struct{ n, q int }{{1 << 13, 94}, {1 << 14, 111}, {64, 5}} {
		const trials = 300
		var total int
		seed := uint64(7)
		for range trials {
			known := map[int]bool{}
			for len(known) < c.q {
				seed = seed*6364136223846793005 + 1442695040888963407
				known[int(seed>>33)%c.n] = true
			}
			for size := c.n; size > 1; size /= 2 {
				up := map[int]bool{}
				for i := range known {
					if !known[i^1] {
						total += digestBytes
					}
					up[i/2] = true
				}
				known = up
			}
		}
		have, mean := PathBytes(c.n, c.q), float64(total)/trials
		if math.Abs(have-mean)/mean > 0.04 {
			t.Errorf("n = %d, q = %d: formula %.0f bytes, mean of %d trials %.0f",
				c.n, c.q, have, trials, mean)
		}
	}
}

func TestReport(t *testing.T) {
	r, err := draftMLP().Report()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Gate(100); err != nil {
		t.Error(err)
	}
	if err := r.Gate(101); err == nil || !strings.Contains(err.Error(), "queries of the witness") {
		t.Errorf("a gate of 101 bits: %v", err)
	}
	if total := r.Total(true); total >= r.Bits(true) || total < r.Bits(true)-4 {
		t.Errorf("sum of the bounds: %.1f bits, minimum %.1f", total, r.Bits(true))
	}
	text := r.String()
	for _, want := range []string{"queries of the witness", "+ 16", "minimum", "84.4"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	if (Report{}).Bits(true) != 0 {
		t.Error("an empty report claims security")
	}
}

// TestWeaker lowers one number at a time: the gate must close, and name the
// round.
func TestWeaker(t *testing.T) {
	for _, c := range []struct {
		name, round string
		change      func(*Answer)
	}{
		{"one query of the weights less", "queries of the weights",
			func(a *Answer) { a.Weights.Queries = 110 }},
		{"one query of the witness less", "queries of the witness",
			func(a *Answer) { a.Witness.Queries = 93 }},
		{"more pads", "queries of the weights", func(a *Answer) { a.Weights.K += 888 }},
		{"no work before the weights", "queries of the weights",
			func(a *Answer) { a.GrindWeights = 0 }},
		{"no work before the test", "queries of the witness",
			func(a *Answer) { a.GrindTest = 0 }},
		{"short digests", "collision of digests", func(a *Answer) { a.DigestBits = 192 }},
		{"many lookups", "α, β of the lookup", func(a *Answer) { a.Tuples = 1 << 25 }},
		{"a field of degree 3", "θ of the products", func(a *Answer) { a.Degree = 3 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := draftMLP()
			c.change(&a)
			r, err := a.Report()
			if err != nil {
				t.Fatal(err)
			}
			if r.Gate(100) == nil || r.find(t, c.round).Ground() >= 100 {
				t.Errorf("the gate stands open:\n%v", r)
			}
		})
	}
	for _, change := range []func(*Answer){
		func(a *Answer) { a.Weights.K = a.Weights.N },
		func(a *Answer) { a.Witness.K = a.Witness.N - a.Witness.Message + 2 },
		func(a *Answer) { a.Witness.Queries = 0 },
		func(a *Answer) { a.Weights.Queries = a.Weights.N + 1 },
	} {
		a := draftMLP()
		change(&a)
		if r, err := a.Report(); err == nil {
			t.Errorf("a code without distance has a report:\n%v", r)
		}
	}
}

// TestEpochReport: the registered codeword has pads for one range proof and
// eight epochs, so it needs more queries than an epoch's for the same bits.
func TestEpochReport(t *testing.T) {
	fresh, registered := draftMLP().Weights, draftMLP().Weights
	var err error
	registered.Queries, registered.K, err = LeastFold(registered.N, 2050, 9, 84)
	if err != nil {
		t.Fatal(err)
	}
	e := Epoch{Common: draftMLP().Common, Registered: registered, Fresh: fresh, GrindOpen: 16}
	r, err := e.Report()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Gate(100); err != nil {
		t.Errorf("%v\n%v", err, r)
	}
	e.Registered.Queries = fresh.Queries
	if r, err := e.Report(); err != nil || r.Gate(100) == nil {
		t.Errorf("the fresh code's %d queries suffice for the registered one (%v):\n%v",
			fresh.Queries, err, r)
	}
	e.Registered.K = e.Registered.N
	if _, err := e.Report(); err == nil {
		t.Error("a registered code without distance has a report")
	}
}

// TestSearch finds parameters as good as the draft's, and none where there are
// none.
func TestSearch(t *testing.T) {
	target := Target{Bits: 100, Grind: 16, Proofs: 8, Witness: 13 * 256, MaxRate: 1, Messages: 183}
	layers := []Layer{{56, 784}, {10, 56}}
	best, err := Search(layers, target, 17)
	if err != nil {
		t.Fatal(err)
	}
	if draft := draftMLP().Size(183); best.Bytes > draft {
		t.Errorf("the search finds %.0f bytes, the draft has %.0f: %+v", best.Bytes, draft, best)
	}
	a := draftMLP()
	a.Weights, a.Witness = best.Weights, best.Witness
	r, err := a.Report()
	if err != nil {
		t.Fatal(err)
	}
	for _, round := range []string{"queries of the weights", "queries of the witness"} {
		if have := r.find(t, round).Ground(); have < 100 {
			t.Errorf("%s: %.2f bits in what the search found", round, have)
		}
	}
	t.Logf("MLP: %+v", best)
	if _, err := Search(layers, target, 9); err == nil {
		t.Error("the search claims 100 bits with codes of 512 columns")
	}
}
