package proof

import (
	"errors"
	"fmt"

	"agon/proof/ff"
	"agon/proof/look"
)

// Limits of a program, checked before anything is allocated for it.
const (
	MaxColumns   = 1 << 12
	MaxRelations = 1 << 10
	MaxTerms     = 16
	MaxCells     = 1 << 22 // of all columns of one proof
	MaxWeights   = 1 << 28
	// MaxLeaves bounds a lookup tree. Multiplicities count modulo p: a false tuple
	// looked up p times would not be missed in any table.
	MaxLeaves = 1 << 24
	// MaxElements bounds the elements of all relations and of their inputs: a
	// verifier holds a coefficient for each.
	MaxElements = 1 << 24
	MaxDepth    = 102 // a tenth of the hash chain, see agon/proof/fs
	MaxBatch    = 1 << 12
)

// weightMax bounds a weight in absolute value.
const weightMax = 127

// ErrProgram says that a program has no sense, exceeds a limit, or states a
// relation that could hold modulo p without holding in the integers.
var ErrProgram = errors.New("program refused")

// Column is a run of integers of one proof: Len for each input of a batch.
type Column struct {
	Len    int
	Lo, Hi int64 // the values of an input column; of others what lookups give
}

// Matrix declares committed weights without their values.
type Matrix struct {
	Rows, Cols int
	BiasBits   int // biases lie in [−2^{β−1}, 2^{β−1})
}

// Term is Coef times a column, element by element.
type Term struct {
	Column int
	Coef   int64
}

// Relation is an equation over the integers for each element of its terms,
//
//	Σ Coef·column[i] + Const = 0                        if Weights < 0,
//	Σ Coef·column[i,j] + Const = Σ_k W[j,k]·x[i,k] + b[j]   otherwise,
//
// i < Vectors, where x is the column Input with Vectors·Cols elements and the
// terms have Vectors·Rows.
type Relation struct {
	Terms   []Term
	Const   int64
	Weights int // index of a Matrix, −1 for none
	Input   int
	Vectors int
}

// Lookup says that the tuples of some columns are rows of a table.
type Lookup struct {
	Table   int
	Columns []int
}

// Program is a network as the protocol sees it.
type Program struct {
	Graph     [32]byte // digest of what it was made from
	Depth     int      // sequential non-linear steps
	Columns   []Column
	Weights   []Matrix
	Tables    []look.Table
	Lookups   []Lookup
	Relations []Relation
	Inputs    []int // columns, in order
	Outputs   []int
}

// Check refuses programs that are malformed or unsound: every relation must
// have its certificate that both sides, over the values lookups allow and not
// over honest ones, differ by less than p.
func (p *Program) Check() error {
	for _, check := range []func() error{p.checkSizes, p.checkLookups, p.checkRelations,
		p.checkPorts} {
		if err := check(); err != nil {
			return fmt.Errorf("%w: %w", ErrProgram, err)
		}
	}
	return p.certify()
}

func (p *Program) checkSizes() error {
	switch {
	case len(p.Columns) > MaxColumns || len(p.Lookups) > MaxColumns ||
		len(p.Tables) > MaxColumns:
		return fmt.Errorf("%d columns, %d lookups, %d tables, at most %d each",
			len(p.Columns), len(p.Lookups), len(p.Tables), MaxColumns)
	case len(p.Relations) > MaxRelations || len(p.Weights) > MaxRelations:
		return fmt.Errorf("%d relations, %d matrices, at most %d each",
			len(p.Relations), len(p.Weights), MaxRelations)
	case len(p.Weights) == 0:
		return errors.New("no weights: nothing to hide or to commit to")
	case p.Depth < 0 || p.Depth > MaxDepth:
		return fmt.Errorf("depth %d, at most %d", p.Depth, MaxDepth)
	}
	cells := 0
	for i, c := range p.Columns {
		if c.Len < 1 || c.Len > MaxCells {
			return fmt.Errorf("column %d of %d, want 1 … %d", i, c.Len, MaxCells)
		}
		if cells += c.Len; cells > MaxCells {
			return fmt.Errorf("more than %d cells", MaxCells)
		}
	}
	total := 0
	for i, w := range p.Weights {
		if w.Rows < 1 || w.Cols < 1 || w.Rows > MaxCells || w.Cols > MaxCells {
			return fmt.Errorf("weights %d: %d × %d, want 1 … %d", i, w.Rows, w.Cols, MaxCells)
		}
		if w.BiasBits < 1 || w.BiasBits > 30 {
			return fmt.Errorf("weights %d: bias of %d bits, want 1 … 30", i, w.BiasBits)
		}
		if total += w.Rows * w.Cols; total > MaxWeights {
			return fmt.Errorf("more than %d weights", MaxWeights)
		}
	}
	return nil
}

func (p *Program) checkLookups() error {
	for i, t := range p.Tables {
		if err := t.Check(); err != nil {
			return fmt.Errorf("table %d: %w", i, err)
		}
	}
	for i, l := range p.Lookups {
		if l.Table < 0 || l.Table >= len(p.Tables) {
			return fmt.Errorf("lookup %d: table %d of %d", i, l.Table, len(p.Tables))
		}
		if want := p.Tables[l.Table].Arity(); len(l.Columns) != want {
			return fmt.Errorf("lookup %d: %d columns, want %d", i, len(l.Columns), want)
		}
		for _, c := range l.Columns {
			if err := p.checkColumn(c, -1); err != nil {
				return fmt.Errorf("lookup %d: %w", i, err)
			}
			if p.Columns[c].Len != p.Columns[l.Columns[0]].Len {
				return fmt.Errorf("lookup %d: columns of different lengths", i)
			}
		}
	}
	return nil
}

// checkColumn refuses an index out of range and, unless length < 0, a column of
// another length.
func (p *Program) checkColumn(c, length int) error {
	if c < 0 || c >= len(p.Columns) {
		return fmt.Errorf("column %d of %d", c, len(p.Columns))
	}
	if length >= 0 && p.Columns[c].Len != length {
		return fmt.Errorf("column %d has %d elements, want %d", c, p.Columns[c].Len, length)
	}
	return nil
}

func (p *Program) checkRelations() error {
	used := make([]bool, len(p.Weights))
	for i, r := range p.Relations {
		if len(r.Terms) < 1 || len(r.Terms) > MaxTerms || r.Vectors < 1 || r.Vectors > MaxCells {
			return fmt.Errorf("relation %d: %d terms, %d vectors", i, len(r.Terms), r.Vectors)
		}
		if err := p.checkColumn(r.Terms[0].Column, -1); err != nil {
			return fmt.Errorf("relation %d: %w", i, err)
		}
		length := p.Columns[r.Terms[0].Column].Len
		if r.Weights >= 0 {
			if r.Weights >= len(p.Weights) {
				return fmt.Errorf("relation %d: weights %d of %d", i, r.Weights, len(p.Weights))
			}
			used[r.Weights] = true
			w := p.Weights[r.Weights]
			length = r.Vectors * w.Rows
			if err := p.checkColumn(r.Input, r.Vectors*w.Cols); err != nil {
				return fmt.Errorf("relation %d: input: %w", i, err)
			}
		} else if r.Vectors != 1 {
			return fmt.Errorf("relation %d: %d vectors without weights", i, r.Vectors)
		}
		for _, t := range r.Terms {
			if err := p.checkColumn(t.Column, length); err != nil {
				return fmt.Errorf("relation %d: %w", i, err)
			}
		}
	}
	for i, u := range used {
		if !u {
			return fmt.Errorf("weights %d are in no relation", i)
		}
	}
	if n := p.elements(); n > MaxElements {
		return fmt.Errorf("relations of %d elements, at most %d", n, MaxElements)
	}
	return nil
}

// elements counts those of all relations and of their inputs, for one input of a
// batch.
func (p *Program) elements() int {
	n := 0
	for _, r := range p.Relations {
		n += p.Columns[r.Terms[0].Column].Len
		if r.Weights >= 0 {
			n += p.Columns[r.Input].Len
		}
	}
	return n
}

func (p *Program) checkPorts() error {
	if len(p.Inputs) < 1 || len(p.Outputs) < 1 ||
		len(p.Inputs) > MaxPorts || len(p.Outputs) > MaxPorts {
		return fmt.Errorf("%d inputs, %d outputs, want 1 … %d each",
			len(p.Inputs), len(p.Outputs), MaxPorts)
	}
	seen := map[int]bool{}
	for _, c := range append(append([]int{}, p.Inputs...), p.Outputs...) {
		if err := p.checkColumn(c, -1); err != nil {
			return err
		}
		if seen[c] {
			return fmt.Errorf("column %d is a port twice", c)
		}
		seen[c] = true
	}
	for _, c := range p.Inputs {
		col := p.Columns[c]
		// The first two keep the difference from overflowing.
		if col.Lo < -look.MaxRows || col.Hi > look.MaxRows || col.Lo > col.Hi ||
			col.Hi-col.Lo >= look.MaxRows {
			return fmt.Errorf("input column %d within [%d, %d]: want at most %d values near 0",
				c, col.Lo, col.Hi, look.MaxRows)
		}
	}
	return nil
}

// MaxPorts bounds the inputs and the outputs of a program.
const MaxPorts = 16

// certify checks that no relation can wrap. Columns are bounded by being inputs
// (range-checked or public) or by a lookup. A column bounded by neither, such
// as the logits of a last layer, is free: it may stand in one relation with the
// coefficient ±1 and nowhere else, so that the relation defines it; its value
// is then the bounded right side as long as that stays below p/2.
func (p *Program) certify() error {
	abs := p.bounds()
	free := map[int]int{}
	for i, r := range p.Relations {
		var side int64 // of the terms
		for _, t := range r.Terms {
			if b := abs[t.Column]; b >= 0 {
				if t.Coef >= ff.P || t.Coef <= -ff.P { // no negation: −2⁶³ has none
					return fmt.Errorf("%w: relation %d: coefficient %d", ErrProgram, i, t.Coef)
				}
				side += max(t.Coef, -t.Coef) * b // ≤ 2³¹·2²¹, at most 16 terms
				continue
			}
			if t.Coef != 1 && t.Coef != -1 {
				return fmt.Errorf("%w: relation %d: free column %d times %d",
					ErrProgram, i, t.Column, t.Coef)
			}
			free[t.Column]++
		}
		if r.Const >= ff.P || r.Const <= -ff.P {
			return fmt.Errorf("%w: relation %d: constant %d", ErrProgram, i, r.Const)
		}
		side += max(r.Const, -r.Const)
		if r.Weights >= 0 {
			w := p.Weights[r.Weights]
			if abs[r.Input] < 0 {
				return fmt.Errorf("%w: relation %d: unbounded input %d", ErrProgram, i, r.Input)
			}
			// Cols ≤ 2²², inputs ≤ 2²¹.
			acc := int64(w.Cols)*weightMax*abs[r.Input] + 1<<(w.BiasBits-1)
			if 2*acc >= ff.P {
				return fmt.Errorf("%w: relation %d: accumulator up to %d, p/2 is %d",
					ErrProgram, i, acc, ff.P/2)
			}
			side += acc
		}
		if hasFree := p.freeTerms(r, abs); hasFree > 1 || hasFree == 1 && 2*side >= ff.P ||
			side >= ff.P {
			return fmt.Errorf("%w: relation %d: no certificate, the sides differ by up to %d",
				ErrProgram, i, side)
		}
	}
	for c, b := range abs {
		if b < 0 && free[c] != 1 {
			return fmt.Errorf("%w: column %d is unbounded and in %d relations, want 1",
				ErrProgram, c, free[c])
		}
	}
	return nil
}

// freeTerms counts the terms of a relation without a bound.
func (p *Program) freeTerms(r Relation, abs []int64) int {
	n := 0
	for _, t := range r.Terms {
		if abs[t.Column] < 0 {
			n++
		}
	}
	return n
}

// bounds returns the largest absolute value of each column, −1 where nothing
// bounds it.
func (p *Program) bounds() []int64 {
	abs := make([]int64, len(p.Columns))
	for i := range abs {
		abs[i] = -1
	}
	tighten := func(c int, lo, hi int64) {
		if b := max(hi, -lo); abs[c] < 0 || b < abs[c] {
			abs[c] = b
		}
	}
	for _, c := range p.Inputs {
		tighten(c, p.Columns[c].Lo, p.Columns[c].Hi)
	}
	for _, l := range p.Lookups {
		for k, c := range l.Columns {
			lo, hi := p.Tables[l.Table].Bounds(k)
			tighten(c, int64(lo), int64(hi))
		}
	}
	return abs
}
