package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// maxNesting bounds JSON inside JSON.
const maxNesting = 64

// Fold makes names equal that Go's JSON decoder takes for one: whatever the case
// of their letters, and also with signs that Unicode counts as a case of a letter,
// such as the long s or the sign of the Kelvin. Other programs take none of them
// for the name.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, name)
}

// spelled has the names of a request's members as the standards write them, by
// what they fold to.
var spelled = func() map[string]string {
	out := map[string]string{}
	for _, name := range []string{
		"type", "nonce", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "from", "to",
		"value", "data", "input", "chainId", "authorizationList", "address", "accessList", "calls",
		"capabilities", "sender", "callData", "initCode", "paymasterAndData", "factory",
		"factoryData", "paymaster", "paymasterData", "eip7702Auth", "signature",
	} {
		out[Fold(name)] = name
	}
	return out
}()

// walker goes over JSON and refuses objects in which two programs would find
// different things.
type walker struct {
	dec     *json.Decoder
	spelled map[string]string
}

// unique refuses JSON in which an object has two members of one name, letter
// case aside: of two, one program takes the first and another the last, so that
// what is judged would not be what is signed. With names it refuses them in any
// other spelling too: some programs read those and others pass over them.
func unique(raw json.RawMessage, names map[string]string) error {
	m := walker{json.NewDecoder(bytes.NewReader(raw)), names}
	m.dec.UseNumber()
	return m.value(0)
}

func (m walker) value(depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("%w: nested more than %d deep", ErrMalformed, maxNesting)
	}
	token, err := m.dec.Token()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for m.dec.More() {
		if delim == '{' {
			if err := m.name(seen); err != nil {
				return err
			}
		}
		if err := m.value(depth + 1); err != nil {
			return err
		}
	}
	if _, err := m.dec.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

// name reads the name of a member.
func (m walker) name(seen map[string]bool) error {
	token, err := m.dec.Token()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	name := fmt.Sprint(token)
	folded := Fold(name)
	if seen[folded] {
		return fmt.Errorf("%w: two members %q in one object", ErrMalformed, clip(name))
	}
	seen[folded] = true
	if want, ok := m.spelled[folded]; ok && want != name {
		return fmt.Errorf("%w: a member %q, which programs read as %q or not at all",
			ErrMalformed, clip(name), want)
	}
	return nil
}
