package hosts

import (
	"os"
	"path/filepath"
	"testing"

	"agon/nn/quant"
	"agon/nn/train"
)

func TestFeatures(t *testing.T) {
	x := Features("Uniswap-Claim.xn--app")
	if len(x) != Width {
		t.Fatalf("%d features", len(x))
	}
	var grams float64
	for _, v := range x[:Width-counts] {
		grams += v
	}
	if grams != 22+21+20 { // "^uniswap-claim.xn--app$" has 23 characters
		t.Errorf("%g grams, want 63", grams)
	}
	want := []float64{5, 6, 2, 0, 3, 3, 7, 1}
	for i, v := range x[Width-counts:] {
		if v != want[i] {
			t.Errorf("count %d is %g, want %g", i, v, want[i])
		}
	}
	for _, host := range []string{"", "a", "..", string(make([]byte, 300))} {
		for i, v := range Features(host) {
			if v < 0 || v > 15 {
				t.Errorf("feature %d of %q is %g", i, host, v)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("scam_permissive.csv", "host,label,first_seen,source,licence\n"+
		"old.top,scam,2024-01-02,s,MIT\nnew.top,scam,2025-09-01,s,MIT\n"+
		"when.top,scam,unknown,s,MIT\n")
	write("benign.csv", "host,label,kind,source,licence\n"+
		"a.org,benign,wallet,s,MIT\nb.org,benign,api,s,MIT\n")
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Train.X) + len(s.Validate.X); n != 3 || s.Validate.Y[0] != Scam {
		t.Errorf("%d rows, validation %v", n, s.Validate.Y)
	}
	write("benign.csv", "host,label\na.org\n")
	if _, err := Load(dir); err == nil {
		t.Error("a short row was read")
	}
	if _, err := Load(filepath.Join(dir, "absent")); err == nil {
		t.Error("a folder that is not there was read")
	}
}

// spread picks n samples evenly.
func spread(all [][][]float64, n int) [][][]float64 {
	var part [][][]float64
	for i := range n {
		part = append(part, all[i*len(all)/n])
	}
	return part
}

// TestRealHosts trains on the real rows, quantises and compares; a few seconds
// on a part of the data, all of it with AGON_LONG=1.
func TestRealHosts(t *testing.T) {
	data := os.Getenv("AGON_DATA")
	if data == "" {
		t.Skip("AGON_DATA does not name the folder of labelled data")
	}
	s, err := Load(filepath.Join(data, "domains"))
	if err != nil {
		t.Fatal(err)
	}
	every, epochs, atLeast := 8, 3, 0.78
	if os.Getenv("AGON_LONG") == "1" {
		every, epochs, atLeast = 1, 4, 0.85
	}
	thin := func(set train.Set) train.Set {
		part := train.Set{Classes: 2}
		for i := 0; i < len(set.X); i += every {
			part.X, part.Y = append(part.X, set.X[i]), append(part.Y, set.Y[i])
		}
		return part
	}
	fit, check := thin(s.Train), thin(s.Validate)
	net, err := train.Fit(fit, train.Options{
		Seed: 1, Hidden: []int{32}, Epochs: epochs, Decay: 1e-3,
	})
	if err != nil {
		t.Fatal(err)
	}
	samples := func(set train.Set) [][][]float64 {
		var all [][][]float64
		for _, x := range set.X {
			all = append(all, [][]float64{x})
		}
		return all
	}
	plan, err := quant.Calibrate(net, spread(samples(fit), 200), quant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	model, err := quant.Apply(net, plan)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Inputs[0].Scale != 1 {
		t.Errorf("features are integers, but enter with scale %g", plan.Inputs[0].Scale)
	}
	r, err := quant.Compare(net, model, samples(check), check.Y)
	if err != nil {
		t.Fatal(err)
	}
	o, n := r.Outputs[0], float64(len(check.X))
	t.Logf("%d trained, %d validated: right %.4f in reals, %.4f in integers, agree %.4f",
		len(fit.X), len(check.X), float64(o.RightReal)/n, float64(o.RightInt)/n,
		float64(o.Agree)/n)
	if float64(o.RightReal)/n < atLeast {
		t.Errorf("right %.4f of the time, want at least %.2f", float64(o.RightReal)/n, atLeast)
	}
	if float64(o.Agree)/n < 0.98 {
		t.Errorf("integers agree %.4f of the time, want at least 0.98", float64(o.Agree)/n)
	}
}
