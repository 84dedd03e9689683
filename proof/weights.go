package proof

import (
	"errors"
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/zk"
)

// ErrWeights says that weights do not fit the program that declares them.
var ErrWeights = errors.New("weights refused")

// Weights are the values of one declared matrix: W[j·Cols + k], and biases.
type Weights struct {
	W []int8
	B []int32
}

// weights are those of a whole program, arranged for binding: of each matrix
// the rows with equal j_lo lie together.
type weights struct {
	mats   []Matrix
	parts  [][]*ff.Int8Matrix // by matrix and j_lo; row j_hi
	biases [][]int32
}

// newWeights checks values against their declaration and arranges them.
func newWeights(mats []Matrix, values []Weights, logJ int) (*weights, error) {
	if len(values) != len(mats) {
		return nil, fmt.Errorf("%w: %d matrices, want %d", ErrWeights, len(values), len(mats))
	}
	w := &weights{mats: mats}
	step := 1 << logJ
	for l, m := range mats {
		v := values[l]
		if len(v.W) != m.Rows*m.Cols || len(v.B) != m.Rows {
			return nil, fmt.Errorf("%w: matrix %d: %d values and %d biases, want %d and %d",
				ErrWeights, l, len(v.W), len(v.B), m.Rows*m.Cols, m.Rows)
		}
		for i, x := range v.W {
			if x < -weightMax {
				return nil, fmt.Errorf("%w: matrix %d: value %d at %d, want −127 … 127",
					ErrWeights, l, x, i)
			}
		}
		for j, b := range v.B {
			if limit := int64(1) << (m.BiasBits - 1); int64(b) < -limit || int64(b) >= limit {
				return nil, fmt.Errorf("%w: matrix %d: bias %d at %d needs more than %d bits",
					ErrWeights, l, b, j, m.BiasBits)
			}
		}
		w.biases = append(w.biases, v.B)
		w.parts = append(w.parts, arrange(m, v.W, step))
	}
	return w, nil
}

// arrange sorts the rows of a matrix by j mod step.
func arrange(m Matrix, values []int8, step int) []*ff.Int8Matrix {
	var out []*ff.Int8Matrix
	for low := range min(step, m.Rows) {
		rows := (m.Rows-low-1)/step + 1
		out = append(out, ff.NewInt8MatrixFunc(rows, m.Cols, func(j, k int) int8 {
			return values[(j*step+low)*m.Cols+k]
		}))
	}
	return out
}

// bind binds j_hi: element k of part j_lo is Σ eq(r_hi, j_hi)·W[j_hi·J + j_lo, k].
// The vectors of one matrix are as many as it has values of j_lo.
func (w *weights) bind(g *grid, high ff.ExtVec) [][]ff.ExtVec {
	out := make([][]ff.ExtVec, len(w.parts))
	type job struct{ l, j int }
	var jobs []job
	for l, parts := range w.parts {
		out[l] = make([]ff.ExtVec, len(parts))
		for j := range parts {
			jobs = append(jobs, job{l, j})
		}
	}
	code.Split(len(jobs), 1, func(from, to int) {
		for _, b := range jobs[from:to] {
			part := w.parts[b.l][b.j]
			dst := ff.NewExtVec(part.Cols())
			part.Bind(dst, high.Slice(0, part.Rows()))
			out[b.l][b.j] = dst
		}
	})
	return out
}

// place says what a row of the grid holds.
type place struct{ matrix, jHi, group int }

// places lists the rows in order.
func (g *grid) places() []place {
	out := make([]place, 0, g.rows)
	for l, m := range g.mats {
		for j := range g.blocks(m) {
			for group := range g.groups(m) {
				out = append(out, place{l, j, group})
			}
		}
	}
	return out
}

// commit builds a tree over the rows of the grid, its codewords in dir.
func (w *weights) commit(kind code.Kind, c code.Code, g *grid, rnd zk.Random, dir string) (
	*zk.Matrix, error) {
	places := g.places()
	size := 1 << g.logS
	message := func(r int, dst ff.Vec) {
		p := places[r]
		for j := range w.parts[p.matrix] {
			w.run(g, p, j, 0, dst[j*size:(j+1)*size])
		}
	}
	slots := func(r int, dst ff.Vec) {
		p := places[r]
		if p.group > 0 {
			return
		}
		biases := w.biases[p.matrix][p.jHi<<g.logJ:]
		biases = biases[:min(len(dst), len(biases))]
		dst[:len(biases)].SetInt32(biases)
	}
	src := zk.Source{Rows: g.rows, Message: message, Slots: slots}
	return zk.CommitMatrix(kind, c, src, rnd, dir)
}

// run copies the weights of output j_lo of a place, from column k of its group
// on; what lies outside the matrix is left as it is.
func (w *weights) run(g *grid, p place, low, k int, dst ff.Vec) {
	parts := w.parts[p.matrix]
	if low >= len(parts) || p.jHi >= parts[low].Rows() {
		return
	}
	from := p.group<<g.logS + k
	if n := min(len(dst), parts[low].Cols()-from); n > 0 {
		parts[low].Row(dst[:n], p.jHi, from)
	}
}

// foldRows returns Σ ρᵢ·rowᵢ, the fold's values on H, for any coefficients of
// the rows.
func (w *weights) foldRows(g *grid, rho ff.ExtVec) ff.ExtVec {
	size := 1 << g.logS
	out := ff.NewExtVec(1 << g.logMessage())
	for l, m := range g.mats {
		code.Split(len(w.parts[l]), 1, func(from, to int) {
			bound := ff.NewExtVec(m.Cols)
			for low := from; low < to; low++ {
				part := w.parts[l][low]
				high := ff.NewExtVec(part.Rows())
				for group := range g.groups(m) {
					for j := range part.Rows() {
						high.Set(j, rho.At(g.row(l, j, group)))
					}
					part.Bind(bound, high)
					first, last := group*size, min((group+1)*size, m.Cols)
					dst := out.Slice(low*size, low*size+last-first)
					dst.Add(dst, bound.Slice(first, last))
				}
			}
		})
	}
	return out
}
