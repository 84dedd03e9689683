package slow

import (
	"bytes"
	"crypto/sha256"
)

// answer is the verification of one answer: everything that follows from key and
// statement, then the script.
type answer struct {
	*key
	*statement
	grid    grid
	code    rs // of the sheets
	codes   pair
	columns []source
	counts  []cell // first multiplicity of each table
	tables  []table
	lookups []lookup
	cells   int // over F in T₁
	leaves  int // of the lookups
	nu      int // −1 without lookups
	width   int // bits of an index inside a vector
	vectors int // bits of the index of a vector, batch included
	hidden  []bool
	sealed  []sheet
	*talk

	r, s   []ext // point of outputs (the last logM coordinates), of inputs
	outer  []ext // coordinates of the vectors
	inner  []ext // all coordinates inside a vector
	lambda []ext
	bias   []form
	omega  []form
}

// source is where the values of a column are: committed from at on, or public.
type source struct {
	len    int
	public []int32
	at     cell
}

// form is Σ weight(i)·column[i].
func (s source) form(weight func(i int) ext) form {
	var f form
	for i := range s.len {
		if s.public != nil {
			f.c = f.c.add(weight(i).times(lift(int64(s.public[i]))))
			continue
		}
		f.terms = append(f.terms, term{cell{s.at.space, s.at.at + i}, weight(i)})
	}
	return f
}

// newAnswer lays out what a statement about a key needs.
func newAnswer(k *key, s *statement, logK, logN int) (*answer, error) {
	a := &answer{key: k, statement: s}
	uses := 1
	for _, port := range s.ports {
		if port.sealed != nil {
			uses = port.sealed.uses
		}
	}
	var err error
	if a.grid, err = newGrid(k.weights, k.logJ, k.logS); err != nil {
		return nil, err
	}
	if a.codes, err = k.params.codes(); err != nil {
		return nil, refuse(GuardEncoding, "%w", err)
	}
	if a.code, err = witnessCode(logK, logN, uses, k.grind); err != nil {
		return nil, refuse(GuardEncoding, "%w", err)
	}
	if n := k.elements() * s.batch; n > maxElements {
		return nil, refuse(GuardEncoding, "%d elements of relations", n)
	}
	sealed := a.place()
	a.collect()
	if a.cells > maxCells || sealed > maxCells || a.leaves > maxLeaves {
		return nil, refuse(GuardEncoding, "%d cells, %d of seals, %d leaves",
			a.cells, sealed, a.leaves)
	}
	a.announce()
	return a, nil
}

// place gives columns their cells: public ones none, hashed ones a space each,
// the others follow each other in T₁. It returns the cells of hashed ones.
func (a *answer) place() (sealed int) {
	a.columns = make([]source, len(a.program.columns))
	special := make(map[int]bool)
	for i, port := range a.ports {
		c := a.port(i)
		n := a.program.columns[c].len * a.batch
		switch {
		case port.visibility == public:
			a.columns[c] = source{len: n, public: port.values}
			special[c] = true
		case port.sealed != nil:
			space := spaceSealed + len(a.sealed)
			a.columns[c] = source{len: n, at: cell{space, 0}}
			a.sealed = append(a.sealed, sheet{root: port.sealed.root, kind: kindSealed,
				baseSpace: space, base: a.code.rowsFor(n)})
			sealed += n
			special[c] = true
		}
	}
	for c, col := range a.program.columns {
		if !special[c] {
			a.columns[c] = source{len: col.len * a.batch, at: cell{spaceColumns, a.cells}}
			a.cells += col.len * a.batch
		}
	}
	return sealed
}

// collect adds a range lookup for each input that is not public, in a table of
// its own unless an equal one was added before, and places the multiplicities.
func (a *answer) collect() {
	a.tables = append(a.tables, a.program.tables...)
	a.lookups = append(a.lookups, a.program.lookups...)
	for i, c := range a.inputs {
		if a.ports[i].visibility == public {
			continue
		}
		want := table{shapeRange, int32(a.program.columns[c].lo), int32(a.program.columns[c].hi), 0}
		at := len(a.program.tables)
		for at < len(a.tables) && a.tables[at] != want {
			at++
		}
		if at == len(a.tables) {
			a.tables = append(a.tables, want)
		}
		a.lookups = append(a.lookups, lookup{at, []int{c}})
	}
	for _, l := range a.lookups {
		a.leaves += a.columns[l.columns[0]].len
	}
	for _, t := range a.tables {
		a.counts = append(a.counts, cell{spaceColumns, a.cells})
		a.cells += t.rows()
		a.leaves += t.rows()
	}
	if a.nu = log2(a.leaves); len(a.lookups) == 0 {
		a.nu = -1
	}
}

// announce lists the hidden values and products in the order of the script.
func (a *answer) announce() {
	values := len(a.weights)
	var products [][2]int
	if a.nu >= 0 {
		values, products = announceLookup(values, products, a.nu)
	}
	values += 2 * a.grid.logK
	a.hidden = make([]bool, len(a.weights))
	a.width = a.grid.logM
	for _, r := range a.relations {
		n := a.program.columns[r.parts[0].column].len / r.vectors
		a.width = max(a.width, log2(n))
		a.vectors = max(a.vectors, log2(r.vectors*a.batch))
		if r.weights >= 0 && a.columns[r.input].public == nil {
			a.hidden[r.weights] = true
		}
	}
	for _, hidden := range a.hidden {
		values++
		if hidden {
			products = append(products, [2]int{values - 1, values})
			values++
		}
	}
	a.talk = &talk{pads: layPads(values, products)}
}

// begin absorbs everything public.
func (a *answer) begin(e *epoch) {
	a.transcript = newTranscript("agon-proof-1")
	p := a.params
	head := words(7, p.grind, p.logJ, p.logS, p.logRoot, p.logWork, p.epochs, p.budget)
	uses := a.code.pads / a.code.queries
	head = append(head, words(4, a.batch, a.code.logK, a.code.logN, uses, len(a.ports))...)
	for _, port := range a.ports {
		head = append(head, port.visibility)
	}
	a.absorb("header", head)
	a.absorb("model", a.id[:])
	a.absorb("root", a.root[:])
	a.absorb("epoch", long(e.number))
	a.absorb("epoch root", e.root[:])
	digest := sha256.Sum256(e.proof)
	a.absorb("epoch proof", digest[:])
	a.absorb("statement", a.raw)
}

// verify checks a proof whose code is already known from its first bytes.
func (a *answer) verify(e *epoch, b []byte) error {
	a.begin(e)
	a.buf = &reader{b: b}
	work := 0
	if a.leaves > 1<<17 {
		work = 16
	}
	first := sheet{kind: kindFirst, baseSpace: spaceColumns, extSpace: spacePads,
		base: a.code.rowsFor(a.cells), ext: a.code.rowsFor(a.talk.cells) + masks, masked: true}
	if err := a.takeRoot("T1", work, &first); err != nil {
		return err
	}
	a.script()
	if a.failure != nil {
		return a.failure
	}
	tau := a.exts("tau", log2(len(a.weights)))
	second := sheet{kind: kindSecond, extSpace: spaceFold, ext: a.code.rowsFor(a.codes.work.k())}
	if err := a.takeRoot("T2", a.grind, &second); err != nil {
		return err
	}
	at := fold{code: a.codes.work, space: spaceFold, slots: a.codes.work.kappa()}
	at.tail = at.slots + at.code.slots
	opened, err := a.openWeights("W", kindEpoch, e.root, at, a.rowWeights(tau))
	if err != nil {
		return err
	}
	a.foldForms(tau, at)
	t := test{code: a.code, grind: a.grind,
		sheets: append([]sheet{first, second}, a.sealed...)}
	if err := t.check(a.talk, append(a.constraints, opened...)); err != nil {
		return err
	}
	if len(a.buf.b) > 0 {
		return refuse(GuardTrailing, "%d bytes", len(a.buf.b))
	}
	return nil
}

// takeRoot reads a root and the nonce after its chain.
func (k *talk) takeRoot(tag string, work int, s *sheet) error {
	s.root = k.buf.digest()
	nonce := k.buf.nonce()
	if k.buf.err != nil {
		return refuse(GuardEncoding, "%s: %w", tag, k.buf.err)
	}
	k.absorb(tag, s.root[:])
	k.chain()
	if !k.work(work, nonce) {
		return refuse(GuardWork, "%s: nonce %d does not show %d bits", tag, nonce, work)
	}
	return nil
}

// openWeights opens columns of a tree of weights and returns the constraints
// c(η) = Σ ρᵢWᵢ(η) on the fold.
func (k *talk) openWeights(tag string, kind int, root digest, at fold, rho []ext) ([]form, error) {
	indices := k.indices(tag, at.code.queries, at.code.logN)
	start := k.buf.b
	columns, err := k.buf.opening(root, kind, at.code.logN, len(rho), indices)
	if err != nil {
		return nil, err
	}
	k.absorb(tag+" columns", start[:len(start)-len(k.buf.b)])
	var out []form
	for q, j := range indices {
		var v ext
		for i, w := range rho {
			v = v.add(w.times(columns[q][i]))
		}
		f := at.evaluate(at.code.point(j))
		f.c = v.neg()
		out = append(out, f)
	}
	return out, nil
}

// rowWeights is ρ_(ℓ, j_hi, g) = eq(τ, ℓ)·eq(r_hi, j_hi)·eq(s_hi, g).
func (a *answer) rowWeights(tau []ext) []ext {
	var rho []ext
	for _, w := range a.grid.rows {
		rho = append(rho, eqAt(tau, w.mat).mul(eqAt(a.rHigh(), w.block)).mul(
			eqAt(a.sHigh(), w.group)))
	}
	return rho
}

func (a *answer) rHigh() []ext { return a.r[:a.grid.logM-a.grid.logJ] }
func (a *answer) rLow() []ext  { return a.r[a.grid.logM-a.grid.logJ:] }
func (a *answer) sHigh() []ext { return a.s[:a.grid.logK-a.grid.logS] }
func (a *answer) sLow() []ext  { return a.s[a.grid.logK-a.grid.logS:] }

// foldForms are the constraints that tie the fold to the values said of it:
//
//	⟨eq(r_lo)⊗eq(s_lo), c|_H⟩ = Σ_ℓ eq(τ,ℓ)·⟦ω_ℓ⟧
//	⟨eq(r_lo), B⟩ = eq(s_hi, 0)·Σ_ℓ eq(τ,ℓ)·⟦b_ℓ⟧
func (a *answer) foldForms(tau []ext, at fold) {
	value := at.inner(append(append([]ext{}, a.rLow()...), a.sLow()...))
	var slots form
	for j, w := range eqTable(a.rLow(), at.code.slots) {
		slots.terms = append(slots.terms, term{cell{at.space, at.slots + j}, w})
	}
	ground := eqAt(a.sHigh(), 0)
	for l := range a.weights {
		value = value.plus(eqAt(tau, l).neg(), a.omega[l])
		slots = slots.plus(eqAt(tau, l).mul(ground).neg(), a.bias[l])
	}
	a.zero(value)
	a.zero(slots)
}

// words encodes a count and numbers, four bytes each; what follows the counted
// ones stands after them.
func words(count int, v ...int) []byte {
	var b bytes.Buffer
	for _, n := range append([]int{count}, v...) {
		b.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	}
	return b.Bytes()
}
