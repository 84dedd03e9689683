package slow

// Visibilities of a port.
const (
	public  = 0
	private = 1
	hashed  = 2
)

// port is what a statement says of an input or output.
type port struct {
	visibility byte
	values     []int32
	sealed     *sealed
}

// sealed is a commitment to a column, made before the proof.
type sealed struct {
	root       digest
	logK, logN int
	uses       int
}

// statement says what a proof proves.
type statement struct {
	raw   []byte
	model [32]byte
	epoch uint64
	batch int
	ports []port
}

// parseStatement decodes a statement and holds it against a key.
func parseStatement(k *key, b []byte) (*statement, error) {
	r := &reader{b: b}
	v := r.byte()
	s := &statement{raw: b, model: [32]byte(r.take(32)), epoch: r.nonce(), batch: r.uint()}
	s.ports = many(r, 2*maxPorts, 5, func() port {
		p := port{visibility: r.byte(), values: many(r, maxCells, 4, r.int32)}
		if p.visibility == hashed {
			p.sealed = &sealed{root: r.digest()}
			if v := r.ints(3); len(v) == 3 {
				p.sealed.logK, p.sealed.logN, p.sealed.uses = v[0], v[1], v[2]
			} else if r.err == nil {
				r.err = errCount
			}
		}
		return p
	})
	context := r.uint()
	r.take(context)
	if r.err != nil || v != version || len(r.b) > 0 || context > maxContext {
		return nil, refuse(GuardEncoding, "statement: version %d, %d bytes left: %w",
			v, len(r.b), r.err)
	}
	if s.model != k.id {
		return nil, refuse(GuardStatement, "model %x, want %x", s.model[:4], k.id[:4])
	}
	if s.batch < 1 || s.batch > maxBatch || len(s.ports) != len(k.inputs)+len(k.outputs) {
		return nil, refuse(GuardStatement, "batch %d, %d ports", s.batch, len(s.ports))
	}
	for i, p := range s.ports {
		if err := p.check(k, i, s.batch); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// check: public inputs lie in their declared range, public outputs in one period
// of F, and nothing else is said of any.
func (q port) check(k *key, i, batch int) error {
	c := k.columns[k.port(i)]
	if q.visibility > hashed || q.visibility == public && len(q.values) != c.len*batch ||
		q.visibility != public && len(q.values) != 0 {
		return refuse(GuardStatement, "port %d: %d values", i, len(q.values))
	}
	lo, hi := int64(-(prime-1)/2), int64((prime-1)/2)
	if i < len(k.inputs) {
		lo, hi = c.lo, c.hi
	}
	for _, v := range q.values {
		if int64(v) < lo || int64(v) > hi {
			return refuse(GuardStatement, "port %d: %d outside [%d, %d]", i, v, lo, hi)
		}
	}
	return nil
}

// sealedCode returns the code of the sealed columns, nil if there are none, and
// refuses different ones.
func (s *statement) sealedCode() (*sealed, error) {
	var code *sealed
	for i, p := range s.ports {
		if p.sealed == nil {
			continue
		}
		if p.sealed.uses < 1 || p.sealed.uses > maxBudget {
			return nil, refuse(GuardEncoding, "port %d: %d uses", i, p.sealed.uses)
		}
		if code == nil {
			code = p.sealed
		}
		if code.logK != p.sealed.logK || code.logN != p.sealed.logN || code.uses != p.sealed.uses {
			return nil, refuse(GuardEncoding, "port %d: sealed with another code", i)
		}
	}
	return code, nil
}
