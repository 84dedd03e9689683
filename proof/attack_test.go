package proof

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// small is a session with a two-layer network that attacks share: what they
// change they copy first.
func small(t testing.TB) (*layered, *session) {
	t.Helper()
	n := newLayered(rand.New(rand.NewPCG(21, 0)), true, 12, 6, 4)
	return n, newSession(t, n, Standard)
}

// proveSmall proves one hidden input with public output.
func proveSmall(t testing.TB, n *layered, s *session, w *Witness) (*Statement, []byte) {
	t.Helper()
	st := n.statement(w, 1, Private, Public)
	b, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	return st, b
}

// TestDishonestProvers gives each cheat of the list its check. A cheat changes
// the witness after the honest evaluation, or what is committed.
func TestDishonestProvers(t *testing.T) {
	n, s := small(t)
	rnd := newRand(t, 5)
	first := n.cols[0]
	add := func(column int, delta int32) func(c []look.Column, _ [][]int32) {
		return func(c []look.Column, _ [][]int32) { c[column].Values[0] += delta }
	}
	for _, c := range []struct {
		name  string
		hooks hooks
	}{
		{"remainder off by one", hooks{columns: add(first.r0, 1)}},
		{"remainder plus p", hooks{columns: add(first.r0, ff.P)}}, // wraps to the same cell
		{"output of a layer off by one", hooks{columns: add(first.y, 1)}},
		{"class of another sign", hooks{columns: add(first.c, 1)}},
		{"high limb shifted into the low one", hooks{columns: func(c []look.Column, _ [][]int32) {
			c[first.h].Values[0]--
			c[first.l].Values[0] += 256
		}}},
		{"r = 2^s", hooks{columns: func(c []look.Column, _ [][]int32) {
			c[first.l].Values[0]--
			c[first.r1].Values[0] += 4 // shift 10: 2^s = 256·4
		}}},
		{"hidden input out of range", hooks{columns: add(first.x, 1000)}},
		{"forged multiplicity", hooks{columns: func(_ []look.Column, m [][]int32) { m[0][3]++ }}},
		{"two multiplicities exchanged", hooks{columns: func(_ []look.Column, m [][]int32) {
			m[0][3], m[0][4] = m[0][4]+1, m[0][3]-1
		}}},
		{"forged product of pads", hooks{pads: func(l *sum.Layout, cells ff.ExtVec) {
			d := 2 * (l.Products() + 1)
			cells.Set(d, cells.At(d).Add(ff.ExtOne))
		}}},
		{"copy of a pad that differs", hooks{pads: func(l *sum.Layout, cells ff.ExtVec) {
			at := l.Products() - 2
			cells.Set(at, cells.At(at).Add(ff.ExtOne))
		}}},
		{"fold of other weights", hooks{fold: func(f zk.Fold, cells ff.ExtVec) {
			cells.Set(f.Message.At+1, cells.At(1).Add(ff.ExtOne))
		}}},
		{"fold with other biases", hooks{fold: func(f zk.Fold, cells ff.ExtVec) {
			cells.Set(f.Slots.At, cells.At(f.Slots.At).Add(ff.ExtOne))
		}}},
		{"fold with other pads", hooks{fold: func(f zk.Fold, cells ff.ExtVec) {
			cells.Set(f.Tail.At, cells.At(f.Tail.At).Add(ff.ExtOne))
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := n.evaluate(n.inputs(rnd, 1))
			st := n.statement(w, 1, Private, Public)
			st.Ports[1].Values = slices.Clone(st.Ports[1].Values)
			cheat := *s.model
			cheat.hooks = &c.hooks
			b, err := cheat.Prove(s.epoch, NewOverdraft(), st, w)
			if err != nil {
				t.Fatal(err)
			}
			// A false relation, lookup, product or fold is a false linear form:
			// all of them meet in q.
			want := error(zk.ErrConstraint)
			if c.name == "remainder plus p" {
				want = nil
			}
			if err := s.verifier.Verify(st, b); !errors.Is(err, want) {
				t.Errorf("have %v, want %v", err, want)
			}
		})
	}
}

// overdraft is a ledger that never refuses: for provers that cheat anyway.
type overdraft struct{}

// NewOverdraft returns it.
func NewOverdraft() Ledger { return overdraft{} }

func (overdraft) OpenEpoch([32]byte, int) (uint64, error) { return 1, nil }

func (overdraft) Spend([32]byte, uint64, int, ...SealUse) (int, error) { return 1, nil }

// TestEquivocation keeps root and epoch and proves with the weights of another
// model: the columns of the tree do not fold to its fold.
func TestEquivocation(t *testing.T) {
	n, s := small(t)
	other := *n
	prog := *n.prog
	prog.Weights, other.weights = nil, nil
	other.prog = &prog
	rnd := newRand(t, 6)
	other.addWeights(rnd, 6, 12)
	other.addWeights(rnd, 4, 6)
	w := other.evaluate(n.inputs(rnd, 1))
	cheat := *s.model
	var err error
	if cheat.weights, err = newWeights(prog.Weights, other.weights, s.model.grid.logJ); err != nil {
		t.Fatal(err)
	}
	st := n.statement(w, 1, Public, Public)
	b, err := cheat.Prove(s.epoch, NewOverdraft(), st, w)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.verifier.Verify(st, b); !errors.Is(err, zk.ErrConstraint) {
		t.Errorf("another model under the same root: %v, want %v", err, zk.ErrConstraint)
	}

	// An epoch that holds the other weights fails its equality proof, whether
	// the fold is that of the one model or of the other.
	for name, weights := range map[string]*weights{"registered": s.model.weights,
		"other": cheat.weights} {
		forger := *s.model
		forger.weights = weights
		matrix, err := cheat.weights.commit(code.KindEpoch, s.model.codes.work, s.model.grid,
			testRandom(1), "")
		if err != nil {
			t.Fatal(err)
		}
		record := &EpochRecord{Number: 9, Root: matrix.Root()}
		record.Proof, err = forger.proveEqual(record, matrix, zk.NewStream([]byte("pads")))
		if err != nil {
			t.Fatal(err)
		}
		err = s.verifier.AddEpoch(record)
		if !errors.Is(err, ErrEpoch) || !errors.Is(err, zk.ErrConstraint) {
			t.Errorf("epoch of another model, fold of the %s: %v, want %v", name, err,
				zk.ErrConstraint)
		}
	}
}

// TestRangeProof commits to values that are no weights and no biases.
func TestRangeProof(t *testing.T) {
	n, s := small(t)
	for name, spoil := range map[string]func(w *weights){
		"bias beyond its bits": func(w *weights) { w.biases[1][2] = 1 << 15 },
		"bias below its bits":  func(w *weights) { w.biases[0][0] = -1<<15 - 1 },
		"weight of -128": func(w *weights) {
			w.parts[0][0] = ff.NewInt8MatrixFunc(w.parts[0][0].Rows(), w.parts[0][0].Cols(),
				func(j, k int) int8 { return -128 })
		},
	} {
		t.Run(name, func(t *testing.T) {
			values := make([]Weights, len(n.weights))
			for i, w := range n.weights {
				values[i] = Weights{slices.Clone(w.W), slices.Clone(w.B)}
			}
			w, err := newWeights(n.prog.Weights, values, s.model.grid.logJ)
			if err != nil {
				t.Fatal(err)
			}
			spoil(w)
			key := *s.model.Key
			forger := *s.model
			forger.Key = &key
			forger.root, err = w.commit(code.KindWeights, forger.codes.root, forger.grid,
				testRandom(2), "")
			if err != nil {
				t.Fatal(err)
			}
			key.Root = forger.root.Root()
			// Of what the root holds, the lookups and slots refuse the proof; of weights in
			// range, the columns of the root do.
			for _, proven := range []*weights{w, s.model.weights} {
				forger.weights = proven
				if key.Range, err = forger.proveRange(); err != nil {
					t.Fatal(err)
				}
				_, err = NewVerifier(&key)
				if !errors.Is(err, ErrRange) || !errors.Is(err, zk.ErrConstraint) {
					t.Errorf("have %v, want %v", err, zk.ErrConstraint)
				}
			}
		})
	}
}

// TestBudget proves as often as an epoch allows, and once more; and opens one
// epoch too many.
func TestBudget(t *testing.T) {
	n, s := small(t)
	w := n.evaluate(n.inputs(newRand(t, 8), 1))
	st := n.statement(w, 1, Private, Public)
	for i := range s.model.Key.Params.Budget {
		if _, err := s.model.Prove(s.epoch, s.ledger, st, w); err != nil {
			t.Fatalf("proof %d: %v", i+1, err)
		}
	}
	if _, err := s.model.Prove(s.epoch, s.ledger, st, w); !errors.Is(err, ErrBudget) {
		t.Errorf("one proof too many: %v, want %v", err, ErrBudget)
	}
	s.ledger.epochs[s.model.id] = uint64(s.model.Key.Params.Epochs)
	if _, err := s.model.NewEpoch(s.ledger); !errors.Is(err, ErrBudget) {
		t.Errorf("one epoch too many: %v, want %v", err, ErrBudget)
	}
	// A ledger that does not know the epoch refuses, too: a restored state.
	if _, err := s.model.Prove(s.epoch, NewMemoryLedger(), st, w); !errors.Is(err, ErrBudget) {
		t.Errorf("unknown epoch: %v, want %v", err, ErrBudget)
	}
}

// TestFirstChallenge flips every byte of everything public and expects another
// first challenge, and a refusal.
func TestFirstChallenge(t *testing.T) {
	n, s := small(t)
	w := n.evaluate(n.inputs(newRand(t, 9), 1))
	st := n.statement(w, 1, Public, Public)
	b, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := openProof(s.model.Key, st, b)
	if err != nil {
		t.Fatal(err)
	}
	challenge := func(key *Key, e *EpochRecord, st *Statement, h Header) ff.Ext {
		return begin(key, e, st, h).Ext("alpha")
	}
	record := s.epoch.Record
	honest := challenge(s.model.Key, record, st, f.Header)
	differs := func(what string, have ff.Ext) {
		t.Helper()
		if have == honest {
			t.Errorf("%s: the first challenge stays", what)
		}
	}
	encoded, err := st.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for i := range encoded {
		bad := slices.Clone(encoded)
		bad[i] ^= 1
		var other Statement
		if other.UnmarshalBinary(bad) != nil {
			continue
		}
		differs("statement", challenge(s.model.Key, record, &other, f.Header))
		if err := s.verifier.Verify(&other, b); err == nil {
			t.Errorf("byte %d of the statement flipped, and the proof passes", i)
		}
	}
	key := *s.model.Key
	key.Root[3] ^= 1
	differs("root", challenge(&key, record, st, f.Header))
	key = *s.model.Key
	key.Range = append(slices.Clone(key.Range), 0)
	differs("range proof", challenge(&key, record, st, f.Header))
	key = *s.model.Key
	key.Params.Budget++
	differs("parameters", challenge(&key, record, st, f.Header))
	prog := *key.Program
	prog.Graph[0] ^= 1
	key = *s.model.Key
	key.Program = &prog
	differs("graph", challenge(&key, record, st, f.Header))
	for i := range 3 {
		e := *record
		switch i {
		case 0:
			e.Number++
		case 1:
			e.Root[0] ^= 1
		case 2:
			e.Proof = append(slices.Clone(e.Proof), 1)
		}
		differs("epoch", challenge(s.model.Key, &e, st, f.Header))
	}
	h := f.Header
	h.LogLength++
	differs("header", challenge(s.model.Key, record, st, h))
	if fs.New("agon-proof-1").Ext("alpha") == honest {
		t.Error("an empty transcript has the same challenge")
	}
}

// TestCrossed presents proofs where they do not belong.
func TestCrossed(t *testing.T) {
	n, s := small(t)
	rnd := newRand(t, 10)
	w := n.evaluate(n.inputs(rnd, 1))
	st, b := proveSmall(t, n, s, w)
	if err := s.verifier.Verify(st, b); err != nil {
		t.Fatal(err)
	}
	w2 := n.evaluate(n.inputs(rnd, 1))
	st2, b2 := proveSmall(t, n, s, w2)
	for name, c := range map[string]struct {
		st *Statement
		b  []byte
	}{
		"another statement":  {st2, b},
		"another proof":      {st, b2},
		"trailing byte":      {st, append(slices.Clone(b), 0)},
		"first half of each": {st, append(slices.Clone(b[:len(b)/2]), b2[len(b2)/2:]...)},
		"empty":              {st, nil},
	} {
		if err := s.verifier.Verify(c.st, c.b); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want %v", name, err, ErrRefused)
		}
	}
	replay := *st
	replay.Context = []byte("another question")
	if err := s.verifier.Verify(&replay, b); !errors.Is(err, ErrRefused) {
		t.Errorf("replayed in another context: %v", err)
	}
	epoch, err := s.model.NewEpoch(s.ledger)
	if err != nil {
		t.Fatal(err)
	}
	later := *st
	later.Epoch = epoch.Record.Number
	if err := s.verifier.Verify(&later, b); !errors.Is(err, ErrEpoch) {
		t.Errorf("unknown epoch: %v, want %v", err, ErrEpoch)
	}
	if err := s.verifier.AddEpoch(epoch.Record); err != nil {
		t.Fatal(err)
	}
	if err := s.verifier.Verify(&later, b); !errors.Is(err, ErrRefused) {
		t.Errorf("replayed in another epoch: %v, want %v", err, ErrRefused)
	}
	again, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(again, b) {
		t.Error("two proofs of one statement are equal: pads were used twice")
	}
}

// TestFlippedProof flips bits all over a proof; none may pass.
func TestFlippedProof(t *testing.T) {
	n, s := small(t)
	rnd := newRand(t, 12)
	st, b := proveSmall(t, n, s, n.evaluate(n.inputs(rnd, 1)))
	for at := 0; at < len(b); at += 1 + rnd.IntN(len(b)/60) {
		bad := slices.Clone(b)
		bad[at] ^= 1 << rnd.IntN(8)
		if err := s.verifier.Verify(st, bad); !errors.Is(err, ErrRefused) {
			t.Errorf("byte %d of %d flipped: %v", at, len(b), err)
		}
	}
}

// TestSeals proves with hashed input and output, and refuses another value,
// another seal and a seal for another key's code.
func TestSeals(t *testing.T) {
	n, s := small(t)
	w := n.evaluate(n.inputs(newRand(t, 13), 1))
	ports := []Visibility{Hashed, Hashed}
	plan, err := PlanSeals(s.model.Key, 1, ports, 2)
	if err != nil {
		t.Fatal(err)
	}
	st := n.statement(w, 1, ports...)
	for i := range ports {
		seal, err := NewSeal(s.model.Key, plan, w.Columns[n.prog.port(i)])
		if err != nil {
			t.Fatal(err)
		}
		w.Seals[i] = seal
		st.Ports[i].Sealed = &seal.Public
	}
	b, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.verifier.Verify(st, b); err != nil {
		t.Fatal(err)
	}
	if _, err := s.model.Prove(s.epoch, s.ledger, st, w); err != nil {
		t.Fatal(err)
	}
	if _, err := s.model.Prove(s.epoch, s.ledger, st, w); !errors.Is(err, ErrSealBudget) {
		t.Errorf("third of two uses: %v, want %v", err, ErrSealBudget)
	}
	values := slices.Clone(w.Columns[n.prog.port(0)])
	values[0] ^= 1
	w.Seals[0], err = NewSeal(s.model.Key, plan, values)
	if err != nil {
		t.Fatal(err)
	}
	st.Ports[0].Sealed = &w.Seals[0].Public
	if b, err = s.model.Prove(s.epoch, s.ledger, st, w); err == nil {
		err = s.verifier.Verify(st, b)
	}
	if err == nil {
		t.Error("a seal of another input passed")
	}
}
