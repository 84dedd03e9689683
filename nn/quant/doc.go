// Package quant turns a network over the reals into integers.
//
//	net, samples ──Calibrate──→ Plan ──Apply(net)──→ nn.Model
//	net, model, samples ──Compare──→ Report
//
// Every value v of the integer graph stands for the real v·σ. What leaves a
// matrix is an accumulator with σ = σₓ·ω, ω the scale of its int8 weights; what
// enters one is a byte with σ = σ(acc)·2^s: requantisation is a shift. ω is free,
// so σ can still be any number, at the price of at most one bit of the weights.
//
// Calibrate walks through the net with the integers of the samples and chooses ω
// and s, layer by layer, to minimise the mean squared error against the reals.
// Its choices are the Plan, a few numbers a layer, and Apply is a function of net
// and plan alone: the same on every machine.
//
// Tensors that meet in an Add need scales that differ by a power of two; these
// lie on one grid g·2ᵏ.
package quant
