package networks

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"agon/nn/fast"
	"agon/nn/onnx"
	"agon/nn/quant"
)

// check imports a network, compares its reals with those of onnxruntime, its
// integers with its reals, and its fast run with the reference.
func check(t *testing.T, name string, file, cases []byte) {
	t.Helper()
	m, err := onnx.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	net, err := onnx.Import(m)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(cases)
	if err != nil {
		t.Fatal(err)
	}
	n := min(len(c.InputData), 100)
	samples := c.Samples()[:n]
	for i, x := range samples {
		trace, err := net.Run(x...)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range trace[net.Outputs[0].Value] {
			// onnxruntime computes in float32.
			if want := c.Logits[i][k]; math.Abs(v-want) > 1e-3*(1+math.Abs(want)) {
				t.Fatalf("%s, input %d, logit %d: %g, onnxruntime says %g", name, i, k, v, want)
			}
		}
	}
	half := n / 2 // calibrate on one half, compare on the other
	plan, err := quant.Calibrate(net, samples[:half], quant.Options{MaxSamples: 32})
	if err != nil {
		t.Fatal(err)
	}
	model, err := quant.Apply(net, plan)
	if err != nil {
		t.Fatal(err)
	}
	var labels []int
	if c.Labels != nil {
		labels = c.Labels[half:n]
	}
	r, err := quant.Compare(net, model, samples[half:], labels)
	if err != nil {
		t.Fatal(err)
	}
	o := r.Outputs[0]
	t.Logf("%s: %d parameters, error mean %.4f max %.4f of the span, labels agree %d of %d, "+
		"right %d in reals, %d in integers", name, model.Graph.Params(), o.Mean/o.Span,
		o.Max/o.Span, o.Agree, o.Labels, o.RightReal, o.RightInt)
	if o.Mean > 0.01*o.Span {
		t.Errorf("%s: mean error %.4g of a span of %.4g", name, o.Mean, o.Span)
	}
	runner, err := fast.New(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range samples[:min(n, 5)] {
		q, err := model.Graph.Inputs[0].Quantise(x[0])
		if err != nil {
			t.Fatal(err)
		}
		want, err := model.Run(q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := runner.Run(q)
		if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%s: the fast run differs (%v)", name, err)
		}
	}
}

func TestDigits(t *testing.T) { check(t, "digits", Digits, DigitsCases) }

// TestExported runs on everything export.py wrote into a folder.
func TestExported(t *testing.T) {
	dir := os.Getenv("AGON_NETWORKS")
	if dir == "" {
		t.Skip("AGON_NETWORKS does not name a folder that export.py wrote")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d networks in %s: %v", len(files), dir, err)
	}
	for _, path := range files {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := os.ReadFile(strings.TrimSuffix(path, ".onnx") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		check(t, filepath.Base(path), file, cases)
	}
}

// TestOrigin: the fixtures are those ORIGIN describes.
func TestOrigin(t *testing.T) {
	text, err := os.ReadFile("ORIGIN")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"digits.onnx": Digits, "digits.json": DigitsCases} {
		if line := fmt.Sprintf("%x  %s", sha256.Sum256(data), name); !strings.Contains(
			string(text), line) {
			t.Errorf("ORIGIN does not say %q", line)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "{}", `{"input_data":[[1]]}`,
		`{"input_data":[[1]],"logits":[[1]],"labels":[1,2]}`} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
