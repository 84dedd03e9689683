package proof

import (
	"agon/proof/code"
	"agon/proof/fs"
	"agon/proof/zk"
)

// Work counts what no prover of this protocol can leave out, whatever its
// program is like: times the speed at which a machine does each alone, it is
// the floor that proving is measured against.
type Work struct {
	Hashed   int // bytes of the leaves and nodes of the trees it makes
	Products int // in F, of the transforms that make their codewords
	Leaves   int // of the lookup tree
	Weights  int // 8-bit values bound to one point
	Chained  int // SHA-256, each of the one before
	Ground   int // hashes until the work is found, on average; 0 for none
}

// Work is that of proving a statement.
func (m *Model) Work(s *Statement) (Work, error) {
	s.Model = m.id
	if err := s.check(m.Key.Program); err != nil {
		return Work{}, err
	}
	f, err := m.frame(s)
	if err != nil {
		return Work{}, err
	}
	w := Work{Chained: 2 * fs.ChainLength, Weights: weightsOf(f.grid.mats)}
	if f.nu >= 0 {
		w.Leaves = f.leaves
	}
	for _, t := range []zk.Shape{f.first, f.second} {
		w.tree(f.test.Code, t.TreeRows())
	}
	for _, bits := range []int{
		f.params.firstGrind(f.leaves), f.params.Grind, f.test.Grind,
	} {
		if bits > 0 {
			w.Ground += 1 << bits
		}
	}
	return w, nil
}

// EpochWork is that of opening an epoch: a tree of all weights, a sheet for the
// proof that they are the registered ones, and one fold of them.
func (m *Model) EpochWork() (Work, error) {
	e, err := smallest(func(a, b int) (*equality, error) { return newEquality(m.Key, a, b) })
	if err != nil {
		return Work{}, err
	}
	w := Work{Chained: 2 * fs.ChainLength, Weights: weightsOf(e.grid.mats)}
	w.tree(e.codes.work, e.grid.rows)
	w.tree(e.test.Code, e.shape.TreeRows())
	for _, bits := range []int{e.grind, e.grind, e.test.Grind} {
		if bits > 0 {
			w.Ground += 1 << bits
		}
	}
	return w, nil
}

// weightsOf is the number of weights without biases.
func weightsOf(mats []Matrix) (n int) {
	for _, m := range mats {
		n += m.Rows * m.Cols
	}
	return n
}

// tree adds the making of a tree: each row is interpolated on κ points and
// evaluated on n, each column hashed with its salt, each node of two digests.
// A transform of length 2^l takes l·2^{l−1} products.
func (w *Work) tree(c code.Code, rows int) {
	n, kappa := c.Length(), c.Message()
	w.Hashed += n*(4*rows+code.SaltBytes) + (n-1)*2*code.DigestBytes
	w.Products += rows * (c.LogLength*n/2 + c.LogMessage*kappa/2)
}
