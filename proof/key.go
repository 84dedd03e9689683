package proof

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"agon/proof/code"
	"agon/proof/zk"
)

// MaxProof bounds the bytes of one proof of any kind.
const MaxProof = 1 << 24

// Key is the public face of a committed model: the registered root of its
// weights with the proof that they are in range. Its ID names the model.
type Key struct {
	Program *Program
	Params  Params
	Root    code.Digest
	Range   []byte
}

// ID is SHA-256 of version, program, parameters, root and range proof.
func (k *Key) ID() [32]byte {
	w := writer{buf: []byte("agon-model-1")}
	k.encodeHead(&w)
	w.raw(k.Root[:])
	digest := sha256.Sum256(k.Range)
	w.raw(digest[:])
	return sha256.Sum256(w.buf)
}

// encodeHead writes what is known before the root.
func (k *Key) encodeHead(w *writer) {
	w.byte(Version)
	k.Program.encode(w)
	k.Params.encode(w)
}

// MarshalBinary encodes the key.
func (k *Key) MarshalBinary() ([]byte, error) {
	var w writer
	k.encodeHead(&w)
	w.raw(k.Root[:])
	w.bytes(k.Range)
	return w.buf, nil
}

// UnmarshalBinary decodes a key and checks its program and parameters, not yet
// its range proof: NewVerifier does.
func (k *Key) UnmarshalBinary(b []byte) error {
	r := &reader{buf: b}
	r.version()
	out := Key{Program: r.program(), Params: r.params(), Root: r.digest()}
	out.Range = r.bytes(MaxProof)
	if r.err == nil {
		if _, err := out.Params.codes(); err != nil {
			r.fail(err)
		}
	}
	if err := r.done(); err != nil {
		return err
	}
	*k = out
	return nil
}

// Secret are the two secrets of a model. Commit seeds the pads and salts of the
// registered root: publishing it with the weights lets anyone recompute the
// root. Prove seeds the pads of epochs and proofs and must never be published:
// it would open every hidden input of the past.
type Secret struct {
	Commit, Prove [32]byte
}

// NewSecret draws secrets from the operating system.
func NewSecret() (Secret, error) {
	var s Secret
	for _, b := range [][]byte{s.Commit[:], s.Prove[:]} {
		if _, err := rand.Read(b); err != nil {
			return Secret{}, fmt.Errorf("secrets of a model: %w", err)
		}
	}
	return s, nil
}

// Model is the prover's side of a committed model.
type Model struct {
	Key     *Key
	id      [32]byte
	secret  Secret
	weights *weights
	grid    *grid
	codes   codes
	root    *zk.Matrix
	dir     string // for codewords, empty for memory
	hooks   *hooks
	frames  *sync.Map // *frame by encoded header, so that parameters are sized once
}

// Option changes how a prover keeps its state, not what it proves.
type Option func(dir *string)

// CodewordsIn keeps the codewords of roots and epochs in unnamed files of a
// directory. They are as secret as the weights, and vanish with the process.
func CodewordsIn(dir string) Option { return func(d *string) { *d = dir } }

// directory is the directory of the last CodewordsIn.
func directory(options []Option) (dir string) {
	for _, o := range options {
		o(&dir)
	}
	return dir
}

// Close gives back what the model holds outside memory; not what its epochs do.
func (m *Model) Close() error { return m.root.Close() }

// Commit commits to the weights of a program: it builds the registered root and
// proves that weights and biases are in range. Equal arguments give equal roots.
//
// Codewords of the weights, several times their size, are kept in memory; with
// CodewordsIn in files.
func Commit(prog *Program, values []Weights, secret Secret, profile Profile, options ...Option) (
	*Model, error) {
	if err := prog.Check(); err != nil {
		return nil, err
	}
	params, err := Choose(prog, profile)
	if err != nil {
		return nil, err
	}
	m, err := newModel(&Key{Program: prog, Params: params}, values, secret, directory(options))
	if err != nil {
		return nil, err
	}
	m.Key.Root = m.root.Root()
	if m.Key.Range, err = m.proveRange(); err != nil {
		return nil, err
	}
	m.id = m.Key.ID()
	return m, nil
}

// ErrKey says that a key is not that of the given weights and secrets.
var ErrKey = errors.New("key of another model")

// Open returns the prover's side of a model whose key exists, from its weights
// and secrets. It errs with ErrKey if they do not give the key's root.
func Open(key *Key, values []Weights, secret Secret, options ...Option) (*Model, error) {
	if err := key.Program.Check(); err != nil {
		return nil, err
	}
	m, err := newModel(key, values, secret, directory(options))
	if err != nil {
		return nil, err
	}
	if m.root.Root() != key.Root {
		return nil, ErrKey
	}
	return m, nil
}

// newModel arranges the weights and builds the registered root.
func newModel(key *Key, values []Weights, secret Secret, dir string) (*Model, error) {
	codes, err := key.Params.codes()
	if err != nil {
		return nil, err
	}
	m := &Model{Key: key, id: key.ID(), secret: secret, codes: codes, frames: new(sync.Map)}
	if m.grid, err = layOut(key.Program, key.Params); err != nil {
		return nil, err
	}
	if err := m.grid.checkCodewords(codes.root); err != nil {
		return nil, err
	}
	if m.weights, err = newWeights(key.Program.Weights, values, key.Params.LogJ); err != nil {
		return nil, err
	}
	m.dir = dir
	m.root, err = m.commitRoot(values)
	return m, err
}

// commitRoot builds the registered root. Its pads and salts are bound to
// program, parameters and weights, so that a secret used for two models never
// pads both alike: the difference of two columns would be one of weights.
func (m *Model) commitRoot(values []Weights) (*zk.Matrix, error) {
	h := sha256.New()
	var w writer
	m.Key.encodeHead(&w)
	h.Write(w.buf)
	for _, v := range values {
		w = writer{}
		w.values(v.B)
		for _, x := range v.W {
			w.byte(byte(x))
		}
		h.Write(w.buf)
	}
	name := h.Sum(nil)
	secret := m.secret.Commit
	rnd := zk.Random{
		Pads:  func() *zk.Stream { return zk.NewStream(secret[:], []byte("root pads"), name) },
		Again: m.dir != "", // a root has many pads and is folded only for epochs
		Salts: zk.NewSalter(secret[:], []byte("root salts"), name),
	}
	return m.weights.commit(code.KindWeights, m.codes.root, m.grid, rnd, m.dir)
}

// stream opens a stream of the proof secret with fresh bytes of the operating
// system, so that no two runs share pads even if everything else repeats.
func (m *Model) stream(parts ...[]byte) (*zk.Stream, error) {
	var fresh [32]byte
	if _, err := rand.Read(fresh[:]); err != nil {
		return nil, fmt.Errorf("fresh randomness: %w", err)
	}
	all := append([][]byte{m.secret.Prove[:], fresh[:], m.id[:]}, parts...)
	return zk.NewStream(all...), nil
}
