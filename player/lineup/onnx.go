package lineup

import (
	"agon/player"
	"agon/player/onnx"
)

// ONNX makes players of a network in a file: "onnx: {model: mine.onnx}", with
// mine.json beside it. All players of a group share it.
func ONNX() Maker {
	return func(decode func(any) error) (func(int, []byte) (player.Forecaster, error), error) {
		var said struct {
			Model string `yaml:"model"`
		}
		if err := decode(&said); err != nil {
			return nil, err
		}
		p, err := onnx.Load(said.Model)
		if err != nil {
			return nil, err
		}
		return func(int, []byte) (player.Forecaster, error) { return p, nil }, nil
	}
}
