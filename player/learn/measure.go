package learn

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"agon/player"
)

// Figures of one player on examples it has not seen. YES and NO are weighed
// to count alike, so that a coin scores a Brier of 1/3 and the base rate ¼.
type Figures struct {
	Player   string
	Brier    float64 // mean squared error
	Log      float64 // mean −ln of the probability given to the answer, in nats
	Accuracy float64 // share on the right side of ½
	AUC      float64 // chance that a YES is placed above a NO
	Caught   float64 // share of the bad ones flagged when 1% of the good ones are
	Passed   int     // examples it had no opinion on; counted at the base rate
}

// Measure asks every player every question. Then come three ways to make one
// forecast of those of the players that are no baselines and have an opinion:
//
//	mean of all   Σ pᵢ / n
//	log pool      logit p = Σ logit pᵢ / n
//	by confidence logit p = Σ cᵢ·logit pᵢ / Σ cᵢ, c the confidence they state
//
// with p at the question's base rate if nobody has one. alarm is the answer that
// raises an alarm.
func Measure(
	ctx context.Context, players []player.Forecaster, list []Example, alarm bool,
) []Figures {
	sums := make([]pooled, len(list))
	var out []Figures
	for _, p := range players {
		scored := make([]Scored, len(list))
		passed := 0
		for i, m := range list {
			f, err := p.Forecast(ctx, m.Question)
			switch {
			case err != nil:
				f.P = m.Question.Prior
				passed++
			case p.Family() != "baseline":
				sums[i].add(f)
			}
			scored[i] = Scored{f.P, m.Truth, m.Weight}
		}
		row := figures(scored, alarm)
		row.Player, row.Passed = p.Name(), passed
		out = append(out, row)
	}
	for k, name := range []string{"mean of all", "log pool", "by confidence"} {
		scored := make([]Scored, len(list))
		passed := 0
		for i, m := range list {
			p := m.Question.Prior
			if sums[i].count > 0 {
				p = sums[i].ways()[k]
			} else {
				passed++
			}
			scored[i] = Scored{p, m.Truth, m.Weight}
		}
		row := figures(scored, alarm)
		row.Player, row.Passed = name, passed
		out = append(out, row)
	}
	return out
}

// pooled sums the forecasts of one question.
type pooled struct{ count, p, logit, sure, voice float64 }

func (s *pooled) add(f player.Forecast) {
	x := player.Logit(f.P)
	s.count++
	s.p += f.P
	s.logit += x
	s.sure += f.Confidence
	s.voice += f.Confidence * x
}

// ways are the three forecasts of at least one.
func (s *pooled) ways() [3]float64 {
	return [3]float64{
		s.p / s.count, player.Sigmoid(s.logit / s.count),
		player.Sigmoid(s.voice / max(s.sure, 1e-9)),
	}
}

// figures scores forecasts; bad is the answer that raises an alarm.
func figures(list []Scored, bad bool) (f Figures) {
	var all float64
	for _, s := range list {
		hit := s.Score
		if !s.Yes {
			hit = 1 - s.Score
		}
		all += s.Weight
		f.Brier += s.Weight * (1 - hit) * (1 - hit)
		f.Log -= s.Weight * math.Log(max(hit, player.MinP))
		switch {
		case hit > 0.5:
			f.Accuracy += s.Weight
		case hit == 0.5:
			f.Accuracy += s.Weight / 2
		}
	}
	f.Brier, f.Log, f.Accuracy = f.Brier/all, f.Log/all, f.Accuracy/all
	f.AUC, f.Caught = ranking(list, bad)
	return f
}

// ranking walks the examples from the most alarming down; equal scores are one
// step, half credited.
func ranking(list []Scored, bad bool) (auc, caught float64) {
	list = slices.Clone(list)
	for i := range list {
		if !bad {
			list[i].Score, list[i].Yes = -list[i].Score, !list[i].Yes
		}
	}
	slices.SortStableFunc(list, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	var yes, no float64
	for _, s := range list {
		if s.Yes {
			yes += s.Weight
		} else {
			no += s.Weight
		}
	}
	var y, n float64
	for i := 0; i < len(list); {
		var dy, dn float64
		for score := list[i].Score; i < len(list) && list[i].Score == score; i++ {
			if list[i].Yes {
				dy += list[i].Weight
			} else {
				dn += list[i].Weight
			}
		}
		auc += dn * (y + dy/2)
		y, n = y+dy, n+dn
		if n <= 0.01*no {
			caught = y / yes
		}
	}
	return auc / (yes * no), caught
}

// Table prints figures in columns.
func Table(w io.Writer, title string, list []Figures) error {
	_, err := fmt.Fprintf(w, "%s\n%-16s %7s %7s %9s %7s %9s %7s\n", title,
		"player", "Brier", "log", "accuracy", "AUC", "caught", "passed")
	for _, f := range list {
		if err == nil {
			_, err = fmt.Fprintf(w, "%-16s %7.4f %7.4f %8.1f%% %7.4f %8.1f%% %7d\n", f.Player,
				f.Brier, f.Log, 100*f.Accuracy, f.AUC, 100*f.Caught, f.Passed)
		}
	}
	return err
}
