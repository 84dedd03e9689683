package imarket_test

import (
	"os"
	"testing"

	"agon/client/imarket/bindgen"
)

// TestCurrent proves that imarket.go is what the ABI gives.
func TestCurrent(t *testing.T) {
	abiJSON, err := os.ReadFile(bindgen.ABI)
	if err != nil {
		t.Fatal(err)
	}
	want, err := bindgen.Bind(abiJSON)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("imarket.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("imarket.go is stale: run go generate ./client/imarket")
	}
}
