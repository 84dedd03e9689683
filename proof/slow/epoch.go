package slow

// epoch is the public face of an epoch.
type epoch struct {
	number uint64
	root   digest
	proof  []byte
}

func parseEpoch(b []byte) (*epoch, error) {
	r := &reader{b: b}
	v := r.byte()
	e := &epoch{number: r.nonce(), root: r.digest()}
	e.proof = r.take(r.uint())
	if r.err != nil || v != version || len(r.b) > 0 || len(e.proof) > maxProof || e.number < 1 {
		return nil, refuse(GuardEncoding, "epoch %d: version %d, %d bytes left: %w",
			e.number, v, len(r.b), r.err)
	}
	return e, nil
}

// openCode reads the first bytes of a proof: version and the logs of its code.
func openCode(b []byte, uses, grind int) (rs, []byte, error) {
	if len(b) < 3 || b[0] != version {
		return rs{}, nil, refuse(GuardEncoding, "proof without its first bytes")
	}
	c, err := witnessCode(int(b[1]), int(b[2]), uses, grind)
	if err != nil {
		return rs{}, nil, refuse(GuardEncoding, "%w", err)
	}
	return c, b[3:], nil
}

// verify checks that an epoch's codeword holds the registered weights: a sheet
// has M, B, t_R and t_W, and the two folds that share M and B are those of the
// two trees, with row i weighted eq(τ, i).
func (e *epoch) verify(k *key) error {
	codes, err := k.params.codes()
	if err != nil {
		return refuse(GuardEncoding, "%w", err)
	}
	code, b, err := openCode(e.proof, 1, k.grind)
	if err != nil {
		return err
	}
	g, err := newGrid(k.weights, k.logJ, k.logS)
	if err != nil {
		return err
	}
	t := &talk{transcript: newTranscript("agon-epoch-1"), buf: &reader{b: b}}
	t.absorb("model", k.id[:])
	t.absorb("root", k.root[:])
	t.absorb("epoch", long(e.number))
	t.absorb("code", words(code.logK, code.logN))
	var claimed sheet
	if err := t.takeRoot("W'", k.grind, &claimed); err != nil {
		return err
	}
	if claimed.root != e.root {
		return refuse(GuardPath, "the proof is of another root")
	}
	rows := len(g.rows)
	rho := eqTable(t.exts("tau", log2(rows)), rows)

	const space = 0
	registered := fold{code: codes.root, space: space, slots: codes.root.kappa()}
	registered.tail = registered.slots + codes.root.slots
	fresh := registered
	fresh.code = codes.work
	fresh.tail = registered.tail + codes.root.pads
	cells := fresh.tail + codes.work.pads
	s := sheet{kind: kindFirst, baseSpace: 1, extSpace: space, masked: true,
		ext: code.rowsFor(cells) + masks}
	if err := t.takeRoot("T1", k.grind, &s); err != nil {
		return err
	}
	old, err := t.openWeights("R", kindWeights, k.root, registered, rho)
	if err != nil {
		return err
	}
	young, err := t.openWeights("W", kindEpoch, e.root, fresh, rho)
	if err != nil {
		return err
	}
	if err := (test{code, k.grind, []sheet{s}}).check(t, append(old, young...)); err != nil {
		return err
	}
	if len(t.buf.b) > 0 {
		return refuse(GuardTrailing, "%d bytes", len(t.buf.b))
	}
	return nil
}
