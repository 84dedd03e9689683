package proof

import (
	"errors"
	"fmt"

	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// Bare is the conversation of a proof alone, without commitments and openings:
// sumchecks, lookups, padded messages. It proves nothing to anybody and hides
// nothing; it exists because the field compares provers by what their sumcheck
// of one product costs. All inputs and outputs are public.
type Bare struct {
	frame   *frame
	weights *weights
	pads    ff.ExtVec
}

// NewBare prepares a program with its weights for batches of the given size.
func NewBare(prog *Program, values []Weights, batch int) (*Bare, error) {
	if err := prog.Check(); err != nil {
		return nil, err
	}
	params, err := Choose(prog, Standard)
	if err != nil {
		return nil, err
	}
	ports := make([]Visibility, len(prog.Inputs)+len(prog.Outputs)) // all Public
	f, err := chooseHeader(prog, params, Header{Batch: batch, Ports: ports, Uses: 1})
	if err != nil {
		return nil, err
	}
	b := &Bare{frame: f, pads: ff.NewExtVec(f.layout.Cells)}
	if b.weights, err = newWeights(prog.Weights, values, params.LogJ); err != nil {
		return nil, err
	}
	zk.NewStream([]byte("bare")).FillExt(b.pads)
	f.layout.Complete(b.pads)
	return b, nil
}

// Prove plays the prover's side for a batch and returns what it says.
func (b *Bare) Prove(w *Witness) ([]byte, error) {
	s := &Statement{Batch: b.frame.Batch}
	for i := range b.frame.Ports {
		s.Ports = append(s.Ports, Port{Values: w.Columns[b.frame.prog.port(i)]})
	}
	if err := w.check(b.frame.prog, s); err != nil {
		return nil, err
	}
	p, err := newProver(b.frame, w)
	if err != nil {
		return nil, err
	}
	talk := sum.NewProver(fs.New("agon-bare-1"), b.frame.layout, b.pads)
	b.play(talk, p.columns, &secrets{weights: b.weights, counts: p.counts})
	return talk.Messages(), nil
}

// ErrBare says that the constraints a conversation leaves do not hold.
var ErrBare = errors.New("bare conversation refused")

// Check plays the verifier's side and evaluates the constraints it leaves over
// everything the prover holds, which a proof would commit to.
func (b *Bare) Check(w *Witness, messages []byte) error {
	p, err := newProver(b.frame, w)
	if err != nil {
		return err
	}
	columns := p.columns
	talk := sum.NewVerifier(fs.New("agon-bare-1"), b.frame.layout, messages)
	b.play(talk, columns, nil)
	if talk.Err != nil {
		return fmt.Errorf("%w: %w", ErrBare, talk.Err)
	}
	first := p.firstCells()
	for i, form := range talk.Constraints() {
		value := form.Value(func(r sum.Ref) ff.Ext {
			if r.Space == spaceColumns {
				return ff.ExtOne.MulElem(first[r.At])
			}
			return b.pads.At(r.At)
		})
		if !value.IsZero() {
			return fmt.Errorf("%w: constraint %d of %d", ErrBare, i, len(talk.Constraints()))
		}
	}
	return nil
}

func (b *Bare) play(talk *sum.Talk, columns []look.Column, s *secrets) {
	c := script{frame: b.frame, Talk: talk, columns: columns, secrets: s}
	c.run()
}
