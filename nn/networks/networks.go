// Package networks holds standard networks as other programs export them: the
// fixtures that imports are tested on, and export.py, which makes these and
// larger ones with PyTorch.
package networks

import (
	_ "embed" // the fixtures below
	"encoding/json"
	"fmt"
)

// Digits is a network 64-32-10 for images of 8 × 8 pixels, 0 to 16, in ONNX.
//
//go:embed digits.onnx
var Digits []byte

// DigitsCases are images that did not train Digits, in JSON (see Parse).
//
//go:embed digits.json
var DigitsCases []byte

// Cases are inputs of a network with what another program computes for them.
type Cases struct {
	InputData [][]float64 `json:"input_data"`
	Logits    [][]float64 `json:"logits"`
	Labels    []int       `json:"labels"` // nil if there are no true ones
}

// Parse reads the JSON that export.py writes beside a network.
func Parse(text []byte) (*Cases, error) {
	var c Cases
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("cases of a network: %w", err)
	}
	if len(c.InputData) == 0 || len(c.Logits) != len(c.InputData) ||
		c.Labels != nil && len(c.Labels) != len(c.InputData) {
		return nil, fmt.Errorf("cases of a network: %d inputs, %d logits, %d labels",
			len(c.InputData), len(c.Logits), len(c.Labels))
	}
	return &c, nil
}

// Samples are the inputs as calibration takes them.
func (c *Cases) Samples() [][][]float64 {
	all := make([][][]float64, len(c.InputData))
	for i, x := range c.InputData {
		all[i] = [][]float64{x}
	}
	return all
}
