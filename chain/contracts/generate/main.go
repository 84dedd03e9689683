// Command generate rewrites the Solidity interfaces and ABIs of the native
// contracts in the working directory.
package main

import (
	"fmt"
	"os"

	"agon/chain/contracts"
)

func main() {
	files, err := contracts.Interfaces()
	for _, f := range files {
		if err == nil {
			err = os.WriteFile(f.Name, f.Text, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
