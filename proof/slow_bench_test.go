package proof

import (
	"testing"

	"agon/proof/slow"
)

// BenchmarkSlowVerifyMLP is the independent verifier on the proof that
// BenchmarkVerifyMLP checks.
func BenchmarkSlowVerifyMLP(b *testing.B) {
	_, s, st, w := benchSession(b, Standard, mlp)
	p, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		b.Fatal(err)
	}
	key, epoch, statement := encoded(b, s.model.Key), encoded(b, s.epoch.Record), encoded(b, st)
	for b.Loop() {
		if err := slow.Check(key, epoch, statement, p); err != nil {
			b.Fatal(err)
		}
	}
}
