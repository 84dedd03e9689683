package look

import (
	"errors"
	"fmt"

	"agon/proof/ff"
)

// Shape of a table: what its rows are.
type Shape uint8

// The tables of the protocol.
const (
	// Range holds (v) for Lo ≤ v ≤ Hi.
	Range Shape = 1 + iota
	// Sign holds (h, c), Lo ≤ h ≤ Hi, c = −1, 0, 1 as h < 0, h = 0, h > 0.
	Sign
	// Narrow holds (c, l, y), 0 ≤ l ≤ 255: y = Lo for c = −1, Hi for c = 1, and
	// min(max(l − Offset, Lo), Hi) for c = 0.
	Narrow
	// Clamp holds (v, y), From ≤ v ≤ To, y = min(max(v, Lo), Hi); Offset is
	// From, and there are 256 rows.
	Clamp
)

// Width is the number of values in a tuple.
const Width = 3

// Limits of one table: its rows, and its values, so that sums over relations fit an
// int64 and no two rows are equal modulo p.
const (
	MaxRows  = 1 << 16
	MaxValue = 1 << 21
)

// ErrTable says that a table has no sense.
var ErrTable = errors.New("no such table")

// Table is a public table, named by its numbers alone.
type Table struct {
	Shape  Shape
	Lo, Hi int32
	Offset int32 // of Narrow and Clamp, else 0
}

// clampRows is the number of rows of a Clamp table.
const clampRows = 256

// Check refuses tables without sense or beyond MaxRows and MaxValue.
func (t Table) Check() error {
	span := int64(t.Hi) - int64(t.Lo) + 1
	bad := span < 1 || span > MaxRows || t.Lo < -MaxValue || t.Hi > MaxValue
	switch t.Shape {
	case Range, Sign:
		bad = bad || t.Offset != 0
	case Narrow:
		bad = bad || t.Offset < 0 || t.Offset > 255 || t.Lo < -t.Offset || t.Hi > 255-t.Offset
	case Clamp:
		bad = bad || t.Offset < -1<<20 || t.Offset > 1<<20
	default:
		bad = true
	}
	if bad {
		return fmt.Errorf("%w: shape %d, [%d, %d], offset %d", ErrTable,
			t.Shape, t.Lo, t.Hi, t.Offset)
	}
	return nil
}

// Arity is the number of values in a tuple of the table.
func (t Table) Arity() int {
	switch t.Shape {
	case Range:
		return 1
	case Sign, Clamp:
		return 2
	}
	return Width
}

// Rows is the number of rows.
func (t Table) Rows() int {
	switch t.Shape {
	case Narrow:
		return 3 * 256
	case Clamp:
		return clampRows
	}
	return int(t.Hi) - int(t.Lo) + 1
}

// Row returns row i; values beyond the arity are 0.
func (t Table) Row(i int) [Width]int32 {
	switch v := t.Lo + int32(i); t.Shape {
	case Range:
		return [Width]int32{v}
	case Sign:
		return [Width]int32{v, sign(v)}
	case Clamp:
		v = t.Offset + int32(i)
		return [Width]int32{v, min(max(v, t.Lo), t.Hi)}
	}
	c, l := int32(i/256-1), int32(i%256)
	y := min(max(l-t.Offset, t.Lo), t.Hi)
	switch c {
	case -1:
		y = t.Lo
	case 1:
		y = t.Hi
	}
	return [Width]int32{c, l, y}
}

// Find returns the row that holds a tuple, −1 if none does.
func (t Table) Find(v [Width]int32) int {
	var i int64
	switch t.Shape {
	case Range, Sign:
		i = int64(v[0]) - int64(t.Lo)
	case Clamp:
		i = int64(v[0]) - int64(t.Offset)
	default:
		if v[1] < 0 || v[1] > 255 {
			return -1
		}
		i = (int64(v[0])+1)*256 + int64(v[1])
	}
	if i < 0 || i >= int64(t.Rows()) || t.Row(int(i)) != v {
		return -1
	}
	return int(i)
}

// Bounds returns the least and the greatest value in position k of a tuple.
func (t Table) Bounds(k int) (lo, hi int32) {
	switch {
	case t.Shape == Narrow && k == 0 || t.Shape == Sign && k == 1:
		return -1, 1
	case t.Shape == Narrow && k == 1:
		return 0, 255
	case t.Shape == Clamp && k == 0:
		return t.Offset, t.Offset + clampRows - 1
	}
	return t.Lo, t.Hi
}

func sign(v int32) int32 {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}

// Challenge are α and the powers of β.
type Challenge struct {
	Alpha ff.Ext
	Beta  [Width]ff.Ext // β, β², β³
}

// NewChallenge returns the challenge of α and β.
func NewChallenge(alpha, beta ff.Ext) Challenge {
	b2 := beta.Mul(beta)
	return Challenge{alpha, [Width]ff.Ext{beta, b2, b2.Mul(beta)}}
}

// start is α − id, the denominator of the zero tuple; ids count from 1.
func (c Challenge) start(table int) ff.Ext {
	return c.Alpha.Sub(ff.Embed(ff.New(uint32(table + 1))))
}

// Denominator is f of a tuple.
func (c Challenge) Denominator(table int, v [Width]int32) ff.Ext {
	f := c.start(table)
	for k, x := range v {
		if x != 0 {
			f = f.Sub(c.Beta[k].MulElem(ff.FromInt64(int64(x))))
		}
	}
	return f
}
