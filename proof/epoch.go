package proof

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
	"agon/proof/zk"
)

// An epoch is a fresh codeword of the registered weights, with fresh pads and
// salts. Proofs open columns of the epoch's tree, never of the registered root,
// so that a root outlives any number of proofs. The equality proof ties the two:
//
//	draw ρ; commit one sheet with M, B, t_R, t_W; open both trees
//	c_R = M + Z(B + X^J·t_R),  c_R(η) = Σ ρᵢRᵢ(η)   for columns of R
//	c_W = M + Z(B + X^J·t_W),  c_W(η) = Σ ρᵢW′ᵢ(η)  for columns of W′
//
// Both folds share M and B by construction. If any message or slot differed, the
// folds would differ except with probability ⌈log rows⌉/|E|.

// EpochRecord is the public face of an epoch.
type EpochRecord struct {
	Number uint64
	Root   code.Digest
	Proof  []byte // of equality with the registered root
}

// MarshalBinary encodes the record.
func (e *EpochRecord) MarshalBinary() ([]byte, error) {
	var w writer
	w.byte(Version)
	w.long(int64(e.Number))
	w.raw(e.Root[:])
	w.bytes(e.Proof)
	return w.buf, nil
}

// UnmarshalBinary decodes a record; AddEpoch checks it.
func (e *EpochRecord) UnmarshalBinary(b []byte) error {
	r := &reader{buf: b}
	r.version()
	out := EpochRecord{Number: uint64(r.long()), Root: r.digest(), Proof: r.bytes(MaxProof)}
	if err := r.done(); err != nil {
		return err
	}
	*e = out
	return nil
}

// Epoch is the prover's side of an epoch.
type Epoch struct {
	Record *EpochRecord
	model  [32]byte // whose it is
	opened *opened
	matrix *zk.Matrix
	seed   [32]byte
}

// ErrBudget says that pads are used up: the registered root has no opening left
// for another epoch, or the epoch none for another proof. Proving on would
// reveal weights.
var ErrBudget = errors.New("pad budget used up")

// ErrSealBudget is the ErrBudget of a seal: no proof left may refer to it. Another
// epoch does not help.
var ErrSealBudget = fmt.Errorf("seal: %w", ErrBudget)

// NewEpoch opens a new epoch. The ledger records it durably first, as it uses
// an opening of the registered root; ErrBudget says that there is none left.
func (m *Model) NewEpoch(ledger Ledger) (*Epoch, error) {
	number, err := ledger.OpenEpoch(m.id, m.Key.Params.Epochs)
	if err != nil {
		return nil, err
	}
	var seed [32]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return nil, fmt.Errorf("fresh randomness: %w", err)
	}
	matrix, err := m.commitEpoch(number, seed)
	if err != nil {
		return nil, err
	}
	record := &EpochRecord{Number: number, Root: matrix.Root()}
	rnd := m.epochStream("equality", number, seed)
	if record.Proof, err = m.proveEqual(record, matrix, rnd); err != nil {
		return nil, err
	}
	return m.newEpoch(record, matrix, seed), nil
}

func (m *Model) newEpoch(record *EpochRecord, matrix *zk.Matrix, seed [32]byte) *Epoch {
	return &Epoch{record, m.id, newOpened(m.Key, record), matrix, seed}
}

// commitEpoch builds an epoch's tree.
func (m *Model) commitEpoch(number uint64, seed [32]byte) (*zk.Matrix, error) {
	rnd := zk.Random{
		Pads:  func() *zk.Stream { return m.epochStream("pads", number, seed) },
		Salts: zk.NewSalter(m.epochParts("salts", number, seed)...),
	}
	return m.weights.commit(code.KindEpoch, m.codes.work, m.grid, rnd, m.dir)
}

// epochStream opens one of the streams of an epoch.
func (m *Model) epochStream(purpose string, number uint64, seed [32]byte) *zk.Stream {
	return zk.NewStream(m.epochParts(purpose, number, seed)...)
}

func (m *Model) epochParts(purpose string, number uint64, seed [32]byte) [][]byte {
	return [][]byte{m.secret.Prove[:], seed[:], m.id[:], []byte("epoch " + purpose),
		binary.LittleEndian.AppendUint64(nil, number)}
}

// Seed is the secret with which ResumeEpoch remakes the epoch. Whoever has it
// and the proof secret can open the proofs of the epoch.
func (e *Epoch) Seed() [32]byte { return e.seed }

// ResumeEpoch remakes an epoch in another process from its seed. The ledger
// must be the one that opened it. It errs with ErrEpoch if the seed does not
// give the record's root.
func (m *Model) ResumeEpoch(record *EpochRecord, seed [32]byte) (*Epoch, error) {
	matrix, err := m.commitEpoch(record.Number, seed)
	if err != nil {
		return nil, err
	}
	if matrix.Root() != record.Root {
		return nil, fmt.Errorf("%w: seed of another epoch", ErrEpoch)
	}
	return m.newEpoch(record, matrix, seed), nil
}

// equality is the frame of an equality proof.
type equality struct {
	grid  *grid
	grind int
	codes codes
	test  zk.Test
	shape zk.Shape
	cells int
	root  zk.Fold
	work  zk.Fold
}

// newEquality lays the sheet out: M, B, t_R, t_W.
func newEquality(key *Key, logMessage, logLength int) (*equality, error) {
	c, err := key.Params.codes()
	if err != nil {
		return nil, err
	}
	e := &equality{codes: c, grind: key.Params.Grind}
	if e.grid, err = layOut(key.Program, key.Params); err != nil {
		return nil, err
	}
	if e.test, err = witnessTest(logMessage, logLength, 1, e.grind); err != nil {
		return nil, err
	}
	const space = 0
	e.root = zk.NewFold(c.root, sum.Ref{Space: space})
	e.work = e.root
	e.work.Code = c.work
	e.work.Tail.At = e.root.Tail.At + c.root.Pads
	e.cells = e.work.Tail.At + c.work.Pads
	e.shape = zk.Shape{Kind: code.KindFirst, BaseSpace: 1, ExtSpace: space, Masked: true,
		Ext: zk.RowsFor(e.cells, e.test.Code) + zk.Masks}
	return e, nil
}

// begin starts the transcript of an equality proof and draws ρ.
func (e *equality) begin(key *Key, record *EpochRecord) *fs.Transcript {
	t := fs.New("agon-epoch-1")
	id := key.ID()
	t.Absorb("model", id[:])
	t.Absorb("root", key.Root[:])
	t.AbsorbUint("epoch", record.Number)
	t.AbsorbWords("code", uint32(e.test.Code.LogMessage), uint32(e.test.Code.LogLength))
	return t
}

// rho are the coefficients of the rows: eq(τ, i).
func (e *equality) rho(t *fs.Transcript) ff.ExtVec {
	return ff.EqFirst(t.Exts("tau", log2(e.grid.rows)), ff.ExtOne, e.grid.rows)
}

// proveEqual proves that an epoch's codeword holds the registered weights.
func (m *Model) proveEqual(record *EpochRecord, matrix *zk.Matrix, rnd *zk.Stream) ([]byte, error) {
	e, err := smallest(func(a, b int) (*equality, error) { return newEquality(m.Key, a, b) })
	if err != nil {
		return nil, err
	}
	t := e.begin(m.Key, record)
	out := []byte{Version, byte(e.test.Code.LogMessage), byte(e.test.Code.LogLength)}
	out = putRoot(t, out, "W'", record.Root, e.grind)
	rho := e.rho(t)

	cells := ff.NewExtVec(e.cells)
	message := cells.Slice(0, e.root.Code.Message())
	message.Copy(m.weights.foldRows(m.grid, rho))
	ff.NewDomain(e.root.Code.LogMessage).InverseExt(message)
	tail := m.root.FoldTails(rho)
	cells.Slice(e.root.Slots.At, e.work.Tail.At).Copy(tail)
	tail = matrix.FoldTails(rho)
	cells.Slice(e.work.Tail.At, e.cells).Copy(tail.Slice(e.work.Code.Slots, tail.Len()))

	sheet := zk.Commit(e.test.Code, e.shape, nil, cells, rnd)
	out = putRoot(t, out, "T1", sheet.Root(), e.grind)
	out, fromRoot, err := m.open(t, out, "R", m.root, e.root, e.codes.rootQ)
	if err != nil {
		return nil, err
	}
	out, fromWork, err := m.open(t, out, "W", matrix, e.work, e.codes.workQ)
	if err != nil {
		return nil, err
	}
	functional := zk.NewFunctional(e.test.Code, []zk.Shape{e.shape})
	functional.Gather(t, nil, []zk.Bundle{fromRoot, fromWork})
	return e.test.Prove(t, out, []*zk.Sheet{sheet}, functional), nil
}

// open draws indices, appends the opening of a tree of weights, and returns the
// constraints that tie its fold to it. openWeights is the verifier's side.
func (m *Model) open(t *fs.Transcript, out []byte, tag string, matrix *zk.Matrix, fold zk.Fold,
	queries int) ([]byte, zk.Bundle, error) {
	indices := t.Indices(tag, queries, fold.Code.LogLength)
	slices.Sort(indices)
	mark := len(out)
	out, err := matrix.AppendOpening(out, indices)
	if err != nil {
		return nil, zk.Bundle{}, err
	}
	t.Absorb(tag+" columns", out[mark:])
	return out, fold.Opening(indices, nil), nil
}

// Close gives back what the epoch holds outside memory.
func (e *Epoch) Close() error { return e.matrix.Close() }

// checkEqual verifies an equality proof.
func checkEqual(key *Key, record *EpochRecord) error {
	b, logMessage, logLength, err := witnessCode(record.Proof)
	if err != nil {
		return err
	}
	e, err := newEquality(key, logMessage, logLength)
	if err != nil {
		return err
	}
	t := e.begin(key, record)
	root, b, err := takeRoot(t, b, "W'", e.grind)
	if err != nil {
		return err
	}
	if root != record.Root {
		return fmt.Errorf("equality proof is of another root: %w", code.ErrPath)
	}
	rho := e.rho(t)
	first, b, err := takeRoot(t, b, "T1", e.grind)
	if err != nil {
		return err
	}
	fromRoot, b, err := openWeights(t, b, "R", code.KindWeights, key.Root, e.root,
		e.codes.rootQ, rho)
	if err != nil {
		return err
	}
	fromWork, b, err := openWeights(t, b, "W", code.KindEpoch, record.Root, e.work,
		e.codes.workQ, rho)
	if err != nil {
		return err
	}
	shapes := []zk.Shape{e.shape}
	functional := zk.NewFunctional(e.test.Code, shapes)
	functional.Gather(t, nil, []zk.Bundle{fromRoot, fromWork})
	b, err = e.test.Check(t, b, shapes, []code.Digest{first}, functional)
	if err == nil && len(b) > 0 {
		err = ErrTrailing
	}
	return err
}

// cost is as for proofs.
func (e *equality) cost() int { return testCost(e.test, []zk.Shape{e.shape}) }
