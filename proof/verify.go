package proof

import (
	"errors"
	"fmt"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
	"agon/proof/zk"
)

// ErrTrailing says that bytes follow a proof that is otherwise complete.
var ErrTrailing = errors.New("bytes after the proof")

// takeRoot is putRoot for the verifier.
func takeRoot(t *fs.Transcript, b []byte, tag string, grind int) (code.Digest, []byte, error) {
	r := &reader{buf: b}
	root, nonce := r.digest(), uint64(r.long())
	if r.err != nil {
		return root, nil, fmt.Errorf("%s: %w", tag, r.err)
	}
	t.Absorb(tag, root[:])
	t.Chain()
	if err := t.CheckGrind(grind, nonce); err != nil {
		return root, nil, fmt.Errorf("%s: %w", tag, err)
	}
	return root, r.buf, nil
}

// verify runs the protocol on a transcript that has absorbed everything public.
// Errors name the check that failed.
func (f *frame) verify(t *fs.Transcript, workRoot code.Digest, s *Statement, b []byte) error {
	columns := slices.Clone(f.columns)
	roots := make([]code.Digest, 2, 2+len(f.sealed))
	for i, port := range s.Ports {
		columns[f.prog.port(i)].Values = port.Values
		if port.Sealed != nil {
			roots = append(roots, port.Sealed.Root)
		}
	}
	var err error
	if roots[0], b, err = takeRoot(t, b, "T1", f.params.firstGrind(f.leaves)); err != nil {
		return err
	}
	talk := sum.NewVerifier(t, f.layout, b)
	c := script{frame: f, Talk: talk, columns: columns}
	c.run()
	if talk.Err != nil {
		return fmt.Errorf("messages: %w", talk.Err)
	}
	o := c.open()
	if roots[1], b, err = takeRoot(t, talk.Rest(), "T2", f.params.Grind); err != nil {
		return err
	}
	bundle, b, err := openWeights(t, b, "W", code.KindEpoch, workRoot, f.fold, f.codes.workQ, o.rho)
	if err != nil {
		return err
	}
	functional := zk.NewFunctional(f.test.Code, f.trees())
	forms := append(talk.Constraints(), c.constraints(o)...)
	functional.Gather(t, forms, []zk.Bundle{bundle})
	if b, err = f.test.Check(t, b, f.trees(), roots, functional); err != nil {
		return err
	}
	if len(b) > 0 {
		return fmt.Errorf("%w: %d", ErrTrailing, len(b))
	}
	return nil
}

// openWeights draws indices, reads the opening of a tree of weights and returns
// the constraints that tie the fold to it.
func openWeights(t *fs.Transcript, b []byte, tag string, kind code.Kind, root code.Digest,
	fold zk.Fold, queries int, rho ff.ExtVec) (zk.Bundle, []byte, error) {
	indices := t.Indices(tag, queries, fold.Code.LogLength)
	slices.Sort(indices)
	opened, rest, err := code.ReadOpening(b, root, kind, fold.Code.LogLength, rho.Len(), indices)
	if err != nil {
		return zk.Bundle{}, nil, fmt.Errorf("%s: %w", tag, err)
	}
	t.Absorb(tag+" columns", b[:len(b)-len(rest)])
	return fold.Opening(indices, zk.FoldColumns(opened, rho)), rest, nil
}
