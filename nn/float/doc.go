// Package float holds networks over the reals, as they are imported and trained,
// before they become integers (nn/quant). Like an nn.Graph a Net is a list of
// nodes, each using earlier values; unlike it, it carries its weights.
//
// Arithmetic is float64, in a fixed order: two runs agree bit for bit on one
// machine. Nothing a proof or a chain relies on is computed here.
package float
