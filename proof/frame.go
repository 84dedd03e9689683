package proof

import (
	"errors"
	"fmt"

	"agon/proof/code"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// Spaces of cells.
const (
	spaceColumns = iota // over F, in T₁: columns, then multiplicities
	spacePads           // over E, in T₁: the layout of pads
	spaceFold           // over E, in T₂: a folded row of weights
	spaceSealed         // over F, and above: one for each sealed column
)

// Visibility says what a verifier sees of an input or an output.
type Visibility uint8

// The visibilities of a port.
const (
	Public  Visibility = iota // the numbers are part of the statement
	Private                   // nothing is said about them
	Hashed                    // a commitment published beforehand (Seal)
)

// Header are the public parameters of one proof.
type Header struct {
	Batch      int          // inputs proven together
	Ports      []Visibility // inputs, then outputs
	LogMessage int          // κ of the witness trees
	LogLength  int          // n
	Uses       int          // openings the pads cover: 1, more for sealed columns
}

// ErrHeader says that a header does not fit its program or exceeds a limit.
var ErrHeader = errors.New("header refused")

// frame is everything that follows from key and header: where every committed
// value is and how long every part of a proof is. Prover and verifier make
// equal frames.
type frame struct {
	Header
	prog   *Program
	params Params
	codes  codes
	grid   *grid
	test   zk.Test

	tables  []look.Table // the program's, then ranges of hidden inputs
	lookups []Lookup
	columns []look.Column // without values
	counts  []look.Column // multiplicities by table
	cells   int           // over F in T₁

	layout  *sum.Layout
	fold    zk.Fold
	hidden  []bool // by matrix: some input of its relations is hidden
	nu      int    // log of the lookup tree, −1 without lookups
	leaves  int
	vectors int // bits of the largest vector index, batch included
	width   int // bits of the largest index inside a vector

	first, second zk.Shape
	sealed        []zk.Shape
}

// port returns the column of a port: inputs first, then outputs.
func (p *Program) port(i int) int {
	if i < len(p.Inputs) {
		return p.Inputs[i]
	}
	return p.Outputs[i-len(p.Inputs)]
}

// newFrame checks a header against a program and lays the proof out. It
// allocates in proportion to the program, which was checked before.
func newFrame(prog *Program, params Params, h Header) (*frame, error) {
	c, err := params.codes()
	if err != nil {
		return nil, err
	}
	if h.Batch < 1 || h.Batch > MaxBatch || h.Uses < 1 || h.Uses > MaxBudget ||
		len(h.Ports) != len(prog.Inputs)+len(prog.Outputs) {
		return nil, fmt.Errorf("%w: batch %d, %d ports, %d uses",
			ErrHeader, h.Batch, len(h.Ports), h.Uses)
	}
	test, err := witnessTest(h.LogMessage, h.LogLength, h.Uses, params.Grind)
	if err != nil {
		return nil, err
	}
	return lay(prog, params, h, c, test)
}

// lay lays a proof out for given codes.
func lay(prog *Program, params Params, h Header, c codes, test zk.Test) (*frame, error) {
	f := &frame{Header: h, prog: prog, params: params, codes: c, test: test}
	var err error
	if f.grid, err = layOut(prog, params); err != nil {
		return nil, err
	}
	if err := f.place(); err != nil {
		return nil, err
	}
	if err := f.collect(); err != nil {
		return nil, err
	}
	f.announce()
	f.shapes()
	return f, nil
}

// place gives every column its cells.
func (f *frame) place() error {
	if n := f.prog.elements() * f.Batch; n > MaxElements {
		return fmt.Errorf("%w: relations of %d elements, at most %d", ErrHeader, n, MaxElements)
	}
	f.columns = make([]look.Column, len(f.prog.Columns))
	for i, c := range f.prog.Columns {
		if c.Len*f.Batch > MaxCells {
			return fmt.Errorf("%w: column %d of %d times %d", ErrHeader, i, c.Len, f.Batch)
		}
		f.columns[i].Len = c.Len * f.Batch
	}
	special := make([]bool, len(f.columns))
	sealed := 0
	for i, v := range f.Ports {
		c := &f.columns[f.prog.port(i)]
		switch v {
		case Public:
			c.Public = true
		case Private:
			continue
		case Hashed:
			c.Ref = sum.Ref{Space: spaceSealed + len(f.sealed)}
			f.sealed = append(f.sealed, zk.Shape{
				Kind: code.KindSealed, BaseSpace: c.Ref.Space,
				Base: zk.RowsFor(c.Len, f.test.Code),
			})
			if sealed += c.Len; sealed > MaxCells {
				return fmt.Errorf("%w: more than %d sealed cells", ErrHeader, MaxCells)
			}
		default:
			return fmt.Errorf("%w: visibility %d of port %d", ErrHeader, v, i)
		}
		special[f.prog.port(i)] = true
	}
	for i := range f.columns {
		if !special[i] {
			f.columns[i].Ref = sum.Ref{Space: spaceColumns, At: f.cells}
			if f.cells += f.columns[i].Len; f.cells > MaxCells {
				return fmt.Errorf("%w: more than %d cells", ErrHeader, MaxCells)
			}
		}
	}
	return nil
}

// collect lists lookups and tables, adding the ranges of hidden inputs, and
// places the multiplicities.
func (f *frame) collect() error {
	f.tables = append(f.tables, f.prog.Tables...)
	f.lookups = append(f.lookups, f.prog.Lookups...)
	for i, c := range f.prog.Inputs {
		if f.Ports[i] == Public {
			continue
		}
		want := look.Table{Shape: look.Range,
			Lo: int32(f.prog.Columns[c].Lo), Hi: int32(f.prog.Columns[c].Hi)}
		at := len(f.prog.Tables)
		for at < len(f.tables) && f.tables[at] != want {
			at++
		}
		if at == len(f.tables) {
			f.tables = append(f.tables, want)
		}
		f.lookups = append(f.lookups, Lookup{Table: at, Columns: []int{c}})
	}
	for _, l := range f.lookups {
		f.leaves += f.columns[l.Columns[0]].Len
	}
	for _, t := range f.tables {
		f.counts = append(f.counts, look.Column{Len: t.Rows(),
			Ref: sum.Ref{Space: spaceColumns, At: f.cells}})
		f.cells += t.Rows()
		f.leaves += t.Rows()
	}
	if f.leaves > MaxLeaves || f.cells > MaxCells {
		return fmt.Errorf("%w: %d leaves and %d cells, at most %d and %d",
			ErrHeader, f.leaves, f.cells, MaxLeaves, MaxCells)
	}
	f.nu = look.Log(f.leaves)
	if len(f.lookups) == 0 {
		f.nu = -1
	}
	return nil
}

// announce plans the hidden values in the order of the script: the folded
// biases, the lookup tree, the rounds of the linear sumcheck, then for each
// matrix its value and that of its input.
func (f *frame) announce() {
	plan := new(sum.Plan)
	plan.Values(len(f.prog.Weights))
	if f.nu >= 0 {
		look.Announce(plan, f.nu)
	}
	plan.Values(2 * f.grid.logK)
	f.hidden = make([]bool, len(f.prog.Weights))
	f.width = f.grid.logM
	for _, r := range f.prog.Relations {
		n := f.columns[r.Terms[0].Column].Len / f.Batch / r.Vectors
		f.width = max(f.width, log2(n))
		f.vectors = max(f.vectors, log2(r.Vectors*f.Batch))
		if r.Weights >= 0 && !f.columns[r.Input].Public {
			f.hidden[r.Weights] = true
		}
	}
	for _, hidden := range f.hidden {
		omega := plan.Value()
		if hidden {
			plan.Product(omega, plan.Value())
		}
	}
	f.layout = plan.Lay(spacePads)
}

// shapes fixes the trees.
func (f *frame) shapes() {
	c := f.test.Code
	f.fold = zk.NewFold(f.codes.work, sum.Ref{Space: spaceFold})
	f.first = zk.Shape{
		Kind: code.KindFirst, BaseSpace: spaceColumns, ExtSpace: spacePads,
		Base: zk.RowsFor(f.cells, c), Ext: zk.RowsFor(f.layout.Cells, c) + zk.Masks, Masked: true,
	}
	f.second = zk.Shape{
		Kind: code.KindSecond, ExtSpace: spaceFold,
		Ext: zk.RowsFor(f.codes.work.Dimension(), c),
	}
}

// trees are the shapes of all trees of the linear test, in its order.
func (f *frame) trees() []zk.Shape {
	return append([]zk.Shape{f.first, f.second}, f.sealed...)
}

// firstGrind is the work before the challenges of the lookups: only where their
// soundness, 3·leaves/|E|, would come close to the target.
func (p Params) firstGrind(leaves int) int {
	if leaves <= manyLeaves {
		return 0
	}
	return largeGrind
}

const (
	manyLeaves = 1 << 17 // 3·2¹⁷/2^123.95 < 2^−105
	largeGrind = 16
)

// cost estimates the bytes of a proof that depend on the witness code, and what
// making them costs.
func (f *frame) cost() int { return testCost(f.test, f.trees()) }

// chooseHeader completes a header with the witness code of the smallest proof.
func chooseHeader(prog *Program, params Params, h Header) (*frame, error) {
	return smallest(func(logMessage, logLength int) (*frame, error) {
		h.LogMessage, h.LogLength = logMessage, logLength
		return newFrame(prog, params, h)
	})
}
