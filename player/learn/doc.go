// Package learn fits the built-in players to openly licensed data, picks the
// facts of the demo, and measures.
//
//	data ──→ split ──┬─→ fit ──→ rescale ──→ refit on all ──→ weights
//	                 └─→ held out ──→ facts, validation table
//
// Training is reproducible bit for bit, on any machine: examples come in the
// order of a hash, sums in the order of examples, exponentials from package
// model, and no product is fused with a sum. A test trains again and compares.
package learn
