package slow

import "fmt"

// table is a public table, named by its numbers.
type table struct {
	shape          byte
	lo, hi, offset int32
}

// The shapes of tables.
const (
	shapeRange  = 1 // (v), lo ≤ v ≤ hi
	shapeSign   = 2 // (h, sign of h), lo ≤ h ≤ hi
	shapeNarrow = 3 // (c, l, y), y = lo, clamp(l − offset), hi for c = −1, 0, 1; l a byte
	shapeClamp  = 4 // (v, clamp(v)), v from offset, 256 rows
)

func (t table) check() error {
	span := int64(t.hi) - int64(t.lo) + 1
	ok := span >= 1 && span <= maxRows && t.lo >= -maxValue && t.hi <= maxValue
	switch t.shape {
	case shapeRange, shapeSign:
		ok = ok && t.offset == 0
	case shapeNarrow:
		ok = ok && t.offset >= 0 && t.offset <= 255 && t.lo >= -t.offset && t.hi <= 255-t.offset
	case shapeClamp:
		ok = ok && t.offset >= -1<<20 && t.offset <= 1<<20
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("table of shape %d, [%d, %d], offset %d", t.shape, t.lo, t.hi, t.offset)
	}
	return nil
}

func (t table) arity() int { return map[byte]int{1: 1, 2: 2, 3: 3, 4: 2}[t.shape] }

func (t table) rows() int {
	switch t.shape {
	case shapeNarrow:
		return 3 * 256
	case shapeClamp:
		return 256
	}
	return int(t.hi-t.lo) + 1
}

// row lists the tuple of row i; what it lacks is 0.
func (t table) row(i int) [3]int32 {
	clamp := func(v int32) int32 { return max(t.lo, min(v, t.hi)) }
	switch t.shape {
	case shapeRange:
		return [3]int32{t.lo + int32(i)}
	case shapeSign:
		h := t.lo + int32(i)
		switch {
		case h < 0:
			return [3]int32{h, -1}
		case h > 0:
			return [3]int32{h, 1}
		}
		return [3]int32{}
	case shapeClamp:
		v := t.offset + int32(i)
		return [3]int32{v, clamp(v)}
	}
	l := int32(i % 256)
	return [][3]int32{{-1, l, t.lo}, {0, l, clamp(l - t.offset)}, {1, l, t.hi}}[i/256]
}
