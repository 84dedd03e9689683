package slow

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
)

// version is the first byte of every encoding.
const version = 1

// Limits of what is decoded.
const (
	maxColumns   = 1 << 12
	maxRelations = 1 << 10
	maxTerms     = 16
	maxPorts     = 16
	maxCells     = 1 << 22
	maxBatch     = 1 << 12
	maxBudget    = 1 << 10
	maxRows      = 1 << 16 // of a table, and values of an input
	maxTreeRows  = 1 << 14
	maxValue     = 1 << 21 // in a table
	maxElements  = 1 << 24 // of all relations of an answer, outputs and inputs
	maxLeaves    = 1 << 24 // of an answer's lookup; multiplicities must stay below p
	maxHead      = 29      // log of half the leaves of a range proof
	maxDepth     = 102
	maxProof     = 1 << 24
	maxContext   = 1 << 16
	weightMax    = 127
)

// program is a network as the protocol sees it: columns of integers, lookups of
// their tuples, and for each element of a relation
//
//	Σ coef·column[i,j] + konst = Σ_k W[j,k]·x[i,k] + b[j]   (0 without weights)
type program struct {
	graph     [32]byte
	depth     int
	columns   []column
	weights   []matrix
	tables    []table
	lookups   []lookup
	relations []relation
	inputs    []int
	outputs   []int
}

type column struct {
	len    int
	lo, hi int64
}

type matrix struct{ rows, cols, biasBits int }

type lookup struct {
	table   int
	columns []int
}

type part struct {
	column int
	coef   int64
}

type relation struct {
	parts   []part
	konst   int64
	weights int // −1 for none
	input   int
	vectors int
}

// params are what a commitment fixes.
type params struct{ grind, logJ, logS, logRoot, logWork, epochs, budget int }

// key is the public face of a committed model.
type key struct {
	program
	params
	id        [32]byte
	head      []byte // the encoding before the root
	root      digest
	rangeSays []byte
}

// parseKey decodes and checks a key. Its id hashes everything up to the root and
// a hash of the range proof.
func parseKey(b []byte) (*key, error) {
	r := &reader{b: b}
	k := new(key)
	if v := r.byte(); v != version {
		return nil, refuse(GuardEncoding, "version %d", v)
	}
	k.program = r.program()
	v := r.ints(7)
	if r.err == nil && len(v) != 7 {
		r.err = errCount
	}
	if r.err != nil {
		return nil, refuse(GuardEncoding, "key: %w", r.err)
	}
	k.params = params{v[0], v[1], v[2], v[3], v[4], v[5], v[6]}
	k.head = b[:len(b)-len(r.b)]
	k.root = r.digest()
	head := b[:len(b)-len(r.b)]
	k.rangeSays = r.take(r.uint())
	if r.err != nil || len(r.b) > 0 || len(k.rangeSays) > maxProof {
		return nil, refuse(GuardEncoding, "key: %w, %d bytes left", r.err, len(r.b))
	}
	digest := sha256.Sum256(k.rangeSays)
	k.id = sha256.Sum256(append(append([]byte("agon-model-1"), head...), digest[:]...))
	if err := k.program.check(); err != nil {
		return nil, refuse(GuardEncoding, "program: %w", err)
	}
	if _, err := k.params.codes(); err != nil {
		return nil, refuse(GuardEncoding, "parameters: %w", err)
	}
	return k, nil
}

func (r *reader) program() (p program) {
	p.graph = [32]byte(r.take(32))
	p.depth = r.uint()
	p.columns = many(r, maxColumns, 20, func() column {
		return column{r.uint(), r.long(), r.long()}
	})
	p.weights = many(r, maxRelations, 12, func() matrix {
		return matrix{r.uint(), r.uint(), r.uint()}
	})
	p.tables = many(r, maxColumns, 13, func() table {
		return table{r.byte(), r.int32(), r.int32(), r.int32()}
	})
	p.lookups = many(r, maxColumns, 8, func() lookup { return lookup{r.uint(), r.ints(3)} })
	p.relations = many(r, maxRelations, 24, func() relation {
		parts := many(r, maxTerms, 12, func() part { return part{r.uint(), r.long()} })
		return relation{parts, r.long(), int(r.int32()), int(r.int32()), int(r.int32())}
	})
	p.inputs, p.outputs = r.ints(maxPorts), r.ints(maxPorts)
	return p
}

// port is the column of a port: inputs first, then outputs.
func (p *program) port(i int) int {
	return append(append([]int{}, p.inputs...), p.outputs...)[i]
}

// check refuses programs without sense and relations that might wrap.
func (p *program) check() error {
	if len(p.weights) == 0 || p.depth > maxDepth {
		return fmt.Errorf("%d matrices, depth %d", len(p.weights), p.depth)
	}
	cells := 0
	for _, c := range p.columns {
		cells += c.len
		if c.len < 1 || cells > maxCells {
			return fmt.Errorf("column of %d elements, %d in all", c.len, cells)
		}
	}
	total := 0
	for _, w := range p.weights {
		if w.rows < 1 || w.cols < 1 || w.rows > maxCells || w.cols > maxCells ||
			w.biasBits < 1 || w.biasBits > 30 {
			return fmt.Errorf("matrix of %d×%d, biases of %d bits", w.rows, w.cols, w.biasBits)
		}
		if total += w.rows * w.cols; total > 1<<28 {
			return errors.New("too many weights")
		}
	}
	for _, t := range p.tables {
		if err := t.check(); err != nil {
			return err
		}
	}
	for i, l := range p.lookups {
		if l.table >= len(p.tables) || len(l.columns) != p.tables[l.table].arity() {
			return fmt.Errorf("lookup %d: no such table or tuple", i)
		}
		for _, c := range l.columns {
			if c >= len(p.columns) || p.columns[c].len != p.columns[l.columns[0]].len {
				return fmt.Errorf("lookup %d: column %d", i, c)
			}
		}
	}
	if err := p.checkPorts(); err != nil {
		return err
	}
	if err := p.checkRelations(); err != nil {
		return err
	}
	return p.certify()
}

func (p *program) checkPorts() error {
	if len(p.inputs) == 0 || len(p.outputs) == 0 {
		return errors.New("no ports")
	}
	seen := make(map[int]bool)
	for i := range len(p.inputs) + len(p.outputs) {
		c := p.port(i)
		if c >= len(p.columns) || seen[c] {
			return fmt.Errorf("port %d is column %d, out of range or a port already", i, c)
		}
		seen[c] = true
	}
	for _, c := range p.inputs {
		lo, hi := p.columns[c].lo, p.columns[c].hi
		if lo > hi || lo < -maxRows || hi > maxRows || hi-lo >= maxRows {
			return fmt.Errorf("input column %d within [%d, %d]", c, lo, hi)
		}
	}
	return nil
}

func (p *program) checkRelations() error {
	used := make(map[int]bool)
	for i, r := range p.relations {
		fault := fmt.Errorf("relation %d: malformed", i)
		if len(r.parts) == 0 || r.vectors < 1 || r.vectors > maxCells ||
			r.parts[0].column >= len(p.columns) {
			return fault
		}
		length := p.columns[r.parts[0].column].len
		if r.weights >= 0 {
			if r.weights >= len(p.weights) || r.input < 0 || r.input >= len(p.columns) {
				return fault
			}
			w := p.weights[r.weights]
			used[r.weights] = true
			length = r.vectors * w.rows
			if p.columns[r.input].len != r.vectors*w.cols {
				return fault
			}
		} else if r.vectors != 1 {
			return fault
		}
		for _, t := range r.parts {
			if t.column >= len(p.columns) || p.columns[t.column].len != length {
				return fault
			}
		}
	}
	if len(used) != len(p.weights) {
		return errors.New("weights in no relation")
	}
	if n := p.elements(); n > maxElements {
		return fmt.Errorf("%d elements of relations", n)
	}
	return nil
}

// elements counts the outputs and inputs of all relations.
func (p *program) elements() (n int) {
	for _, r := range p.relations {
		n += p.columns[r.parts[0].column].len
		if r.weights >= 0 {
			n += p.columns[r.input].len
		}
	}
	return n
}

// certify checks with numbers of any size that a relation that holds modulo p
// holds in the integers: over all values that lookups and input ranges allow,
// its sides differ by less than p. A column that nothing bounds may stand, times
// ±1, in one relation; then twice the rest must stay below p, so that the
// relation defines it.
func (p *program) certify() error {
	bound := p.bounds()
	free := make(map[int]int)
	limit := big.NewInt(prime)
	for i, r := range p.relations {
		side := new(big.Int).Abs(big.NewInt(r.konst))
		fault := fmt.Errorf("relation %d: no certificate", i)
		if side.Cmp(limit) >= 0 {
			return fault
		}
		var unbounded int
		for _, t := range r.parts {
			coef := new(big.Int).Abs(big.NewInt(t.coef))
			if b, ok := bound[t.column]; ok {
				if coef.Cmp(limit) >= 0 {
					return fault
				}
				side.Add(side, coef.Mul(coef, b))
				continue
			}
			unbounded++
			free[t.column]++
			if coef.Cmp(big.NewInt(1)) != 0 {
				return fault
			}
		}
		if r.weights >= 0 {
			w := p.weights[r.weights]
			x, ok := bound[r.input]
			if !ok {
				return fault
			}
			acc := new(big.Int).Mul(big.NewInt(int64(w.cols)*weightMax), x)
			acc.Add(acc, new(big.Int).Lsh(big.NewInt(1), uint(w.biasBits-1)))
			if new(big.Int).Lsh(acc, 1).Cmp(limit) >= 0 {
				return fault
			}
			side.Add(side, acc)
		}
		if unbounded == 1 {
			side.Lsh(side, 1)
		}
		if unbounded > 1 || side.Cmp(limit) >= 0 {
			return fault
		}
	}
	for c := range p.columns {
		if _, ok := bound[c]; !ok && free[c] != 1 {
			return fmt.Errorf("column %d is unbounded and in %d relations", c, free[c])
		}
	}
	return nil
}

// bounds is the largest absolute value each bounded column can take.
func (p *program) bounds() map[int]*big.Int {
	bound := make(map[int]*big.Int)
	tighten := func(c int, lo, hi int64) {
		b := new(big.Int).Abs(big.NewInt(lo))
		if h := new(big.Int).Abs(big.NewInt(hi)); h.Cmp(b) > 0 {
			b = h
		}
		if have, ok := bound[c]; !ok || b.Cmp(have) < 0 {
			bound[c] = b
		}
	}
	for _, c := range p.inputs {
		tighten(c, p.columns[c].lo, p.columns[c].hi)
	}
	for _, l := range p.lookups {
		t := p.tables[l.table]
		for k, c := range l.columns {
			lo, hi := int64(1)<<40, -int64(1)<<40
			for i := range t.rows() {
				v := int64(t.row(i)[k])
				lo, hi = min(lo, v), max(hi, v)
			}
			tighten(c, lo, hi)
		}
	}
	return bound
}
