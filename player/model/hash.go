package model

// FNV-1a, 32 bits. A feature's hash is built byte by byte, so that all n-grams
// that start at one place share the work.
const (
	HashStart uint32 = 2166136261
	hashPrime uint32 = 16777619
)

// HashByte extends a hash by one byte.
func HashByte(h uint32, b byte) uint32 { return (h ^ uint32(b)) * hashPrime }

// HashText extends a hash by a string.
func HashText(h uint32, s string) uint32 {
	for i := range len(s) {
		h = HashByte(h, s[i])
	}
	return h
}

// Slot folds a hash into a table of 2^bits slots. FNV's low bits are its
// weakest, so the high ones are mixed in first (the finaliser of MurmurHash3).
func Slot(h uint32, bits uint8) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return h >> (32 - bits)
}

// Hash64 is FNV-1a with 64 bits, for sets whose members must not collide.
func Hash64(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return h
}
