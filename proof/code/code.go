package code

import (
	"errors"
	"fmt"

	"agon/proof/ff"
)

// Limits of a code, checked before anything is allocated for it.
const (
	MaxLog  = 22      // of the code length n
	MaxRows = 1 << 14 // of a tree
)

// ErrShape says that a code has no sense or exceeds a limit.
var ErrShape = errors.New("code shape")

// Code is one Reed–Solomon code: the shape of a row and of its codeword.
type Code struct {
	LogMessage int // κ = 2^LogMessage message values
	Slots      int // fixed coefficients of t
	Pads       int // uniform coefficients of t
	LogLength  int // n = 2^LogLength columns
}

// Message is κ.
func (c Code) Message() int { return 1 << c.LogMessage }

// Dimension is k = κ + slots + pads, the number of coefficients of a row.
func (c Code) Dimension() int { return c.Message() + c.Slots + c.Pads }

// Length is n.
func (c Code) Length() int { return 1 << c.LogLength }

// Check refuses shapes that are no code: k < n is needed for any distance, and
// the limits keep allocations bounded.
func (c Code) Check() error {
	switch {
	case c.LogMessage < 0 || c.LogMessage > c.LogLength || c.LogLength > MaxLog:
		return fmt.Errorf("%w: message 2^%d, length 2^%d, at most 2^%d",
			ErrShape, c.LogMessage, c.LogLength, MaxLog)
	case c.Slots < 0 || c.Pads < 0 || c.Slots > c.Length() || c.Pads > c.Length() ||
		c.Dimension() >= c.Length():
		return fmt.Errorf("%w: dimension %d+%d+%d, length %d",
			ErrShape, c.Message(), c.Slots, c.Pads, c.Length())
	}
	return nil
}

// Shift is the g of L = g·⟨w⟩: a generator of F*, whose n-th power is not 1 for
// any n ≤ 2²⁴, as 127 divides the order of F*.
var Shift = ff.Generator

// Point is column j's point of L.
func (c Code) Point(j int) ff.Elem { return ff.NewDomain(c.LogLength).Point(Shift, j) }

// Vanishing is Z(η) = η^κ − 1.
func (c Code) Vanishing(eta ff.Elem) ff.Elem {
	for range c.LogMessage {
		eta = eta.Square()
	}
	return eta.Sub(ff.One)
}

// Coefficients turns κ message values and the tail t (slots, then pads; at most
// slots+pads of them) into the k coefficients of a row, in place of dst:
//
//	A = m + (X^κ − 1)·t
func (c Code) Coefficients(dst, message, tail ff.Vec) {
	kappa := c.Message()
	copy(dst, message)
	clear(dst[kappa:])
	ff.NewDomain(c.LogMessage).Inverse(dst[:kappa])
	c.AddTail(dst, tail)
}

// AddTail adds Z·t to the coefficients of m.
func (c Code) AddTail(dst, tail ff.Vec) {
	kappa := c.Message()
	high := dst[kappa : kappa+len(tail)]
	high.Add(high, tail)
	// A tail longer than κ makes the two ranges overlap; both are sums into dst.
	low := dst[:len(tail)]
	low.Sub(low, tail)
}

// Encode writes the codeword of a row: its values on L.
func (c Code) Encode(dst, coefficients ff.Vec) {
	ff.NewDomain(c.LogLength).Encode(dst, Shift, coefficients)
}
