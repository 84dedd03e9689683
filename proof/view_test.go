package proof

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
	"agon/proof/zk"
)

// miniature is a whole proof so small that its view can be written out: 3
// hidden inputs of 0 … 3, a hidden matrix of 2 × 3, codes with two queries.
type miniature struct {
	net   *layered
	frame *frame
	grid  *grid
}

func newMiniature(t testing.TB) *miniature {
	t.Helper()
	net := newLayered(rand.New(rand.NewPCG(11, 0)), true, 3, 2)
	net.prog.Columns[net.prog.Inputs[0]].Hi = 3
	params := Params{LogJ: 1, LogS: 1, LogWork: 5, Budget: 1, Epochs: 1}
	h := Header{Batch: 1, Ports: []Visibility{Private, Private},
		LogMessage: 2, LogLength: 5, Uses: 1}
	test := zk.Test{Code: code.Code{LogMessage: 2, Pads: 2, LogLength: 5}, Queries: 2}
	c := codes{work: code.Code{LogMessage: 2, Slots: 2, Pads: 2, LogLength: 5}, workQ: 2}
	f, err := lay(net.prog, params, h, c, test)
	if err != nil {
		t.Fatal(err)
	}
	return &miniature{net, f, f.grid}
}

// prove makes a proof under frozen challenges: of weights and inputs drawn from
// witness, with pads of epoch and proof drawn from seed.
func (m *miniature) prove(t testing.TB, witness, seed uint64) ([]byte, code.Digest, *Statement) {
	t.Helper()
	net := *m.net
	rnd := rand.New(rand.NewPCG(witness, 1))
	net.weights = nil
	prog := *net.prog
	prog.Weights = nil
	net.prog = &prog
	net.addWeights(rnd, 2, 3)
	inputs := []int32{rnd.Int32N(4), rnd.Int32N(4), rnd.Int32N(4)}
	w, err := newWeights(prog.Weights, net.weights, m.grid.logJ)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProver(m.frame, net.evaluate(inputs))
	if err != nil {
		t.Fatal(err)
	}
	p.rnd = zk.NewStream([]byte("miniature"), binary.LittleEndian.AppendUint64(nil, seed))
	p.weights = w
	p.matrix, err = w.commit(code.KindEpoch, m.frame.codes.work, m.grid, testRandom(seed), "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.prove(fs.Frozen("miniature"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Statement{Batch: 1, Ports: []Port{{Visibility: Private}, {Visibility: Private}}}
	if err := m.frame.verify(fs.Frozen("miniature"), p.matrix.Root(), s, b); err != nil {
		t.Fatalf("witness %d, seed %d: %v", witness, seed, err)
	}
	return b, p.matrix.Root(), s
}

// testRandom are pads and salts of a seed.
func testRandom(seed uint64) zk.Random {
	name := binary.LittleEndian.AppendUint64([]byte("test"), seed)
	pads := func() *zk.Stream { return zk.NewStream(name, []byte("pads")) }
	return zk.Random{Pads: pads, Salts: zk.NewSalter(name)}
}

// view takes all field elements out of a proof, in order. The siblings, salts,
// roots and nonces between them are skipped.
func (m *miniature) view(t testing.TB, b []byte) ff.Vec {
	t.Helper()
	f := m.frame
	var out ff.Vec
	skip := func(n int) { b = b[n:] }
	take := func(n int) {
		v := make(ff.Vec, n)
		if err := ff.DecodeVec(v, b); err != nil {
			t.Fatal(err)
		}
		out = append(out, v...)
		skip(4 * n)
	}
	opening := func(rows, queries, siblings int) {
		take(rows * queries)
		skip(queries*code.SaltBytes + siblings*code.DigestBytes)
	}
	const root = code.DigestBytes + 8
	skip(root)
	take(ff.Degree * (m.messages()))
	skip(root)
	// Positions of siblings follow from the indices, which are frozen.
	work, test := m.indices(t)
	opening(f.grid.rows, f.codes.workQ, countSiblings(work, f.codes.work.LogLength))
	c := f.test.Code
	take(ff.Degree * (c.Message() + 2*c.Dimension() - 2))
	skip(8)
	for _, s := range f.trees() {
		opening(s.TreeRows(), f.test.Queries, countSiblings(test, c.LogLength))
	}
	if len(b) != 0 {
		t.Fatalf("%d bytes of the proof not accounted for", len(b))
	}
	return out
}

// messages is the number of elements of E that are sent: every announced value
// but ϱ, then u, a(θ), b(θ).
func (m *miniature) messages() int {
	plan := 0
	for i := 0; ; i++ {
		if !m.frame.has(i) {
			plan = i
			break
		}
	}
	return plan - 1 + 3
}

// has says whether value i was announced.
func (f *frame) has(i int) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	f.layout.Home(sum.ID(i))
	return true
}

// indices replays the frozen challenges with a verifier over zero messages.
func (m *miniature) indices(t testing.TB) (work, test []int) {
	t.Helper()
	f := m.frame
	tr := fs.Frozen("miniature")
	tr.Chain()
	talk := sum.NewVerifier(tr, f.layout, make([]byte, ff.ExtBytes*m.messages()))
	c := script{frame: f, Talk: talk, columns: f.columns}
	c.run()
	o := c.open()
	tr.Chain()
	work = tr.Indices("W", f.codes.workQ, f.params.LogWork)
	functional := zk.NewFunctional(f.test.Code, f.trees())
	forms := append(talk.Constraints(), c.constraints(o)...)
	functional.Gather(tr, forms, []zk.Bundle{f.fold.Opening(work, nil)})
	rows := -1
	for _, s := range f.trees() {
		rows += s.Base + s.Ext
	}
	tr.Ext("lambda'")
	tr.Exts("tau'", log2(rows))
	return work, tr.Indices("A", f.test.Queries, f.test.Code.LogLength)
}

// countSiblings counts the digests of a multiproof by marking a whole tree.
func countSiblings(indices []int, log int) int {
	known := map[int]bool{}
	for _, j := range indices {
		known[1<<log+j] = true
	}
	count := 0
	for node := 2<<log - 2; node > 1; node -= 2 {
		if known[node] != known[node+1] {
			count++
		}
		known[node/2] = known[node/2] || known[node] || known[node+1]
	}
	return count
}

// affineRank is the dimension of the affine space that views span.
func affineRank(views []ff.Vec) int {
	var rows []ff.Vec
	for _, v := range views[1:] {
		d := make(ff.Vec, len(v))
		d.Sub(v, views[0])
		rows = append(rows, d)
	}
	r := 0
	for col := 0; col < len(views[0]) && r < len(rows); col++ {
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

// TestWholeView computes, under fixed challenges, the affine space that the view
// of a whole proof spans: messages, columns of the epoch, q and v, columns of
// T₁ and T₂. The only affine relations among its values may be the Q checks of
// v over E, for one witness as for many: then nothing about weights, inputs or
// outputs is a linear function of the view. (The Q checks of q have coefficients
// that are messages, v̂·π, and so are not affine; TestViewHasFullRank in zk has
// them with fixed coefficients, where they are.)
func TestWholeView(t *testing.T) {
	m := newMiniature(t)
	b, _, _ := m.prove(t, 1, 0)
	n := len(m.view(t, b))
	want := n - ff.Degree*m.frame.test.Queries
	for _, c := range []struct {
		name    string
		witness func(i int) uint64
	}{
		{"one witness", func(int) uint64 { return 1 }},
		{"two witnesses", func(i int) uint64 { return uint64(1 + i%2) }},
		{"many witnesses", func(i int) uint64 { return uint64(i) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var views []ff.Vec
			for i := range want + 10 {
				b, _, _ := m.prove(t, c.witness(i), uint64(i))
				views = append(views, m.view(t, b))
			}
			if have := affineRank(views); have != want {
				t.Errorf("views of %d values span %d dimensions, want %d", n, have, want)
			}
		})
	}
}

// TestWholeSimulator makes proofs that verify without weights, input or output,
// knowing the challenges beforehand.
func TestWholeSimulator(t *testing.T) {
	m := newMiniature(t)
	f := m.frame
	s := &Statement{Batch: 1, Ports: []Port{{Visibility: Private}, {Visibility: Private}}}
	for seed := range uint64(10) {
		rnd := zk.NewStream([]byte("simulator"), binary.LittleEndian.AppendUint64(nil, seed))
		trees := f.trees()
		first := zk.NewSimulated(f.test.Code, trees[0], rnd)
		second := zk.NewSimulated(f.test.Code, trees[1], rnd)
		workShape := zk.Shape{Kind: code.KindEpoch, Base: f.grid.rows}
		work := zk.NewSimulated(f.codes.work, workShape, rnd)
		workRoot := work.Root()
		messages := ff.NewExtVec(m.messages())
		rnd.FillExt(messages)
		var sent []byte
		for i := range messages.Len() {
			sent = ff.AppendExt(sent, messages.At(i))
		}

		// The verifier's own script gives the constraints.
		tr := fs.Frozen("miniature")
		tr.Chain()
		talk := sum.NewVerifier(tr, f.layout, sent)
		c := script{frame: f, Talk: talk, columns: f.columns}
		c.run()
		if talk.Err != nil {
			t.Fatal(talk.Err)
		}
		o := c.open()
		tr.Chain()
		indices := tr.Indices("W", f.codes.workQ, f.params.LogWork)
		slices.Sort(indices)
		opened := &code.Opened{Indices: indices}
		for _, j := range indices {
			opened.Columns = append(opened.Columns, work.Column(j))
		}
		functional := zk.NewFunctional(f.test.Code, trees)
		bundle := f.fold.Opening(indices, zk.FoldColumns(opened, o.rho))
		forms := append(talk.Constraints(), c.constraints(o)...)
		functional.Gather(tr, forms, []zk.Bundle{bundle})
		tail, queries := f.test.Simulate(tr, []*zk.Simulated{first, second}, functional, rnd)

		var w writer
		put := func(root code.Digest) { w.raw(root[:]); w.long(0) }
		put(first.Root())
		w.raw(sent)
		put(second.Root())
		w.raw(work.AppendOpening(nil, indices))
		w.raw(tail)
		w.raw(first.AppendOpening(nil, queries))
		w.raw(second.AppendOpening(nil, queries))
		if err := f.verify(fs.Frozen("miniature"), workRoot, s, w.buf); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := f.verify(fs.New("real"), workRoot, s, w.buf); err == nil {
			t.Fatalf("seed %d: a simulated proof passed on a real transcript", seed)
		}
		if have := m.view(t, w.buf); len(have) == 0 {
			t.Fatal("empty view")
		}
	}
}
