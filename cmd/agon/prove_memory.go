package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"agon/nn"
	"agon/nn/fast"
	"agon/proof"
	"agon/proof/lower"
)

// bytesOfActivation is what the target of memory allows an activation.
const bytesOfActivation = 150

// memory measures the largest heap of committing and proving, with codewords on
// disk.
func (c contender) memory() ([]proofRow, error) {
	dir, err := os.MkdirTemp("", "agon-prove-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := &bout{contender: c, ledger: proof.NewMemoryLedger(),
		rnd: rand.New(rand.NewPCG(benchSeed, 2))}
	if b.circuit, err = lower.Lower(c.model.Graph); err != nil {
		return nil, err
	}
	if b.runner, err = fast.New(c.model); err != nil {
		return nil, err
	}
	weights := lower.Weights(c.model)
	secret, err := proof.NewSecret()
	if err != nil {
		return nil, err
	}
	before := liveHeap()
	committing := largestHeap(func() {
		b.prover, err = proof.Commit(b.circuit.Program, weights, secret, c.profile,
			proof.CodewordsIn(dir))
	})
	if err != nil {
		return nil, err
	}
	defer b.prover.Close()
	if b.epoch, err = b.prover.NewEpoch(b.ledger); err != nil {
		return nil, err
	}
	defer b.epoch.Close()
	s, w, err := b.question(1)
	if err != nil {
		return nil, err
	}
	kept := liveHeap() - before
	proving := largestHeap(func() { _, err = b.prover.Prove(b.epoch, b.ledger, s, w) })
	if err != nil {
		return nil, err
	}
	params, activations := float64(c.model.Graph.Params()), activations(c.model.Graph)
	return judged(proofRow{
		Name: "commit, memory", Unit: "B/param", Target: 24, Value: float64(committing) / params,
		Note: "the largest heap above what was there before, codewords on disk, the weights " +
			"themselves not counted",
	}, proofRow{
		Name: "prove, memory", Unit: "B/param", Target: 6,
		Value: (float64(kept+proving) - bytesOfActivation*float64(activations)) / params,
		Note: fmt.Sprintf("all that a prover holds and takes at its largest, less %d bytes for "+
			"each of %s activations", bytesOfActivation, thousands(float64(activations))),
	}), nil
}

// activations is the number of results of matrices.
func activations(g *nn.Graph) (n int) {
	for _, w := range g.Weights {
		n += w.Rows
	}
	return n
}

func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// largestHeap is the largest heap while f runs, in bytes above what was live
// before. It collects often, so that garbage hardly counts.
func largestHeap(f func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	before := liveHeap()
	var most atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), int64(m.HeapAlloc)-before))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-done
	return most.Load()
}
