package score_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/lab/score"
)

// TestByHand scores four forecasts worked out on paper.
func TestByHand(t *testing.T) {
	e := &score.Exam{Truth: []bool{true, true, false, false}, Alarm: true}
	s := score.Of(e, score.Series{P: []float64{0.9, 0.4, 0.2, 0.5}})
	want := score.Scores{
		score.Brier:       (0.01 + 0.36 + 0.04 + 0.25) / 4,
		score.Log:         -(math.Log(0.9) + math.Log(0.4) + math.Log(0.8) + math.Log(0.5)) / 4,
		score.Accuracy:    2.5 / 4,
		score.Calibration: (0.1 + 0.6 + 0.2 + 0.5) / 4,
		// 1% of two good ones is none: only what lies above 0.5 is flagged.
		score.Caught: 0.5,
	}
	for m := range score.Measures {
		if math.Abs(s[m]-want[m]) > 1e-12 {
			t.Errorf("%v is %.6f, want %.6f", m, s[m], want[m])
		}
	}
}

// TestAlarmMirrors: asking the opposite question changes no score.
func TestAlarmMirrors(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	a, b := &score.Exam{Alarm: true}, &score.Exam{Alarm: false}
	var p, q score.Series
	for range 500 {
		x, truth := r.Float64(), r.IntN(2) == 0
		a.Truth, b.Truth = append(a.Truth, truth), append(b.Truth, !truth)
		p.P, q.P = append(p.P, x), append(q.P, 1-x)
	}
	one, other := score.Of(a, p), score.Of(b, q)
	for m := range score.Measures {
		if math.Abs(one[m]-other[m]) > 1e-9 {
			t.Errorf("%v is %v one way and %v the other", m, one[m], other[m])
		}
	}
	at, any := score.Threshold(a, p)
	flagged := 0
	for i, x := range p.P {
		if !a.Truth[i] && x >= at {
			flagged++
		}
	}
	if any && flagged > 2 { // 1% of some 250
		t.Errorf("the threshold %v flags %d good ones", at, flagged)
	}
}

// TestIntervalsCover: of 200 samples of a known mean, about 95% of the intervals
// hold it; and a paired difference is surer than its parts.
func TestIntervalsCover(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 1))
	covered := 0
	for range 200 {
		values := make([]float64, 60)
		for i := range values {
			values[i] = r.NormFloat64() + 3
		}
		v := score.Mean(values, 200, r.Uint64())
		if v.Low <= 3 && 3 <= v.High {
			covered++
		}
	}
	if covered < 178 || covered > 199 {
		t.Errorf("seed %d: %d of 200 intervals hold the mean", seed, covered)
	}
	e := &score.Exam{Alarm: true}
	var good, bad score.Series
	for i := range 800 {
		x := r.NormFloat64()
		e.Truth = append(e.Truth, r.Float64() < 1/(1+math.Exp(-2*x)))
		e.Group = append(e.Group, string(rune('a'+i/40)))
		good.P = append(good.P, 1/(1+math.Exp(-2*x)))
		bad.P = append(bad.P, 1/(1+math.Exp(-2*x-0.4*r.NormFloat64())))
	}
	rows := score.Bootstrap(e, []score.Series{good, bad}, 300, seed, nil)
	own, less := rows[1].Scores[score.Log], rows[1].Less[score.Log]
	if less.Value >= 0 {
		t.Errorf("noise made a forecaster better by %v nats", less.Value)
	}
	if less.High-less.Low >= own.High-own.Low {
		t.Errorf("the difference %+v is no surer than the score %+v", less, own)
	}
	again := score.Bootstrap(e, []score.Series{good, bad}, 300, seed, nil)
	if rows[1] != again[1] {
		t.Errorf("one seed, two results: %+v, %+v", rows[1], again[1])
	}
}

// TestRefitIsHindsight: no line in log odds is better on the same answers.
func TestRefitIsHindsight(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	e := &score.Exam{Alarm: true}
	var s score.Series
	for range 400 {
		x := r.NormFloat64()
		e.Truth = append(e.Truth, r.Float64() < 1/(1+math.Exp(0.7-x)))
		s.P = append(s.P, 1/(1+math.Exp(-3*x)))
	}
	best := score.Of(e, score.Refit(e, s))[score.Log]
	for _, a := range []float64{-1, -0.5, 0, 0.5} {
		for _, c := range []float64{0.1, 0.3, 0.5, 1, 2} {
			other := score.Series{}
			for _, p := range s.P {
				other.P = append(other.P, 1/(1+math.Exp(-a-c*math.Log(p/(1-p)))))
			}
			if l := score.Of(e, other)[score.Log]; l < best-1e-9 {
				t.Errorf("a = %v, c = %v scores %v, the refit %v", a, c, l, best)
			}
		}
	}
}
