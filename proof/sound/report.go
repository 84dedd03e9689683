package sound

import (
	"fmt"
	"math"
	"strings"
)

// Term bounds the chance that one round of the protocol lets a false statement
// pass.
type Term struct {
	Round   string  // which challenges are drawn
	Formula string  // the bound with its numbers
	Bits    float64 // −log₂ of the bound; never negative
	Grind   int     // bits of work that must be done before these challenges
}

// Ground is the term with its grinding.
func (t Term) Ground() float64 { return t.Bits + float64(t.Grind) }

// Report is the list of terms of one proof, in the order of its rounds.
type Report struct {
	Proof string // what is proven
	Terms []Term
}

// Weakest returns the term with the fewest bits, with or without grinding. A
// report without terms has none and the result is empty with 0 bits.
func (r Report) Weakest(grinding bool) Term {
	var weakest Term
	for i, t := range r.Terms {
		if i == 0 || t.bits(grinding) < weakest.bits(grinding) {
			weakest = t
		}
	}
	return weakest
}

func (t Term) bits(grinding bool) float64 {
	if grinding {
		return t.Ground()
	}
	return t.Bits
}

// Bits is the security of the proof: the minimum over its rounds.
func (r Report) Bits(grinding bool) float64 { return r.Weakest(grinding).bits(grinding) }

// Total is −log₂ of the sum of all bounds, what one interactive run would lose
// at most. It is below Bits by at most log₂ of the number of terms.
func (r Report) Total(grinding bool) float64 {
	var sum float64
	for _, t := range r.Terms {
		sum += math.Exp2(-t.bits(grinding))
	}
	return -math.Log2(sum)
}

// String is the table of the terms, one a line, and the minimum.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: soundness of each round, in bits\n", r.Proof)
	for _, t := range r.Terms {
		fmt.Fprintf(&b, "  %-26s %6.1f", t.Round, t.Bits)
		if t.Grind > 0 {
			fmt.Fprintf(&b, " + %2d", t.Grind)
		} else {
			b.WriteString("     ")
		}
		fmt.Fprintf(&b, "   %s\n", t.Formula)
	}
	fmt.Fprintf(&b, "  %-26s %6.1f   (without grinding %.1f, by %q)\n", "minimum",
		r.Bits(true), r.Bits(false), r.Weakest(false).Round)
	return b.String()
}

// Gate errs unless the report reaches want bits with grinding.
func (r Report) Gate(want float64) error {
	if have := r.Bits(true); have < want {
		return fmt.Errorf("%s: %.1f bits by %q, want %.1f: more queries, a lower rate "+
			"or more grinding", r.Proof, have, r.Weakest(true).Round, want)
	}
	return nil
}
