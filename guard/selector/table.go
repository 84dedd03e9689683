package selector

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"agon/guard/calldata"
)

// signatures are functions that wallets meet every day, with the names that
// their standards and sources give the parameters.
//
//go:embed signatures.txt
var signatures string

// Limits of tables that users bring.
const (
	maxTable      = 128 << 20 // bytes
	maxPerAddress = 16        // names of one selector
)

// ErrTable says that a file is not a table of signatures.
var ErrTable = errors.New("not a table of signatures")

// Table finds functions by selector. The zero Table is empty.
type Table struct {
	names map[[4]byte][]string
}

var known = sync.OnceValue(func() *Table {
	t := &Table{}
	for _, line := range strings.Split(signatures, "\n") {
		if line != "" && line[0] != '#' {
			t.add(line)
		}
	}
	return t
})

// Known is the table that ships with the program.
func Known() *Table { return known() }

func (t *Table) add(signature string) bool {
	f, err := calldata.ParseFunction(signature)
	if err != nil {
		return false
	}
	return t.put(f.Selector(), signature)
}

func (t *Table) put(sel [4]byte, signature string) bool {
	if t.names == nil {
		t.names = map[[4]byte][]string{}
	}
	if len(t.names[sel]) >= maxPerAddress {
		return false
	}
	t.names[sel] = append(t.names[sel], signature)
	return true
}

// Len is the number of selectors.
func (t *Table) Len() int { return len(t.names) }

// ReadJSON adds a table of the public kind: an object from eight hex digits to
// a signature, or to several separated by semicolons. The signatures are not
// parsed until somebody asks for them.
func (t *Table) ReadJSON(r io.Reader) (added int, err error) {
	var doc map[string]string
	limited := &io.LimitedReader{R: r, N: maxTable}
	if err := json.NewDecoder(limited).Decode(&doc); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrTable, err)
	}
	for digits, text := range doc {
		b, err := hex.DecodeString(strings.TrimPrefix(digits, "0x"))
		if err != nil || len(b) != 4 {
			return added, fmt.Errorf("%w: selector %q", ErrTable, digits)
		}
		for _, s := range strings.Split(text, ";") {
			if t.put([4]byte(b), s) {
				added++
			}
		}
	}
	return added, nil
}

// Find gives the functions of a selector. Names that do not hash to it are left
// out: a table may be wrong, or made to mislead.
func (t *Table) Find(sel [4]byte) []*calldata.Function {
	var out []*calldata.Function
	for _, signature := range t.names[sel] {
		f, err := calldata.ParseFunction(signature)
		if err == nil && f.Selector() == sel {
			out = append(out, f)
		}
	}
	return out
}

// Decode reads a call by the first function of its selector under which the
// data is regular, or else by the first under which it can be read at all.
func (t *Table) Decode(data []byte) (*calldata.Call, bool) {
	if len(data) < 4 {
		return nil, false
	}
	var odd *calldata.Call
	for _, f := range t.Find([4]byte(data)) {
		call, err := f.Decode(data)
		if err != nil {
			continue
		}
		if len(call.Irregular) == 0 {
			return call, true
		}
		if odd == nil {
			odd = call
		}
	}
	return odd, odd != nil
}
