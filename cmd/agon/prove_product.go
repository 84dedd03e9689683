package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"agon/nn/fast"
	"agon/nn/zoo"
	"agon/proof"
	"agon/proof/lower"
)

// productSize is the side of the matrices of the field's yardstick.
const productSize = 1024

// measureProduct compares the sumcheck of one product of two 1024 × 1024
// matrices, a layer over a batch of 1024 vectors, with the product itself. Input
// and output are public; binding both matrices, the rounds and the evaluation of
// all forms count, commitments do not.
func measureProduct(ctx context.Context, _ speeds, size proofScale) (proofSection, error) {
	m := zoo.Dense(benchSeed, productSize, productSize)
	section := proofSection{Model: "one product, 1024³", Parameters: m.Graph.Params(),
		Profile: "no", Peers: peersOfProduct}
	run, err := fast.New(m)
	if err != nil {
		return section, err
	}
	section.Kernel = string(run.Kernel())
	rnd := rand.New(rand.NewPCG(benchSeed, 3))
	inputs := make([][][]int32, productSize)
	for i := range inputs {
		inputs[i] = zoo.Inputs(rnd, m.Graph)
	}
	circuit, err := lower.Lower(m.Graph)
	if err != nil {
		return section, err
	}
	w, err := witnessOf(circuit, run, inputs)
	if err != nil {
		return section, err
	}
	bare, err := proof.NewBare(circuit.Program, lower.Weights(m), productSize)
	if err != nil {
		return section, err
	}
	var native, sumcheck []time.Duration
	var nativeCPU, sumcheckCPU time.Duration
	var messages []byte
	runtime.GC()
	for i := -1; i < max(size.proofs/4, 4) && ctx.Err() == nil; i++ {
		began, used := time.Now(), processorTime()
		for _, x := range inputs {
			if _, err := run.Run(x...); err != nil {
				return section, err
			}
		}
		took, cpu := time.Since(began), processorTime()-used
		began, used = time.Now(), processorTime()
		if messages, err = bare.Prove(w); err != nil {
			return section, err
		}
		if i < 0 {
			continue
		}
		native, nativeCPU = append(native, took), nativeCPU+cpu
		sumcheck = append(sumcheck, time.Since(began))
		sumcheckCPU += processorTime() - used
	}
	if ctx.Err() != nil {
		return section, ctx.Err()
	}
	if err := bare.Check(w, messages); err != nil {
		return section, fmt.Errorf("what was timed proves nothing: %w", err)
	}
	section.NativeMs = spreadOf(native, 0).median
	section.Rows = judged(
		proofRow{Name: "sumcheck against native", Unit: "×", Target: 1.5,
			Value: sumcheckCPU.Seconds() / nativeCPU.Seconds(),
			Note:  "processor time of all cores, both in turns; what it leaves to check holds"},
		spreadOf(native, nativeCPU).row("the product in integers", 0),
		spreadOf(sumcheck, sumcheckCPU).row("its sumcheck", 0),
	)
	return section, nil
}
