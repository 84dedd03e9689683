package proof

import (
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/zk"
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
	return f.bound().within(len(proof), ErrRefused)
}

// bound adds up the parts of a proof.
func (f *frame) bound() Cost {
	var c Cost
	c.messages(f.layout.Values())
	c.weights(f.codes.work, f.codes.workQ, f.grid)
	c.test(f.test, f.trees())
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

// KeyCost is the cost of checking a key's range proof, from the key's parameters
// and the first bytes of the proof alone. NewVerifier does that work, once.
func KeyCost(key *Key) (Cost, error) {
	if err := key.Program.Check(); err != nil {
		return Cost{}, err
	}
	_, logMessage, logLength, err := witnessCode(key.Range)
	if err != nil {
		return Cost{}, fmt.Errorf("%w: %w", ErrRange, err)
	}
	r, err := newRanges(key.Program, key.Params, logMessage, logLength)
	if err != nil {
		return Cost{}, fmt.Errorf("%w: %w", ErrRange, err)
	}
	var c Cost
	c.messages(r.layout.Values())
	c.weights(r.codes.root, r.codes.rootQ, r.grid)
	c.test(r.test, r.trees())
	// Of the leaves the verifier evaluates tables and limbs; the positions of the
	// rows are a fold.
	c.Products += 16*r.cells + 2*r.grid.rows
	c.Products += 4*(r.head+3)*(r.head+3)*(r.head+3) + 8*r.layout.Cells
	return c.within(len(key.Range), ErrRange)
}

// EpochCost is the cost of checking an epoch's equality proof, as KeyCost.
// Verifier.AddEpoch does that work, once.
func EpochCost(key *Key, e *EpochRecord) (Cost, error) {
	_, logMessage, logLength, err := witnessCode(e.Proof)
	if err != nil {
		return Cost{}, fmt.Errorf("%w: %w", ErrEpoch, err)
	}
	q, err := newEquality(key, logMessage, logLength)
	if err != nil {
		return Cost{}, fmt.Errorf("%w: %w", ErrEpoch, err)
	}
	var c Cost
	c.messages(0)
	c.weights(q.codes.root, q.codes.rootQ, q.grid)
	c.weights(q.codes.work, q.codes.workQ, q.grid)
	c.test(q.test, []zk.Shape{q.shape})
	c.Products += 2*q.grid.rows + 8*q.cells
	return c.within(len(e.Proof), ErrEpoch)
}

// within refuses what is longer than any valid proof.
func (c Cost) within(have int, fault error) (Cost, error) {
	if have > c.Bytes {
		return Cost{}, fmt.Errorf("%w: %w: %d bytes, at most %d", fault, ErrEncoding, have, c.Bytes)
	}
	return c, nil
}

// messages adds the first bytes, two roots with their work, and the values that
// are sent.
func (c *Cost) messages(values int) {
	const rootBytes, headBytes = code.DigestBytes + 8, 3
	c.Bytes += headBytes + 2*rootBytes + 8
	c.Bytes += ff.ExtBytes * (values + 3)
	c.Compressions += 2*fs.ChainLength + 4*values
}

// weights adds the opening of a tree of weights, and their fold on its domain.
func (c *Cost) weights(rs code.Code, queries int, g *grid) {
	c.opening(rs, queries, g.rows)
	c.Products += 2*transform(rs.LogLength) + transform(rs.LogMessage) + queries*g.rows
}

// test adds the linear test over trees, after all other bytes: its functionals
// of all rows, then G, H̄, v, on the witness domain. A transform of E values of
// length n takes 2·n·log n products in F, fewer than n·log n in E.
func (c *Cost) test(t zk.Test, trees []zk.Shape) {
	rs := t.Code
	c.Bytes += ff.ExtBytes * (rs.Message() + 2*rs.Dimension() - 2)
	rows := 0
	for _, tree := range trees {
		c.opening(rs, t.Queries, tree.TreeRows())
		rows += tree.Base + tree.Ext
	}
	c.Compressions += c.Bytes / 64
	c.Products += (rows + 3) * transform(rs.LogLength)
	c.Products += t.Queries * (rows + 2) * 2
}

// transform bounds a transform of 2^log values of E, and its scaling.
func transform(log int) int { return (log + 1) << log }

// opening adds q columns of a tree: no siblings are shared in the worst case.
func (c *Cost) opening(rs code.Code, q, rows int) {
	column := 4*rows + code.SaltBytes
	c.Bytes += q*column + q*rs.LogLength*code.DigestBytes
	c.Compressions += q * (1 + (column+8)/64 + rs.LogLength)
}
