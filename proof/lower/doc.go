// Package lower turns an nn graph into a proof.Program: columns of integers,
// relations that are linear in them, lookups in public tables. The protocol sees
// nothing else of a network.
//
//	nn.Graph ──Lower──→ Circuit{Program}
//	nn.Trace of each input ──Circuit.Witness──→ proof.Witness
//
// What becomes of the operators:
//
//	Linear   a relation with its matrix; the accumulator itself is no column but
//	         the left side of whatever narrows it
//	Requant  acc = 2^s·(256h + l) + r₀ + 256·r₁ − 2^{s−1} − o·2^s, with r₀, r₁ in
//	         ranges, (h, c) in the table of signs, (c, l, y) in that of the clamp
//	Clip     (x, y) in a table of 256 rows
//	Add      no column of its own: a sum of its operands' columns
//	Reshape  nothing: the same column
//	ArgMax   as an output only: the proof shows its operand, and whoever verifies
//	         takes the first largest entry (Output.Label)
//
// The certificate that no relation holds modulo p without holding in the
// integers is the program's own (proof.Program.Check), from the ranges that
// lookups give and not from honest values; Lower returns no program without it.
package lower
