package quant

import (
	"fmt"

	"agon/nn"
	"agon/nn/float"
)

// Apply turns a net into a model as a plan says. It depends on nothing else, and
// checks the result: a plan for another net, or a spoilt one, is an error.
func Apply(net *float.Net, p *Plan) (*nn.Model, error) {
	net, err := net.Fold()
	if err != nil {
		return nil, err
	}
	if len(p.Inputs) != len(net.Inputs) || len(p.Values) != len(net.Nodes) {
		return nil, fmt.Errorf("the plan is for %d inputs and %d nodes, the net has %d and %d: "+
			"calibrate again", len(p.Inputs), len(p.Values), len(net.Inputs), len(net.Nodes))
	}
	return lower(net, planned{p})
}

// planned makes the choices of a plan.
type planned struct {
	*Plan
}

func (p planned) input(_ *lowering, i int) (InputPlan, error) { return p.Inputs[i], nil }

func (p planned) value(l *lowering, v int) ValuePlan { return p.Values[v-len(l.net.Inputs)] }

func (p planned) matrix(l *lowering, v int, _ *float.Linear, _ tensor) (float64, error) {
	s := p.value(l, v).Scale
	if !(s > 1e-100 && s < 1e100) {
		return 0, fmt.Errorf("the plan has the scale %g: calibrate again", s)
	}
	return s, nil
}

func (p planned) narrow(l *lowering, v int, _ tensor, _, _ float64) (nn.Requant, error) {
	c := p.value(l, v)
	if c.Shift < 1 || c.Shift > nn.MaxShift {
		return nn.Requant{}, fmt.Errorf("the plan has the shift %d: calibrate again", c.Shift)
	}
	return nn.Requant{Shift: c.Shift, Lo: c.Lo, Hi: c.Hi}, nil
}
