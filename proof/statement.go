package proof

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
)

// ErrStatement says that a statement does not fit the program, or has a public
// value outside its declared range.
var ErrStatement = errors.New("statement refused")

// MaxContext bounds the caller's context in bytes.
const MaxContext = 1 << 16

// Sealed is a commitment to the values of one column of a batch, made before
// the proof: a hashed input or output. Uses proofs can refer to it before its
// pads are used up.
type Sealed struct {
	Root       code.Digest
	LogMessage int
	LogLength  int
	Uses       int
}

// Port is what a statement says about one input or output.
type Port struct {
	Visibility Visibility
	Values     []int32 // Public: batch·length values, input after input
	Sealed     *Sealed // Hashed
}

// Statement is what a proof proves: that the committed model, in the named
// epoch, maps inputs to outputs. Ports are the inputs in order, then the
// outputs. Context is the caller's: a nonce, a question, an address; a proof
// is valid for one context only.
type Statement struct {
	Model   [32]byte // id of the key
	Epoch   uint64
	Batch   int
	Ports   []Port
	Context []byte
}

// check refuses statements that do not fit a program.
func (s *Statement) check(p *Program) error {
	if s.Batch < 1 || s.Batch > MaxBatch {
		return fmt.Errorf("%w: batch %d, want 1 … %d", ErrStatement, s.Batch, MaxBatch)
	}
	if want := len(p.Inputs) + len(p.Outputs); len(s.Ports) != want {
		return fmt.Errorf("%w: %d ports, want %d", ErrStatement, len(s.Ports), want)
	}
	if len(s.Context) > MaxContext {
		return fmt.Errorf("%w: context of %d bytes, at most %d",
			ErrStatement, len(s.Context), MaxContext)
	}
	for i, port := range s.Ports {
		if err := port.check(p.Columns[p.port(i)], s.Batch, i < len(p.Inputs)); err != nil {
			return fmt.Errorf("%w: port %d: %w", ErrStatement, i, err)
		}
	}
	return nil
}

// check refuses public values that are no values of the column. An output needs
// only a unique representative: relations and lookups say the rest.
func (port Port) check(c Column, batch int, input bool) error {
	switch port.Visibility {
	case Public:
		if len(port.Values) != c.Len*batch || port.Sealed != nil {
			return fmt.Errorf("%d values, want %d", len(port.Values), c.Len*batch)
		}
		lo, hi := int64(-(ff.P-1)/2), int64(ff.P-1)/2
		if input {
			lo, hi = c.Lo, c.Hi
		}
		for i, v := range port.Values {
			if int64(v) < lo || int64(v) > hi {
				return fmt.Errorf("value %d at %d, want %d … %d", v, i, lo, hi)
			}
		}
	case Private:
		if port.Values != nil || port.Sealed != nil {
			return errors.New("private, but something is said about it")
		}
	case Hashed:
		if port.Sealed == nil || port.Values != nil {
			return errors.New("hashed without its commitment")
		}
	default:
		return fmt.Errorf("visibility %d", port.Visibility)
	}
	return nil
}

// header is the part of a statement that decides the shape of a proof. Sealed
// columns fix the witness code, as their trees take part in its linear test.
func (s *Statement) header() (Header, bool, error) {
	h := Header{Batch: s.Batch, Uses: 1}
	var first *Sealed
	for _, port := range s.Ports {
		h.Ports = append(h.Ports, port.Visibility)
		if port.Sealed == nil {
			continue
		}
		seal := *port.Sealed
		if first == nil {
			first = &seal
		}
		if first.LogMessage != seal.LogMessage || first.LogLength != seal.LogLength ||
			first.Uses != seal.Uses {
			return Header{}, false, fmt.Errorf("%w: seals of different codes", ErrStatement)
		}
	}
	if first != nil {
		h.LogMessage, h.LogLength, h.Uses = first.LogMessage, first.LogLength, first.Uses
	}
	return h, first != nil, nil
}

// digest names the statement: it keys the pads of its proof.
func (s *Statement) digest() [32]byte {
	var w writer
	s.encode(&w)
	return sha256.Sum256(w.buf)
}

// opened is an epoch of a model with the digests that every transcript absorbs,
// computed once.
type opened struct {
	model  [32]byte
	root   code.Digest // registered
	params Params
	number uint64
	work   code.Digest // the epoch's
	proof  [32]byte    // digest of the epoch's proof
}

func newOpened(key *Key, e *EpochRecord) *opened {
	return &opened{key.ID(), key.Root, key.Params, e.Number, e.Root, sha256.Sum256(e.Proof)}
}

// begin starts the transcript of a proof.
func begin(key *Key, e *EpochRecord, s *Statement, h Header) *fs.Transcript {
	return newOpened(key, e).begin(s, h)
}

// begin starts the transcript of a proof with everything public, before the
// first commitment.
func (o *opened) begin(s *Statement, h Header) *fs.Transcript {
	t := fs.New("agon-proof-1")
	var w writer
	o.params.encode(&w)
	h.encode(&w)
	t.Absorb("header", w.buf)
	t.Absorb("model", o.model[:])
	t.Absorb("root", o.root[:])
	t.AbsorbUint("epoch", o.number)
	t.Absorb("epoch root", o.work[:])
	t.Absorb("epoch proof", o.proof[:])
	w = writer{}
	s.encode(&w)
	t.Absorb("statement", w.buf)
	return t
}
