package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"syscall"
	"time"

	"agon/nn"
	"agon/nn/fast"
	"agon/nn/zoo"
	"agon/proof"
	"agon/proof/fs"
	"agon/proof/lower"
)

// benchSeed makes the networks and inputs of the benchmark.
const benchSeed = 7

// contender is one network in the benchmark: what it has to reach.
type contender struct {
	name, profileName string
	model             *nn.Model
	profile           proof.Profile
	proofs            int // repeated
	prove, verify     float64
	bytes             float64 // in KB
	reopen            float64 // an epoch
	peers             []string
}

// What other provers published, and what was measured of them.
var (
	peersOfMLP = []string{
		"snarkjs with circomlib-ml, the same shape: prove 5.0 s, set-up 60 s, verify 11 to 18 " +
			"ms, measured on two cores of a Zen 5; its circuit is bound to no model and " +
			"rescales nothing",
		"EZKL (halo2), published: prove 38.0 s with 4.8 GB, or 2.66 s with 221 MB at 6.4 % " +
			"less accuracy",
	}
	peersOfDense = []string{
		"DeepProve (Goldilocks, Basefold), published: prove 2,335 ms, verify 520 ms; it does " +
			"not hide the weights",
		"EZKL on the same network, as DeepProve published it: 126.8 s",
	}
	peersOfProduct = []string{
		"the yardstick of 2024 for matrix products: less than 4 times native (Thaler 2013)",
	}
)

func measureMLP(ctx context.Context, v speeds, size proofScale) (proofSection, error) {
	c := contender{name: "MLP 784-56-10", profileName: "standard", model: zoo.MLP(benchSeed),
		profile: proof.Standard, proofs: size.proofs, prove: 8, verify: 4, bytes: 160,
		peers: peersOfMLP}
	b, err := c.ready()
	if err != nil {
		return proofSection{}, err
	}
	s, err := b.measure(ctx, v, size)
	if err != nil {
		return s, err
	}
	rows, err := b.batches(ctx, size, s.Rows[0].CPU)
	if err != nil {
		return s, err
	}
	s.Rows = append(s.Rows, rows...)
	durable, err := durableCount(b.prover, size.proofs)
	s.Rows = append(s.Rows, durable)
	return s, err
}

func measureChain(ctx context.Context, v speeds, size proofScale) (proofSection, error) {
	c := contender{name: "MLP 784-56-10", profileName: "chain", model: zoo.MLP(benchSeed),
		profile: proof.Chain, proofs: size.proofs, verify: 4, bytes: 120, peers: peersOfMLP}
	b, err := c.ready()
	if err != nil {
		return proofSection{}, err
	}
	s, err := b.measure(ctx, v, size)
	if err == nil {
		s.Rows[0].Note += "; the spread is that of the work, of which there is none in the " +
			"standard profile"
	}
	return s, err
}

func measureDense(ctx context.Context, v speeds, size proofScale) (proofSection, error) {
	c := contender{name: "dense 4 × 1024²", profileName: "standard", model: zoo.Dense4M(benchSeed),
		profile: proof.Standard, proofs: max(size.proofs/4, 8), prove: 15, verify: 8, bytes: 550,
		reopen: 100, peers: peersOfDense}
	b, err := c.ready()
	if err != nil {
		return proofSection{}, err
	}
	s, err := b.measure(ctx, v, size)
	if err != nil || !size.memory {
		return s, err
	}
	b.prover, b.epoch = nil, nil
	rows, err := c.memory()
	s.Rows = append(s.Rows, rows...)
	return s, err
}

// bout is a committed contender with a verifier that knows its epochs.
type bout struct {
	contender
	circuit  *lower.Circuit
	runner   *fast.Runner
	prover   *proof.Model
	ledger   *proof.MemoryLedger
	verifier *proof.Verifier
	epoch    *proof.Epoch
	left     int // proofs of the epoch
	opened   int // epochs of the root
	rnd      *rand.Rand
	commit   float64 // milliseconds
	key      float64 // checking the key, milliseconds
	epochs   []time.Duration
	checks   []time.Duration // of epochs
	cpu      time.Duration   // of epochs
}

// ready commits.
func (c contender) ready() (*bout, error) {
	b := &bout{contender: c, ledger: proof.NewMemoryLedger(),
		rnd: rand.New(rand.NewPCG(benchSeed, 1))}
	var err error
	if b.circuit, err = lower.Lower(c.model.Graph); err != nil {
		return nil, err
	}
	if b.runner, err = fast.New(c.model); err != nil {
		return nil, err
	}
	if err := b.register(); err != nil {
		return nil, err
	}
	return b, b.open()
}

// register commits to the weights, timed, and has the verifier check the key.
func (b *bout) register() error {
	secret, err := proof.NewSecret()
	if err != nil {
		return err
	}
	began := time.Now()
	b.prover, err = proof.Commit(b.circuit.Program, lower.Weights(b.model), secret, b.profile)
	if err != nil {
		return err
	}
	b.commit = since(began)
	began = time.Now()
	b.verifier, err = proof.NewVerifier(b.prover.Key)
	b.key = since(began)
	return err
}

// open opens an epoch, timed, and has the verifier check it. A root whose epochs
// are used up is committed to again.
func (b *bout) open() (err error) {
	if b.epoch != nil {
		if err := b.epoch.Close(); err != nil {
			return err
		}
	}
	if b.opened++; b.opened > b.profile.Epochs {
		b.opened = 1
		if err := b.register(); err != nil {
			return err
		}
	}
	runtime.GC()
	began, used := time.Now(), processorTime()
	if b.epoch, err = b.prover.NewEpoch(b.ledger); err != nil {
		return err
	}
	b.epochs = append(b.epochs, time.Since(began))
	b.cpu += processorTime() - used
	b.left = b.prover.Key.Params.Budget
	began = time.Now()
	err = b.verifier.AddEpoch(b.epoch.Record)
	b.checks = append(b.checks, time.Since(began))
	return err
}

// question runs the network on a batch of fresh inputs: hidden, outputs public.
func (b *bout) question(batch int) (*proof.Statement, *proof.Witness, error) {
	inputs := make([][][]int32, batch)
	for i := range inputs {
		inputs[i] = zoo.Inputs(b.rnd, b.model.Graph)
	}
	w, err := witnessOf(b.circuit, b.runner, inputs)
	if err != nil {
		return nil, nil, err
	}
	s := &proof.Statement{Batch: batch, Context: []byte("agon prove bench")}
	for range b.circuit.Program.Inputs {
		s.Ports = append(s.Ports, proof.Port{Visibility: proof.Private})
	}
	for _, c := range b.circuit.Program.Outputs {
		s.Ports = append(s.Ports, proof.Port{Values: w.Columns[c]})
	}
	return s, w, nil
}

// witnessOf runs a network on each of several sets of inputs.
func witnessOf(c *lower.Circuit, r *fast.Runner, inputs [][][]int32) (*proof.Witness, error) {
	traces := make([]nn.Trace, len(inputs))
	for i, set := range inputs {
		trace, err := r.Run(set...)
		if err != nil {
			return nil, err
		}
		traces[i] = make(nn.Trace, len(trace)) // the runner's own is used again
		for k := range trace {
			traces[i][k] = slices.Clone(trace[k])
		}
	}
	return c.Witness(traces...)
}

// tally is what repeated proofs took.
type tally struct {
	prove, verify       []time.Duration
	proveCPU, verifyCPU time.Duration
	bytes               int // of the longest
}

// repeat proves and verifies count batches of fresh inputs, after one that fills
// caches, opening epochs as their proofs are used up.
func (b *bout) repeat(ctx context.Context, count, batch int) (t tally, err error) {
	for i := -1; i < count; i++ {
		if ctx.Err() != nil {
			return t, ctx.Err()
		}
		if b.left == 0 {
			if err := b.open(); err != nil {
				return t, err
			}
		}
		b.left--
		s, w, err := b.question(batch)
		if err != nil {
			return t, err
		}
		began, used := time.Now(), processorTime()
		var p []byte
		marked(ctx, "prove", func() { p, err = b.prover.Prove(b.epoch, b.ledger, s, w) })
		if err != nil {
			return t, err
		}
		took, cpu := time.Since(began), processorTime()-used
		began, used = time.Now(), processorTime()
		if err := b.verifier.Verify(s, p); err != nil {
			return t, err
		}
		if i < 0 {
			continue
		}
		t.prove, t.proveCPU = append(t.prove, took), t.proveCPU+cpu
		t.verify, t.verifyCPU = append(t.verify, time.Since(began)),
			t.verifyCPU+processorTime()-used
		t.bytes = max(t.bytes, len(p))
	}
	return t, nil
}

// measure fills a section; proving is its first row.
func (b *bout) measure(ctx context.Context, v speeds, size proofScale) (proofSection, error) {
	section := proofSection{Model: b.name, Parameters: b.model.Graph.Params(),
		Profile: b.profileName, Kernel: string(b.runner.Kernel()), Peers: b.peers}
	s, _, err := b.question(1)
	if err != nil {
		return section, err
	}
	inputs := zoo.Inputs(b.rnd, b.model.Graph)
	section.NativeMs = float64(fastest(size.rounds, func() {
		_, err = b.runner.Run(inputs...)
	}).Nanoseconds()) / 1e6
	if err != nil {
		return section, err
	}
	ports := make([]proof.Visibility, len(s.Ports))
	for i := range ports {
		ports[i] = s.Ports[i].Visibility
	}
	reports, err := proof.Soundness(b.prover.Key, b.epoch.Record, 1, ports)
	if err != nil {
		return section, err
	}
	section.Soundness = leastBits(reports)
	t, err := b.repeat(ctx, b.proofs, 1)
	if err != nil {
		return section, err
	}
	if size.profile {
		section.Time, section.Functions, err = profiled(func() error {
			for until := time.Now().Add(size.profiled); time.Now().Before(until); {
				if _, err := b.repeat(ctx, b.prover.Key.Params.Budget-1, 1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return section, err
		}
	}
	section.Rows, err = b.rows(v, s, t)
	return section, err
}

// rows lays the figures of single proofs out.
func (b *bout) rows(v speeds, s *proof.Statement, t tally) ([]proofRow, error) {
	work, err := b.prover.Work(s)
	if err != nil {
		return nil, err
	}
	proving := spreadOf(t.prove, t.proveCPU).row("prove, input hidden", b.prove)
	proving.Floor, proving.parts = v.floor(work)
	proving.Note = fmt.Sprintf("%d proofs of fresh inputs", len(t.prove))
	verifying := spreadOf(t.verify, t.verifyCPU).row("verify", b.verify)
	verifying.Floor, verifying.parts = v.verifyFloor(t.bytes, 2*fs.ChainLength)
	size := proofRow{Name: "proof, the longest", Unit: "KB", Target: b.bytes,
		Value: float64(t.bytes) / 1000}

	if work, err = b.prover.EpochWork(); err != nil {
		return nil, err
	}
	epoch := spreadOf(b.epochs, b.cpu).row("new epoch", b.reopen)
	epoch.Floor, epoch.parts = v.floor(work)
	epoch.Note = fmt.Sprintf("the weights committed to again and tied to the root, %s; "+
		"checking that takes %.3g ms, once", plural(len(b.epochs), "time"),
		spreadOf(b.checks, 0).median)
	budget := proofRow{Name: "proofs of an epoch", Target: 8, Least: true,
		Value: float64(b.prover.Key.Params.Budget),
		Note: fmt.Sprintf("at the sizes above; a root has %d epochs",
			b.prover.Key.Params.Epochs)}
	commit := proofRow{Name: "commit, once", Unit: "ms", Value: b.commit,
		Note: fmt.Sprintf("with the proof that all weights are in range; checking that proof "+
			"takes %.3g ms, once", b.key)}
	return judged(proving, verifying, size, epoch, budget, commit), nil
}

func judged(rows ...proofRow) []proofRow {
	for i := range rows {
		rows[i] = rows[i].judge()
	}
	return rows
}

// batches proves several inputs at once. Each must cost less than one alone, in
// processor time, which other work on the machine disturbs less.
func (b *bout) batches(ctx context.Context, size proofScale, alone float64) ([]proofRow, error) {
	var rows []proofRow
	for _, n := range size.batches {
		t, err := b.repeat(ctx, max(size.proofs/4, 6), n)
		if err != nil {
			return nil, err
		}
		s := spreadOf(t.prove, t.proveCPU)
		each := float64(n)
		rows = append(rows, proofRow{
			Name: fmt.Sprintf("CPU each of a batch of %d", n), Unit: "ms", Target: alone,
			Value: s.cpu / each, Best: s.best / each, P90: s.p90 / each,
			Note: fmt.Sprintf("one proof in %.3g ms (fastest … ninth of ten for each beside it), "+
				"%.0f KB or %.2f KB an input, verified in %.3g ms", s.median,
				float64(t.bytes)/1e3, float64(t.bytes)/1e3/each, spreadOf(t.verify, 0).median),
		})
	}
	return judged(rows...), nil
}

// durableCount measures what the durable count adds to a proof: a ledger in a
// file, on the disk before it answers.
func durableCount(m *proof.Model, count int) (proofRow, error) {
	row := proofRow{Name: "count a proof on disk", Unit: "ms"}
	dir, err := os.MkdirTemp("", "agon-prove-bench-")
	if err != nil {
		return row, err
	}
	defer os.RemoveAll(dir)
	ledger := proof.NewFileLedger(dir + "/pads.json")
	id := m.Key.ID()
	if _, err := ledger.OpenEpoch(id, 1); err != nil {
		return row, err
	}
	var times []time.Duration
	used := processorTime()
	for range count {
		began := time.Now()
		if _, err := ledger.Spend(id, 1, count); err != nil {
			return row, err
		}
		times = append(times, time.Since(began))
	}
	row = spreadOf(times, processorTime()-used).row(row.Name, 0)
	row.Note = "beside every proof of a service: synced with its folder, on the disk of the " +
		"temporary folder"
	return row, nil
}

// processorTime is what the process has used of all cores.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
