package quant_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"agon/nn"
	"agon/nn/float"
	"agon/nn/quant"
)

// builder writes nets with Gaussian weights.
type builder struct {
	rng *rand.Rand
	net *float.Net
}

func newBuilder(seed uint64, shape ...int) *builder {
	return &builder{
		rand.New(rand.NewPCG(seed, 11)),
		&float.Net{Inputs: []float.Port{{Name: "x", Shape: shape}}},
	}
}

func (b *builder) push(op float.Op, in ...int) int {
	b.net.Nodes = append(b.net.Nodes, float.Node{Op: op, In: in})
	return len(b.net.Nodes) // one input: value = 1 + index
}

// linear has weights that keep the variance and biases of a tenth.
func (b *builder) linear(rows, cols, in int) int {
	l := &float.Linear{Rows: rows, Cols: cols,
		W: make([]float64, rows*cols), B: make([]float64, rows)}
	for k := range l.W {
		l.W[k] = b.rng.NormFloat64() * math.Sqrt(2/float64(cols))
	}
	for j := range l.B {
		l.B[j] = 0.1 * b.rng.NormFloat64()
	}
	return b.push(l, in)
}

func (b *builder) output(v int) *float.Net {
	b.net.Outputs = append(b.net.Outputs, float.Port{Name: "y", Value: v})
	shapes, err := b.net.Shapes()
	if err != nil {
		panic(err)
	}
	for i := range b.net.Outputs {
		b.net.Outputs[i].Shape = shapes[b.net.Outputs[i].Value]
	}
	return b.net
}

// samples draws inputs: pixels in [0, 1], or signed normals.
func samples(net *float.Net, seed uint64, n int, signed bool) [][][]float64 {
	rng := rand.New(rand.NewPCG(seed, 12))
	all := make([][][]float64, n)
	for i := range all {
		for _, in := range net.Inputs {
			x := make([]float64, in.Shape.Elements())
			for k := range x {
				if x[k] = float64(rng.IntN(256)) / 255; signed {
					x[k] = rng.NormFloat64()
				}
			}
			all[i] = append(all[i], x)
		}
	}
	return all
}

// nets of every structure, with the mean error allowed as a share of the span.
// Eight bits an activation give about 1/255 a layer; signed ones half of that.
var nets = []struct {
	name   string
	signed bool
	share  float64
	make   func() *float.Net
}{
	{"one matrix", false, 0.005, func() *float.Net {
		b := newBuilder(1, 40)
		return b.output(b.linear(10, 40, 0))
	}},
	{"MLP of three layers", false, 0.005, func() *float.Net {
		b := newBuilder(2, 64)
		v := b.push(float.Relu{}, b.linear(48, 64, 0))
		v = b.push(float.Relu{}, b.linear(32, 48, v))
		return b.output(b.linear(10, 32, v))
	}},
	{"signed inputs", true, 0.005, func() *float.Net {
		b := newBuilder(3, 64)
		return b.output(b.linear(10, 48, b.push(float.Relu{}, b.linear(48, 64, 0))))
	}},
	{"no activation between", true, 0.005, func() *float.Net {
		b := newBuilder(4, 30)
		return b.output(b.linear(6, 20, b.linear(20, 30, 0)))
	}},
	{"ReLU6", false, 0.005, func() *float.Net {
		b := newBuilder(5, 64)
		return b.output(b.linear(10, 48, b.push(float.Clip{Lo: 0, Hi: 0.8}, b.linear(48, 64, 0))))
	}},
	{"signed clip", true, 0.005, func() *float.Net {
		b := newBuilder(6, 64)
		return b.output(b.linear(10, 48, b.push(float.Clip{Lo: -1, Hi: 1}, b.linear(48, 64, 0))))
	}},
	{"residual", false, 0.005, func() *float.Net {
		b := newBuilder(7, 64)
		h := b.push(float.Relu{}, b.linear(48, 64, 0))
		r := b.push(float.Relu{}, b.linear(48, 48, h))
		s := b.push(float.Relu{}, b.push(float.Add{}, h, b.linear(48, 48, r)))
		return b.output(b.linear(10, 48, s))
	}},
	{"residual of the input", true, 0.005, func() *float.Net {
		b := newBuilder(8, 32)
		s := b.push(float.Add{}, 0, b.linear(32, 32, 0))
		return b.output(b.linear(5, 32, s))
	}},
	{"rows", true, 0.005, func() *float.Net {
		b := newBuilder(9, 4, 16)
		v := b.push(float.Relu{}, b.linear(24, 16, 0))
		v = b.push(float.Reshape{Shape: nn.Shape{96}}, v)
		return b.output(b.linear(3, 96, v))
	}},
	{"normalised input", false, 0.005, func() *float.Net {
		b := newBuilder(10, 20)
		a := &float.Affine{Scale: make([]float64, 20), Shift: make([]float64, 20)}
		for i := range a.Scale {
			a.Scale[i], a.Shift[i] = 3.2, -0.42
		}
		v := b.push(float.Relu{}, b.linear(20, 20, b.push(a, 0)))
		return b.output(b.linear(4, 20, v))
	}},
}

func TestQuantisedNetsStayClose(t *testing.T) {
	for _, c := range nets {
		t.Run(c.name, func(t *testing.T) {
			net := c.make()
			plan, err := quant.Calibrate(net, samples(net, 1, 100, c.signed), quant.Options{})
			if err != nil {
				t.Fatal(err)
			}
			model, err := quant.Apply(net, plan)
			if err != nil {
				t.Fatal(err)
			}
			r, err := quant.Compare(net, model, samples(net, 2, 200, c.signed), nil)
			if err != nil {
				t.Fatal(err)
			}
			o := r.Outputs[0]
			if o.Mean > c.share*o.Span {
				t.Errorf("mean error %.4g is %.4f of the span %.4g, want at most %.4f\n%s",
					o.Mean, o.Mean/o.Span, o.Span, c.share, r)
			}
			t.Logf("mean error %.5f of the span, labels agree %d of %d",
				o.Mean/o.Span, o.Agree, o.Labels)
		})
	}
}

// TestApplyIsAFunctionOfThePlan: through JSON and back, twice, the same bytes.
func TestApplyIsAFunctionOfThePlan(t *testing.T) {
	for _, c := range nets {
		net := c.make()
		plan, err := quant.Calibrate(net, samples(net, 1, 20, c.signed), quant.Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := quant.Calibrate(net, samples(net, 1, 20, c.signed), quant.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		other, err := json.Marshal(again)
		if err != nil || !bytes.Equal(text, other) {
			t.Fatalf("%s: two calibrations differ:\n%s\n%s", c.name, text, other)
		}
		var back quant.Plan
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		a, err := quant.Apply(net, plan)
		if err != nil {
			t.Fatal(err)
		}
		b, err := quant.Apply(net, &back)
		if err != nil || !bytes.Equal(a.Encode(), b.Encode()) {
			t.Errorf("%s: the plan came back changed (%v)", c.name, err)
		}
	}
}

func TestPlansThatAreRefused(t *testing.T) {
	net := nets[1].make()
	for name, spoil := range map[string]func(*quant.Plan){
		"values missing":  func(p *quant.Plan) { p.Values = p.Values[1:] },
		"inputs missing":  func(p *quant.Plan) { p.Inputs = nil },
		"no shift":        func(p *quant.Plan) { p.Values[1].Shift = 0 },
		"shift 16":        func(p *quant.Plan) { p.Values[1].Shift = 16 },
		"shift too small": func(p *quant.Plan) { p.Values[1].Shift = 1 },
		"scale zero":      func(p *quant.Plan) { p.Values[0].Scale = 0 },
		"scale NaN":       func(p *quant.Plan) { p.Values[0].Scale = math.NaN() },
		"clamp":           func(p *quant.Plan) { p.Values[1].Hi = 256 },
		"input scale":     func(p *quant.Plan) { p.Inputs[0].Scale = -1 },
		"input bound":     func(p *quant.Plan) { p.Inputs[0].Hi = 1 << 30 },
		"tiny scale":      func(p *quant.Plan) { p.Values[0].Scale = 1e-30 },
	} {
		plan, err := quant.Calibrate(net, samples(net, 1, 5, false), quant.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if spoil(plan); true {
			if _, err := quant.Apply(net, plan); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
	}
}

func TestCalibrateRefuses(t *testing.T) {
	net := nets[0].make()
	if _, err := quant.Calibrate(net, nil, quant.Options{}); !errors.Is(err, quant.ErrNoSamples) {
		t.Errorf("no samples: %v", err)
	}
	x := samples(net, 1, 1, false)
	x[0][0][3] = math.NaN()
	if _, err := quant.Calibrate(net, x, quant.Options{}); err == nil {
		t.Error("a sample with a NaN was accepted")
	}
	x[0][0] = x[0][0][1:]
	if _, err := quant.Calibrate(net, x, quant.Options{}); err == nil {
		t.Error("a short sample was accepted")
	}
}

// TestInputScales: pixels and small integers enter exactly, others by range.
func TestInputScales(t *testing.T) {
	net := nets[0].make()
	for _, c := range []struct {
		name  string
		entry float64
		want  quant.InputPlan
	}{
		{"pixels", 1, quant.InputPlan{Name: "x", Scale: 1.0 / 255, Hi: 255}},
		{"integers", 16, quant.InputPlan{Name: "x", Scale: 1, Hi: 255}},
		{"signed integers", -100, quant.InputPlan{Name: "x", Scale: 1, Lo: -127, Hi: 127}},
		{"large", -254, quant.InputPlan{Name: "x", Scale: 2, Lo: -127, Hi: 127}},
	} {
		x := [][][]float64{{make([]float64, 40)}}
		x[0][0][0] = c.entry
		if c.name == "pixels" {
			x[0][0][1] = 0.5
		}
		plan, err := quant.Calibrate(net, x, quant.Options{})
		if err != nil || plan.Inputs[0] != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.name, plan.Inputs, err, c.want)
		}
	}
}

// TestWideMatrix: 40,000 inputs leave less than a byte for activations, and the
// certificate still holds.
func TestWideMatrix(t *testing.T) {
	b := newBuilder(13, 40000)
	net := b.output(b.linear(1, 40000, 0))
	plan, err := quant.Calibrate(net, samples(net, 1, 3, false), quant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if hi := plan.Inputs[0].Hi; hi >= 255 || hi < 150 {
		t.Errorf("activations up to %d", hi)
	}
	if _, err := quant.Apply(net, plan); err != nil {
		t.Error(err)
	}
}
