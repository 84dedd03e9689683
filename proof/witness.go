package proof

import (
	"errors"
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/zk"
)

// Limits of the code of witness trees. The prover chooses it, so that they bound
// what a proof of few bytes can ask of its verifier: the columns of all rows
// together are at most 2^maxLogRate times the cells.
const (
	minLogMessage = 5
	maxLogMessage = 16
	maxLogLength  = 20
	maxLogRate    = 6
)

// witnessTest is the linear test of a witness code: its queries and pads follow
// from the two logs, the uses of its pads and the work.
func witnessTest(logMessage, logLength, uses, grind int) (zk.Test, error) {
	if logMessage < minLogMessage || logMessage > maxLogMessage || logLength > maxLogLength ||
		logLength > logMessage+maxLogRate {
		return zk.Test{}, fmt.Errorf("%w: witness code 2^%d in 2^%d",
			ErrHeader, logMessage, logLength)
	}
	c := code.Code{LogMessage: logMessage, LogLength: logLength}
	c, q, err := c.SizeTest(uses, TargetBits-grind)
	if err != nil {
		return zk.Test{}, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	return zk.Test{Code: c, Queries: q, Grind: grind}, nil
}

// witnessCode reads the first bytes of a proof: version and the two logs.
func witnessCode(b []byte) (rest []byte, logMessage, logLength int, err error) {
	r := &reader{buf: b}
	r.version()
	logMessage, logLength = int(r.byte()), int(r.byte())
	return r.buf, logMessage, logLength, r.err
}

// costed is a candidate of smallest.
type costed interface{ cost() int }

// smallest tries the witness codes whose proving is cheap and returns what has
// the least cost.
func smallest[T costed](try func(logMessage, logLength int) (T, error)) (T, error) {
	var best T
	found, last := false, errors.New("no witness code")
	for logMessage := 5; logMessage <= 13; logMessage++ {
		for logLength := logMessage + 2; logLength <= min(logMessage+5, 16); logLength++ {
			candidate, err := try(logMessage, logLength)
			if err != nil {
				last = err
				continue
			}
			if !found || candidate.cost() < best.cost() {
				best, found = candidate, true
			}
		}
	}
	if !found {
		return best, last
	}
	return best, nil
}

// valuesPerByte weighs proving time against size: so many values encoded and
// hashed are worth one byte of the proof.
const valuesPerByte = 24

// testCost estimates the bytes of a linear test, plus what its trees cost to
// make.
func testCost(t zk.Test, shapes []zk.Shape) int {
	total := ff.ExtBytes * (t.Code.Message() + 2*t.Code.Dimension())
	for _, s := range shapes {
		total += t.Code.OpeningBytes(t.Queries, s.TreeRows())
		const hashing = 20 // a leaf's fixed cost, in values
		total += (s.TreeRows() + hashing) * t.Code.Length() / valuesPerByte
	}
	return total
}
