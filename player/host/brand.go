package host

import (
	"strings"

	"agon/player/model"
)

// Likeness is how a host's name resembles a brand's.
type Likeness uint8

// From nothing to the sharpest. A brand's own site is no imitation.
const (
	Unlike   Likeness = iota
	Contains          // unisWAPclaim: a part of a longer word
	Word              // claim-uniswap, uniswap.vercel.app: one word of several
	Ending            // uniswap.xyz: the same label under another suffix
	OneOff            // uniswop, unlswap: one letter added, lost, changed or swapped
	Masked            // un1swap, xn--…: the same once look-alike letters are undone
	likenesses
)

// shortest word that may match: a brand as part of a word or one letter off
// must be longer, or chance matches drown the real ones.
const (
	shortestWord = 4
	shortestPart = 5
	longestPart  = 20
)

// Brand is a name that scams imitate, with the sites that rightly bear it.
type Brand struct {
	Label  string
	Sites  []string // at least one; the first is named in reasons
	Scam   int      // imitations among the scams of the training data
	Benign int      // the same among honest sites, its own not counted
}

// Match is the sharpest likeness of a host to a brand.
type Match struct {
	Brand *Brand // nil if Unlike
	How   Likeness
}

// brands finds likenesses: by label, and by label with one letter left out.
type brands struct {
	list []Brand
	at   map[string]int32
	gaps map[uint64]int32
}

func newBrands(list []Brand) *brands {
	b := &brands{list: list, at: map[string]int32{}, gaps: map[uint64]int32{}}
	for i := range list {
		label := list[i].Label
		b.at[label] = int32(i)
		if len(label) < shortestPart {
			continue
		}
		for j := range label {
			if h := gapHash(label, j); b.gaps[h] == 0 {
				b.gaps[h] = int32(i) + 1
			}
		}
	}
	return b
}

// gapHash hashes w without its j-th letter.
func gapHash(w string, j int) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(w) {
		if i != j {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
	}
	return h
}

// match finds the sharpest likeness of n to a brand. A brand all of whose
// sites are n's own is passed over: one does not imitate oneself.
func (b *brands) match(n Name) (m Match) {
	take := func(i int32, how Likeness) {
		brand := &b.list[i]
		if how > m.How && !(len(brand.Sites) == 1 && brand.Sites[0] == n.Site) {
			m = Match{brand, how}
		}
	}
	whole := n.Plain == n.Label
	for w := range words(n.Plain) {
		b.matchWord(w, whole && len(w) == len(n.Plain), n.Exotic, take)
	}
	if joined := strings.ReplaceAll(n.Label, "-", ""); len(joined) < len(n.Label) {
		if i, ok := b.at[joined]; ok && len(joined) >= shortestPart {
			take(i, Masked)
		}
	}
	return m
}

func (b *brands) matchWord(w string, whole, exotic bool, take func(int32, Likeness)) {
	if len(w) < shortestWord {
		return
	}
	if i, ok := b.at[w]; ok {
		switch {
		case exotic:
			take(i, Masked)
		case whole:
			take(i, Ending)
		default:
			take(i, Word)
		}
		return
	}
	u := Unmask(w)
	if i, ok := b.at[u]; ok && u != w {
		take(i, Masked)
		return
	}
	if len(u) >= shortestPart && len(u) <= longestPart {
		b.matchOneOff(u, take)
	}
	b.matchPart(w, take)
}

// matchOneOff tries u with a letter added, lost, changed or swapped. Two words
// are at most that far apart only if they agree once each loses a letter.
func (b *brands) matchOneOff(u string, take func(int32, Likeness)) {
	try := func(h uint64) {
		if i := b.gaps[h] - 1; i >= 0 && oneOff(u, b.list[i].Label) {
			take(i, OneOff)
		}
	}
	try(gapHash(u, -1))
	for j := range u {
		try(gapHash(u, j))
		if i, ok := b.at[u[:j]+u[j+1:]]; ok && len(b.list[i].Label) >= shortestPart {
			take(i, OneOff)
		}
	}
}

// oneOff tells whether one letter added, lost, changed, or one pair of
// neighbours swapped turns a into b.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	ra, rb := a[i:len(a)-j], b[i:len(b)-j]
	switch {
	case len(ra) == 0:
		return len(rb) == 1
	case len(rb) == 1:
		return true
	}
	return len(ra) == 2 && len(rb) == 2 && ra[0] == rb[1] && ra[1] == rb[0]
}

// matchPart looks for the longest brand inside a longer word.
func (b *brands) matchPart(w string, take func(int32, Likeness)) {
	for size := min(len(w)-1, longestPart); size >= shortestPart; size-- {
		for i := 0; i+size <= len(w); i++ {
			if k, ok := b.at[w[i:i+size]]; ok {
				take(k, Contains)
				return
			}
		}
	}
}

func (b *brands) write(w *model.Writer) {
	w.Uint(len(b.list))
	for _, x := range b.list {
		w.Text(x.Label)
		w.Text(strings.Join(x.Sites, " "))
		w.Uint(x.Scam)
		w.Uint(x.Benign)
	}
}

func readBrands(r *model.Reader) *brands {
	n := r.Uint(1 << 16)
	var list []Brand
	for range n {
		label, sites := r.Text(MaxHost), r.Text(1<<12)
		x := Brand{Label: label, Sites: strings.Fields(sites)}
		x.Scam, x.Benign = r.Uint(model.MaxItems), r.Uint(model.MaxItems)
		if r.Err() != nil {
			return newBrands(nil)
		}
		if len(x.Sites) == 0 {
			x.Sites = []string{label}
		}
		list = append(list, x)
	}
	return newBrands(list)
}
