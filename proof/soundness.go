package proof

import (
	"agon/proof/code"
	"agon/proof/look"
	"agon/proof/sound"
	"agon/proof/zk"
)

// Soundness reports, round by round, how hard it is to forge what a model's
// users rely on: the range proof of its key, the equality proof of an epoch, and
// a proof of a statement with the given batch and visibilities.
//
// Keys and epochs that exist are reported with the codes their proofs use;
// record may be nil, then with those a prover would choose.
func Soundness(key *Key, record *EpochRecord, batch int, ports []Visibility) (
	[]sound.Report, error) {
	ranged, err := rangeSoundness(key)
	if err != nil {
		return nil, err
	}
	epoch, err := epochSoundness(key, record)
	if err != nil {
		return nil, err
	}
	f, err := chooseHeader(key.Program, key.Params, Header{Batch: batch, Ports: ports, Uses: 1})
	if err != nil {
		return nil, err
	}
	answer, err := f.soundness()
	return []sound.Report{ranged, epoch, answer}, err
}

// soundness is the report of one answer.
func (f *frame) soundness() (sound.Report, error) {
	a := sound.Answer{
		Common:       common(f.test, f.trees()),
		OutVars:      f.width,
		LayerVars:    log2(len(f.prog.Relations)),
		Batch:        f.vectors,
		FoldVars:     f.grid.foldVars(),
		Weights:      tree(f.codes.work, f.grid.rows, f.codes.workQ),
		GrindFirst:   f.params.firstGrind(f.leaves),
		GrindWeights: f.params.Grind,
	}
	a.Products = f.layout.Products()
	// Constraints: those of the script (a root, ν levels and two leaves of the
	// lookup, one for each hidden input, the final one, copies and three of the
	// pads), two of the fold, one for each query.
	a.Constraints = len(f.layout.Copies()) + 3 + 1 + 2 + f.codes.workQ + len(f.prog.Weights)
	if f.nu >= 0 {
		a.Constraints += 1 + f.nu + 2
	}
	a.Lookups = lookups(f.tables, f.leaves)
	if f.nu < 0 {
		a.Lookups = sound.Lookups{}
	}
	return a.Report()
}

// foldVars counts the coordinates of τ, r_hi and s_hi.
func (g *grid) foldVars() int { return log2(len(g.mats)) + g.logM - g.logJ + g.logK - g.logS }

// lookups counts tuples and rows of tables among the leaves of one lookup. The
// bound uses the longest tuple.
func lookups(tables []look.Table, leaves int) sound.Lookups {
	l := sound.Lookups{}
	for _, t := range tables {
		l.Rows += uint64(t.Rows())
		l.Width = max(l.Width, t.Arity())
	}
	l.Tuples = uint64(leaves) - l.Rows
	return l
}

// tree describes a code with its queries to the report.
func tree(c code.Code, rows, queries int) sound.Tree {
	return sound.Tree{Message: c.Message(), K: c.Dimension(), N: c.Length(), Rows: rows,
		Queries: queries}
}

// common are the numbers of a linear test.
func common(test zk.Test, trees []zk.Shape) sound.Common {
	rows := 0
	for _, t := range trees {
		rows += t.TreeRows()
	}
	return sound.Common{Degree: 4, DigestBits: 8 * code.DigestBytes, GrindTest: test.Grind,
		Witness: tree(test.Code, rows, test.Queries)}
}

func rangeSoundness(key *Key) (sound.Report, error) {
	r, err := smallest(func(a, b int) (*ranges, error) {
		return newRanges(key.Program, key.Params, a, b)
	})
	if len(key.Range) > 0 {
		_, logMessage, logLength, fault := witnessCode(key.Range)
		if fault != nil {
			return sound.Report{}, fault
		}
		r, err = newRanges(key.Program, key.Params, logMessage, logLength)
	}
	if err != nil {
		return sound.Report{}, err
	}
	s := sound.Range{
		Common:       common(r.test, r.trees()),
		FoldVars:     log2(r.grid.rows),
		Weights:      tree(r.codes.root, r.grid.rows, r.codes.rootQ),
		GrindFirst:   r.start,
		GrindWeights: r.grind,
	}
	s.Products = r.layout.Products()
	s.Constraints = len(r.layout.Copies()) + 3 + 1 + r.head + 1 + 2 +
		1<<r.grid.logJ + r.codes.rootQ
	s.Lookups = lookups(r.tables, 2<<r.head) // spare leaves count as tuples
	return s.Report()
}

func epochSoundness(key *Key, record *EpochRecord) (sound.Report, error) {
	e, err := smallest(func(a, b int) (*equality, error) { return newEquality(key, a, b) })
	if record != nil {
		_, logMessage, logLength, fault := witnessCode(record.Proof)
		if fault != nil {
			return sound.Report{}, fault
		}
		e, err = newEquality(key, logMessage, logLength)
	}
	if err != nil {
		return sound.Report{}, err
	}
	s := sound.Epoch{
		Common:     common(e.test, []zk.Shape{e.shape}),
		Registered: tree(e.codes.root, e.grid.rows, e.codes.rootQ),
		Fresh:      tree(e.codes.work, e.grid.rows, e.codes.workQ),
		GrindFold:  e.grind,
		GrindOpen:  e.grind,
	}
	s.Constraints = e.codes.rootQ + e.codes.workQ
	return s.Report()
}
