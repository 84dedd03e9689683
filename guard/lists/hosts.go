package lists

import (
	"hash/maphash"
	"strings"
)

// Hosts is a set of hosts in which a host is found by itself or by any domain
// above it. It keeps fingerprints of 64 bits under a key of its own, so that
// nobody can prepare a name that collides; two of a million names do so by
// chance with probability 10⁻⁸. The zero Hosts is not ready: use NewHosts.
//
// Reading is safe from many goroutines at once; adding is not.
type Hosts struct {
	seed  maphash.Seed
	slots []uint64 // open addressing, a power of two; 0 is empty
	count int
	paths map[string][]string // path prefixes, for entries that are part of a site

	contents bool // there are content ids among the entries
}

// NewHosts makes an empty set with room for n hosts.
func NewHosts(n int) *Hosts {
	size := 16
	for size < 2*n { // at most half full
		size *= 2
	}
	return &Hosts{seed: maphash.MakeSeed(), slots: make([]uint64, size)}
}

// Len is the number of hosts, without entries that have a path.
func (h *Hosts) Len() int { return h.count }

// Add puts an entry in: a host, a host with a path that only pages below it match,
// or a content id of IPFS. It reports whether the entry names one at all. An entry that is a
// public suffix would match everybody's sites and is refused.
func (h *Hosts) Add(entry string) bool {
	entry = strings.TrimPrefix(strings.TrimSpace(entry), "*.")
	if key, ok := contentKey(strings.TrimPrefix(entry, "ipfs://")); ok {
		h.contents = true
		h.add(key)
		return true
	}
	if host := strings.ToLower(entry); plain(host) && strings.Contains(host, ".") &&
		!digitsOnly(host) && len(host) <= maxHost {
		if isSuffix(host) {
			return false
		}
		h.add(host) // nine entries in ten, without the cost of reading a URL
		return true
	}
	s, err := ParseSite(entry)
	if err != nil || s.Host == s.Suffix || !s.IP && !strings.Contains(s.Host, ".") {
		return false
	}
	if path := strings.TrimRight(s.Path, "/"); path != "" {
		if h.paths == nil {
			h.paths = map[string][]string{}
		}
		h.paths[s.Host] = append(h.paths[s.Host], path)
		return true
	}
	h.add(s.Host)
	return true
}

func (h *Hosts) add(host string) {
	if 2*(h.count+1) > len(h.slots) {
		h.grow()
	}
	if h.put(h.print(host)) {
		h.count++
	}
}

// put reports whether the fingerprint is new.
func (h *Hosts) put(print uint64) bool {
	mask := uint64(len(h.slots) - 1)
	for i := print & mask; ; i = (i + 1) & mask {
		switch h.slots[i] {
		case 0:
			h.slots[i] = print
			return true
		case print:
			return false
		}
	}
}

func (h *Hosts) grow() {
	old := h.slots
	h.slots = make([]uint64, 2*len(old))
	for _, print := range old {
		if print != 0 {
			h.put(print)
		}
	}
}

// print is the fingerprint of a host, never 0.
func (h *Hosts) print(host string) uint64 {
	if p := maphash.String(h.seed, host); p != 0 {
		return p
	}
	return 1
}

func (h *Hosts) has(host string) bool {
	print, mask := h.print(host), uint64(len(h.slots)-1)
	for i := print & mask; h.slots[i] != 0; i = (i + 1) & mask {
		if h.slots[i] == print {
			return true
		}
	}
	return false
}

// Match finds the entry that a site falls under: the host, a domain above it,
// a path above the page, or the content that the page shows.
func (h *Hosts) Match(s Site) (entry string, ok bool) {
	if h.contents {
		for _, key := range s.contents() {
			if h.has(key) {
				return "a content id of IPFS", true
			}
		}
	}
	for host := s.Host; ; {
		if h.has(host) {
			return host, true
		}
		if entry, ok := h.path(host, s); ok {
			return entry, true
		}
		dot := strings.IndexByte(host, '.')
		if dot < 0 || s.IP {
			return "", false
		}
		host = host[dot+1:]
	}
}

func (h *Hosts) path(host string, s Site) (string, bool) {
	for _, prefix := range h.paths[host] {
		if rest, ok := strings.CutPrefix(s.Path, prefix); ok && (rest == "" || rest[0] == '/') {
			return host + prefix, true
		}
	}
	return "", false
}

// digitsOnly reports whether a name may be an IPv4 address, which needs the
// notation of its numbers made plain.
func digitsOnly(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && last[0] >= '0' && last[0] <= '9'
}
