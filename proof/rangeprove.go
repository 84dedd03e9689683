package proof

import (
	"agon/proof/ff"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// proveRange makes the range proof of the registered root. Its pads come from
// the commit seed: the proof is part of the model id, so equal commitments have
// equal ids (with grinding, up to the nonces found).
func (m *Model) proveRange() ([]byte, error) {
	r, err := smallest(func(a, b int) (*ranges, error) {
		return newRanges(m.Key.Program, m.Key.Params, a, b)
	})
	if err != nil {
		return nil, err
	}
	var head writer
	m.Key.encodeHead(&head)
	rnd := zk.NewStream(m.secret.Commit[:], []byte("range"), m.Key.Root[:], head.buf)
	t := r.begin(m.Key)
	limbs := m.splitBiases(r)
	counts := r.count(m, limbs)
	values := append(append([][]int32{}, limbs...), counts...)
	cells := make(ff.Vec, r.cells)
	for i, b := range r.limbs {
		cells[b.column.Ref.At:][:b.column.Len].SetInt32(limbs[i])
	}
	for i, c := range r.counts {
		cells[c.Ref.At:][:c.Len].SetInt32(counts[i])
	}
	pads := ff.NewExtVec(r.layout.Cells)
	rnd.FillExt(pads)
	r.layout.Complete(pads)
	first := zk.Commit(r.test.Code, r.first, cells, pads, rnd)

	out := []byte{Version, byte(r.test.Code.LogMessage), byte(r.test.Code.LogLength)}
	out = putRoot(t, out, "T1", first.Root(), r.start)
	ch := look.NewChallenge(t.Ext("alpha"), t.Ext("beta"))
	segments := r.segments(func(i int) []int32 { return values[i] })
	talk := sum.NewProver(t, r.layout, pads)
	leaf := look.Run(talk, r.head+1, look.ClimbLazy(r.head+1, m.leaves(r, segments, ch)))
	rho, slots := r.settle(talk, leaf, segments, ch)
	out = append(out, talk.Messages()...)

	cells2 := ff.NewExtVec(r.fold.Code.Dimension())
	message := cells2.Slice(0, r.fold.Code.Message())
	message.Copy(m.weights.foldRows(m.grid, rho))
	ff.NewDomain(r.fold.Code.LogMessage).InverseExt(message)
	cells2.Slice(message.Len(), cells2.Len()).Copy(m.root.FoldTails(rho))
	second := zk.Commit(r.test.Code, r.second, nil, cells2, rnd)
	out = putRoot(t, out, "T2", second.Root(), r.grind)
	out, bundle, err := m.open(t, out, "R", m.root, r.fold, r.codes.rootQ)
	if err != nil {
		return nil, err
	}
	functional := zk.NewFunctional(r.test.Code, r.trees())
	functional.Gather(t, append(talk.Constraints(), slots...), []zk.Bundle{bundle})
	return r.test.Prove(t, out, []*zk.Sheet{first, second}, functional), nil
}

// splitBiases cuts the biases into their limbs.
func (m *Model) splitBiases(r *ranges) [][]int32 {
	out := make([][]int32, len(r.limbs))
	for i, b := range r.limbs {
		mat := m.grid.mats[b.matrix]
		for _, bias := range m.weights.biases[b.matrix] {
			digits := int64(bias) + 1<<(mat.BiasBits-1)
			out[i] = append(out[i], int32(digits>>(8*b.place)&255))
		}
	}
	return out
}

// count counts positions and limbs by table row. A row of the grid has κ
// positions, most of them weights; what lies outside a matrix is 0.
func (r *ranges) count(m *Model, limbs [][]int32) [][]int32 {
	out := make([][]int32, len(r.tables))
	for i, t := range r.tables {
		out[i] = make([]int32, t.Rows())
	}
	var seen [256]int32 // by weight + 128
	inside := 0
	for l, parts := range m.weights.parts {
		inside += r.grid.mats[l].Rows * r.grid.mats[l].Cols
		for _, part := range parts {
			for j := range part.Rows() {
				for k := range part.Cols() {
					seen[int(part.At(j, k))+128]++
				}
			}
		}
	}
	seen[128] += int32(r.grid.rows<<r.grid.logMessage() - inside)
	copy(out[0], seen[128-weightMax:]) // −128 has no row: newWeights refused it
	for i, b := range r.limbs {
		for _, d := range limbs[i] {
			out[b.table][d]++
		}
	}
	return out
}

// positions are the leaves of a range proof: the positions of all rows below,
// the segments above.
type positions struct {
	grid    *grid
	weights *weights
	places  []place
	head    int
	zero    ff.Ext // denominator of weight 0
	beta    ff.Ext // −β
	p, q    ff.ExtVec
}

// leaves prepares them; the segments are few and computed at once.
func (m *Model) leaves(r *ranges, segments []look.Segment, ch look.Challenge) *positions {
	n := 0
	for _, s := range segments {
		n += s.Len()
	}
	l := &positions{grid: r.grid, weights: m.weights, places: r.grid.places(), head: r.head,
		zero: ch.Denominator(0, [look.Width]int32{}), beta: ch.Beta[0].Neg()}
	l.p, l.q = look.Fill(segments, log2(n), ch)
	return l
}

// Block fills leaves at, at+1, …
func (l *positions) Block(at int, p, q ff.ExtVec) {
	p.Clear()
	q.Fill(ff.ExtOne)
	n := p.Len()
	if half := 1 << l.head; at >= half {
		if from := at - half; from < l.p.Len() {
			to := min(from+n, l.p.Len())
			p.Slice(0, to-from).Copy(l.p.Slice(from, to))
			q.Slice(0, to-from).Copy(l.q.Slice(from, to))
		}
		return
	}
	used := min(n, l.grid.rows<<l.grid.logMessage()-at)
	if used <= 0 {
		return
	}
	// A row's values are runs of 2^σ weights of one output.
	w := make(ff.Vec, used)
	size := 1 << l.grid.logS
	for i := 0; i < used; {
		row, offset := (at+i)>>l.grid.logMessage(), (at+i)&(1<<l.grid.logMessage()-1)
		run := min(used-i, size-offset%size)
		l.weights.run(l.grid, l.places[row], offset/size, offset%size, w[i:i+run])
		i += run
	}
	p[0][:used].Fill(ff.One)
	q.Slice(0, used).Fill(l.zero)
	q.Slice(0, used).AxpyVec(l.beta, w)
}
