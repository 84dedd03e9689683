package lists

import (
	"bytes"
	_ "embed"
)

//go:embed majors.json
var majors []byte

// AddMajors puts the tokens in that nearly every list has and that fakes imitate
// most. Of other chains there are none: their bridged tokens get successors of the
// same symbol, which an old list would call false.
func (t *Tokens) AddMajors() error {
	_, err := t.Read(bytes.NewReader(majors))
	return err
}
