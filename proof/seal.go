package proof

import (
	"crypto/rand"
	"fmt"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/zk"
)

// Seal is the secret side of a hashed input or output: the values of one column
// of a batch, in a tree that takes part in the linear test of every proof that
// refers to it.
type Seal struct {
	Public Sealed
	Values []int32
	secret [32]byte
	sheet  *zk.Sheet
	code   code.Code // with its pads
}

// Sealing are the parameters of a seal. Proofs refer to it with the witness code
// it fixes, so a seal is made for the key it will be used with.
type Sealing struct {
	LogMessage int
	LogLength  int
	Uses       int // proofs that may refer to the seal
}

// PlanSeals chooses the code of seals for statements of a key with the given
// visibilities, so that proofs with up to uses references are small.
func PlanSeals(key *Key, batch int, ports []Visibility, uses int) (Sealing, error) {
	f, err := chooseHeader(key.Program, key.Params, Header{Batch: batch, Ports: ports, Uses: uses})
	if err != nil {
		return Sealing{}, err
	}
	return Sealing{f.LogMessage, f.LogLength, uses}, nil
}

// NewSeal commits to values of a column with fresh randomness.
func NewSeal(key *Key, s Sealing, values []int32) (*Seal, error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, fmt.Errorf("randomness of a seal: %w", err)
	}
	return OpenSeal(key, s, values, secret)
}

// OpenSeal remakes a seal from its secret.
func OpenSeal(key *Key, s Sealing, values []int32, secret [32]byte) (*Seal, error) {
	test, err := witnessTest(s.LogMessage, s.LogLength, s.Uses, key.Params.Grind)
	if err != nil {
		return nil, err
	}
	if len(values) < 1 || len(values) > MaxCells {
		return nil, fmt.Errorf("%w: seal of %d values", ErrWitness, len(values))
	}
	cells := make(ff.Vec, len(values))
	cells.SetInt32(values)
	shape := zk.Shape{Kind: code.KindSealed, Base: zk.RowsFor(len(values), test.Code)}
	rnd := zk.NewStream(secret[:], []byte("seal"))
	sheet := zk.Commit(test.Code, shape, cells, ff.ExtVec{}, rnd)
	public := Sealed{Root: sheet.Root(), LogMessage: s.LogMessage, LogLength: s.LogLength,
		Uses: s.Uses}
	return &Seal{Public: public, Values: slices.Clone(values), secret: secret, sheet: sheet,
		code: test.Code}, nil
}

// Secret seeds the pads and salts of the seal. With the values it opens it.
func (s *Seal) Secret() [32]byte { return s.secret }
