package request

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// Limits of one request, checked before anything is decoded.
const (
	// MaxBytes bounds the JSON of a request. The largest transaction that nodes
	// relay is 128 KB (1 MB with blobs, which travel apart), twice that in hex.
	MaxBytes = 1 << 20
	maxData  = 256 << 10 // bytes of call data or of a message
)

// Refusals.
var (
	ErrMalformed = errors.New("not a request that a wallet should sign")
	ErrTooLarge  = fmt.Errorf("request of more than %d bytes", MaxBytes)
)

// digits takes the 0x off.
func digits(s string) (string, error) {
	d, ok := strings.CutPrefix(s, "0x")
	if !ok {
		if d, ok = strings.CutPrefix(s, "0X"); !ok {
			return "", fmt.Errorf("%w: %q does not begin with 0x", ErrMalformed, clip(s))
		}
	}
	return d, nil
}

// Bytes reads hex data. An odd number of digits is refused: wallets put the
// missing digit at different ends, so two of them would sign different bytes.
func Bytes(s string) ([]byte, error) {
	d, err := digits(s)
	if err != nil {
		return nil, err
	}
	if len(d) > 2*maxData {
		return nil, fmt.Errorf("%w: %d bytes of data, at most %d", ErrMalformed, len(d)/2, maxData)
	}
	if len(d)%2 != 0 {
		return nil, fmt.Errorf("%w: %d hex digits, an odd number", ErrMalformed, len(d))
	}
	b, err := hex.DecodeString(d)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return b, nil
}

// Address reads twenty bytes in letters of any case.
func Address(s string) (common.Address, error) {
	b, err := Bytes(s)
	if err != nil {
		return common.Address{}, err
	}
	if len(b) != common.AddressLength {
		return common.Address{}, fmt.Errorf("%w: an address of %d bytes", ErrMalformed, len(b))
	}
	return common.BytesToAddress(b), nil
}

// Number reads a quantity of at most 256 bits: hex with or without padding, as
// nodes do, or decimal digits.
func Number(s string) (*big.Int, error) {
	const longest = 80
	if len(s) == 0 || len(s) > longest {
		return nil, fmt.Errorf("%w: a number of %d characters", ErrMalformed, len(s))
	}
	text, base := s, 10
	if d, err := digits(s); err == nil {
		text, base = d, 16
	}
	if text == "" || strings.ContainsAny(text, "+-_") {
		return nil, fmt.Errorf("%w: %q is not a number", ErrMalformed, clip(s))
	}
	n, ok := new(big.Int).SetString(text, base)
	if !ok || n.BitLen() > 256 {
		return nil, fmt.Errorf("%w: %q is not a number of 256 bits", ErrMalformed, clip(s))
	}
	return n, nil
}

func clip(s string) string {
	const longest = 60
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
