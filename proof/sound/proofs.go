package sound

import "fmt"

// Tree is an interleaved Reed–Solomon code with its queries.
type Tree struct {
	Message int // κ
	K       int // coefficients of a row: κ + slots + pads
	N       int // columns
	Rows    int // base field rows
	Queries int // distinct columns opened
}

// Check refuses trees for which the bounds have no meaning. linear asks for the
// distance the linear test needs.
func (t Tree) Check(linear bool) error {
	degree := t.K
	if linear {
		degree = t.Message + t.K - 2
	}
	if t.Message < 1 || t.K < t.Message || t.Rows < 1 || t.Queries < 1 || t.Queries > t.N ||
		degree >= t.N {
		return fmt.Errorf("sound: no code with κ = %d, k = %d, n = %d, %d rows, %d queries",
			t.Message, t.K, t.N, t.Rows, t.Queries)
	}
	return nil
}

// Lookups is the shape of one LogUp.
type Lookups struct {
	Tuples uint64 // looked up
	Rows   uint64 // of all tables
	Width  int    // values in a tuple beside the table's number
}

// Common are the numbers every proof has.
type Common struct {
	Degree      int // of E over F
	DigestBits  int
	Products    int // Y; 0 if no product of hidden values is used
	Constraints int // of the linear test
	Witness     Tree
	GrindTest   int // before the queries of the linear test
}

// Answer are the parameters of the proof of one answer.
type Answer struct {
	Common
	Lookups
	OutVars      int // coordinates of r, ⌈log M_max⌉
	LayerVars    int // coordinates of λ, ⌈log relations⌉
	FoldVars     int // coordinates that fold rows: of r_hi, s_hi and τ
	Batch        int // coordinates of r′; 0 for one vector
	Weights      Tree
	GrindFirst   int // before α, β, r, λ
	GrindWeights int // before the queries of the weights
}

// Report lists the terms of an answer.
func (a Answer) Report() (Report, error) {
	if err := a.Weights.Check(false); err != nil {
		return Report{}, fmt.Errorf("weights: %w", err)
	}
	if err := a.Witness.Check(true); err != nil {
		return Report{}, fmt.Errorf("witness: %w", err)
	}
	b := bounds{FieldBits(a.Degree)}
	terms := b.lookupTerms(a.Lookups, a.GrindFirst)
	point := b.point("r, λ of the linear claims", a.OutVars+a.LayerVars+a.Batch)
	point.Grind = a.GrindFirst
	terms = append(terms, point, b.round("round of the linear claim", 2))
	if a.Products > 0 {
		terms = append(terms, b.products(a.Products))
	}
	terms = append(terms, b.fold("fold of the weights' rows", a.FoldVars, a.Weights.N),
		foldTerm("queries of the weights", a.Weights, a.GrindWeights))
	return Report{Proof: "answer", Terms: append(terms, a.test(b)...)}, nil
}

// Range are the parameters of the proof that committed weights are in range.
// Its lookups are single values, over the registered root.
type Range struct {
	Common
	Lookups
	FoldVars     int // coordinates of the row part of the leaf point
	Weights      Tree
	GrindFirst   int
	GrindWeights int
}

// Report lists the terms of a range proof.
func (r Range) Report() (Report, error) {
	if err := r.Weights.Check(false); err != nil {
		return Report{}, fmt.Errorf("weights: %w", err)
	}
	if err := r.Witness.Check(true); err != nil {
		return Report{}, fmt.Errorf("witness: %w", err)
	}
	b := bounds{FieldBits(r.Degree)}
	terms := b.lookupTerms(r.Lookups, r.GrindFirst)
	if r.Products > 0 {
		terms = append(terms, b.products(r.Products))
	}
	terms = append(terms, b.fold("fold of the weights' rows", r.FoldVars, r.Weights.N),
		foldTerm("queries of the weights", r.Weights, r.GrindWeights))
	return Report{Proof: "range of the weights", Terms: append(terms, r.test(b)...)}, nil
}

// Epoch are the parameters of an equality proof: the same messages in the
// registered codeword and in that of an epoch.
type Epoch struct {
	Common
	Registered Tree
	Fresh      Tree
	GrindFold  int // before the row fold's challenge
	GrindOpen  int // before the queries of both codewords
}

// Report lists the terms of an equality proof.
func (e Epoch) Report() (Report, error) {
	for name, tree := range map[string]Tree{"registered": e.Registered, "fresh": e.Fresh} {
		if err := tree.Check(false); err != nil {
			return Report{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := e.Witness.Check(true); err != nil {
		return Report{}, fmt.Errorf("witness: %w", err)
	}
	b := bounds{FieldBits(e.Degree)}
	// The same challenge folds both; where messages differ, folds differ but for
	// vars/|E|, which the larger bound of the fold contains.
	vars := ceilLog(max(e.Registered.Rows, e.Fresh.Rows))
	fold := b.fold("fold of both codewords", vars, max(e.Registered.N, e.Fresh.N))
	fold.Grind = e.GrindFold
	terms := []Term{
		fold,
		foldTerm("queries of the registered", e.Registered, e.GrindOpen),
		foldTerm("queries of the fresh", e.Fresh, e.GrindOpen),
	}
	return Report{Proof: "epoch", Terms: append(terms, e.test(b)...)}, nil
}

// lookupTerms are the rounds of one LogUp. γ and δ have degree 1, the rounds of
// a level 3 with their eq factor.
func (b bounds) lookupTerms(l Lookups, grind int) []Term {
	if l.Tuples == 0 {
		return nil
	}
	t := b.lookup(l.Width, l.Tuples, l.Rows)
	t.Grind = grind
	return []Term{t, b.round("round of the lookup", 3), b.round("γ, δ of the lookup", 1)}
}

func foldTerm(name string, t Tree, grind int) Term {
	return Term{Round: name, Bits: FoldQueries(t.N, t.K, t.Queries), Grind: grind,
		Formula: fmt.Sprintf("((%d + %d)/%d)^%d", t.N, t.K, 2*t.N, t.Queries)}
}

// test are the rounds of the linear test over the witness trees, and digests.
func (c Common) test(b bounds) []Term {
	w := c.Witness
	batch, rows := 1+ceilLog(c.Constraints), 1+ceilLog(w.Rows)
	queries := Term{Round: "queries of the witness", Grind: c.GrindTest,
		Bits: TestQueries(w.N, w.Message, w.K, w.Queries),
		Formula: fmt.Sprintf("((%d + %d + %d − 2)/%d)^%d",
			w.N, w.Message, w.K, 2*w.N, w.Queries)}
	return []Term{
		b.point("χ′, χ of the constraints", batch),
		b.fold("λ′, τ′ of the test of rows", rows, w.N),
		queries,
		collision(c.DigestBits),
	}
}
