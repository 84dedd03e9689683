package code

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"agon/proof/blake"
	"agon/proof/ff"
)

// Errors of an opening.
var (
	// ErrOpening says that an opening is cut short or holds a value ≥ p.
	ErrOpening = errors.New("malformed opening")
	// ErrPath says that columns, salts and siblings do not hash to the root.
	ErrPath = errors.New("multiproof does not reach the root")
)

// AppendOpening appends the opening of columns at distinct ascending indices:
// the columns, then their salts, then the siblings. column must append the
// canonical little-endian values of one column, salt its salt.
func (t *Tree) AppendOpening(dst []byte, indices []int, salt func(dst []byte, j int) []byte,
	column func(dst []byte, j int) []byte) []byte {
	for _, j := range indices {
		dst = column(dst, j)
	}
	for _, j := range indices {
		dst = salt(dst, j)
	}
	known := slices.Clone(indices)
	for l := range t.log {
		known = climb(known, func(missing int) {
			dst = append(dst, t.levels[l][missing][:]...)
		})
	}
	return dst
}

// StoredSalts gives the salts of leaves that are kept one after the other.
func StoredSalts(salts []byte) func(dst []byte, j int) []byte {
	return func(dst []byte, j int) []byte {
		return append(dst, salts[j*SaltBytes:][:SaltBytes]...)
	}
}

// climb calls missing for each sibling that is not among the ascending known
// indices of a level, in ascending order, and returns the indices above.
func climb(known []int, missing func(i int)) []int {
	up := known[:0]
	for i := 0; i < len(known); i++ {
		at := known[i]
		if at&1 == 0 && i+1 < len(known) && known[i+1] == at+1 {
			i++
		} else {
			missing(at ^ 1)
		}
		up = append(up, at>>1)
	}
	return up
}

// Opened is what a checked opening gives: the columns in ascending order of
// their indices.
type Opened struct {
	Indices []int
	Columns []ff.Vec
}

// ReadOpening reads an opening of columns of the given number of rows at
// distinct ascending indices, checks it against the root and returns the rest
// of b. It errs with ErrOpening or ErrPath.
func ReadOpening(b []byte, root Digest, kind Kind, log, rows int, indices []int) (
	*Opened, []byte, error) {
	q := len(indices)
	if need := q * (4*rows + SaltBytes); len(b) < need {
		return nil, nil, fmt.Errorf("%w: %d bytes, columns and salts need %d",
			ErrOpening, len(b), need)
	}
	values, salts, b := b[:4*rows*q], b[4*rows*q:][:SaltBytes*q], b[(4*rows+SaltBytes)*q:]
	o := &Opened{Indices: slices.Clone(indices), Columns: make([]ff.Vec, q)}
	digests := make([]Digest, q)
	all := make(ff.Vec, rows*q)
	for i, j := range indices {
		o.Columns[i] = all[i*rows : (i+1)*rows]
		if err := ff.DecodeVec(o.Columns[i], values[i*4*rows:]); err != nil {
			return nil, nil, fmt.Errorf("column %d: %w: %w", j, ErrOpening, err)
		}
	}
	openedDigests(digests, kind, log, indices, salts, values)
	b, err := checkPaths(b, root, kind, log, indices, digests)
	if err != nil {
		return nil, nil, err
	}
	return o, b, nil
}

// checkPaths climbs from the digests of the leaves to the root, taking missing
// siblings from b.
func checkPaths(b []byte, root Digest, kind Kind, log int, indices []int, digests []Digest) (
	[]byte, error) {
	known := slices.Clone(indices)
	for l := range log {
		at := 0 // digests[at:] are the level's, digests[:up] the next one's
		up := 0
		for at < len(known) {
			i := known[at]
			left, right := digests[at], Digest{}
			step := 2
			if i&1 == 1 || at+1 >= len(known) || known[at+1] != i+1 {
				if len(b) < DigestBytes {
					return nil, fmt.Errorf("%w: sibling missing at level %d", ErrOpening, l)
				}
				right, b = Digest(b[:DigestBytes]), b[DigestBytes:]
				step = 1
				if i&1 == 1 {
					left, right = right, left
				}
			} else {
				right = digests[at+1]
			}
			digests[up] = nodeDigest(kind, l+1, i>>1, &left, &right)
			known[up] = i >> 1
			up++
			at += step
		}
		known, digests = known[:up], digests[:up]
	}
	if len(digests) != 1 || digests[0] != root {
		return nil, ErrPath
	}
	return b, nil
}

// openedDigests hashes opened columns, sixteen at a time.
func openedDigests(dst []Digest, kind Kind, log int, indices []int, salts, values []byte) {
	size := len(values) / max(1, len(indices))
	Split(groups(len(indices)), 2, func(from, to int) {
		var h blake.Hasher
		var digest blake.Digest
		for g := from; g < to; g++ {
			first := g * blake.Lanes
			count := min(blake.Lanes, len(indices)-first)
			h.Reset()
			tag, index := h.Next(), h.Next()
			for lane := range count {
				tag[lane] = leafTag | uint32(kind)<<8 | uint32(log)<<16
				index[lane] = uint32(indices[first+lane])
			}
			words(&h, salts[first*SaltBytes:], SaltBytes, count)
			words(&h, values[first*size:], size, count)
			h.Sum(&digest, leafHeader+size)
			scatter(dst[first:first+count], &digest)
		}
	})
}

// words adds the words of count messages of size bytes that follow each other.
func words(h *blake.Hasher, b []byte, size, count int) {
	for at := 0; at < size; at += 4 {
		row := h.Next()
		for lane := range count {
			row[lane] = binary.LittleEndian.Uint32(b[lane*size+at:])
		}
	}
}
