package look

import (
	"sync"

	"agon/proof/code"
	"agon/proof/ff"
)

// A range proof of millions of weights has more leaves than fit memory as
// elements of E. Its lowest levels are not kept: whoever needs a block of them
// computes it from the leaves below. In the sumcheck of such a level the first
// rounds go over the leaves again, block by block, with the variables bound so
// far; after as many rounds as levels are missing, the tables are small.

// Leaves gives the fractions of a large tree. Block fills those of the leaves
// at, at+1, …; both vectors hold anything on entry. It is called from several
// goroutines.
type Leaves interface {
	Block(at int, p, q ff.ExtVec)
}

const (
	// keptLog is the log of the largest level that is kept in any case.
	keptLog = 18
	// maxMissing bounds the levels that are computed anew each time.
	maxMissing = 5
	// blockLog is the log of a block of a level.
	blockLog = 9
)

// Lazy are the fractions of a tree of 2^nu leaves, the lowest levels missing.
type Lazy struct {
	Levels
	nu     int
	kept   int // the lowest kept level
	leaves Leaves
}

// ClimbLazy sums the fractions of leaves up to the root.
func ClimbLazy(nu int, leaves Leaves) *Lazy {
	return climbTo(nu, min(nu, max(keptLog, nu-maxMissing)), leaves)
}

// climbTo keeps the levels down to kept, 1 ≤ kept ≤ nu or both 0.
func climbTo(nu, kept int, leaves Leaves) *Lazy {
	l := &Lazy{nu: nu, kept: kept, leaves: leaves}
	p, q := ff.NewExtVec(1<<kept), ff.NewExtVec(1<<kept)
	size := 1 << min(blockLog, kept)
	code.Split(1<<kept/size, 1, func(from, to int) {
		w := newWorkspace(nu-kept, size)
		for b := from; b < to; b++ {
			at := b * size
			l.block(w, kept, at, p.Slice(at, at+size), q.Slice(at, at+size))
		}
	})
	l.Levels = Climb(p, q)
	return l
}

// workspace are the temporaries of one goroutine: two pairs of vectors for each
// missing level.
type workspace [][4]ff.ExtVec

func newWorkspace(levels, size int) workspace {
	w := make(workspace, levels)
	for i := range w {
		for k := range w[i] {
			w[i][k] = ff.NewExtVec(size)
		}
	}
	return w
}

// block computes the fractions at, at+1, … of level e, which is kept or below.
func (l *Lazy) block(w workspace, e, at int, p, q ff.ExtVec) {
	if e == l.nu {
		l.leaves.Block(at, p, q)
		return
	}
	n := p.Len()
	t := &w[e-l.kept]
	p0, q0 := t[0].Slice(0, n), t[1].Slice(0, n)
	p1, q1 := t[2].Slice(0, n), t[3].Slice(0, n)
	l.block(w, e+1, at, p0, q0)
	l.block(w, e+1, at+1<<e, p1, q1)
	p.Mul(p0, q1)
	p.MulAdd(p1, q0)
	q.Mul(q0, q1)
}

// rounds is the prover's part in the sumcheck of one level.
type rounds interface {
	round() (t0, t2 ff.Ext)
	bind(x ff.Ext)
	values(gamma ff.Ext) [4]ff.Ext
}

// fractions starts the sumcheck of level e.
func (l *Lazy) fractions(e int, gamma ff.Ext, point []ff.Ext) rounds {
	if e < l.kept {
		return l.Levels.fractions(e, gamma, point)
	}
	first := e + 1 - l.kept
	return &streamed{
		tree: l, level: e, gamma: gamma, first: first, point: point,
		eq: ff.Eq(point[first:], ff.ExtOne),
	}
}

// streamed is a level whose children are missing. Its index is (b, y), b the
// `first` top bits: for each block of y all b are computed at once.
type streamed struct {
	tree  *Lazy
	level int
	gamma ff.Ext
	first int
	point []ff.Ext
	bound []ff.Ext
	eq    ff.ExtVec // eq of the point's coordinates of y
	rest  rounds    // once the first rounds are over
}

func (s *streamed) values(gamma ff.Ext) [4]ff.Ext { return s.rest.values(gamma) }

func (s *streamed) bind(x ff.Ext) {
	if s.rest != nil {
		s.rest.bind(x)
		return
	}
	s.bound = append(s.bound, x)
	if len(s.bound) == s.first {
		s.rest = s.gather()
	}
}

// quad are p₀, q₀, q₁ and r = p₁ + γq₁ at some b, for a block of y.
type quad [4]ff.ExtVec

// blocks calls f with the quads of all b, bound variables folded away, for each
// block of y; from several goroutines, each with its own state from start.
func (s *streamed) blocks(start func() func(y int, quads []quad)) {
	l := s.tree
	low := s.level - s.first
	size := 1 << min(blockLog, low)
	code.Split(1<<low/size, 1, func(from, to int) {
		f := start()
		w := newWorkspace(l.nu-l.kept, size)
		quads := make([]quad, 1<<s.first)
		for b := range quads {
			for k := range quads[b] {
				quads[b][k] = ff.NewExtVec(size)
			}
		}
		for block := from; block < to; block++ {
			y := block * size
			for b, v := range quads {
				at := b<<low + y
				l.block(w, s.level+1, at, v[0], v[1])
				l.block(w, s.level+1, at+1<<s.level, v[3], v[2])
				v[3].Axpy(s.gamma, v[2])
			}
			n := len(quads)
			for _, x := range s.bound {
				n /= 2
				for b := range n {
					for k := range quads[b] {
						lo, hi := quads[b][k], quads[b+n][k]
						hi.Sub(hi, lo)
						lo.Axpy(x, hi)
					}
				}
			}
			f(y, quads[:n])
		}
	})
}

// round sums t(0) and t(2) over all blocks.
func (s *streamed) round() (t0, t2 ff.Ext) {
	if s.rest != nil {
		return s.rest.round()
	}
	i := len(s.bound)
	high := ff.Eq(s.point[i+1:s.first], ff.ExtOne)
	var mu sync.Mutex
	s.blocks(func() func(int, []quad) {
		var tmp [5]ff.ExtVec
		return func(y int, quads []quad) {
			n := quads[0][0].Len()
			if tmp[0].Len() == 0 {
				for k := range tmp {
					tmp[k] = ff.NewExtVec(n)
				}
			}
			eq := s.eq.Slice(y, y+n)
			half := len(quads) / 2
			var s0, s2 ff.Ext
			for b := range half {
				lo, hi := quads[b], quads[b+half]
				weight := high.At(b)
				s0 = s0.Add(weight.Mul(summand(tmp[4], lo).Inner(eq)))
				var at2 quad
				for k := range lo {
					at2[k] = tmp[k]
					at2[k].Sub(hi[k], lo[k])
					at2[k].Add(at2[k], hi[k])
				}
				s2 = s2.Add(weight.Mul(summand(tmp[4], at2).Inner(eq)))
			}
			mu.Lock()
			t0, t2 = t0.Add(s0), t2.Add(s2)
			mu.Unlock()
		}
	})
	return t0, t2
}

// summand is p₀q₁ + q₀r.
func summand(dst ff.ExtVec, v quad) ff.ExtVec {
	dst.Mul(v[0], v[2])
	dst.MulAdd(v[1], v[3])
	return dst
}

// gather makes tables of what the first rounds left.
func (s *streamed) gather() rounds {
	n := 1 << (s.level - s.first)
	var v quad
	for k := range v {
		v[k] = ff.NewExtVec(n)
	}
	s.blocks(func() func(int, []quad) {
		return func(y int, quads []quad) {
			for k, part := range quads[0] {
				v[k].Slice(y, y+part.Len()).Copy(part)
			}
		}
	})
	f := &fractions{p0: v[0], q0: v[1], q1: v[2], r: v[3]}
	for k := range f.tmp {
		f.tmp[k] = ff.NewExtVec(n / 2)
	}
	if rest := s.point[s.first:]; len(rest) > 0 {
		f.eq = ff.Eq(rest[1:], ff.ExtOne)
	}
	return f
}
