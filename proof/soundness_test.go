package proof

import (
	"fmt"
	"testing"

	"agon/proof/sound"
)

// TestSoundnessGate: every default profile reaches 100 bits in every round of
// all three proofs, for small and large models, batches, visibilities. No
// profile reaches it only on paper: the parameters are those the code uses.
func TestSoundnessGate(t *testing.T) {
	for _, p := range []struct {
		name    string
		profile Profile
	}{{"standard", Standard}, {"chain", Chain}} {
		for _, sizes := range [][]int{{12, 4}, {784, 56, 10}, {64, 64, 64, 64, 64, 10},
			{1024, 1024, 1024, 1024, 1024}} {
			for _, batch := range []int{1, 16} {
				for _, ports := range [][]Visibility{{Public, Public}, {Private, Private}} {
					name := fmt.Sprint(p.name, sizes, batch, ports)
					n := newLayered(newRand(t, 1), true, sizes...)
					params, err := Choose(n.prog, p.profile)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					key := &Key{Program: n.prog, Params: params}
					reports, err := Soundness(key, nil, batch, ports)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					for _, r := range reports {
						if err := r.Gate(TargetBits); err != nil {
							t.Errorf("%s: %v\n%v", name, err, r)
						}
						checkGrinding(t, name, p.profile, r)
					}
				}
			}
		}
	}
}

// checkGrinding: the standard profile does without work except before the
// challenges of very large lookups.
func checkGrinding(t *testing.T, name string, p Profile, r sound.Report) {
	t.Helper()
	if p.Grind == 0 && r.Bits(false) < 99 {
		t.Errorf("%s: %.1f bits without grinding\n%v", name, r.Bits(false), r)
	}
}

// TestSoundnessOfProofs reports on proofs that exist, and the verifier's own
// frame agrees with what was reported.
func TestSoundnessOfProofs(t *testing.T) {
	rnd := newRand(t, 71)
	x := newTarget(t, rnd, Chain, false, []int{12, 6, 4}, Private, Public)
	reports, err := Soundness(x.model.Key, x.epoch.Record, 1, []Visibility{Private, Public})
	if err != nil {
		t.Fatal(err)
	}
	own, err := x.frame(t).soundness()
	if err != nil {
		t.Fatal(err)
	}
	if reports[2].String() != own.String() {
		t.Errorf("reported\n%v\nthe proof has\n%v", reports[2], own)
	}
	for _, r := range reports {
		t.Logf("\n%v", r)
		if err := r.Gate(TargetBits); err != nil {
			t.Error(err)
		}
	}
}

// TestConstraintCount: the report counts as many constraints as there are.
func TestConstraintCount(t *testing.T) {
	rnd := newRand(t, 72)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
	f := x.frame(t)
	c, _ := x.eavesdrop(t, x.statement, x.proof)
	forms := len(c.Constraints()) + 2 + f.codes.workQ
	counted := len(f.layout.Copies()) + 3 + 1 + 2 + f.codes.workQ + len(f.prog.Weights) +
		1 + f.nu + 2
	if forms != counted {
		t.Errorf("%d constraints, the report counts %d", forms, counted)
	}
}

// TestChooseIsGood compares the layout a commitment chooses with that of the
// independent search in sound, which knows proof sizes and nothing of proving
// time: what is given up for time is at most a fifth of the size.
func TestChooseIsGood(t *testing.T) {
	for _, sizes := range [][]int{{784, 56, 10}, {64, 64, 64, 10}} {
		n := newLayered(newRand(t, 1), true, sizes...)
		params, err := Choose(n.prog, Chain)
		if err != nil {
			t.Fatal(err)
		}
		h := Header{Batch: 1, Ports: []Visibility{Public, Public}}
		h.Uses = 1
		f, err := chooseHeader(n.prog, params, h)
		if err != nil {
			t.Fatal(err)
		}
		var layers []sound.Layer
		for _, m := range n.prog.Weights {
			layers = append(layers, sound.Layer{Out: m.Rows, In: m.Cols})
		}
		best, err := sound.Search(layers, sound.Target{Bits: TargetBits, Grind: Chain.Grind,
			Proofs: 1 + Chain.Budget, Witness: f.cells + 4*f.layout.Cells, MaxRate: 1,
			Messages: f.layout.Values()}, 17)
		if err != nil {
			t.Fatal(err)
		}
		a := sound.Answer{Common: common(f.test, f.trees()),
			Weights: tree(f.codes.work, f.grid.rows, f.codes.workQ)}
		have := a.Size(f.layout.Values())
		t.Logf("%v: chosen %.0f bytes, smallest %.0f", sizes, have, best.Bytes)
		if have > 1.2*best.Bytes {
			t.Errorf("%v: chosen %.0f bytes, %.0f are possible: %+v", sizes, have, best.Bytes, best)
		}
	}
}
