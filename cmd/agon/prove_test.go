package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"agon/nn/networks"
)

// scriptDigits writes network.onnx, samples.json (60 images), input.json (one
// other), four.json (four more), wild.json (no pixels), short-row.json (not enough).
func scriptDigits(ts *testscript.TestScript, _ bool, _ []string) {
	cases, err := networks.Parse(networks.DigitsCases)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("network.onnx"), networks.Digits, 0o644))
	for name, rows := range map[string][][]float64{
		"samples.json": cases.InputData[:60], "input.json": cases.InputData[60:61],
		"four.json": cases.InputData[61:65], "short-row.json": {{1, 2}},
		"wild.json": {slices.Repeat([]float64{1e300, -7}, 32)},
	} {
		b, err := json.Marshal(map[string]any{"input_data": rows})
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o644))
	}
}

// scriptSpoil changes one byte of a file to the next letter of base64, or in
// binary files to its neighbour.
func scriptSpoil(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: spoil FILE N")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	ts.Check(os.WriteFile(path, b, 0o644))
}
