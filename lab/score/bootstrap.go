package score

import (
	"math/rand/v2"
	"slices"
)

// Interval is a value with the range in which 95% of the draws fell.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Row is one series' scores with intervals. Less are paired differences: the
// first series' score less this one's, drawn on the same questions, so that
// what makes a question hard for both cancels.
type Row struct {
	Name   string
	Scores [Measures]Interval
	Less   [Measures]Interval
}

// Bootstrap scores every series and draws the exam's groups again, with
// replacement, draws times (Efron 1979; by groups, Field and Welsh 2007). The
// same seed draws the same.
func Bootstrap(e *Exam, list []Series, draws int, seed uint64, tick func(done int)) []Row {
	all := make([]*ranked, len(list))
	rows := make([]Row, len(list))
	for i, s := range list {
		all[i] = rank(e, s)
		rows[i].Name = s.Name
		for m, v := range all[i].scores(nil) {
			rows[i].Scores[m].Value = v
			rows[i].Less[m].Value = rows[0].Scores[m].Value - v
		}
	}
	group, groups := e.groups()
	drawn := make([][]Scores, len(list)) // by series, by draw
	for i := range drawn {
		drawn[i] = make([]Scores, draws)
	}
	r := rand.New(rand.NewPCG(seed, 0xb007))
	count, weight := make([]float64, groups), make([]float64, len(e.Truth))
	for d := range draws {
		clear(count)
		for range groups {
			count[r.IntN(groups)]++
		}
		for i, g := range group {
			weight[i] = count[g]
		}
		for i := range all {
			drawn[i][d] = all[i].scores(weight)
		}
		if tick != nil {
			tick(d + 1)
		}
	}
	values := make([]float64, draws)
	for i := range rows {
		for m := range Measures {
			for d := range draws {
				values[d] = drawn[i][d][m]
			}
			rows[i].Scores[m].between(values)
			for d := range draws {
				values[d] = drawn[0][d][m] - drawn[i][d][m]
			}
			rows[i].Less[m].between(values)
		}
	}
	return rows
}

// between sets the 2.5th and 97.5th percentile of values, which it sorts.
func (v *Interval) between(values []float64) {
	if len(values) == 0 {
		v.Low, v.High = v.Value, v.Value
		return
	}
	slices.Sort(values)
	last := float64(len(values) - 1)
	v.Low, v.High = values[int(0.025*last+0.5)], values[int(0.975*last+0.5)]
}

// groups numbers the groups.
func (e *Exam) groups() (of []int, n int) {
	of = make([]int, len(e.Truth))
	at := map[string]int{}
	for i := range of {
		name := ""
		if i < len(e.Group) {
			name = e.Group[i]
		}
		g, known := at[name]
		if !known || name == "" {
			g = n
			n++
			at[name] = g
		}
		of[i] = g
	}
	return of, n
}

// Mean is the mean of values with its bootstrap interval.
func Mean(values []float64, draws int, seed uint64) Interval {
	var v Interval
	if len(values) == 0 {
		return v
	}
	sum := func(pick func(i int) float64) float64 {
		s := 0.0
		for i := range values {
			s += pick(i)
		}
		return s / float64(len(values))
	}
	v.Value = sum(func(i int) float64 { return values[i] })
	r := rand.New(rand.NewPCG(seed, 0x3ea2))
	drawn := make([]float64, draws)
	for d := range drawn {
		drawn[d] = sum(func(int) float64 { return values[r.IntN(len(values))] })
	}
	v.between(drawn)
	return v
}
