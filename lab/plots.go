package lab

import (
	"fmt"
	"math"

	"agon/lab/figure"
	"agon/lab/score"
	"agon/player/calibrate"
)

// Reliability is the plot of forecasts against what came true, for the market,
// the log-opinion pool and the best player alone.
func (t *Truth) Reliability() figure.Plot {
	f := figure.Plot{
		Title: fmt.Sprintf("%s: said and so, %d questions", t.Set, t.Questions),
		X:     "forecast", Y: "share that came true", Diagonal: true,
	}
	for _, name := range []string{"market", "log-opinion pool", t.BestSolo} {
		for i, s := range t.Series {
			if s.Name == name {
				f.Lines = append(f.Lines, reliability(t.Series[i], t.Exam.Truth))
			}
		}
	}
	return f
}

func reliability(s score.Series, truth []bool) figure.Line {
	var d calibrate.Diagram
	for i, p := range s.P {
		d.Add(p, paid(truth[i]))
	}
	l := figure.Line{Name: s.Name, Dots: true}
	for i := range calibrate.Bins {
		if b := d.Bin(i); b.Count > 0 {
			l.X, l.Y = append(l.X, b.Forecast), append(l.Y, b.Outcome)
			l.Low, l.High = append(l.Low, b.Low), append(l.High, b.High)
		}
	}
	return l
}

// Convergence is the plot of the price's log score, block by block after the
// opening, beside what the pool of the players' forecasts has.
func (t *Truth) Convergence() figure.Plot {
	f := figure.Plot{
		Title: fmt.Sprintf("%s: how the price finds the answer", t.Set),
		X:     "blocks since the opening", Y: "log score, nats",
	}
	price := figure.Line{Name: "price"}
	for k := 0; ; k++ {
		sum, n := 0.0, 0.0
		for i, a := range t.Answers {
			if k < len(a.Path) {
				sum += nats(float64(a.Path[k]), t.Exam.Truth[i])
				n++
			}
		}
		// The draws of the close thin the last blocks out: what is left there
		// are other questions.
		if n < float64(len(t.Answers)) {
			break
		}
		price.X, price.Y = append(price.X, float64(k+1)), append(price.Y, sum/n)
	}
	f.Lines = append(f.Lines, price)
	for _, name := range []string{"log-opinion pool", t.BestSolo} {
		for _, s := range t.Series {
			if s.Name != name || len(price.X) == 0 {
				continue
			}
			y := score.Of(&t.Exam, s)[score.Log]
			f.Lines = append(f.Lines, figure.Line{
				Name: s.Name, X: []float64{1, price.X[len(price.X)-1]}, Y: []float64{y, y},
			})
		}
	}
	return f
}

// nats is the log score of one probability.
func nats(p float64, truth bool) float64 {
	p = min(max(p, score.MinP), score.MaxP)
	if !truth {
		p = 1 - p
	}
	return -math.Log(p)
}
