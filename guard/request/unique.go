package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// maxNesting bounds JSON inside JSON.
const maxNesting = 64

// unique refuses JSON in which an object has two members of one name, letter
// case aside: of two, one program takes the first and another the last, so that
// what is judged would not be what is signed.
func unique(raw json.RawMessage) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return uniqueValue(dec, 0)
}

func uniqueValue(dec *json.Decoder, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("%w: nested more than %d deep", ErrMalformed, maxNesting)
	}
	token, err := dec.Token()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if delim == '{' {
			key, err := dec.Token()
			if err != nil {
				return fmt.Errorf("%w: %w", ErrMalformed, err)
			}
			name := strings.ToLower(fmt.Sprint(key))
			if seen[name] {
				return fmt.Errorf("%w: two members %q in one object", ErrMalformed, clip(name))
			}
			seen[name] = true
		}
		if err := uniqueValue(dec, depth+1); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}
