package quant

import (
	"fmt"

	"agon/nn"
)

// Plan holds the choices that turn a net into integers.
type Plan struct {
	Inputs []InputPlan `json:"inputs"`
	Values []ValuePlan `json:"values"` // one for each node of the net
}

// InputPlan is the scale and the bound of an input.
type InputPlan struct {
	Name  string  `json:"name"`
	Scale float64 `json:"scale"`
	Lo    int     `json:"lo"`
	Hi    int     `json:"hi"`
}

// ValuePlan is what was chosen for the result of one node; what does not apply
// is zero.
type ValuePlan struct {
	Node string `json:"node"`
	// Min and Max are the reals seen in the samples.
	Min float64 `json:"min"`
	Max float64 `json:"max"`
	// Scale is σ of an accumulator.
	Scale float64 `json:"scale,omitempty"`
	// Shift, Lo and Hi narrow an accumulator: this node's, or, for Relu and Clip,
	// its operand's. Shift 0: never narrowed.
	Shift int `json:"shift,omitempty"`
	Lo    int `json:"lo,omitempty"`
	Hi    int `json:"hi,omitempty"`
}

// Options of a calibration. The zero value is the default.
type Options struct {
	// InputScales fixes the scale of inputs, by index; 0 leaves it to the samples.
	InputScales []float64
	// MaxSamples limits the samples that the search of scales runs on; ranges
	// come from all. 0 means 64.
	MaxSamples int
}

// ErrNoSamples: a calibration needs inputs to look at.
var ErrNoSamples = fmt.Errorf("no samples: a calibration needs at least one input")

// byteMax is the largest unsigned activation, signedMax the largest signed one.
const (
	byteMax   = 255
	signedMax = 127
)

// activationCap is the largest activation such that the widest matrix keeps its
// certificate, K·127·A + 2^{β−1} < p/2 with β ≤ 28, at most one byte.
func activationCap(widest int) (int, error) {
	room := int64(nn.Modulus)/2 - 1<<27
	a := room / (nn.WeightMax * int64(max(widest, 1)))
	if a < 3 {
		return 0, fmt.Errorf("a matrix of %d inputs leaves no room for activations", widest)
	}
	return int(min(a, byteMax)), nil
}
