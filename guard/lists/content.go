package lists

import (
	"encoding/base32"
	"math/big"
	"strings"
)

// A content id (CID) names what is published on IPFS whatever gateway serves it:
// in the first label of the host (bafy….ipfs.dweb.link) or behind /ipfs/ in the
// path. Both versions of an id are known by their multihash.

// contentKey is what a content id stands under among the hosts; false if the text
// is none.
func contentKey(text string) (string, bool) {
	raw, ok := contentBytes(text)
	if !ok {
		return "", false
	}
	return "ipfs " + string(raw), true
}

// contentBytes gives the multihash of a CID: version 0 is its base58, version 1 the
// base32 of version, codec and multihash (multiformats' specification of CIDs).
func contentBytes(text string) ([]byte, bool) {
	const longest = 128
	switch {
	case len(text) == 46 && strings.HasPrefix(text, "Qm"):
		raw, ok := base58(text)
		return raw, ok && len(raw) == 34
	case len(text) >= 50 && len(text) <= longest && text[0] == 'b':
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).
			DecodeString(strings.ToUpper(text[1:]))
		if err != nil || len(raw) < 36 || raw[0] != 1 || raw[1] >= 0x80 {
			return nil, false
		}
		return raw[2:], true
	}
	return nil, false
}

// base58 reads Bitcoin's alphabet.
func base58(text string) ([]byte, bool) {
	const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	n := new(big.Int)
	for i := range len(text) {
		d := strings.IndexByte(digits, text[i])
		if d < 0 {
			return nil, false
		}
		n.Add(n.Mul(n, big.NewInt(58)), big.NewInt(int64(d)))
	}
	return n.Bytes(), true
}

// contents lists the content ids that a site's address names.
func (s Site) contents() []string {
	var out []string
	first, _, _ := strings.Cut(s.Host, ".")
	found := []string{first}
	parts := strings.Split(s.Path, "/")
	for i, part := range parts {
		if part == "ipfs" && i+1 < len(parts) {
			found = append(found, parts[i+1])
		}
	}
	for _, text := range found {
		if key, ok := contentKey(text); ok {
			out = append(out, key)
		}
	}
	return out
}
