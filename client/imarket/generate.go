//go:build ignore

// This program rewrites imarket.go from the contract's ABI.
package main

import (
	"log"
	"os"

	"agon/client/imarket/bindgen"
)

func main() {
	abiJSON, err := os.ReadFile(bindgen.ABI)
	if err != nil {
		log.Fatal(err)
	}
	src, err := bindgen.Bind(abiJSON)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(bindgen.Output, []byte(src), 0o644); err != nil {
		log.Fatal(err)
	}
}
