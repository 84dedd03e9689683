package quant

import (
	"fmt"
	"math"
	"strings"

	"agon/nn"
	"agon/nn/float"
)

// Report compares the integers of a model with the reals it came from, over
// samples.
type Report struct {
	Samples int           `json:"samples"`
	Outputs []OutputError `json:"outputs"`
	Tensors []Range       `json:"tensors"` // of the integer graph
}

// OutputError is how far an output is from the real one.
type OutputError struct {
	Name  string  `json:"name"`
	Scale float64 `json:"scale"` // of one unit
	Max   float64 `json:"max_error"`
	Mean  float64 `json:"mean_error"`
	// Span is max − min of the reals, to compare the errors with.
	Span float64 `json:"span"`
	// Agree is how often the label is the same: the largest entry, or, of a
	// single number, its sign; of an ArgMax, itself. Labels counts them.
	Agree  int `json:"agree"`
	Labels int `json:"labels"`
	// Against labels that were given: right in integers, right in reals.
	RightInt  int `json:"right_integer,omitempty"`
	RightReal int `json:"right_real,omitempty"`
}

// Range is what a value of the integer graph did on the samples, beside what it
// may do.
type Range struct {
	Op    string `json:"op"`
	Shape []int  `json:"shape"`
	Min   int32  `json:"min"`
	Max   int32  `json:"max"`
	// Lo and Hi are the certified bound.
	Lo int64 `json:"lo"`
	Hi int64 `json:"hi"`
	// Clamped is the share of entries at either end of a Requant or Clip, where
	// zero is no end.
	Clamped float64 `json:"clamped,omitempty"`
}

// Compare runs net and model on samples. labels may be nil or hold the true
// label of each sample, for the first output.
func Compare(
	net *float.Net, m *nn.Model, samples [][][]float64, labels []int,
) (*Report, error) {
	shapes, err := net.Shapes()
	if err != nil {
		return nil, err
	}
	tensors, err := m.Graph.Infer()
	if err != nil {
		return nil, err
	}
	if len(net.Outputs) != len(m.Graph.Outputs) || len(net.Inputs) != len(m.Graph.Inputs) {
		return nil, fmt.Errorf("net and model have different inputs or outputs")
	}
	if labels != nil && len(labels) != len(samples) {
		return nil, fmt.Errorf("%d labels for %d samples", len(labels), len(samples))
	}
	r := newReport(net, m.Graph, tensors)
	for i, x := range samples {
		reals, err := net.RunShaped(shapes, x...)
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", i, err)
		}
		inputs := make([][]int32, len(x))
		for j, in := range m.Graph.Inputs {
			if inputs[j], err = in.Quantise(x[j]); err != nil {
				return nil, fmt.Errorf("sample %d: %w", i, err)
			}
		}
		trace, err := m.Run(inputs...)
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", i, err)
		}
		r.add(net, m.Graph, reals, trace)
		if labels != nil {
			o := &r.Outputs[0]
			got, want := labelsOf(net, 0, reals, m.Graph, trace)
			o.RightReal += matches(want, labels[i])
			o.RightInt += matches(got, labels[i])
		}
	}
	r.finish()
	return r, nil
}

func newReport(net *float.Net, g *nn.Graph, tensors []nn.Tensor) *Report {
	r := &Report{}
	for i, o := range net.Outputs {
		r.Outputs = append(r.Outputs, OutputError{Name: o.Name, Scale: g.Outputs[i].Scale})
	}
	for v, t := range tensors {
		name := "Input"
		if i := v - len(g.Inputs); i >= 0 {
			name = g.Nodes[i].Op.String()
		}
		r.Tensors = append(r.Tensors, Range{
			Op: name, Shape: t.Shape, Min: math.MaxInt32, Max: math.MinInt32,
			Lo: t.Bound.Lo, Hi: t.Bound.Hi,
		})
	}
	return r
}

// add counts one sample; Clamped and Mean are sums until finish.
func (r *Report) add(net *float.Net, g *nn.Graph, reals [][]float64, trace nn.Trace) {
	r.Samples++
	for v, x := range trace {
		t := &r.Tensors[v]
		lo, hi := clampEnds(g, v)
		for _, q := range x {
			t.Min, t.Max = min(t.Min, q), max(t.Max, q)
			if q == lo && q != 0 || q == hi && q != 0 {
				t.Clamped += 1 / float64(len(x))
			}
		}
	}
	for i := range net.Outputs {
		o, x := &r.Outputs[i], reals[net.Outputs[i].Value]
		for k, v := range g.Outputs[i].Reals(trace[g.Outputs[i].Value]) {
			d := math.Abs(v - x[k])
			o.Max = max(o.Max, d)
			o.Mean += d / float64(len(x))
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range x {
			lo, hi = min(lo, v), max(hi, v)
		}
		o.Span = max(o.Span, hi-lo, math.Abs(hi))
		got, want := labelsOf(net, i, reals, g, trace)
		for k := range want {
			o.Labels++
			if got[k] == want[k] {
				o.Agree++
			}
		}
	}
}

// clampEnds are the ends of a Requant or Clip, 0 and 0 of anything else.
func clampEnds(g *nn.Graph, v int) (lo, hi int32) {
	i := v - len(g.Inputs)
	if i < 0 {
		return 0, 0
	}
	switch op := g.Nodes[i].Op.(type) {
	case nn.Requant:
		return int32(op.Lo), int32(op.Hi)
	case nn.Clip:
		return int32(op.Lo), int32(op.Hi)
	}
	return 0, 0
}

// labelsOf reads output i of one sample, in integers and in reals, as labels.
func labelsOf(
	net *float.Net, i int, reals [][]float64, g *nn.Graph, trace nn.Trace,
) (ints, want []int) {
	q, x := trace[g.Outputs[i].Value], reals[net.Outputs[i].Value]
	if v := net.Outputs[i].Value - len(net.Inputs); v >= 0 {
		if _, is := net.Nodes[v].Op.(float.ArgMax); is {
			for k := range q {
				ints, want = append(ints, int(q[k])), append(want, int(x[k]))
			}
			return ints, want
		}
	}
	n := net.Outputs[i].Shape.Last()
	for k := 0; k < len(q); k += n {
		if n == 1 {
			ints, want = append(ints, sign(q[k] > 0)), append(want, sign(x[k] > 0))
			continue
		}
		ints = append(ints, nn.First(q[k:k+n]))
		best := 0
		for j, v := range x[k : k+n] {
			if v > x[k+best] {
				best = j
			}
		}
		want = append(want, best)
	}
	return ints, want
}

func sign(positive bool) int {
	if positive {
		return 1
	}
	return 0
}

// matches counts a sample as right if it has one label and that one.
func matches(have []int, want int) int {
	return sign(len(have) == 1 && have[0] == want)
}

func (r *Report) finish() {
	n := float64(max(r.Samples, 1))
	for i := range r.Outputs {
		r.Outputs[i].Mean /= n
	}
	for v := range r.Tensors {
		r.Tensors[v].Clamped /= n
	}
}

// String is the report for people.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d samples\n", r.Samples)
	for _, o := range r.Outputs {
		fmt.Fprintf(&b, "output %q: error mean %.4g, max %.4g of a span of %.4g; "+
			"labels agree %d of %d (%.2f%%)\n", o.Name, o.Mean, o.Max, o.Span,
			o.Agree, o.Labels, 100*float64(o.Agree)/float64(max(o.Labels, 1)))
		if o.RightReal > 0 {
			fmt.Fprintf(&b, "  right against the given labels: %d in reals, %d in integers\n",
				o.RightReal, o.RightInt)
		}
	}
	fmt.Fprintf(&b, "%-32s %-14s %24s %26s %8s\n", "tensor", "shape", "seen", "bound", "clamped")
	for _, t := range r.Tensors {
		fmt.Fprintf(&b, "%-32s %-14s %24s %26s %7.2f%%\n", t.Op, fmt.Sprint(t.Shape),
			fmt.Sprintf("%d … %d", t.Min, t.Max), fmt.Sprintf("%d … %d", t.Lo, t.Hi),
			100*t.Clamped)
	}
	return b.String()
}
