package train

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"agon/nn"
	"agon/nn/float"
)

// Set is a labelled data set: rows of equal length, labels 0 … Classes−1.
type Set struct {
	X       [][]float64
	Y       []int
	Classes int
}

// Options of a fit. Zero values take the defaults in brackets.
type Options struct {
	Seed   uint64
	Hidden []int   // widths of hidden layers; none is logistic regression
	Epochs int     // passes over the set [10]
	Batch  int     // samples a step [32]
	Rate   float64 // learning rate, falling to zero along a cosine [0.003]
	Decay  float64 // λ, on weights and not on biases [0]
}

// ErrSet says that a data set cannot be learned from.
var ErrSet = errors.New("data set refused")

func (s Set) check() error {
	if len(s.X) == 0 || len(s.X) != len(s.Y) || len(s.X[0]) == 0 {
		return fmt.Errorf("%w: %d rows, %d labels", ErrSet, len(s.X), len(s.Y))
	}
	if s.Classes < 2 {
		return fmt.Errorf("%w: %d classes, want at least 2", ErrSet, s.Classes)
	}
	for i, x := range s.X {
		if len(x) != len(s.X[0]) {
			return fmt.Errorf("%w: row %d has %d entries, row 0 has %d",
				ErrSet, i, len(x), len(s.X[0]))
		}
		if s.Y[i] < 0 || s.Y[i] >= s.Classes {
			return fmt.Errorf("%w: label %d of row %d, want 0 … %d",
				ErrSet, s.Y[i], i, s.Classes-1)
		}
		for k, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%w: entry %d of row %d is %g", ErrSet, k, i, v)
			}
		}
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Epochs == 0 {
		o.Epochs = 10
	}
	if o.Batch == 0 {
		o.Batch = 32
	}
	if o.Rate == 0 {
		o.Rate = 0.003
	}
	return o
}

// Fit trains a network on a set: inputs of the length of a row, one output, the
// logits of the classes.
func Fit(s Set, o Options) (*float.Net, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	rng := rand.New(rand.NewPCG(o.Seed, 0x747261696e))
	widths := append(append([]int{len(s.X[0])}, o.Hidden...), s.Classes)
	layers := make([]*layer, len(widths)-1)
	for i := range layers {
		if widths[i+1] < 1 {
			return nil, fmt.Errorf("a hidden layer of width %d", widths[i+1])
		}
		layers[i] = newLayer(rng, widths[i], widths[i+1])
	}
	order := rng.Perm(len(s.X))
	steps := (len(order) + o.Batch - 1) / o.Batch * o.Epochs
	step := 0
	for range o.Epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for at := 0; at < len(order); at += o.Batch {
			batch := order[at:min(at+o.Batch, len(order))]
			for _, i := range batch {
				backpropagate(layers, s.X[i], s.Y[i], 1/float64(len(batch)))
			}
			step++
			rate := o.Rate * 0.5 * (1 + math.Cos(math.Pi*float64(step-1)/float64(steps)))
			for _, l := range layers {
				l.update(rate, o.Decay, step)
			}
		}
	}
	return network(layers), nil
}

// network is the trained layers as a net.
func network(layers []*layer) *float.Net {
	net := &float.Net{Inputs: []float.Port{{
		Name: "input", Shape: nn.Shape{1, layers[0].cols},
	}}}
	push := func(name string, op float.Op) {
		net.Nodes = append(net.Nodes, float.Node{Name: name, Op: op, In: []int{len(net.Nodes)}})
	}
	for i, l := range layers {
		if i > 0 {
			push(fmt.Sprintf("relu%d", i), float.Relu{})
		}
		push(fmt.Sprintf("layer%d", i+1), l.linear())
	}
	net.Outputs = []float.Port{{
		Name: "logits", Value: len(net.Nodes), Shape: nn.Shape{1, layers[len(layers)-1].rows},
	}}
	return net
}
