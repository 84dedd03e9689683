package onnx_test

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agon/game/market"
	"agon/nn"
	"agon/nn/float"
	format "agon/nn/onnx"
	"agon/player"
	"agon/player/onnx"
)

// file writes a network y = W·relu(x) + b of n inputs as an ONNX file.
func file(t *testing.T, n int, w [][]float64, b []float64) []byte {
	t.Helper()
	var flat []float64
	for _, row := range w {
		flat = append(flat, row...)
	}
	net := &float.Net{
		Inputs: []float.Port{{Name: "x", Value: 0, Shape: nn.Shape{n}}},
		Nodes: []float.Node{
			{Name: "r", Op: float.Relu{}, In: []int{0}},
			{Name: "y", Op: &float.Linear{Rows: len(b), Cols: n, W: flat, B: b}, In: []int{1}},
		},
		Outputs: []float.Port{{Name: "y", Value: 2, Shape: nn.Shape{len(b)}}},
	}
	m, err := format.Export(net, "test")
	if err != nil {
		t.Fatal(err)
	}
	return format.Encode(m)
}

const sidecar = `{"name": "mine", "template": "dapp-scam", "field": "host",
	"features": "numbers", "width": 2, "answer": "logit"}`

func about(host string) player.Question {
	return player.Question{
		Template: market.DappScam, Kind: market.Binary, Fields: []string{host}, Prior: 0.5,
	}
}

// The file's network answers: 2·relu(1) − 3·relu(−5) + 0.5 is a logit of 2.5.
func TestAnswers(t *testing.T) {
	one := file(t, 2, [][]float64{{2, -3}}, []float64{0.5})
	two := file(t, 2, [][]float64{{0, 0}, {2, -3}}, []float64{0, 0.5})
	sure := file(t, 2, [][]float64{{0, 0}}, []float64{0.7})
	for name, c := range map[string]struct {
		network []byte
		change  [2]string
		prior   float64
		want    float64
	}{
		"logit":     {one, [2]string{}, 0.5, player.Sigmoid(2.5)},
		"base rate": {one, [2]string{}, 0.1, player.Shift(player.Sigmoid(2.5), 0.5, 0.1)},
		"rescaled": {one, [2]string{`"logit"`, `"logit", "slope": 0.4, "offset": 1`}, 0.5,
			player.Sigmoid(2)},
		"classes":     {two, [2]string{`"logit"`, `"classes", "yes": 1`}, 0.5, player.Sigmoid(2.5)},
		"other class": {two, [2]string{`"logit"`, `"classes"`}, 0.5, player.Sigmoid(-2.5)},
		"probability": {sure, [2]string{`"logit"`, `"probability"`}, 0.5, 0.7},
	} {
		p, err := onnx.New(c.network, []byte(strings.Replace(sidecar, c.change[0], c.change[1], 1)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		q := about("1, -5")
		q.Prior = c.prior
		f, err := p.Forecast(context.Background(), q)
		if err != nil || math.Abs(f.P-c.want) > 1e-6 {
			t.Errorf("%s: want %v, have %+v, %v", name, c.want, f, err)
		}
		if p.Name() != "mine" || p.Family() != "onnx" || f.Confidence != 0.5 {
			t.Errorf("%s: %s of %s, confidence %v", name, p.Name(), p.Family(), f.Confidence)
		}
	}
}

// Grams of "^ab$" with two letters are ^a, ab, b$: three, whatever their places.
func TestGrams(t *testing.T) {
	text := strings.NewReplacer("numbers", "grams", `"width": 2`,
		`"width": 8, "shortest": 2, "longest": 2`).Replace(sidecar)
	sum := file(t, 8, [][]float64{{1, 1, 1, 1, 1, 1, 1, 1}}, []float64{0})
	p, err := onnx.New(sum, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"ab", "AB"} {
		f, err := p.Forecast(context.Background(), about(h))
		if err != nil || math.Abs(f.P-player.Sigmoid(3)) > 1e-6 {
			t.Errorf("%s: want %v, have %+v, %v", h, player.Sigmoid(3), f, err)
		}
	}
}

func TestPasses(t *testing.T) {
	p, err := onnx.New(file(t, 2, [][]float64{{1, 1}}, []float64{0}), []byte(sidecar))
	if err != nil {
		t.Fatal(err)
	}
	other := about("1,2")
	other.Template = market.TokenGenuine
	group := about("1,2")
	group.Kind = market.Group
	for name, q := range map[string]player.Question{
		"template": other, "group": group, "empty": about(""), "three": about("1,2,3"),
		"words": about("a,b"), "NaN": about("NaN,1"), "huge": about("1e300,1"),
		"long": about(strings.Repeat("1", 5000)),
	} {
		if f, err := p.Forecast(context.Background(), q); !errors.Is(err, player.ErrPass) {
			t.Errorf("%s: want a pass, have %+v, %v", name, f, err)
		}
	}
}

// What does not fit is refused when it is loaded, with the reason.
func TestRefuses(t *testing.T) {
	good := file(t, 2, [][]float64{{1, 1}}, []float64{0})
	for name, c := range map[string]struct{ from, to, says string }{
		"template":  {"dapp-scam", "cats", "template that exists"},
		"field":     {`"host"`, `"post"`, "field of the template"},
		"features":  {"numbers", "magic", "features"},
		"width":     {`"width": 2`, `"width": 3`, "takes 2 numbers"},
		"answer":    {"logit", "maybe", "answer"},
		"classes":   {"logit", "classes", "1 classes"},
		"unknown":   {`"name"`, `"colour": 1, "name"`, "unknown field"},
		"name":      {`"mine"`, `"my model"`, "name of"},
		"slope":     {`"logit"`, `"logit", "slope": 1e9`, "slope"},
		"base rate": {`"logit"`, `"logit", "base_rate": 2`, "base_rate"},
		"not JSON":  {"{", "[", "sidecar"},
	} {
		_, err := onnx.New(good, []byte(strings.Replace(sidecar, c.from, c.to, 1)))
		if !errors.Is(err, onnx.ErrModel) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: want ErrModel about %q, have %v", name, c.says, err)
		}
	}
	for _, cut := range []int{0, 1, len(good) / 2} {
		if _, err := onnx.New(good[:cut], []byte(sidecar)); !errors.Is(err, onnx.ErrModel) {
			t.Errorf("%d of %d bytes: want ErrModel, have %v", cut, len(good), err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.onnx")
	if _, err := onnx.Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: want fs.ErrNotExist, have %v", err)
	}
	if _, err := onnx.Load(dir); !errors.Is(err, onnx.ErrModel) {
		t.Errorf("another name: want ErrModel, have %v", err)
	}
	network := file(t, 2, [][]float64{{1, 1}}, []float64{0})
	for name, b := range map[string][]byte{"mine.onnx": network, "mine.json": []byte(sidecar)} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	silent := strings.Replace(sidecar, `"width": 2`, `"width": 0`, 1)
	if p, err := onnx.New(network, []byte(silent)); err != nil || p.Width != 2 {
		t.Errorf("a sidecar without a width: %v, want the network's", err)
	}
	p, err := onnx.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := p.Forecast(context.Background(), about("1,1")); err != nil || f.P < 0.8 {
		t.Errorf("have %+v, %v", f, err)
	}
}

func FuzzNew(f *testing.F) {
	f.Add([]byte{}, []byte(sidecar))
	f.Fuzz(func(t *testing.T, network, text []byte) {
		if _, err := onnx.New(network, text); err != nil && !errors.Is(err, onnx.ErrModel) {
			t.Fatalf("want ErrModel, have %v", err)
		}
	})
}
