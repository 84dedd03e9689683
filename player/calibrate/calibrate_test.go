package calibrate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"agon/player"
	"agon/player/calibrate"
)

// seer draws questions and what a forecaster with a flaw says of them: the
// truth has log odds o + x, the forecaster says o + flaw(x).
func seer(seed uint64, n int, flaw func(x float64) float64) []calibrate.Settled {
	r := rand.New(rand.NewPCG(seed, 1))
	list := make([]calibrate.Settled, n)
	for i := range list {
		base := []float64{0.15, 0.5, 0.85}[r.IntN(3)]
		o, x := player.Logit(base), 1.5*r.NormFloat64()
		y := 0.0
		if r.Float64() < player.Sigmoid(o+x) {
			y = 1
		}
		list[i] = calibrate.Settled{P: player.Sigmoid(o + flaw(x)), Base: base, Y: y}
	}
	return list
}

func learn(list []calibrate.Settled) *calibrate.Calibrator {
	c := calibrate.New(calibrate.Options{})
	for _, s := range list {
		c.Update(s)
	}
	return c
}

func TestFlawsAreMended(t *testing.T) {
	const any = calibrate.Identity // where two methods may serve equally
	for _, c := range []struct {
		name   string
		flaw   func(float64) float64
		method calibrate.Method
		gain   float64 // least, in nats a question, over the raw forecasts
	}{
		{"none", func(x float64) float64 { return x }, any, -0.003},
		{"far too sure", func(x float64) float64 { return 2.5 * x }, any, 0.1},
		{"not sure enough", func(x float64) float64 { return 0.4 * x }, any, 0.04},
		{"leans to YES", func(x float64) float64 { return x + 1.5 }, calibrate.Platt, 0.08},
		{"blind to YES", func(x float64) float64 { return min(x, 0) * 3 }, calibrate.Isotonic, 0.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := learn(seer(7, 3000, c.flaw))
			raw, mended := got.Raw(), got.Mended()
			t.Logf("log loss %.4f, mended %.4f; error %.4f, mended %.4f; slope %.2f, bias %.2f",
				raw.Log(), mended.Log(), raw.Error(), mended.Error(), got.Slope(), got.Bias())
			if c.method != any && got.Method() != c.method {
				t.Errorf("uses %v, want %v", got.Method(), c.method)
			}
			if gain := raw.Log() - mended.Log(); gain < c.gain {
				t.Errorf("gains %.4f nats a question, want %.4f", gain, c.gain)
			}
		})
	}
}

// TestIgnoranceBecomesTheBaseRate: a coin's forecasts say nothing, so they are
// to end as the base rate of each question.
func TestIgnoranceBecomesTheBaseRate(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	list := seer(4, 1500, func(float64) float64 { return 1.5 * r.NormFloat64() })
	c := learn(list)
	for _, base := range []float64{0.15, 0.5, 0.85} {
		for _, p := range []float64{0.1, 0.5, 0.9} {
			if got := c.Apply(p, base); math.Abs(got-base) > 0.07 {
				t.Errorf("%.2f where the base rate is %.2f: %.3f (%v)", p, base, got, c.Method())
			}
		}
	}
}

func TestIdentityUntilEnough(t *testing.T) {
	c := calibrate.New(calibrate.Options{Least: 20})
	for i := range 20 {
		if got := c.Apply(0.9, 0.5); math.Abs(got-0.9) > 1e-12 {
			t.Fatalf("after %d settled, 0.9 becomes %v", i, got)
		}
		c.Update(calibrate.Settled{P: 0.9, Base: 0.5, Y: 0})
	}
	if got := c.Apply(0.9, 0.5); got > 0.5 {
		t.Errorf("after twenty times wrong, 0.9 becomes %v", got)
	}
}

// TestNoLookAhead gives two calibrators and two pools the same past and
// different futures: what they say along the past is the same to the last bit,
// and what they said does not change.
func TestNoLookAhead(t *testing.T) {
	number := rapid.Float64Range(0.001, 0.999)
	settled := rapid.Custom(func(t *rapid.T) calibrate.Settled {
		return calibrate.Settled{
			P: number.Draw(t, "p"), Base: number.Draw(t, "base"),
			Y: float64(rapid.IntRange(0, 1).Draw(t, "y")),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		past := rapid.SliceOfN(settled, 0, 120).Draw(t, "past")
		futures := [2][]calibrate.Settled{
			rapid.SliceOfN(settled, 0, 40).Draw(t, "future"),
			rapid.SliceOfN(settled, 0, 40).Draw(t, "other future"),
		}
		var said [2][]float64
		for i, future := range futures {
			c := calibrate.New(calibrate.Options{Least: 10, Window: 64})
			p := calibrate.NewPool(0.8)
			for j, s := range append(slices.Clone(past), future...) {
				v := calibrate.View{Own: c.Apply(s.P, s.Base), Confidence: 1, Price: s.Base,
					Base: 0.5}
				k := calibrate.Kind{Template: uint8(j % 3)}
				if j < len(past) {
					said[i] = append(said[i], v.Own, p.Apply(k, v))
				}
				c.Update(s)
				p.Update(k, v, s.Y)
			}
		}
		if !slices.Equal(said[0], said[1]) {
			t.Fatal("what comes later changed what was said before")
		}
	})
}

// TestNonsenseTeachesNothing feeds what no forecaster should say.
func TestNonsenseTeachesNothing(t *testing.T) {
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -0.1, 1.1}
	c := calibrate.New(calibrate.Options{Least: 1})
	p := calibrate.NewPool(math.NaN())
	for _, x := range bad {
		for _, s := range []calibrate.Settled{{x, 0.5, 1}, {0.5, x, 1}, {0.5, 0.5, x}} {
			if c.Update(s) {
				t.Errorf("%+v was learnt", s)
			}
		}
		v := calibrate.View{Own: x, Confidence: 1, Price: 0.3, Base: 0.5}
		p.Update(calibrate.Kind{}, v, 1)
		if got := p.Apply(calibrate.Kind{}, v); got != 0.3 {
			t.Errorf("own forecast %v at a price of 0.3: believes %v", x, got)
		}
	}
	if c.Count() != 0 {
		t.Errorf("%d were counted", c.Count())
	}
	// Certainties are forecasts, and do not break anything.
	for i := range 400 {
		c.Update(calibrate.Settled{
			P: float64(i % 2), Base: float64(i / 2 % 2), Y: float64(i / 4 % 2),
		})
	}
	for _, x := range append(bad, 0, 1, 0.5) {
		for _, base := range append(bad, 0, 1, 0.5) {
			if got := c.Apply(x, base); !(got >= player.MinP && got <= player.MaxP) {
				t.Errorf("Apply(%v, %v) is %v", x, base, got)
			}
		}
	}
}

// TestPoolLearnsWhoKnows: outcomes follow own evidence and the price's in known
// parts; the pool finds them.
func TestPoolLearnsWhoKnows(t *testing.T) {
	for _, c := range []struct {
		name         string
		alpha, gamma float64
	}{
		{"the market knows all", 0, 0}, {"it knows all", 1, 0}, {"half and half", 0.5, 0},
		{"prices stop short", 0.3, 0.3},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 9))
			p, k := calibrate.NewPool(0.8), calibrate.Kind{Template: 4}
			for range 4000 {
				own, price := 1.5*r.NormFloat64(), 1.5*r.NormFloat64()
				truth := price + c.alpha*(own-price) + c.gamma*price
				y := 0.0
				if r.Float64() < player.Sigmoid(truth) {
					y = 1
				}
				p.Update(k, calibrate.View{
					Own: player.Sigmoid(own), Confidence: 1, Base: 0.5,
					Price: player.Sigmoid(price),
				}, y)
			}
			alpha, gamma := p.Weights(k)
			if math.Abs(alpha-c.alpha) > 0.15 || math.Abs(gamma-c.gamma) > 0.15 {
				t.Errorf("α %.3f, γ %.3f; want %.1f, %.1f", alpha, gamma, c.alpha, c.gamma)
			}
		})
	}
}

// TestPoolTellsTemplatesApart: expert on one template, ignorant on another.
func TestPoolTellsTemplatesApart(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	p := calibrate.NewPool(0.8)
	expert, ignorant := calibrate.Kind{Template: 1}, calibrate.Kind{Template: 2}
	for i := range 3000 {
		k, truth := expert, 1.5*r.NormFloat64()
		own := truth
		if i%2 == 0 {
			k, own = ignorant, 1.5*r.NormFloat64()
		}
		y := 0.0
		if r.Float64() < player.Sigmoid(truth) {
			y = 1
		}
		price := truth*0.5 + 0.3*r.NormFloat64()
		p.Update(k, calibrate.View{
			Own: player.Sigmoid(own), Confidence: 1, Price: player.Sigmoid(price), Base: 0.5,
		}, y)
	}
	knows, _ := p.Weights(expert)
	guesses, _ := p.Weights(ignorant)
	if knows < 0.6 || guesses > 0.25 {
		t.Errorf("weight %.2f where it is expert, %.2f where it is ignorant", knows, guesses)
	}
	fresh, _ := p.Weights(calibrate.Kind{Template: 1, Fresh: true})
	if math.Abs(fresh-0.8) > 1e-12 {
		t.Errorf("weight %.2f on fresh questions, of which none has settled; want 0.8", fresh)
	}
}

func TestConfidenceNoneIsThePrice(t *testing.T) {
	p := calibrate.NewPool(1)
	got := p.Apply(calibrate.Kind{}, calibrate.View{Own: 0.99, Price: 0.2, Base: 0.5})
	if math.Abs(got-0.2) > 1e-12 {
		t.Errorf("without confidence it believes %v, want the price, 0.2", got)
	}
}

func TestDiagram(t *testing.T) {
	var d calibrate.Diagram
	for range 8 {
		d.Add(0.25, 0)
	}
	d.Add(0.25, 1)
	d.Add(0.25, 1)
	d.Add(0.97, 1)
	d.Add(math.NaN(), 1)
	if d.Count() != 11 {
		t.Errorf("%d tallied, want 11", d.Count())
	}
	b := d.Bin(2)
	if b.Count != 10 || math.Abs(b.Outcome-0.2) > 1e-12 || math.Abs(b.Forecast-0.25) > 1e-12 {
		t.Errorf("bin %+v", b)
	}
	// Wilson's interval of 2 in 10, from the formula's own paper-and-pencil use.
	if math.Abs(b.Low-0.0567) > 1e-4 || math.Abs(b.High-0.5098) > 1e-4 {
		t.Errorf("interval %.4f to %.4f, want 0.0567 to 0.5098", b.Low, b.High)
	}
	if want := (10*0.05 + 0.03) / 11; math.Abs(d.Error()-want) > 1e-12 {
		t.Errorf("calibration error %.5f, want %.5f", d.Error(), want)
	}
	if want := (8*0.0625 + 2*0.5625 + 0.0009) / 11; math.Abs(d.Brier()-want) > 1e-12 {
		t.Errorf("Brier %.5f, want %.5f", d.Brier(), want)
	}
	var out strings.Builder
	if err := d.Draw(&out); err != nil {
		t.Fatal(err)
	}
	want := `forecast   true      n  0                        ½                        1
    0.25   0.20     10     -------o--|------------
    0.97   1.00      1            ---------------------------------------|o
`
	if out.String() != want {
		t.Errorf("drawn\n%s\nwant\n%s", out.String(), want)
	}
}

func BenchmarkUpdate(b *testing.B) {
	list := seer(1, 4096, func(x float64) float64 { return 2 * x })
	c := calibrate.New(calibrate.Options{})
	for i := 0; b.Loop(); i++ {
		c.Update(list[i%len(list)])
	}
}

func BenchmarkApply(b *testing.B) {
	c := learn(seer(1, 500, func(x float64) float64 { return 2 * x }))
	for b.Loop() {
		c.Apply(0.7, 0.5)
	}
}
