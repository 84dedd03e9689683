// Package zoo makes networks from seeds: the shapes that benchmarks compare, with
// random weights, and random graphs of every operator for tests. The same seed
// gives the same model on every machine.
package zoo
