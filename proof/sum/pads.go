package sum

import (
	"agon/proof/ff"
)

// ID numbers the hidden values of a Plan in the order they are announced.
type ID int

// Plan lists the hidden values of a proof and the products it needs of them.
// Prover and verifier make equal plans from the shape of the statement.
type Plan struct {
	values   int
	products [][2]ID
}

// Value announces one hidden value.
func (p *Plan) Value() ID {
	p.values++
	return ID(p.values - 1)
}

// Values announces n hidden values and returns the first.
func (p *Plan) Values(n int) ID {
	p.values += n
	return ID(p.values - n)
}

// Product announces that the product of the pads of v and w will be used.
func (p *Plan) Product(v, w ID) { p.products = append(p.products, [2]ID{v, w}) }

// Layout says where every pad of a plan is. Cells of one space of E:
//
//	a₀…a_Y  b₀…b_Y  d₀…d_2Y  pads of values that occur in no product
//
// A value's first occurrence in a product is the home of its pad; a further
// one holds a copy, tied to the home by a constraint.
type Layout struct {
	Space    int
	Cells    int
	home     []int // by ID
	y        int
	products [][2]ID
}

// Lay gives the pads of the plan their cells in a space.
func (p *Plan) Lay(space int) *Layout {
	y := len(p.products)
	l := &Layout{Space: space, y: y, products: p.products, home: make([]int, p.values)}
	for i := range l.home {
		l.home[i] = -1
	}
	for i, pair := range p.products {
		for side, id := range pair {
			if l.home[id] < 0 {
				l.home[id] = l.factor(side) + i
			}
		}
	}
	l.Cells = 4*y + 3
	for i, h := range l.home {
		if h < 0 {
			l.home[i] = l.Cells
			l.Cells++
		}
	}
	return l
}

// factor is the first cell of list a (side 0) or b (side 1).
func (l *Layout) factor(side int) int { return side * (l.y + 1) }

// d is the first cell of the products.
func (l *Layout) d() int { return 2 * (l.y + 1) }

// Products is Y, the number of products.
func (l *Layout) Products() int { return l.y }

// Home is where the pad of a value is.
func (l *Layout) Home(id ID) Ref { return Ref{l.Space, l.home[id]} }

// ref is cell i of the layout.
func (l *Layout) ref(i int) Ref { return Ref{l.Space, i} }

// Complete turns cells that were filled with uniform values into a consistent
// layout: copies copied, d computed. What it overwrites is not used elsewhere,
// so every pad stays uniform and independent of the others.
func (l *Layout) Complete(cells ff.ExtVec) {
	for i, pair := range l.products {
		for side, id := range pair {
			cells.Set(l.factor(side)+i, cells.At(l.home[id]))
		}
	}
	a := extrapolate(cells.Slice(0, l.y+1))
	b := extrapolate(cells.Slice(l.y+1, 2*l.y+2))
	for i := range 2*l.y + 1 {
		cells.Set(l.d()+i, a.At(i).Mul(b.At(i)))
	}
}

// Copies are the constraints that tie copies of pads to their homes.
func (l *Layout) Copies() []Form {
	var out []Form
	for i, pair := range l.products {
		for side, id := range pair {
			if here := l.factor(side) + i; here != l.home[id] {
				out = append(out, CellForm(l.ref(here)).Minus(CellForm(l.Home(id))))
			}
		}
	}
	return out
}

// Reveal evaluates the two lists of pads at θ: what the prover sends in clear.
func (l *Layout) Reveal(cells ff.ExtVec, theta ff.Ext) (a, b ff.Ext) {
	lag := lagrangeAt(l.y+1, theta)
	return cells.Slice(0, l.y+1).Inner(lag), cells.Slice(l.y+1, 2*l.y+2).Inner(lag)
}

// Consistent are the three constraints of the product check at θ:
//
//	⟨Lag(θ), a⟩ = a(θ),  ⟨Lag(θ), b⟩ = b(θ),  ⟨Lag(θ), d⟩ = a(θ)·b(θ)
func (l *Layout) Consistent(theta, a, b ff.Ext) []Form {
	small, large := lagrangeAt(l.y+1, theta), lagrangeAt(2*l.y+1, theta)
	tie := func(at int, lag ff.ExtVec, v ff.Ext) Form {
		return Form{Const: v.Neg(), Blocks: []Block{{l.ref(at), ff.ExtOne, lag}}}
	}
	return []Form{
		tie(l.factor(0), small, a), tie(l.factor(1), small, b), tie(l.d(), large, a.Mul(b)),
	}
}

// Outside says whether θ may be used: it is no node of the products.
func (l *Layout) Outside(theta ff.Ext) bool {
	base := theta[1] == 0 && theta[2] == 0 && theta[3] == 0
	return !base || theta[0].Uint32() > uint32(2*l.y)
}

// nodeWeights returns the barycentric weights of the nodes 0…m−1,
//
//	wⱼ = Π_{i≠j} 1/(j−i) = (−1)^{m−1−j} / (j!·(m−1−j)!)
func nodeWeights(m int) ff.Vec {
	factorial := make(ff.Vec, m)
	run := ff.One
	for i := range factorial {
		if i > 0 {
			run = run.Mul(ff.New(uint32(i)))
		}
		factorial[i] = run
	}
	den, w := make(ff.Vec, m), make(ff.Vec, m)
	for j := range den {
		den[j] = factorial[j].Mul(factorial[m-1-j])
		if (m-1-j)%2 == 1 {
			den[j] = den[j].Neg()
		}
	}
	w.BatchInvert(den)
	return w
}

// lagrangeAt returns the m Lagrange coefficients of the nodes 0…m−1 at θ, none
// of which θ may be:
//
//	Lagⱼ(θ) = wⱼ/(θ−j) · Π_i (θ−i)
func lagrangeAt(m int, theta ff.Ext) ff.ExtVec {
	diff, inv := ff.NewExtVec(m), ff.NewExtVec(m)
	all := ff.ExtOne
	for j := range m {
		d := theta.Sub(ff.Embed(ff.New(uint32(j))))
		diff.Set(j, d)
		all = all.Mul(d)
	}
	inv.BatchInvert(diff)
	inv.MulVec(inv, nodeWeights(m))
	inv.Scale(all, inv)
	return inv
}

// extrapolate returns the values at 0…2Y of the polynomial of degree ≤ Y with
// the given values at 0…Y.
func extrapolate(values ff.ExtVec) ff.ExtVec {
	m := values.Len()
	out := ff.NewExtVec(2*m - 1)
	out.Slice(0, m).Copy(values)
	w := nodeWeights(m)
	diff, lag := make(ff.Vec, m), make(ff.Vec, m)
	for t := m; t < 2*m-1; t++ {
		all := ff.One
		for j := range diff {
			diff[j] = ff.New(uint32(t - j))
			all = all.Mul(diff[j])
		}
		lag.BatchInvert(diff)
		lag.Mul(lag, w)
		lag.Scale(all, lag)
		out.Set(t, values.InnerVec(lag))
	}
	return out
}

// Values is the number of hidden values.
func (l *Layout) Values() int { return len(l.home) }
