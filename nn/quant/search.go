package quant

import (
	"fmt"
	"math"

	"agon/nn"
	"agon/nn/float"
)

// searchSamples is how many samples the search runs on unless told otherwise.
const searchSamples = 64

// search makes the choices of a calibration and notes them in a plan.
type search struct {
	plan   *Plan
	opts   Options
	inputs []inputRange
	reals  [][][]float64 // of each sample: each value
	traces []nn.Trace    // of each sample: each integer value so far
	tied   []bool        // values that meet others in an Add, possibly narrowed
	grid   float64       // g: scales of tied values are g·2ᵏ
}

// Calibrate chooses scales and shifts from sample inputs: samples[i][j] is input j
// of sample i. It is deterministic.
func Calibrate(net *float.Net, samples [][][]float64, opts Options) (*Plan, error) {
	net, err := net.Fold()
	if err != nil {
		return nil, err
	}
	shapes, err := net.Shapes()
	if err != nil {
		return nil, err
	}
	if len(samples) == 0 {
		return nil, ErrNoSamples
	}
	s := &search{
		plan: &Plan{}, opts: opts, tied: tiedValues(net),
		inputs: make([]inputRange, len(net.Inputs)),
	}
	for _, in := range net.Inputs {
		s.plan.Inputs = append(s.plan.Inputs, InputPlan{Name: in.Name})
	}
	for _, n := range net.Nodes {
		s.plan.Values = append(s.plan.Values, ValuePlan{
			Node: n.Name, Min: math.Inf(1), Max: math.Inf(-1),
		})
	}
	limit := opts.MaxSamples
	if limit == 0 {
		limit = searchSamples
	}
	for i, x := range samples {
		trace, err := net.RunShaped(shapes, x...)
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", i, err)
		}
		if err := s.see(net, trace); err != nil {
			return nil, fmt.Errorf("sample %d: %w", i, err)
		}
		if i < limit {
			s.reals = append(s.reals, trace)
		}
	}
	_, err = lower(net, s)
	return s.plan, err
}

// see widens the ranges by one run.
func (s *search) see(net *float.Net, trace [][]float64) error {
	for v, x := range trace {
		for _, r := range x {
			if math.IsNaN(r) || math.IsInf(r, 0) {
				return fmt.Errorf("value %d is %g", v, r)
			}
		}
		if v < len(net.Inputs) {
			s.inputs[v].see(x)
			continue
		}
		p := &s.plan.Values[v-len(net.Inputs)]
		for _, r := range x {
			p.Min, p.Max = min(p.Min, r), max(p.Max, r)
		}
	}
	return nil
}

// inputRange is what the samples say of an input.
type inputRange struct {
	abs    float64 // largest magnitude
	signed bool
	broken bool // some entry is no integer
}

func (r *inputRange) see(x []float64) {
	for _, v := range x {
		r.abs = max(r.abs, math.Abs(v))
		r.signed = r.signed || v < 0
		r.broken = r.broken || v != math.Trunc(v)
	}
}

// tiedValues marks every value whose scale meets another's in an Add: its
// operands and, through operators that keep or shift scales, their sources.
func tiedValues(net *float.Net) []bool {
	tied := make([]bool, len(net.Inputs)+len(net.Nodes))
	for i := len(net.Nodes) - 1; i >= 0; i-- {
		n := net.Nodes[i]
		switch n.Op.(type) {
		case float.Add:
			tied[n.In[0]], tied[n.In[1]] = true, true
		case float.Relu, float.Clip, float.Reshape:
			if tied[len(net.Inputs)+i] {
				tied[n.In[0]] = true
			}
		}
	}
	return tied
}
