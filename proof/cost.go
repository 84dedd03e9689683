package proof

import (
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
)

// Cost bounds the work of verifying one proof, from its statement and first
// bytes alone: a chain charges it before it verifies.
type Cost struct {
	Bytes        int // no valid proof of this header is longer
	Compressions int // of 64 bytes, BLAKE3 and SHA-256 together
	Products     int // in E
}

// Units weighs the work as nanoseconds of one core without vector instructions:
// 120 for a compression, 10 for a product in E. It is a weight for metering, not
// a promise of time; with vector instructions verification takes a fifth of it.
func (c Cost) Units() uint64 { return 120*uint64(c.Compressions) + 10*uint64(c.Products) }

// Cost is the cost of verifying a proof of a statement. It refuses what Verify
// would refuse for its header or length, in time proportional to the program.
func (v *Verifier) Cost(s *Statement, proof []byte) (Cost, error) {
	if err := s.check(v.key.Program); err != nil {
		return Cost{}, err
	}
	f, _, err := openProof(v.key, s, proof)
	if err != nil {
		return Cost{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	c := f.bound()
	if len(proof) > c.Bytes {
		return Cost{}, fmt.Errorf("%w: %w: %d bytes, at most %d",
			ErrRefused, ErrEncoding, len(proof), c.Bytes)
	}
	return c, nil
}

// bound adds up the parts of a proof.
func (f *frame) bound() Cost {
	var c Cost
	rs := f.test.Code
	const rootBytes, headBytes = code.DigestBytes + 8, 3
	c.Bytes = headBytes + 2*rootBytes + 8
	c.Bytes += ff.ExtBytes * (f.layout.Values() + 3)
	c.opening(f.codes.work, f.codes.workQ, f.grid.rows)
	coefficients := rs.Message() + 2*rs.Dimension() - 2
	c.Bytes += ff.ExtBytes * coefficients
	rows := 0
	for _, t := range f.trees() {
		c.opening(rs, f.test.Queries, t.TreeRows())
		rows += t.Base + t.Ext
	}
	c.Compressions += c.Bytes/64 + 2*fs.ChainLength + 4*f.layout.Values()

	// Functionals of all rows, then G, H̄, v, on the witness domain; the fold's on
	// the domain of the weights. A transform of E values of length n takes
	// 2·n·log n products in F, fewer than n·log n in E.
	c.Products += (rows + 3) * transform(rs.LogLength)
	c.Products += 2*transform(f.params.LogWork) + transform(f.params.LogJ+f.params.LogS)
	c.Products += f.test.Queries*(rows+2)*2 + f.codes.workQ*f.grid.rows
	if f.nu >= 0 {
		c.Products += 16 << f.nu // eq, denominators, sums of the leaves
	}
	c.Products += 8 * f.cells // forms over columns
	for _, r := range f.prog.Relations {
		c.Products += 4 * len(r.Terms) * f.columns[r.Terms[0].Column].Len
		if r.Weights >= 0 {
			c.Products += 4 * f.columns[r.Input].Len
		}
	}
	// Forms of the rounds: each has as many terms as rounds came before.
	c.Products += 4 * (f.nu + 2) * (f.nu + 2) * (f.nu + 2)
	c.Products += 8*f.layout.Cells + 8*f.grid.logK*f.grid.logK
	return c
}

// transform bounds a transform of 2^log values of E, and its scaling.
func transform(log int) int { return (log + 1) << log }

// opening adds q columns of a tree: no siblings are shared in the worst case.
func (c *Cost) opening(rs code.Code, q, rows int) {
	column := 4*rows + code.SaltBytes
	c.Bytes += q*column + q*rs.LogLength*code.DigestBytes
	c.Compressions += q * (1 + (column+8)/64 + rs.LogLength)
}
