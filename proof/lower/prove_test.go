package lower_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"agon/nn"
	"agon/nn/fast"
	"agon/nn/zoo"
	"agon/proof"
	"agon/proof/lower"
)

// TestIntegerRunIsTheRunUnderProof proves random graphs on random inputs, private
// and public, alone and in batches, and compares the proven outputs with the
// reference run.
func TestIntegerRunIsTheRunUnderProof(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 45))
			m := zoo.Random(rng, 4)
			batch := 1 + int(seed%3)
			c, err := lower.Lower(m.Graph)
			if err != nil {
				t.Fatal(err)
			}
			run, err := fast.New(m)
			if err != nil {
				t.Fatal(err)
			}
			var traces []nn.Trace
			for range batch {
				in := zoo.Inputs(rng, m.Graph)
				trace, err := run.Fork().Run(in...)
				if err != nil {
					t.Fatal(err)
				}
				traces = append(traces, trace)
			}
			w, err := c.Witness(traces...)
			if err != nil {
				t.Fatal(err)
			}
			prove(t, m, c, w, batch, seed%2 == 0)
			for i, o := range m.Graph.Outputs {
				column := w.Columns[c.Program.Outputs[c.Outputs[i].Port]]
				var want []int32
				for _, trace := range traces {
					full, err := m.Run(trace[:len(m.Graph.Inputs)]...)
					if err != nil {
						t.Fatal(err)
					}
					want = append(want, full[o.Value]...)
				}
				if got := c.Outputs[i].Read(column); !slices.Equal(got, want) {
					t.Errorf("output %d: proven %v, the reference says %v", i, got, want)
				}
			}
		})
	}
}

// prove commits to m, proves w with public outputs and verifies it.
func prove(t *testing.T, m *nn.Model, c *lower.Circuit, w *proof.Witness, batch int, hidden bool) {
	t.Helper()
	secret := proof.Secret{Commit: [32]byte{1}, Prove: [32]byte{2}}
	model, err := proof.Commit(c.Program, lower.Weights(m), secret, proof.Standard)
	if err != nil {
		t.Fatal(err)
	}
	ledger := proof.NewMemoryLedger()
	epoch, err := model.NewEpoch(ledger)
	if err != nil {
		t.Fatal(err)
	}
	s := &proof.Statement{Batch: batch}
	for i, column := range slices.Concat(c.Program.Inputs, c.Program.Outputs) {
		port := proof.Port{Visibility: proof.Public, Values: w.Columns[column]}
		if hidden && i < len(c.Program.Inputs) {
			port = proof.Port{Visibility: proof.Private}
		}
		s.Ports = append(s.Ports, port)
	}
	b, err := model.Prove(epoch, ledger, s, w)
	if err != nil {
		t.Fatal(err)
	}
	v, err := proof.NewVerifier(model.Key)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.AddEpoch(epoch.Record); err != nil {
		t.Fatal(err)
	}
	if err := v.Verify(s, b); err != nil {
		t.Fatal(err)
	}
	// An output that is another number is refused.
	last := &s.Ports[len(s.Ports)-1]
	last.Values = slices.Clone(last.Values)
	last.Values[0]++
	if err := v.Verify(s, b); err == nil {
		t.Error("another output verified")
	}
}
