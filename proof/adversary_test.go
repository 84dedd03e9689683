package proof

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"agon/proof/code"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/slow"
	"agon/proof/sum"
	"agon/proof/zk"
)

// The adversary changes what a proof is made of, before or after it is
// committed, and each test says which check refuses. Both verifiers judge: the
// fast one and agon/proof/slow.

// guards maps the errors of the fast verifier to the names of the slow one.
var guards = []struct {
	err   error
	guard slow.Guard
}{
	{ErrStatement, slow.GuardStatement},
	{ErrTrailing, slow.GuardTrailing},
	{sum.ErrMessage, slow.GuardMessage},
	{sum.ErrDegenerate, slow.GuardDegenerate},
	{look.ErrZeroRoot, slow.GuardZeroRoot},
	{fs.ErrGrind, slow.GuardWork},
	{code.ErrOpening, slow.GuardOpening},
	{code.ErrPath, slow.GuardPath},
	{zk.ErrShort, slow.GuardMessage},
	{zk.ErrConstraint, slow.GuardConstraint},
	{zk.ErrProximity, slow.GuardProximity},
	{ErrEncoding, slow.GuardEncoding},
	{ErrHeader, slow.GuardEncoding},
	{ErrParams, slow.GuardEncoding},
}

// guardOf names the check behind an error of the fast verifier, "" for nil.
func guardOf(t testing.TB, err error) slow.Guard {
	t.Helper()
	if err == nil {
		return ""
	}
	for _, g := range guards {
		if errors.Is(err, g.err) {
			return g.guard
		}
	}
	t.Fatalf("an error without a check: %v", err)
	return ""
}

// slowGuard names the check behind an error of the slow verifier.
func slowGuard(t testing.TB, err error) slow.Guard {
	t.Helper()
	var refusal *slow.Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("the slow verifier fails without a refusal: %v", err)
	}
	if refusal == nil {
		return ""
	}
	return refusal.Guard
}

// judge asks both verifiers, who must agree, and returns their check.
func (s *session) judge(t testing.TB, st *Statement, proof []byte) slow.Guard {
	t.Helper()
	fastErr := s.verifier.Verify(st, proof)
	slowErr := slow.Check(encoded(t, s.model.Key), encoded(t, s.epoch.Record),
		encoded(t, st), proof)
	fast, slow := guardOf(t, fastErr), slowGuard(t, slowErr)
	if fast != slow {
		t.Fatalf("the verifiers differ: fast %v, slow %v", fastErr, slowErr)
	}
	return fast
}

// long asks for the whole of a test that samples otherwise.
func long() bool { return os.Getenv("AGON_LONG") == "1" }

// target is an honest proof to be attacked.
type target struct {
	*session
	net       *layered
	witness   *Witness
	statement *Statement
	proof     []byte
}

func newTarget(t testing.TB, rnd *rand.Rand, profile Profile, raw bool, sizes []int,
	ports ...Visibility) *target {
	t.Helper()
	n := newLayered(rnd, raw, sizes...)
	s := newSession(t, n, profile)
	w := n.evaluate(n.inputs(rnd, 1))
	st := n.statement(w, 1, ports...)
	x := &target{session: s, net: n, witness: w, statement: st}
	x.proof = x.prove(t, st, w)
	if g := x.judge(t, st, x.proof); g != "" {
		t.Fatalf("the honest proof is refused by %q", g)
	}
	return x
}

// prove runs the model's prover, hooks and all, without counting.
func (x *target) prove(t testing.TB, st *Statement, w *Witness) []byte {
	t.Helper()
	x.ledger.proofs = map[[40]byte]int{}
	b, err := x.model.Prove(x.epoch, x.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// section is a part of a proof and the checks that may refuse a change in it.
type section struct {
	name     string
	from, to int
	guards   []slow.Guard
}

// sections cuts a proof into its parts, reading it as the verifier does.
func (x *target) sections(t testing.TB) []section {
	t.Helper()
	s, proof := x.statement, x.proof
	f, body, err := openProof(x.model.Key, s, proof)
	if err != nil {
		t.Fatal(err)
	}
	var out []section
	at := 0
	add := func(name string, n int, guards ...slow.Guard) {
		out = append(out, section{name, at, at + n, guards})
		at += n
	}
	// A change before the queries are drawn moves them, so that what is opened
	// no longer fits the tree.
	const path, message, opening = slow.GuardPath, slow.GuardMessage, slow.GuardOpening
	add("version", 1, slow.GuardEncoding)
	add("witness code", 2, slow.GuardEncoding, path, message, opening, slow.GuardWork)
	tr := begin(x.model.Key, x.epoch.Record, s, f.Header)
	add("T1 root", code.DigestBytes, path, opening)
	add("T1 nonce", 8, slow.GuardWork)
	_, body, err = takeRoot(tr, body, "T1", 0)
	if err != nil {
		t.Fatal(err)
	}
	talk := sum.NewVerifier(tr, f.layout, body)
	columns := slices.Clone(f.columns)
	for i, port := range s.Ports {
		columns[f.prog.port(i)].Values = port.Values
	}
	c := script{frame: f, Talk: talk, columns: columns}
	c.run()
	add("messages", len(body)-len(talk.Rest()), path, opening, message)
	add("T2 root", code.DigestBytes, path, opening)
	add("T2 nonce", 8, slow.GuardWork)
	o := c.open()
	_, body, err = takeRoot(tr, talk.Rest(), "T2", f.params.Grind)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, err := openWeights(tr, body, "W", code.KindEpoch, x.epoch.Record.Root, f.fold,
		f.codes.workQ, o.rho)
	if err != nil {
		t.Fatal(err)
	}
	tree := func(name string, rows, queries, total int) {
		add(name+" columns", 4*rows*queries, path, opening)
		add(name+" salts", code.SaltBytes*queries, path)
		add(name+" siblings", total-(4*rows+code.SaltBytes)*queries, path)
	}
	tree("W", f.grid.rows, f.codes.workQ, len(body)-len(rest))
	kappa, k := f.test.Code.Message(), f.test.Code.Dimension()
	add("G, H, v", 16*(kappa+2*k-2), path, opening, message)
	add("test nonce", 8, slow.GuardWork)
	// T₂'s columns are as long as its rows say, its siblings as many as T₁'s.
	left := len(proof) - at
	q := f.test.Queries
	first, second := f.first.TreeRows(), f.second.TreeRows()
	siblings := (left - q*(4*(first+second)+2*code.SaltBytes)) / 2
	tree("T1", first, q, siblings+(4*first+code.SaltBytes)*q)
	tree("T2", second, q, siblings+(4*second+code.SaltBytes)*q)
	if at != len(proof) {
		t.Fatalf("the sections end at %d of %d bytes", at, len(proof))
	}
	return out
}

// TestEveryByte changes bytes of every part of a proof: one bit each, at random
// places, or every byte with AGON_LONG=1. Refused is not enough: the check must
// be one that the part is guarded by.
func TestEveryByte(t *testing.T) {
	rnd := newRand(t, 41)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Public)
	for _, s := range x.sections(t) {
		t.Run(s.name, func(t *testing.T) {
			places := s.to - s.from
			fast, both := min(places, 60), min(places, 4)
			for i := range places {
				if !long() && i >= fast {
					break
				}
				at := s.from + i
				if !long() && places > fast {
					at = s.from + rnd.IntN(places)
				}
				bad := slices.Clone(x.proof)
				bad[at] ^= 1 << rnd.IntN(8)
				var g slow.Guard
				if i < both || long() && i%64 == 0 {
					g = x.judge(t, x.statement, bad)
				} else {
					g = guardOf(t, x.verifier.Verify(x.statement, bad))
				}
				if !slices.Contains(s.guards, g) {
					t.Fatalf("byte %d: refused by %q, want one of %q", at, g, s.guards)
				}
			}
		})
	}
	t.Run("cut and continued", func(t *testing.T) {
		for range 40 {
			n := rnd.IntN(len(x.proof))
			if g := x.judge(t, x.statement, x.proof[:n]); g == "" {
				t.Fatalf("the first %d bytes are accepted", n)
			}
		}
		for _, tail := range [][]byte{{0}, {1, 2, 3}, x.proof} {
			longer := append(slices.Clone(x.proof), tail...)
			if g := x.judge(t, x.statement, longer); g != slow.GuardTrailing {
				t.Fatalf("%d bytes more: refused by %q", len(tail), g)
			}
		}
	})
}

// TestMalformedElements puts p and the like where elements stand.
func TestMalformedElements(t *testing.T) {
	rnd := newRand(t, 42)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Public)
	want := map[string]slow.Guard{
		"messages": slow.GuardMessage, "G, H, v": slow.GuardMessage,
		"W columns": slow.GuardOpening, "T1 columns": slow.GuardOpening,
		"T2 columns": slow.GuardOpening,
	}
	for _, s := range x.sections(t) {
		guard, has := want[s.name]
		if !has {
			continue
		}
		for _, value := range []uint32{1<<31 - 1<<24 + 1, 1 << 31, 1<<32 - 1} {
			bad := slices.Clone(x.proof)
			at := s.from + 4*rnd.IntN((s.to-s.from)/4)
			for i := range 4 {
				bad[at+i] = byte(value >> (8 * i))
			}
			if g := x.judge(t, x.statement, bad); g != guard {
				t.Errorf("%s, %d at byte %d: refused by %q, want %q", s.name, value, at, g, guard)
			}
		}
	}
}

// TestPublicBytes flips each byte of everything public and asks for the state
// that the first challenge is drawn from: it must change.
func TestPublicBytes(t *testing.T) {
	rnd := newRand(t, 43)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Public, Public)
	state := func(key *Key, e *EpochRecord, s *Statement, h Header) [32]byte {
		return begin(key, e, s, h).State()
	}
	f, _, err := openProof(x.model.Key, x.statement, x.proof)
	if err != nil {
		t.Fatal(err)
	}
	want := state(x.model.Key, x.epoch.Record, x.statement, f.Header)
	differs := func(what string, at int, have [32]byte) {
		t.Helper()
		if have == want {
			t.Errorf("%s: byte %d is not bound", what, at)
		}
	}
	// Whatever decodes after the flip has another state; the key's decoding is
	// strict, so its parts are changed one by one.
	raw := encoded(t, x.statement)
	for i := range raw {
		bad := slices.Clone(raw)
		bad[i] ^= 1 << rnd.IntN(8)
		s := new(Statement)
		if s.UnmarshalBinary(bad) == nil {
			differs("statement", i, state(x.model.Key, x.epoch.Record, s, f.Header))
		}
	}
	record := encoded(t, x.epoch.Record)
	for i := range record {
		if i > 40 && i%97 != 0 {
			continue
		}
		bad := slices.Clone(record)
		bad[i] ^= 1 << rnd.IntN(8)
		e := new(EpochRecord)
		if e.UnmarshalBinary(bad) == nil {
			differs("epoch", i, state(x.model.Key, e, x.statement, f.Header))
		}
	}
	key := encoded(t, x.model.Key)
	decoded := 0
	for i := range key {
		if i > 1500 && i%997 != 0 {
			continue
		}
		bad := slices.Clone(key)
		bad[i] ^= 1 << rnd.IntN(8)
		k := new(Key)
		if k.UnmarshalBinary(bad) == nil {
			decoded++
			differs("key", i, state(k, x.epoch.Record, x.statement, f.Header))
		}
	}
	if decoded < 50 {
		t.Errorf("only %d changed keys decoded", decoded)
	}
	for name, h := range map[string]Header{
		"batch":        {2, f.Ports, f.LogMessage, f.LogLength, f.Uses},
		"witness code": {1, f.Ports, f.LogMessage + 1, f.LogLength, f.Uses},
		"its length":   {1, f.Ports, f.LogMessage, f.LogLength + 1, f.Uses},
		"uses":         {1, f.Ports, f.LogMessage, f.LogLength, 2},
		"visibility":   {1, []Visibility{Private, Public}, f.LogMessage, f.LogLength, f.Uses},
	} {
		differs(name, 0, state(x.model.Key, x.epoch.Record, x.statement, h))
	}
}

// TestReplay takes an honest proof elsewhere: another context, other values,
// another epoch, another model of the same shape.
func TestReplay(t *testing.T) {
	rnd := newRand(t, 44)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Public, Public)
	change := func(name string, want slow.Guard, f func(s *Statement), or ...slow.Guard) {
		t.Run(name, func(t *testing.T) {
			s := *x.statement
			s.Ports = slices.Clone(s.Ports)
			for i := range s.Ports {
				s.Ports[i].Values = slices.Clone(s.Ports[i].Values)
			}
			f(&s)
			if g := x.judge(t, &s, x.proof); g != want && !slices.Contains(or, g) {
				t.Errorf("refused by %q, want %q or one of %q", g, want, or)
			}
		})
	}
	change("context", slow.GuardPath, func(s *Statement) { s.Context = []byte("tesu") })
	change("no context", slow.GuardPath, func(s *Statement) { s.Context = nil })
	change("input", slow.GuardPath, func(s *Statement) { s.Ports[0].Values[3] ^= 1 })
	change("output", slow.GuardPath, func(s *Statement) { s.Ports[1].Values[0] ^= 1 })
	change("input out of range", slow.GuardStatement,
		func(s *Statement) { s.Ports[0].Values[3] = activationMax + 1 })
	change("output plus p", slow.GuardStatement,
		func(s *Statement) { s.Ports[1].Values[0] -= 1<<31 - 1<<24 + 1 })
	change("model", slow.GuardStatement, func(s *Statement) { s.Model[0] ^= 1 })
	change("ports crossed", slow.GuardStatement,
		func(s *Statement) { slices.Reverse(s.Ports) })
	// A private input has lookups and products of its own, more messages: what
	// follows them is read as elements, or as a nonce.
	change("input private", slow.GuardMessage, func(s *Statement) {
		s.Ports[0] = Port{Visibility: Private}
	}, slow.GuardWork)
	t.Run("another epoch", func(t *testing.T) {
		next, err := x.model.NewEpoch(x.ledger)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.verifier.AddEpoch(next.Record); err != nil {
			t.Fatal(err)
		}
		s := *x.statement
		s.Epoch = next.Record.Number
		y := *x.session
		y.epoch = next
		// The roots have other salts and pads: the queries move.
		if g := y.judge(t, &s, x.proof); g != slow.GuardPath {
			t.Errorf("refused by %q", g)
		}
	})
	t.Run("another model", func(t *testing.T) {
		y := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Public, Public)
		s := *x.statement
		s.Model = y.model.id
		if g := y.judge(t, &s, x.proof); g != slow.GuardPath {
			t.Errorf("refused by %q", g)
		}
		z := y.net.statement(y.witness, 1, Public, Public)
		if _, err := y.model.Prove(x.epoch, y.ledger, z, y.witness); !errors.Is(err, ErrEpoch) {
			t.Errorf("a proof opens the columns of another model's epoch: %v", err)
		}
		if err := y.verifier.AddEpoch(&EpochRecord{Number: 7, Root: x.epoch.Record.Root,
			Proof: x.epoch.Record.Proof}); err == nil {
			t.Error("a verifier takes the epoch of another model")
		}
	})
}
