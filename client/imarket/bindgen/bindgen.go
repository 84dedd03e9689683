// Package bindgen makes the Go binding of the market's contract from its ABI.
package bindgen

import (
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
)

// ABI and Output are where the ABI comes from and where the binding goes,
// relative to the folder of package imarket.
const (
	ABI    = "../../chain/contracts/IMarket.abi.json"
	Output = "imarket.go"
)

// Bind gives the source of package imarket for an ABI in JSON.
func Bind(abiJSON []byte) (string, error) {
	src, err := abigen.BindV2(
		[]string{"IMarket"}, []string{string(abiJSON)}, []string{""}, "imarket", nil, nil)
	if err != nil {
		return "", fmt.Errorf("binding IMarket: %w", err)
	}
	return src, nil
}
