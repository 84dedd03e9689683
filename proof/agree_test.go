package proof

import (
	"encoding"
	"slices"
	"testing"

	"agon/proof/slow"
)

// encoded returns the bytes of a key, an epoch record or a statement.
func encoded(t testing.TB, v encoding.BinaryMarshaler) []byte {
	t.Helper()
	b, err := v.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSlowAgrees: the independent verifier accepts what honest provers make.
func TestSlowAgrees(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile Profile
		raw     bool
		batch   int
		ports   []Visibility
		sizes   []int
	}{
		{"y = Wx", Standard, true, 1, []Visibility{Private, Public}, []int{20, 6}},
		{"two layers", Standard, false, 1, []Visibility{Private, Public}, []int{20, 9, 5}},
		{"all public", Standard, true, 1, []Visibility{Public, Public}, []int{20, 9, 5}},
		{"a batch", Standard, true, 3, []Visibility{Public, Private}, []int{17, 12, 9, 4}},
		{"with work", Chain, false, 2, []Visibility{Private, Private}, []int{33, 7}},
		{"sealed input", Standard, false, 1, []Visibility{Hashed, Public}, []int{20, 9, 5}},
		{"all sealed, with work", Chain, true, 2, []Visibility{Hashed, Hashed}, []int{12, 5, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rnd := newRand(t, 1)
			n := newLayered(rnd, c.raw, c.sizes...)
			s := newSession(t, n, c.profile)
			w := n.evaluate(n.inputs(rnd, c.batch))
			st := n.statement(w, c.batch, c.ports...)
			sealPorts(t, s.model.Key, n, st, w)
			b, err := s.model.Prove(s.epoch, s.ledger, st, w)
			if err != nil {
				t.Fatal(err)
			}
			key, epoch := encoded(t, s.model.Key), encoded(t, s.epoch.Record)
			if err := slow.CheckKey(key); err != nil {
				t.Errorf("key: %v", err)
			}
			if err := slow.CheckEpoch(key, epoch); err != nil {
				t.Errorf("epoch: %v", err)
			}
			if g := s.judge(t, st, b); g != "" {
				t.Errorf("answer: refused by %q", g)
			}
			for range 3 {
				bad := slices.Clone(b)
				bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
				if s.judge(t, st, bad) == "" {
					t.Error("a changed proof is accepted")
				}
			}
		})
	}
}

// sealPorts makes the seals of a statement's hashed ports, for three uses.
func sealPorts(t *testing.T, key *Key, n *layered, st *Statement, w *Witness) {
	t.Helper()
	var ports []Visibility
	for _, p := range st.Ports {
		ports = append(ports, p.Visibility)
	}
	if !slices.Contains(ports, Hashed) {
		return
	}
	plan, err := PlanSeals(key, st.Batch, ports, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range ports {
		if v != Hashed {
			continue
		}
		if w.Seals[i], err = NewSeal(key, plan, w.Columns[n.prog.port(i)]); err != nil {
			t.Fatal(err)
		}
		st.Ports[i].Sealed = &w.Seals[i].Public
	}
}

// TestSlowAgreesOnKeysAndEpochs changes bytes of range and equality proofs and
// of all that they are about.
func TestSlowAgreesOnKeysAndEpochs(t *testing.T) {
	rnd := newRand(t, 2)
	x := sample()
	key, epoch := encoded(t, x.model.Key), encoded(t, x.epoch.Record)
	times := 12
	if long() {
		times = 4000
	}
	for range times {
		bad := slices.Clone(key)
		bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
		judgeKey(t, bad)

		bad = slices.Clone(epoch)
		bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
		fresh, err := NewVerifier(x.model.Key)
		if err != nil {
			t.Fatal(err)
		}
		record := new(EpochRecord)
		if err = record.UnmarshalBinary(bad); err == nil {
			err = fresh.AddEpoch(record)
		}
		fast, slowly := guardOf(t, err), slowGuard(t, slow.CheckEpoch(key, bad))
		if fast != slowly || fast == "" {
			t.Fatalf("the verifiers of an epoch: fast %v, slow %q", err, slowly)
		}
	}
}
