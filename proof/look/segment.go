package look

import (
	"fmt"

	"agon/proof/ff"
	"agon/proof/sum"
)

// Column is a run of values that are looked up: committed cells, or public
// numbers.
type Column struct {
	Len    int
	Public bool
	Ref    sum.Ref // of the first cell, unless Public
	Values []int32 // of Len; the verifier has them only where they are public
}

// Form is Σ scale·coef[i]·column[i].
func (c Column) Form(scale ff.Ext, coef ff.ExtVec) sum.Form {
	if c.Public {
		return sum.Number(scale.Mul(coef.InnerInt32(c.Values)))
	}
	return sum.Form{Blocks: []sum.Block{{Ref: c.Ref, Scale: scale, Coef: coef}}}
}

// Segment is a run of leaves.
type Segment interface {
	// Len is the number of leaves.
	Len() int
	// Fill writes their fractions; the prover's part. Both vectors are zero on
	// entry.
	Fill(p, q ff.ExtVec, c Challenge)
	// Forms returns Σ eq[i]·pᵢ and Σ eq[i]·qᵢ as forms.
	Forms(eq ff.ExtVec, c Challenge) (p, q sum.Form)
}

// Lookup looks tuples of columns of one length up in a table.
type Lookup struct {
	Table   int // its index; the id in the tuple is one more
	Columns []Column
}

// Len is the number of tuples.
func (l Lookup) Len() int { return l.Columns[0].Len }

// Fill writes 1/f for each tuple.
func (l Lookup) Fill(p, q ff.ExtVec, c Challenge) {
	start := c.start(l.Table)
	for i := range p.Len() {
		p[0][i] = ff.One
		q.Set(i, start)
	}
	values := make(ff.Vec, l.Len())
	for k, column := range l.Columns {
		values.SetInt32(column.Values)
		q.AxpyVec(c.Beta[k].Neg(), values)
	}
}

// Forms of the tuples.
func (l Lookup) Forms(eq ff.ExtVec, c Challenge) (p, q sum.Form) {
	total := eq.Sum()
	q = sum.Number(total.Mul(c.start(l.Table)))
	for k, column := range l.Columns {
		q.Plus(ff.ExtOne, column.Form(c.Beta[k].Neg(), eq))
	}
	return sum.Number(total), q
}

// Tally is a table with its multiplicities, a committed column.
type Tally struct {
	Table  int
	Rows   Table
	Counts Column
}

// Len is the number of rows.
func (t Tally) Len() int { return t.Rows.Rows() }

// denominators are those of the table's rows.
func (t Tally) denominators(c Challenge) ff.ExtVec {
	q, start := ff.NewExtVec(t.Len()), c.start(t.Table)
	var columns [Width][]int32
	for k := range columns {
		columns[k] = make([]int32, t.Len())
	}
	for i := range t.Len() {
		q.Set(i, start)
		for k, v := range t.Rows.Row(i) {
			columns[k][i] = v
		}
	}
	values := make(ff.Vec, t.Len())
	for k := range t.Rows.Arity() {
		values.SetInt32(columns[k])
		q.AxpyVec(c.Beta[k].Neg(), values)
	}
	return q
}

// Fill writes −m/f for each row.
func (t Tally) Fill(p, q ff.ExtVec, c Challenge) {
	p[0].SetInt32(t.Counts.Values)
	p[0].Sub(make(ff.Vec, t.Len()), p[0])
	q.Copy(t.denominators(c))
}

// Forms of the rows: the denominators are public.
func (t Tally) Forms(eq ff.ExtVec, c Challenge) (p, q sum.Form) {
	return t.Counts.Form(ff.ExtOne.Neg(), eq), sum.Number(eq.Inner(t.denominators(c)))
}

// Count adds the tuples of l to the multiplicities of its table. It errs if a
// tuple is not in the table: an honest prover has none.
func (l Lookup) Count(table Table, counts []int32) error {
	for i := range l.Len() {
		var v [Width]int32
		for k, column := range l.Columns {
			v[k] = column.Values[i]
		}
		row := table.Find(v)
		if row < 0 {
			return fmt.Errorf("%w: tuple %v, element %d, table %d", ErrOutside, v, i, l.Table)
		}
		counts[row]++
	}
	return nil
}
