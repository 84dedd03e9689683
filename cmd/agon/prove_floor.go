package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"agon/proof"
	"agon/proof/blake"
	"agon/proof/ff"
)

// speeds is how long this machine takes for what proofs are made of, on one
// core, each in a loop that does nothing else, in nanoseconds.
type speeds struct {
	Hash  float64 `json:"blake3_ns_per_byte"` // sixteen messages of one chunk at a time
	Chain float64 `json:"sha256_ns"`          // of 32 bytes, each of the one before
	F     float64 `json:"product_in_F_ns"`    // of vectors in cache
	E     float64 `json:"product_in_E_ns"`
	Bind  float64 `json:"bind_ns_per_weight"` // over 4 MB of weights
}

func (v speeds) String() string {
	return fmt.Sprintf("one core takes: BLAKE3 %.2f ns a byte, SHA-256 in a chain %.0f ns, a "+
		"product in F %.3f ns, in E %.2f ns; binding a weight, 4 MB of them, %.3f ns",
		v.Hash, v.Chain, v.F, v.E, v.Bind)
}

// measureSpeeds takes about a second for each round.
func measureSpeeds(rounds int) (speeds, error) {
	var v speeds
	nanoseconds := func(n int, f func()) float64 {
		return float64(fastest(rounds, f).Nanoseconds()) / float64(n)
	}
	const chunk = 1024
	var h blake.Hasher
	var d blake.Digest
	v.Hash = nanoseconds(chunk*blake.Lanes, func() {
		h.Reset()
		for range chunk / 4 {
			h.Next()[0]++
		}
		h.Sum(&d, chunk)
	})
	state := [32]byte{1}
	const links = 1024
	v.Chain = nanoseconds(links, func() {
		for range links {
			state = sha256.Sum256(state[:])
		}
	})
	const length = 4096
	a, b := make(ff.Vec, length), make(ff.Vec, length)
	a.Powers(ff.One, ff.Generator)
	v.F = nanoseconds(length, func() { b.Mul(a, a) })
	x, y := ff.NewExtVec(length), ff.NewExtVec(length)
	for i := range x {
		x[i].Powers(ff.One, ff.Generator)
	}
	v.E = nanoseconds(length, func() { y.Mul(x, x) })

	const rows, cols = 4096, 1024
	rnd := rand.New(rand.NewPCG(1, 1))
	m := ff.NewInt8MatrixFunc(rows, cols, func(int, int) int8 { return int8(rnd.IntN(255) - 127) })
	out := ff.NewExtVec(cols)
	v.Bind = nanoseconds(rows*cols, func() { m.Bind(out, x) })
	return v, nil
}

// productsOfLeaf are the products in E a leaf of the lookup tree costs at least:
// 3 for its parent (p = p₀q₁ + p₁q₀, q = q₀q₁), as many at two points in the
// rounds of its level, and 4 to fold p₀, p₁, q₀, q₁; the factor eq is not
// counted.
const productsOfLeaf = 3 + 2*3 + 4

// blockBytes is what one hash of work costs: a block of BLAKE3.
const blockBytes = 64

// floor is what work takes at these speeds, in milliseconds, and its parts.
func (v speeds) floor(w proof.Work) (ms float64, parts string) {
	add := func(what string, n int, each float64) {
		if n == 0 {
			return
		}
		took := float64(n) * each / 1e6
		if parts != "" {
			parts += ", "
		}
		parts += fmt.Sprintf("%.3g ms for %s %s", took, thousands(float64(n)), what)
		ms += took
	}
	add("bytes hashed", w.Hashed, v.Hash)
	add("products of transforms", w.Products, v.F)
	add("leaves of lookups", w.Leaves, productsOfLeaf*v.E)
	add("weights bound", w.Weights, v.Bind)
	add("hashes in the chain", w.Chained, v.Chain)
	add("hashes of work (on average)", w.Ground, blockBytes*v.Hash)
	return ms, parts
}

// verifyFloor is what reading a proof takes: each byte is hashed once, and two
// chains.
func (v speeds) verifyFloor(bytes, chained int) (ms float64, parts string) {
	return v.floor(proof.Work{Hashed: bytes, Chained: chained})
}

// spread is what repeating gave, in milliseconds.
type spread struct{ median, best, p90, cpu float64 }

// spreadOf sorts times; cpu is that of all together.
func spreadOf(times []time.Duration, cpu time.Duration) spread {
	sorted := append([]time.Duration(nil), times...)
	sortDurations(sorted)
	at := func(i int) float64 { return float64(sorted[i].Nanoseconds()) / 1e6 }
	n := len(sorted)
	return spread{at(n / 2), at(0), at(min(n*9/10, n-1)),
		float64(cpu.Nanoseconds()) / 1e6 / float64(n)}
}

// row is a row of what was repeated.
func (s spread) row(name string, target float64) proofRow {
	return proofRow{Name: name, Unit: "ms", Target: target, Value: s.median, Best: s.best,
		P90: s.p90, CPU: s.cpu}
}
