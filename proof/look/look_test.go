package look

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
)

const (
	spaceValues = iota
	spacePads
)

// lookups is a small proof: columns looked up in tables, all committed in one
// space, pads in another.
type lookups struct {
	tables []Table
	looks  []Lookup
	counts [][]int32
	cells  []int32
	tally  []Column
}

// commit appends a column.
func (l *lookups) commit(values []int32) Column {
	c := Column{Len: len(values), Values: values,
		Ref: sum.Ref{Space: spaceValues, At: len(l.cells)}}
	l.cells = append(l.cells, values...)
	return c
}

// finish counts and commits the multiplicities.
func (l *lookups) finish(t testing.TB) {
	t.Helper()
	for _, table := range l.tables {
		l.counts = append(l.counts, make([]int32, table.Rows()))
	}
	for _, look := range l.looks {
		if err := look.Count(l.tables[look.Table], l.counts[look.Table]); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range l.counts {
		l.tally = append(l.tally, l.commit(c))
	}
}

func (l *lookups) segments() []Segment {
	var out []Segment
	for _, look := range l.looks {
		out = append(out, look)
	}
	for i, t := range l.tables {
		out = append(out, Tally{i, t, l.tally[i]})
	}
	return out
}

func (l *lookups) leaves() int {
	n := 0
	for _, s := range l.segments() {
		n += s.Len()
	}
	return n
}

// play runs both sides and returns the values of all constraints on cells, which
// a cheat has changed after counting.
func (l *lookups) play(rnd *rand.Rand, cells []int32) ([]ff.Ext, error) {
	nu := Log(l.leaves())
	plan := new(sum.Plan)
	Announce(plan, nu)
	layout := plan.Lay(spacePads)
	pads := ff.NewExtVec(layout.Cells)
	for i := range layout.Cells {
		for k := range pads {
			pads[k][i] = ff.New(rnd.Uint32N(ff.P))
		}
	}
	layout.Complete(pads)
	segments := l.segments()
	start := func() (*fs.Transcript, Challenge) {
		t := fs.New("lookups")
		t.AbsorbUint("cells", uint64(len(cells)))
		return t, NewChallenge(t.Ext("alpha"), t.Ext("beta"))
	}
	t, ch := start()
	p := sum.NewProver(t, layout, pads)
	p2, q2 := Fill(segments, nu, ch)
	Settle(p, Run(p, nu, Climb(p2, q2)), segments, ch)
	p.CheckProducts()

	t, ch = start()
	v := sum.NewVerifier(t, layout, p.Messages())
	Settle(v, Run(v, nu, nil), segments, ch)
	v.CheckProducts()
	var out []ff.Ext
	for _, f := range v.Constraints() {
		out = append(out, f.Value(func(r sum.Ref) ff.Ext {
			if r.Space == spacePads {
				return pads.At(r.At)
			}
			return ff.Embed(ff.FromInt64(int64(cells[r.At])))
		}))
	}
	if len(v.Rest()) > 0 && v.Err == nil {
		return out, fmt.Errorf("%d bytes left", len(v.Rest()))
	}
	return out, v.Err
}

func broken(values []ff.Ext) int {
	n := 0
	for _, v := range values {
		if !v.IsZero() {
			n++
		}
	}
	return n
}

// requantise commits r, h, l, c, y of a few accumulators with their tables.
func requantise(t testing.TB, rnd *rand.Rand, n int) *lookups {
	t.Helper()
	l := &lookups{tables: []Table{
		{Shape: Range, Hi: 255}, {Shape: Sign, Lo: -128, Hi: 127}, {Shape: Narrow, Hi: 100},
		{Shape: Narrow, Lo: -128, Hi: 127, Offset: 128},
		{Shape: Clamp, Lo: 0, Hi: 6, Offset: -128},
	}}
	var col [8][]int32
	for range n {
		h, low := rnd.Int32N(5)-2, rnd.Int32N(256)
		c := sign(h)
		v := rnd.Int32N(256) - 128
		row := []int32{rnd.Int32N(256), h, c, low, 0, 0, v, min(max(v, 0), 6)}
		row[4] = l.tables[2].Row(int(c+1)*256 + int(low))[2]
		row[5] = l.tables[3].Row(int(c+1)*256 + int(low))[2]
		for i := range col {
			col[i] = append(col[i], row[i])
		}
	}
	var k [8]Column
	for i := range k {
		k[i] = l.commit(col[i])
	}
	l.looks = []Lookup{
		{0, []Column{k[0]}}, {1, []Column{k[1], k[2]}}, {2, []Column{k[2], k[3], k[4]}},
		{3, []Column{k[2], k[3], k[5]}}, {4, []Column{k[6], k[7]}},
	}
	l.finish(t)
	return l
}

func TestHonestLookups(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 0))
	for _, n := range []int{1, 2, 7, 100} {
		l := requantise(t, rnd, n)
		if v, err := l.play(rnd, l.cells); err != nil || broken(v) > 0 {
			t.Errorf("%d tuples: %v, %d constraints broken", n, err, broken(v))
		}
	}
	one := &lookups{tables: []Table{{Shape: Range, Lo: 5, Hi: 5}}}
	one.looks = []Lookup{{0, []Column{one.commit([]int32{5})}}}
	one.finish(t)
	if v, err := one.play(rnd, one.cells); err != nil || broken(v) > 0 {
		t.Errorf("one value, one row: %v, %d constraints broken", err, broken(v))
	}
}

// TestForgedLookups changes committed values and proves as if they were honest,
// or recomputes the tree from them: one constraint breaks either way.
func TestForgedLookups(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 0))
	for at := range 8 {
		l := requantise(t, rnd, 8)
		cells := append([]int32{}, l.cells...)
		cells[8*at+3]++
		if v, err := l.play(rnd, cells); err == nil && broken(v) == 0 {
			t.Errorf("column %d changed behind the prover's back", at)
		}
	}
	for _, c := range []struct {
		name  string
		forge func(l *lookups)
	}{
		{"value outside its table", func(l *lookups) { l.looks[0].Columns[0].Values[0] = 256 }},
		{"value below its table", func(l *lookups) { l.looks[0].Columns[0].Values[0] = -1 }},
		{"wrong class", func(l *lookups) { l.looks[1].Columns[1].Values[2] ^= 1 }},
		{"output off by one", func(l *lookups) { l.looks[2].Columns[2].Values[1]++ }},
		{"tables exchanged", func(l *lookups) {
			a, b := l.looks[2].Columns, l.looks[3].Columns
			a[2], b[2] = b[2], a[2]
		}},
		{"multiplicity off by one", func(l *lookups) { l.counts[1][4]++ }},
		{"multiplicity moved", func(l *lookups) { l.counts[0][4]++; l.counts[0][5]-- }},
		{"multiplicity too small", func(l *lookups) { l.counts[0][4] -= 2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := requantise(t, rnd, 8)
			c.forge(l)
			cells := make([]int32, 0, len(l.cells))
			for i := range 5 {
				for _, col := range l.looks[i].Columns {
					at := col.Ref.At
					for len(cells) < at+col.Len {
						cells = append(cells, 0)
					}
					copy(cells[at:], col.Values)
				}
			}
			for _, m := range l.tally {
				cells = append(cells[:m.Ref.At], append([]int32{}, m.Values...)...)
			}
			if v, err := l.play(rnd, cells); err == nil && broken(v) == 0 {
				t.Error("every constraint holds")
			}
		})
	}
}

// TestMultiplicitiesCount: the values of a lookup are a multiset, not a set: five
// times 5 is in the table 1…5 as well as 1 to 5 is, but neither passes with the
// multiplicities of the other. (An argument that compares sets would let a prover
// hand in one for the other.)
func TestMultiplicitiesCount(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 0))
	each, fives := []int32{1, 2, 3, 4, 5}, []int32{5, 5, 5, 5, 5}
	for _, c := range []struct {
		values, counts []int32
		holds          bool
	}{
		{each, []int32{1, 1, 1, 1, 1}, true}, {fives, []int32{0, 0, 0, 0, 5}, true},
		{fives, []int32{1, 1, 1, 1, 1}, false}, {each, []int32{0, 0, 0, 0, 5}, false},
		{fives, []int32{0, 0, 0, 0, 1}, false},
	} {
		l := &lookups{tables: []Table{{Shape: Range, Lo: 1, Hi: 5}}}
		l.looks = []Lookup{{0, []Column{l.commit(slices.Clone(c.values))}}}
		l.finish(t)
		copy(l.tally[0].Values, c.counts)
		cells := slices.Concat(c.values, c.counts)
		v, err := l.play(rnd, cells)
		if holds := err == nil && broken(v) == 0; holds != c.holds {
			t.Errorf("%v counted %v: holds %v, want %v", c.values, c.counts, holds, c.holds)
		}
	}
}

// TestZeroRoot: a denominator of 0 makes the root 0, which is refused.
func TestZeroRoot(t *testing.T) {
	plan := new(sum.Plan)
	Announce(plan, 1)
	layout := plan.Lay(spacePads)
	pads := ff.NewExtVec(layout.Cells)
	for i := range layout.Cells {
		pads.Set(i, ff.Ext{ff.New(uint32(i + 3)), ff.One})
	}
	layout.Complete(pads)
	p, q := ff.NewExtVec(2), ff.NewExtVec(2)
	q.Set(1, ff.ExtOne)
	k := sum.NewProver(fs.New("zero"), layout, pads)
	Run(k, 1, Climb(p, q))
	v := sum.NewVerifier(fs.New("zero"), layout, k.Messages())
	Run(v, 1, nil)
	if !errors.Is(v.Err, ErrZeroRoot) {
		t.Errorf("have %v, want %v", v.Err, ErrZeroRoot)
	}
}

// TestTables finds every row where it is, and nothing else.
func TestTables(t *testing.T) {
	for _, table := range []Table{
		{Shape: Range, Lo: -3, Hi: 9}, {Shape: Sign, Lo: -128, Hi: 127},
		{Shape: Narrow, Lo: 0, Hi: 127}, {Shape: Narrow, Lo: -128, Hi: 127, Offset: 128},
		{Shape: Clamp, Lo: 0, Hi: 6, Offset: -128},
	} {
		if err := table.Check(); err != nil {
			t.Fatal(err)
		}
		for i := range table.Rows() {
			row := table.Row(i)
			if have := table.Find(row); have != i {
				t.Fatalf("%+v: row %d %v found at %d", table, i, row, have)
			}
			for k := range table.Arity() {
				if lo, hi := table.Bounds(k); row[k] < lo || row[k] > hi {
					t.Errorf("%+v: row %v outside its bounds [%d, %d]", table, row, lo, hi)
				}
			}
			row[table.Arity()-1] += 1000
			if have := table.Find(row); have >= 0 {
				t.Fatalf("%+v: %v found at %d", table, row, have)
			}
		}
	}
	for _, table := range []Table{{}, {Shape: 9, Hi: 1}, {Shape: Range, Lo: 2, Hi: 1},
		{Shape: Range, Hi: MaxRows}, {Shape: Narrow, Hi: 256}, {Shape: Narrow, Lo: -1},
		{Shape: Range, Lo: MaxValue, Hi: MaxValue + 1}, {Shape: Sign, Lo: -1 << 31, Hi: -1 << 31},
		{Shape: Range, Hi: 3, Offset: 1}, {Shape: Range, Lo: -1 << 31, Hi: 1<<31 - 1}} {
		if err := table.Check(); !errors.Is(err, ErrTable) {
			t.Errorf("%+v: %v, want %v", table, err, ErrTable)
		}
	}
	look := Lookup{0, []Column{{Len: 1, Values: []int32{300}}}}
	if err := look.Count(Table{Shape: Range, Hi: 255}, make([]int32, 256)); !errors.Is(err,
		ErrOutside) {
		t.Errorf("%v, want %v", err, ErrOutside)
	}
}
