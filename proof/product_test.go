package proof

import (
	"math/rand/v2"
	"testing"
	"time"

	"agon/nn"
	"agon/nn/fast"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// BenchmarkProduct1024 compares the prover of the linear sumcheck for one product
// of two 1024 × 1024 matrices (a layer over a batch of 1024 vectors, input and
// output public) with the native integer product of nn/fast. It times all that
// the relation needs: binding both matrices, the rounds, evaluating the forms.
func BenchmarkProduct1024(b *testing.B) {
	const size = 1024
	rnd := rand.New(rand.NewPCG(3, 0))
	n := newLayered(rnd, true, size, size)
	inputs := n.inputs(rnd, size)
	graph := &nn.Graph{
		Inputs: []nn.Input{{
			Shape: nn.Shape{size, size}, Bound: nn.Bound{Hi: activationMax}, Scale: 1,
		}},
		Weights: []nn.Weights{{Rows: size, Cols: size, BiasBits: 16}},
		Nodes:   []nn.Node{{Op: nn.Linear{}, In: []nn.Value{0}}},
		Outputs: []nn.Output{{Value: 1, Scale: 1}},
	}
	params := []nn.Matrix{{W: n.weights[0].W, B: n.weights[0].B}}
	run, err := fast.New(&nn.Model{Graph: graph, Params: params})
	if err != nil {
		b.Fatal(err)
	}
	trace, err := run.Run(inputs)
	if err != nil {
		b.Fatal(err)
	}
	columns := []look.Column{
		{Len: size * size, Public: true, Values: inputs},
		{Len: size * size, Public: true, Values: trace[1]},
	}
	p := Params{LogJ: 4, LogS: 10, LogRoot: 16, LogWork: 16, Epochs: 1, Budget: 1}
	h := Header{Batch: size, Ports: []Visibility{Public, Public}, LogMessage: 8, LogLength: 12,
		Uses: 1}
	f, err := newFrame(n.prog, p, h)
	if err != nil {
		b.Fatal(err)
	}
	w, err := newWeights(n.prog.Weights, n.weights, p.LogJ)
	if err != nil {
		b.Fatal(err)
	}
	play := func(talk *sum.Talk, s *secrets) {
		c := script{frame: f, Talk: talk, columns: columns, secrets: s}
		c.run()
	}
	pads := zk.NewStream([]byte("product"))
	cells := padsFor(f, pads)
	var native, proving time.Duration
	var messages []byte
	for b.Loop() {
		start := cpu()
		if _, err := run.Run(inputs); err != nil {
			b.Fatal(err)
		}
		native += cpu() - start
		start = cpu()
		talk := sum.NewProver(fs.New("product"), f.layout, cells)
		play(talk, &secrets{weights: w})
		proving += cpu() - start
		messages = talk.Messages()
	}
	// The constraints it leaves hold: what was timed is a proof of this product.
	talk := sum.NewVerifier(fs.New("product"), f.layout, messages)
	play(talk, nil)
	for i, form := range talk.Constraints() {
		if v := cellValue(form, cells); !v.IsZero() || talk.Err != nil {
			b.Fatalf("constraint %d does not hold: %v", i, talk.Err)
		}
	}
	count := float64(b.N)
	b.ReportMetric(float64(native.Microseconds())/1000/count, "native-cpu-ms")
	b.ReportMetric(float64(proving.Microseconds())/1000/count, "sumcheck-cpu-ms")
	b.ReportMetric(float64(proving)/float64(native), "sumcheck/native")
}

// padsFor fills the layout of a frame.
func padsFor(f *frame, rnd *zk.Stream) ff.ExtVec {
	cells := ff.NewExtVec(f.layout.Cells)
	rnd.FillExt(cells)
	f.layout.Complete(cells)
	return cells
}

// cellValue evaluates a form over pads alone.
func cellValue(form sum.Form, cells ff.ExtVec) ff.Ext {
	return form.Value(func(r sum.Ref) ff.Ext { return cells.At(r.At) })
}
