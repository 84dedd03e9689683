package slow

// limb is a byte of the biases of one matrix: b = Σ 256^place·limb − 2^{β−1}.
type limb struct {
	mat, place, table int
	at                int // first cell
}

// ranges is the verification of a key's range proof: every position of every row
// of the registered root holds −127 … 127, every slot its bias or 0.
//
// Leaves of the tree of fractions: below, position c of row i at i·κ + c; above,
// the limbs, then the tables.
type ranges struct {
	*key
	*talk
	grid   grid
	fold   fold
	tables []table
	limbs  []limb
	counts []int
	cells  int
	upper  int // leaves of the upper half
	head   int // log of a half
}

func newRanges(k *key) (*ranges, error) {
	r := &ranges{key: k}
	var err error
	if r.grid, err = newGrid(k.weights, k.logJ, k.logS); err != nil {
		return nil, err
	}
	r.tables = []table{{shapeRange, -weightMax, weightMax, 0}}
	for l, m := range k.weights {
		for place := 0; 8*place < m.biasBits; place++ {
			t := r.table(min(8, m.biasBits-8*place))
			r.limbs = append(r.limbs, limb{l, place, t, r.cells})
			r.cells += m.rows
		}
	}
	if r.cells > maxCells {
		return nil, refuse(GuardEncoding, "%d limbs of biases", r.cells)
	}
	r.upper = r.cells
	for _, t := range r.tables {
		r.counts = append(r.counts, r.cells)
		r.cells += t.rows()
		r.upper += t.rows()
	}
	r.head = max(log2(len(r.grid.rows))+k.logJ+k.logS, log2(r.upper))
	if r.head > maxHead {
		return nil, refuse(GuardEncoding, "range proof of 2^%d positions", r.head)
	}
	values, products := announceLookup(0, nil, r.head+1)
	r.talk = &talk{pads: layPads(values, products)}
	return r, nil
}

// table is the index of [0, 2^width) among the tables, added if it is new.
func (r *ranges) table(width int) int {
	want := table{shapeRange, 0, 1<<width - 1, 0}
	for i, t := range r.tables {
		if t == want {
			return i
		}
	}
	r.tables = append(r.tables, want)
	return len(r.tables) - 1
}

// verifyRange checks a key's range proof.
func (k *key) verifyRange() error {
	codes, err := k.params.codes()
	if err != nil {
		return refuse(GuardEncoding, "%w", err)
	}
	code, b, err := openCode(k.rangeSays, 1, k.grind)
	if err != nil {
		return err
	}
	r, err := newRanges(k)
	if err != nil {
		return err
	}
	r.transcript, r.buf = newTranscript("agon-range-1"), &reader{b: b}
	r.absorb("program", k.head)
	r.absorb("root", k.root[:])
	r.absorb("code", words(code.logK, code.logN))
	first := sheet{kind: kindFirst, baseSpace: spaceColumns, extSpace: spacePads, masked: true,
		base: code.rowsFor(r.cells), ext: code.rowsFor(r.talk.cells) + masks}
	work := 0
	if 2<<r.head > 1<<17 {
		work = 16
	}
	if err := r.takeRoot("T1", work, &first); err != nil {
		return err
	}
	alpha, beta := r.ext("alpha"), r.ext("beta")
	point, fp, fq := r.fractions(r.head + 1)
	r.fold = fold{code: codes.root, space: spaceFold, slots: codes.root.kappa()}
	r.fold.tail = r.fold.slots + codes.root.slots
	rho := r.settle(alpha, beta, point, fp, fq)
	r.checkProducts()
	if r.failure != nil {
		return r.failure
	}
	second := sheet{kind: kindSecond, extSpace: spaceFold, ext: code.rowsFor(codes.root.k())}
	if err := r.takeRoot("T2", k.grind, &second); err != nil {
		return err
	}
	opened, err := r.openWeights("R", kindWeights, k.root, r.fold, rho)
	if err != nil {
		return err
	}
	r.slots(rho)
	t := test{code, k.grind, []sheet{first, second}}
	if err := t.check(r.talk, append(r.constraints, opened...)); err != nil {
		return err
	}
	if len(r.buf.b) > 0 {
		return refuse(GuardTrailing, "%d bytes", len(r.buf.b))
	}
	return nil
}

// settle ties the leaves' p and q at the point to limbs, counts and the fold of
// rows, and returns the weights ρ of the rows: the coordinates of the point are
// that of the half, spare ones (0 below), those of the row, of the position.
func (r *ranges) settle(alpha, beta ext, point []ext, fp, fq form) []ext {
	z, tail := point[0], point[1:]
	n := len(r.grid.rows)
	position := tail[len(tail)-r.logJ-r.logS:]
	rest := tail[:len(tail)-len(position)]
	rowPoint := rest[len(rest)-log2(n):]
	spare := rest[:len(rest)-len(rowPoint)]
	below := one.sub(z).mul(eqAt(spare, 0))
	rho := eqTable(rowPoint, n)
	mass := ext{} // Σ eq over the positions
	for _, w := range rho {
		mass = mass.add(below.mul(w))
	}
	start := func(t int) ext { return alpha.sub(number(uint64(t + 1))) }
	wantP, wantQ := form{c: mass}, form{c: mass.mul(start(0))}
	wantQ = wantQ.plus(below.mul(beta).neg(), r.fold.inner(position))

	eq := eqTable(tail, r.upper)
	leaf := 0
	used := mass
	next := func() ext {
		w := z.mul(eq[leaf])
		leaf++
		used = used.add(w)
		return w
	}
	for _, l := range r.limbs {
		for j := range r.weights[l.mat].rows {
			w := next()
			wantP.c = wantP.c.add(w)
			wantQ.c = wantQ.c.add(w.mul(start(l.table)))
			wantQ.terms = append(wantQ.terms,
				term{cell{spaceColumns, l.at + j}, w.mul(beta).neg()})
		}
	}
	for i, t := range r.tables {
		for row := range t.rows() {
			w := next()
			wantP.terms = append(wantP.terms, term{cell{spaceColumns, r.counts[i] + row}, w.neg()})
			f := start(i).sub(beta.times(lift(int64(t.row(row)[0]))))
			wantQ.c = wantQ.c.add(w.mul(f))
		}
	}
	wantQ.c = wantQ.c.add(one.sub(used)) // all other leaves are 0/1
	r.zero(wantP.minus(fp))
	r.zero(wantQ.minus(fq))
	return rho
}

// slots says that slot j of the fold is Σ ρ_(ℓ, j_hi, 0)·b_ℓ[j_hi·J + j].
func (r *ranges) slots(rho []ext) {
	out := make([]form, 1<<r.logJ)
	for j := range out {
		out[j] = form{terms: []term{{cell{spaceFold, r.fold.slots + j}, one.neg()}}}
	}
	for i, w := range r.grid.rows {
		if w.group > 0 {
			continue
		}
		m := r.weights[w.mat]
		for j := range out {
			o := w.block<<r.logJ + j
			if o >= m.rows {
				continue
			}
			out[j].c = out[j].c.sub(rho[i].times(uint64(1) << (m.biasBits - 1)))
			for _, l := range r.limbs {
				if l.mat == w.mat {
					coef := rho[i].times(uint64(1) << (8 * l.place))
					out[j].terms = append(out[j].terms, term{cell{spaceColumns, l.at + o}, coef})
				}
			}
		}
	}
	for _, f := range out {
		r.zero(f)
	}
}
