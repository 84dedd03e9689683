package ff

// int8Elems are the elements of the bytes w + 128 that a matrix stores.
var int8Elems = func() (t [256]Elem) {
	for i := range t {
		t[i] = FromInt64(int64(i) - 128)
	}
	return t
}()

// Row sets dst[i] = W[j, k+i] as elements of F; k + len(dst) ≤ K.
func (m *Int8Matrix) Row(dst Vec, j, k int) {
	head := min(-k&15, len(dst))
	m.rowPortable(dst[:head], j, k)
	whole := (len(dst) - head) &^ 15
	int8Row(m, dst[head:head+whole], j, k+head)
	m.rowPortable(dst[head+whole:], j, k+head+whole)
}

func (m *Int8Matrix) rowPortable(dst Vec, j, k int) {
	for i := 0; i < len(dst); {
		// Sixteen columns of a group of rows lie together, four bytes apart.
		run := min(16-(k+i)%16, len(dst)-i)
		at := m.index(j, k+i)
		for c := range run {
			dst[i+c] = int8Elems[m.data[at+4*c]]
		}
		i += run
	}
}
