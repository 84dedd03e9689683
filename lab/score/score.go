// Package score tells how good probabilities were, once the answers are known,
// with intervals that say how much of it is chance.
package score

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of a probability that is scored: the market's own. Without them one
// certain error would decide a log score.
const (
	MinP = 1e-4
	MaxP = 1 - MinP
)

// Exam is a list of questions with their answers.
type Exam struct {
	Truth []bool // YES
	// Group names, for each question, what it must not be separated from when
	// questions are drawn again for intervals: "" stands for itself.
	Group []string
	// Alarm is the answer that raises one: YES of "is this a scam?".
	Alarm bool
}

// Series is one forecaster's probabilities of YES, in the order of an Exam.
type Series struct {
	Name string
	P    []float64
}

// Measure is one of the scores.
type Measure int

// The scores. Less is better in the first two and in Calibration.
const (
	Brier       Measure = iota // mean (p − y)²
	Log                        // mean −ln of the probability of the answer, in nats
	Accuracy                   // share on the right side of ½; ½ itself counts half
	Calibration                // expected calibration error, in bins of a tenth
	Caught                     // share of the bad flagged when 1% of the good are
	Measures
)

// String is the measure's name in tables.
func (m Measure) String() string {
	return [...]string{"Brier", "log", "accuracy", "calibration", "caught"}[m]
}

// Scores are all measures of one series.
type Scores [Measures]float64

// falseAlarms is the share of the good that Caught lets be flagged.
const falseAlarms = 0.01

// bins is into how many steps Calibration divides [0, 1].
const bins = 10

// ranked is a series ready to be scored under any weights: what each question
// adds, and the order from the most alarming down.
type ranked struct {
	exam         *Exam
	p            []float64
	square, nats []float64 // (p − y)², −ln of the probability of the answer
	order        []int32
}

func rank(e *Exam, s Series) *ranked {
	n := len(s.P)
	r := &ranked{
		exam: e, p: make([]float64, n), square: make([]float64, n), nats: make([]float64, n),
		order: make([]int32, n),
	}
	for i, p := range s.P {
		if math.IsNaN(p) {
			p = 0.5
		}
		p = min(max(p, MinP), MaxP)
		hit := 1 - p
		if e.Truth[i] {
			hit = p
		}
		r.p[i], r.order[i] = p, int32(i)
		r.square[i], r.nats[i] = (1-hit)*(1-hit), -math.Log(hit)
	}
	slices.SortStableFunc(r.order, func(a, b int32) int {
		if e.Alarm {
			return cmp.Compare(r.p[b], r.p[a])
		}
		return cmp.Compare(r.p[a], r.p[b])
	})
	return r
}

// scores weighs question i by weight[i]; nil weighs all alike.
func (r *ranked) scores(weight []float64) (s Scores) {
	var all float64
	var forecast, came [bins]float64
	for i, p := range r.p {
		w := 1.0
		if weight != nil {
			if w = weight[i]; w == 0 {
				continue
			}
		}
		y, hit := 0.0, 1-p
		if r.exam.Truth[i] {
			y, hit = 1, p
		}
		all += w
		s[Brier] += w * r.square[i]
		s[Log] += w * r.nats[i]
		switch {
		case hit > 0.5:
			s[Accuracy] += w
		case hit == 0.5:
			s[Accuracy] += w / 2
		}
		k := min(bins-1, int(p*bins))
		forecast[k] += w * p
		came[k] += w * y
	}
	for k := range forecast {
		s[Calibration] += math.Abs(forecast[k] - came[k])
	}
	for _, m := range []Measure{Brier, Log, Accuracy, Calibration} {
		s[m] /= max(all, 1)
	}
	s[Caught] = r.caught(weight)
	return s
}

// caught walks from the most alarming down; equal ones are one step.
func (r *ranked) caught(weight []float64) float64 {
	of := func(i int32) float64 {
		if weight == nil {
			return 1
		}
		return weight[i]
	}
	var bad, good float64
	for i := range r.p {
		if r.exam.Truth[i] == r.exam.Alarm {
			bad += of(int32(i))
		} else {
			good += of(int32(i))
		}
	}
	var hits, alarms, best float64
	for i := 0; i < len(r.order); {
		p := r.p[r.order[i]]
		for ; i < len(r.order) && r.p[r.order[i]] == p; i++ {
			at := r.order[i]
			if r.exam.Truth[at] == r.exam.Alarm {
				hits += of(at)
			} else {
				alarms += of(at)
			}
		}
		if alarms > falseAlarms*good {
			break
		}
		best = hits
	}
	return best / max(bad, 1)
}

// Threshold is the least alarming probability that Caught flags: the share of
// the good ones at or beyond it is at most 1%. false if there is none.
func Threshold(e *Exam, s Series) (float64, bool) {
	r := rank(e, s)
	var good, alarms float64
	for _, truth := range e.Truth {
		if truth != e.Alarm {
			good++
		}
	}
	at, any := 0.0, false
	for i := 0; i < len(r.order); {
		p := r.p[r.order[i]]
		for ; i < len(r.order) && r.p[r.order[i]] == p; i++ {
			if e.Truth[r.order[i]] != e.Alarm {
				alarms++
			}
		}
		if alarms > falseAlarms*good {
			break
		}
		at, any = p, true
	}
	return at, any
}

// Of scores one series.
func Of(e *Exam, s Series) Scores { return rank(e, s).scores(nil) }

// Refit is the series recalibrated in hindsight: the line in log odds,
//
//	logit p′ = a + c·logit p,
//
// that has the least log score on the very answers it is scored on, by Newton's
// method. No forecaster could have known it: a yardstick.
func Refit(e *Exam, s Series) Series {
	a, c := 0.0, 0.0 // from where Newton's steps do not overshoot
	x := make([]float64, len(s.P))
	for i, p := range s.P {
		p = min(max(p, MinP), MaxP)
		x[i] = math.Log(p / (1 - p))
	}
	for range 50 {
		var ga, gc, haa, hac, hcc float64
		for i, v := range x {
			p, y := 1/(1+math.Exp(-a-c*v)), 0.0
			if e.Truth[i] {
				y = 1
			}
			w := p * (1 - p)
			ga, gc = ga+y-p, gc+(y-p)*v
			haa, hac, hcc = haa+w, hac+w*v, hcc+w*v*v
		}
		det := haa*hcc - hac*hac
		if det <= 0 {
			break
		}
		a, c = a+(hcc*ga-hac*gc)/det, c+(haa*gc-hac*ga)/det
	}
	out := Series{Name: s.Name, P: make([]float64, len(x))}
	for i, v := range x {
		out.P[i] = 1 / (1 + math.Exp(-a-c*v))
	}
	return out
}
