package onnx

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"agon/game/market"
	"agon/nn"
	"agon/nn/float"
	"agon/nn/hosts"
	format "agon/nn/onnx"
	"agon/player"
	"agon/player/model"
)

// maxModel bounds a model's file, in bytes.
const maxModel = 256 << 20

// Player asks a network. It knows what its author taught it, which is not
// checked here: calibration from settled forecasts will tell.
type Player struct {
	Sidecar
	net      *float.Net
	shapes   []nn.Shape
	template market.Template
	field    int
}

// Load reads path, which ends in .onnx, and the sidecar beside it, in .json.
// Errors wrap ErrModel or come from reading files.
func Load(path string) (*Player, error) {
	base, ok := strings.CutSuffix(path, ".onnx")
	if !ok {
		return nil, fmt.Errorf("%w: %s: want a file that ends in .onnx", ErrModel, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxModel {
		return nil, fmt.Errorf("%w: %s has %d bytes, want at most %d", ErrModel, path, info.Size(),
			maxModel)
	}
	network, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sidecar, err := os.ReadFile(base + ".json")
	if err != nil {
		return nil, err
	}
	p, err := New(network, sidecar)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// New makes a player of a network and its sidecar; errors wrap ErrModel.
func New(network, sidecar []byte) (*Player, error) {
	s, err := ParseSidecar(sidecar)
	if err != nil {
		return nil, err
	}
	file, err := format.Decode(network)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	net, err := format.Import(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	p := &Player{Sidecar: s, net: net}
	p.template, _ = market.TemplateNamed(s.Template)
	form, _ := p.template.Form()
	p.field = slices.Index(form.Fields, s.Field)
	return p, p.try()
}

// try runs the network once on zeros, so that a file that does not fit its
// sidecar is refused when it is loaded.
func (p *Player) try() error {
	if len(p.net.Inputs) != 1 || len(p.net.Outputs) < 1 {
		return fmt.Errorf("%w: want one input and an output, have %d and %d", ErrModel,
			len(p.net.Inputs), len(p.net.Outputs))
	}
	var err error
	if p.shapes, err = p.net.Shapes(); err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	n := p.net.Inputs[0].Shape.Elements()
	if p.Width == 0 && n >= 1 && n <= maxWidth {
		p.Width = n
	}
	if n != p.Width {
		return fmt.Errorf("%w: the network takes %d numbers, the sidecar says width %d", ErrModel,
			n, p.Width)
	}
	if _, err := p.run(make([]float64, p.Width)); err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	return nil
}

// Name is the sidecar's.
func (p *Player) Name() string { return p.Sidecar.Name }

// Family is the sidecar's, "onnx" if it names none.
func (p *Player) Family() string { return p.Sidecar.Family }

// Forecast runs the network on one field of the question.
func (p *Player) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	if q.Template != p.template || q.Kind != market.Binary {
		return player.Forecast{}, player.Pass(p.Name(), "not a question of its template")
	}
	x, err := p.features(q.Field(p.field))
	if err != nil {
		return player.Forecast{}, player.Pass(p.Name(), err.Error())
	}
	logOdds, err := p.run(x)
	if err != nil {
		return player.Forecast{}, player.Pass(p.Name(), err.Error())
	}
	even := player.Sigmoid(p.Slope*logOdds + p.Offset)
	to := p.BaseRate
	if q.Prior > 0 && q.Prior < 1 {
		to = q.Prior
	}
	return player.Forecast{
		P:          player.Shift(even, p.BaseRate, to),
		Confidence: p.Confidence,
		Reason:     fmt.Sprintf("a network of %d steps says %.3f", len(p.net.Nodes), even),
	}, nil
}

// features is what the network is fed for a field's text.
func (p *Player) features(text string) ([]float64, error) {
	if text == "" || len(text) > market.MaxField {
		return nil, fmt.Errorf("a field of %d bytes, want 1 to %d", len(text), market.MaxField)
	}
	switch p.Features {
	case "hosts":
		return hosts.Features(text), nil
	case "numbers":
		return numbers(text, p.Width)
	}
	x := make([]float64, p.Width)
	s := "^" + strings.ToLower(text) + "$"
	for i := range len(s) {
		h := model.HashStart
		for j := i; j < min(i+p.Longest, len(s)); j++ {
			h = model.HashByte(h, s[j])
			if j-i+1 >= p.Shortest {
				x[h%uint32(p.Width)]++
			}
		}
	}
	return x, nil
}

func numbers(text string, width int) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) != width {
		return nil, fmt.Errorf("%d numbers, want %d", len(parts), width)
	}
	x := make([]float64, width)
	for i, s := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e12 {
			return nil, fmt.Errorf("number %d is none", i+1)
		}
		x[i] = v
	}
	return x, nil
}

// run gives the log-odds of YES that the network says.
func (p *Player) run(x []float64) (float64, error) {
	values, err := p.net.RunShaped(p.shapes, x)
	if err != nil {
		return 0, err
	}
	y := values[p.net.Outputs[0].Value]
	for _, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("the network says %v", v)
		}
	}
	switch {
	case p.Answer == "classes":
		if p.Yes >= len(y) || len(y) < 2 {
			return 0, fmt.Errorf("%d classes, and yes is number %d", len(y), p.Yes)
		}
		return y[p.Yes] - others(y, p.Yes), nil
	case len(y) != 1:
		return 0, fmt.Errorf("%d outputs, want 1 for a %s", len(y), p.Answer)
	case p.Answer == "probability":
		return player.Logit(y[0]), nil
	}
	return y[0], nil
}

// others is ln Σ exp(y) over all classes but one.
func others(y []float64, but int) float64 {
	most := math.Inf(-1)
	for i, v := range y {
		if i != but {
			most = max(most, v)
		}
	}
	sum := 0.0
	for i, v := range y {
		if i != but {
			sum += math.Exp(v - most)
		}
	}
	return most + math.Log(sum)
}
