// Package onnx makes a player of a network in a file: the ONNX model, which any
// training library writes, and beside it a small JSON file that says what to
// feed it and how to read its answer.
//
//	mine.onnx  the network: matrices, ReLU, normalisation; see nn/onnx
//	mine.json  {"name": "mine", "template": "dapp-scam", "field": "host",
//	            "features": "grams", "width": 1024, "shortest": 2, "longest": 4,
//	            "answer": "logit"}
//
// The network runs here, over the reals; nothing is fetched.
package onnx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"agon/game/market"
	"agon/nn/hosts"
)

// ErrModel is what a model or a sidecar that cannot be used wraps.
var ErrModel = errors.New("unusable model")

// Sidecar says how a question becomes numbers and an answer a probability.
type Sidecar struct {
	Name     string `json:"name"`     // of the player; 1 to 64 letters, digits and hyphens
	Family   string `json:"family"`   // "onnx" if empty
	Template string `json:"template"` // which questions it answers: "dapp-scam"
	Field    string `json:"field"`    // which field of them it reads: "host"

	// Features is "grams": how often each letter sequence occurs in the field, in
	// lower case between ^ and $, hashed (FNV-1a, 32 bits, modulo Width);
	// "hosts": the vector of nn/hosts, of 1024; or "numbers": the field is Width
	// numbers with commas between.
	Features string `json:"features"`
	Width    int    `json:"width"`    // that of the network's input if 0
	Shortest int    `json:"shortest"` // of the sequences, in bytes; 2 if 0
	Longest  int    `json:"longest"`  // 4 if 0

	// Answer is "logit", "probability" or "classes" (a score for each class, of
	// which number Yes says YES; softmax).
	Answer string `json:"answer"`
	Yes    int    `json:"yes"`

	// Slope and Offset rescale the log-odds: slope·x + offset; slope 1 if 0.
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`

	// BaseRate is the share of YES where the network was trained; ½ if 0.
	BaseRate   float64 `json:"base_rate"`
	Confidence float64 `json:"confidence"` // ½ if 0
}

// Limits of a sidecar.
const (
	maxSidecar = 1 << 16 // bytes
	maxWidth   = 1 << 20
	maxName    = 64
	maxGram    = 16
)

// ParseSidecar reads a sidecar; its errors are ErrModel.
func ParseSidecar(text []byte) (Sidecar, error) {
	var s Sidecar
	if len(text) > maxSidecar {
		return s, fmt.Errorf("%w: a sidecar of %d bytes, want at most %d", ErrModel, len(text),
			maxSidecar)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("%w: sidecar: %w", ErrModel, err)
	}
	s.defaults()
	return s, s.check()
}

func (s *Sidecar) defaults() {
	for _, d := range []struct {
		at *int
		to int
	}{{&s.Shortest, 2}, {&s.Longest, 4}} {
		if *d.at == 0 {
			*d.at = d.to
		}
	}
	for _, d := range []struct {
		at *float64
		to float64
	}{{&s.Slope, 1}, {&s.BaseRate, 0.5}, {&s.Confidence, 0.5}} {
		if *d.at == 0 {
			*d.at = d.to
		}
	}
	if s.Family == "" {
		s.Family = "onnx"
	}
	if s.Features == "hosts" {
		s.Width = hosts.Width
	}
}

func (s *Sidecar) check() error {
	form, known := formOf(s.Template)
	within := func(x, low, high float64) bool { return x >= low && x <= high }
	for _, c := range []struct {
		ok   bool
		what string
		have any
	}{
		{named(s.Name), "name of 1 to 64 letters, digits and hyphens", s.Name},
		{named(s.Family), "family of 1 to 64 letters, digits and hyphens", s.Family},
		{known, "template that exists", s.Template},
		{slices.Contains(form.Fields, s.Field),
			"field of the template: " + strings.Join(form.Fields, ", "), s.Field},
		{slices.Contains([]string{"grams", "hosts", "numbers"}, s.Features),
			`features "grams", "hosts" or "numbers"`, s.Features},
		{s.Width >= 0 && s.Width <= maxWidth, "width from 1 to 2²⁰", s.Width},
		{s.Shortest >= 1 && s.Shortest <= s.Longest && s.Longest <= maxGram,
			"1 ≤ shortest ≤ longest ≤ 16", [2]int{s.Shortest, s.Longest}},
		{slices.Contains([]string{"logit", "probability", "classes"}, s.Answer),
			`answer "logit", "probability" or "classes"`, s.Answer},
		{s.Yes >= 0, "yes of 0 or more", s.Yes},
		{within(s.Slope, -100, 100), "slope from −100 to 100", s.Slope},
		{within(s.Offset, -100, 100), "offset from −100 to 100", s.Offset},
		{within(s.BaseRate, 0.001, 0.999), "base_rate from 0.001 to 0.999", s.BaseRate},
		{within(s.Confidence, 0, 1), "confidence from 0 to 1", s.Confidence},
	} {
		if !c.ok {
			return fmt.Errorf("%w: sidecar: want a %s, have %v", ErrModel, c.what, c.have)
		}
	}
	return nil
}

func formOf(name string) (market.Form, bool) {
	t, ok := market.TemplateNamed(name)
	if !ok {
		return market.Form{}, false
	}
	return t.Form()
}

func named(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}
