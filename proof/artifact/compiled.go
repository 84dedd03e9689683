package artifact

import (
	"errors"
	"fmt"

	"agon/nn"
	"agon/nn/float"
	"agon/nn/quant"
	"agon/proof/lower"
)

// Compiled is model.compiled: the network in integers, and how it is proven.
// It holds the weights: who has it has the model.
type Compiled struct {
	Face  Face
	Model *nn.Model
}

const compiledMagic = "agon model.compiled 1\n"

// ErrNoPlan says that settings have not been calibrated.
var ErrNoPlan = errors.New("settings without a plan: run calibrate first")

// Compile turns a network into integers as its settings plan, and checks that it
// can be proven.
func Compile(net *float.Net, s *Settings) (*Compiled, error) {
	if s.Plan == nil {
		return nil, ErrNoPlan
	}
	m, err := quant.Apply(net, s.Plan)
	if err != nil {
		return nil, err
	}
	if _, err := lower.Lower(m.Graph); err != nil {
		return nil, err
	}
	return &Compiled{s.Face, m}, nil
}

// Encode writes model.compiled.
func (c *Compiled) Encode() ([]byte, error) {
	face, err := encodeJSON(c.Face)
	return parts(compiledMagic, face, c.Model.Encode()), err
}

// ReadCompiled decodes model.compiled and checks the network.
func ReadCompiled(b []byte) (*Compiled, error) {
	p, err := split("model.compiled", compiledMagic, b, MaxCompiled, 2)
	if err != nil {
		return nil, err
	}
	var c Compiled
	if err := decodeJSON("model.compiled", p[0], MaxSettings, &c.Face); err != nil {
		return nil, err
	}
	if err := c.Face.Check(); err != nil {
		return nil, err
	}
	if c.Model, err = nn.DecodeModel(p[1]); err != nil {
		return nil, fmt.Errorf("%w: model.compiled: %w", ErrFile, err)
	}
	if err := c.Face.fits(c.Model.Graph); err != nil {
		return nil, err
	}
	return &c, nil
}

// fits checks that names and tensors are as many.
func (f Face) fits(g *nn.Graph) error {
	if len(f.Inputs) != len(g.Inputs) || len(f.Outputs) != len(g.Outputs) {
		return fmt.Errorf("%w: names of %d inputs and %d outputs, the network has %d and %d",
			ErrFile, len(f.Inputs), len(f.Outputs), len(g.Inputs), len(g.Outputs))
	}
	return nil
}
