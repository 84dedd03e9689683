package proof

import (
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time of the process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchmark networks: the field's MLP, and four dense layers of 1024.
var (
	mlp     = []int{784, 56, 10}
	dense4M = []int{1024, 1024, 1024, 1024, 1024}
)

func benchSession(b *testing.B, profile Profile, sizes []int) (*layered, *session, *Statement,
	*Witness) {
	rnd := rand.New(rand.NewPCG(7, 0))
	n := newLayered(rnd, true, sizes...)
	start := time.Now()
	s := newSession(b, n, profile)
	b.Logf("commit, epoch, checks: %v; params %+v", time.Since(start), s.model.Key.Params)
	w := n.evaluate(n.inputs(rnd, 1))
	return n, s, n.statement(w, 1, Private, Public), w
}

func benchProve(b *testing.B, profile Profile, sizes []int) {
	_, s, st, w := benchSession(b, profile, sizes)
	var size int
	runtime.GC()
	before := cpu()
	n := 0
	for b.Loop() {
		s.ledger.proofs = map[[40]byte]int{}
		p, err := s.model.Prove(s.epoch, s.ledger, st, w)
		if err != nil {
			b.Fatal(err)
		}
		size = len(p)
		n++
	}
	b.ReportMetric(float64(size), "bytes/proof")
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n)/1000, "cpu-ms/op")
}

func benchVerify(b *testing.B, profile Profile, sizes []int) {
	_, s, st, w := benchSession(b, profile, sizes)
	p, err := s.model.Prove(s.epoch, s.ledger, st, w)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	before := cpu()
	n := 0
	for b.Loop() {
		if err := s.verifier.Verify(st, p); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n)/1000, "cpu-ms/op")
}

func BenchmarkProveMLP(b *testing.B)       { benchProve(b, Standard, mlp) }
func BenchmarkProveMLPChain(b *testing.B)  { benchProve(b, Chain, mlp) }
func BenchmarkVerifyMLP(b *testing.B)      { benchVerify(b, Standard, mlp) }
func BenchmarkVerifyMLPChain(b *testing.B) { benchVerify(b, Chain, mlp) }
func BenchmarkProve4M(b *testing.B)        { benchProve(b, Standard, dense4M) }
func BenchmarkVerify4M(b *testing.B)       { benchVerify(b, Standard, dense4M) }

func BenchmarkEpoch4M(b *testing.B) {
	_, s, _, _ := benchSession(b, Standard, dense4M)
	before := cpu()
	n := 0
	for b.Loop() {
		if _, err := s.model.NewEpoch(NewMemoryLedger()); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(n)/1000, "cpu-ms/op")
}
