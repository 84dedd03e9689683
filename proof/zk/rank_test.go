package zk

import (
	"encoding/binary"
	"fmt"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
)

// tiny is a code small enough that every view can be written out: κ = 4, and as
// many pads as queries.
var tiny = Test{Code: code.Code{LogMessage: 2, Pads: 3, LogLength: 5}, Queries: 3}

// tinySheets are the shapes of a test with both kinds of rows in two trees.
func tinyShapes() []Shape {
	return []Shape{
		{Kind: code.KindFirst, BaseSpace: 0, ExtSpace: 1, Base: 2, Ext: 1 + Masks, Masked: true},
		{Kind: code.KindSecond, ExtSpace: 2, Ext: 2},
	}
}

// tinyForms are constraints over all spaces that both witnesses below fulfil.
func tinyForms() []sum.Form {
	ref := func(space, at int) sum.Form { return sum.CellForm(sum.Ref{Space: space, At: at}) }
	return []sum.Form{
		ref(0, 0).Minus(ref(0, 5)),
		ref(1, 2).Minus(ref(2, 7)),
		ref(2, 0).Minus(sum.Number(ff.Embed(ff.New(9)))),
	}
}

// tinyWitness fills cells for a value, keeping the constraints true.
func tinyWitness(v uint32) (base ff.Vec, ext, second ff.ExtVec) {
	base, ext, second = make(ff.Vec, 8), ff.NewExtVec(4), ff.NewExtVec(8)
	base[0], base[5], base[3] = ff.New(v), ff.New(v), ff.New(v*v)
	ext.Set(2, ff.Ext{ff.New(v), 0, ff.New(3 * v)})
	second.Set(7, ext.At(2))
	second.Set(0, ff.Embed(ff.New(9)))
	second.Set(3, ff.Ext{0, ff.New(v + 1)})
	return base, ext, second
}

// prove runs the test for a witness and a seed under frozen challenges and
// returns its bytes.
func proveTiny(t testing.TB, v uint32, seed uint64) []byte {
	t.Helper()
	rnd := NewStream(binary.LittleEndian.AppendUint64(nil, seed))
	base, ext, second := tinyWitness(v)
	shapes := tinyShapes()
	sheets := []*Sheet{
		Commit(tiny.Code, shapes[0], base, ext, rnd),
		Commit(tiny.Code, shapes[1], nil, second, rnd),
	}
	tr := fs.Frozen("rank")
	f := NewFunctional(tiny.Code, shapes)
	f.Gather(tr, tinyForms(), nil)
	out := tiny.Prove(tr, nil, sheets, f)

	tr = fs.Frozen("rank")
	f = NewFunctional(tiny.Code, shapes)
	f.Gather(tr, tinyForms(), nil)
	roots := []code.Digest{sheets[0].Root(), sheets[1].Root()}
	if _, err := tiny.Check(tr, out, shapes, roots, f); err != nil {
		t.Fatalf("witness %d, seed %d: %v", v, seed, err)
	}
	return out
}

// view takes the field elements a verifier sees out of a proof: G, H̄, v, and
// the columns of each tree; salts, siblings and the nonce hold no values.
func view(t testing.TB, b []byte) ff.Vec {
	t.Helper()
	var out ff.Vec
	take := func(n int) {
		v := make(ff.Vec, n)
		if err := ff.DecodeVec(v, b); err != nil {
			t.Fatal(err)
		}
		out, b = append(out, v...), b[4*n:]
	}
	c := tiny.Code
	take(ff.Degree * (c.Message() - 1 + c.Dimension() - 1 + c.Dimension()))
	b = b[nonceBytes:]
	tr := fs.Frozen("rank")
	NewFunctional(c, nil).Gather(tr, make([]sum.Form, len(tinyForms())), nil)
	tr.Ext("lambda'")
	tr.Exts("tau'", log2(rowsOf(tinyShapes())))
	indices := tr.Indices("A", tiny.Queries, c.LogLength)
	for _, s := range tinyShapes() {
		take(tiny.Queries * s.TreeRows())
		b = b[tiny.Queries*code.SaltBytes:]
		b = b[code.DigestBytes*siblings(indices, c.LogLength):]
	}
	if len(b) != 0 {
		t.Fatalf("%d bytes of the proof not accounted for", len(b))
	}
	return out
}

// siblings counts the digests of a multiproof over a complete tree by marking
// nodes, independently of package code.
func siblings(indices []int, log int) int {
	known := map[int]bool{}
	for _, j := range indices {
		known[1<<log+j] = true
	}
	count := 0
	for level := log; level > 0; level-- {
		for node := 1 << level; node < 2<<level; node++ {
			if known[node] {
				known[node/2] = true
				if !known[node^1] {
					count++
				}
			}
		}
	}
	return count
}

// rank is the rank of rows over F, by elimination. It destroys them.
func rank(rows []ff.Vec) int {
	r := 0
	for col := 0; len(rows) > 0 && col < len(rows[0]) && r < len(rows); col++ {
		pivot := r
		for pivot < len(rows) && rows[pivot][col].IsZero() {
			pivot++
		}
		if pivot == len(rows) {
			continue
		}
		rows[r], rows[pivot] = rows[pivot], rows[r]
		inv := rows[r][col].Inv()
		for i := r + 1; i < len(rows); i++ {
			if c := rows[i][col]; !c.IsZero() {
				rows[i].Axpy(c.Mul(inv).Neg(), rows[r])
			}
		}
		r++
	}
	return r
}

// spread returns the dimension of the affine space that views span.
func spread(views []ff.Vec) int {
	var rows []ff.Vec
	for _, v := range views[1:] {
		d := make(ff.Vec, len(v))
		d.Sub(v, views[0])
		rows = append(rows, d)
	}
	return rank(rows)
}

// TestViewHasFullRank computes what a whole view reveals under fixed challenges.
// A view of N field elements is bound by 2·Q checks over E, so it can span at
// most N − 8Q dimensions. That it spans all of them for each witness, and no
// more for two different witnesses together, means: the view is uniform on the
// space the checks define, and that space does not depend on the witness.
func TestViewHasFullRank(t *testing.T) {
	sample := func(count int, witness func(i int) uint32) []ff.Vec {
		var out []ff.Vec
		for i := range count {
			out = append(out, view(t, proveTiny(t, witness(i), uint64(i))))
		}
		return out
	}
	n := len(view(t, proveTiny(t, 1, 0)))
	want := n - 2*ff.Degree*tiny.Queries
	for _, c := range []struct {
		name    string
		witness func(i int) uint32
	}{
		{"one witness", func(int) uint32 { return 5 }},
		{"another witness", func(int) uint32 { return 77 }},
		{"both", func(i int) uint32 { return 5 + 72*uint32(i%2) }},
		{"many", func(i int) uint32 { return uint32(i * i) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if have := spread(sample(want+20, c.witness)); have != want {
				t.Errorf("views of %d values span %d dimensions, want %d", n, have, want)
			}
		})
	}
}

// TestRankSeesALeak breaks the hiding on purpose and expects the rank test to
// notice: without pads, with a mask that is too short, with a constant mask.
func TestRankSeesALeak(t *testing.T) {
	n := len(view(t, proveTiny(t, 1, 0)))
	full := n - 2*ff.Degree*tiny.Queries
	for _, c := range []struct {
		name  string
		spoil func(s []*Sheet)
	}{
		{"U is zero", func(s []*Sheet) { s[0].ext[s[0].Ext-3].Clear() }},
		{"Z2 is zero", func(s []*Sheet) {
			s[0].ext[s[0].Ext-1].Clear()
			balance(tiny.Code, s[0].ext[s[0].Ext-2], s[0].ext[s[0].Ext-1])
		}},
		// Z₁ only below κ−1, Z₂ all the rest: no overlap, as if G and H̄ had
		// mask rows of their own.
		{"no overlap", func(s []*Sheet) {
			z1 := s[0].ext[s[0].Ext-2]
			z1.Slice(tiny.Code.Message()-1, z1.Len()).Clear()
			balance(tiny.Code, z1, s[0].ext[s[0].Ext-1])
		}},
		{"one pad short", func(s []*Sheet) {
			row := s[1].ext[0]
			top := row.At(tiny.Code.Dimension() - 1)
			low := tiny.Code.Dimension() - 1 - tiny.Code.Message()
			row.Set(low, row.At(low).Add(top)) // t loses its last coefficient
			row.Set(tiny.Code.Dimension()-1, ff.Ext{})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var views []ff.Vec
			for i := range full + 20 {
				views = append(views, view(t, proveSpoilt(uint64(i), c.spoil)))
			}
			if have := spread(views); have >= full {
				t.Errorf("views span %d dimensions, so nothing was noticed", have)
			}
		})
	}
}

// proveSpoilt is proveTiny with sheets changed before they are encoded.
func proveSpoilt(seed uint64, spoil func(s []*Sheet)) []byte {
	rnd := NewStream(binary.LittleEndian.AppendUint64(nil, seed))
	base, ext, second := tinyWitness(5)
	shapes := tinyShapes()
	sheets := []*Sheet{
		Commit(tiny.Code, shapes[0], base, ext, rnd),
		Commit(tiny.Code, shapes[1], nil, second, rnd),
	}
	spoil(sheets)
	for _, s := range sheets {
		s.encode(rnd)
	}
	tr := fs.Frozen("rank")
	f := NewFunctional(tiny.Code, shapes)
	f.Gather(tr, tinyForms(), nil)
	return tiny.Prove(tr, nil, sheets, f)
}

// TestSimulator makes accepting transcripts without a witness.
func TestSimulator(t *testing.T) {
	shapes := tinyShapes()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := NewStream([]byte("simulate"), binary.LittleEndian.AppendUint64(nil, seed))
			sheets := []*Simulated{
				NewSimulated(tiny.Code, shapes[0], rnd), NewSimulated(tiny.Code, shapes[1], rnd),
			}
			tr := fs.Frozen("simulated")
			f := NewFunctional(tiny.Code, shapes)
			f.Gather(tr, tinyForms(), nil)
			out, indices := tiny.Simulate(tr, sheets, f, rnd)
			roots := []code.Digest{sheets[0].Root(), sheets[1].Root()}
			for _, s := range sheets {
				out = s.AppendOpening(out, indices)
			}
			tr = fs.Frozen("simulated")
			f = NewFunctional(tiny.Code, shapes)
			f.Gather(tr, tinyForms(), nil)
			if _, err := tiny.Check(tr, out, shapes, roots, f); err != nil {
				t.Fatal(err)
			}
			// On a real transcript the same bytes are worth nothing.
			tr = fs.New("real")
			f = NewFunctional(tiny.Code, shapes)
			f.Gather(tr, tinyForms(), nil)
			if _, err := tiny.Check(tr, out, shapes, roots, f); err == nil {
				t.Error("a simulated proof passed on a real transcript")
			}
		})
	}
}
