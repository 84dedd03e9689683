package host

import (
	"slices"

	"agon/player/model"
)

// Lexicon is what shape alone does not tell: brands, how often a suffix is a
// scam's, which letter follows which in honest names, and which sites are
// known. It is counted, not fitted.
type Lexicon struct {
	brands   *brands
	suffixes map[string]Tally
	bigrams  []int8 // 27×27, log-probability in sixteenths of a nat; see Bigram
	sites    []uint64
	ratio    float64 // honest examples for each scam in the training data
}

// Tally counts examples of one thing.
type Tally struct{ Scam, Benign int }

// SuffixTally is the tally of one suffix.
type SuffixTally struct {
	Suffix string
	Tally
}

// prior is the weight of the even-odds belief against the counts.
const prior = 8

// Rate is the smoothed share of scams, in (0, 1), as it would be if there were
// as many scams as honest sites; ½ where nothing was counted.
func (x *Lexicon) Rate(t Tally) float64 {
	scam := float64(float64(t.Scam) * x.ratio)
	return (scam + prior) / (scam + float64(t.Benign) + 2*prior)
}

// NewLexicon is for package learn. Sites are hashes by SiteHash; suffixes have
// distinct names; bigrams is 27×27.
func NewLexicon(
	list []Brand, suffixes []SuffixTally, bigrams []int8, sites []uint64, ratio float64,
) *Lexicon {
	slices.Sort(sites)
	x := &Lexicon{
		brands: newBrands(list), suffixes: map[string]Tally{}, bigrams: bigrams,
		sites: sites, ratio: ratio,
	}
	for _, s := range suffixes {
		x.suffixes[s.Suffix] = s.Tally
	}
	return x
}

// Match finds whose name n imitates.
func (x *Lexicon) Match(n Name) Match { return x.brands.match(n) }

// SiteHash is how a known site is remembered: 40 bits, so that a stranger is
// taken for a known site once in some eighty million.
func SiteHash(site string) uint64 { return model.Hash64(site) >> 24 }

// Known tells whether n is on a site that the training data call honest, and
// that is not a platform on which anybody gets a name.
func (x *Lexicon) Known(n Name) bool {
	_, ok := slices.BinarySearch(x.sites, SiteHash(n.Site))
	return ok && !n.Platform
}

// Bigram is the place of the pair a, b in a table of letters: 0 is the edge of
// a word or anything that is no letter.
func Bigram(a, b byte) int { return 27*letter(a) + letter(b) }

func letter(c byte) int {
	if c < 'a' || c > 'z' {
		return 0
	}
	return int(c-'a') + 1
}

// fluency is how much a word's letters follow each other as honest names' do:
// the mean over its pairs.
func (x *Lexicon) fluency(w string) float32 {
	sum, last := 0, byte(0)
	for i := range len(w) {
		sum += int(x.bigrams[Bigram(last, w[i])])
		last = w[i]
	}
	sum += int(x.bigrams[Bigram(last, 0)])
	return float32(sum) / float32(len(w)+1)
}

// Encode gives the lexicon's file.
func (x *Lexicon) Encode() []byte {
	w := model.NewWriter("AgX1")
	w.Float(x.ratio)
	x.brands.write(w)
	names := make([]string, 0, len(x.suffixes))
	for s := range x.suffixes {
		names = append(names, s)
	}
	slices.Sort(names)
	w.Uint(len(names))
	for _, s := range names {
		w.Text(s)
		w.Uint(x.suffixes[s].Scam)
		w.Uint(x.suffixes[s].Benign)
	}
	w.Int8s(x.bigrams)
	w.Sorted(x.sites)
	return w.Bytes()
}

// DecodeLexicon reads what Encode wrote; its errors are model.ErrWeights.
func DecodeLexicon(buf []byte) (*Lexicon, error) {
	r := model.NewReader(buf, "AgX1")
	x := &Lexicon{ratio: r.Float(), brands: readBrands(r), suffixes: map[string]Tally{}}
	n := r.Uint(1 << 16)
	for range n {
		s := r.Text(MaxHost)
		x.suffixes[s] = Tally{r.Uint(model.MaxItems), r.Uint(model.MaxItems)}
		if r.Err() != nil {
			break
		}
	}
	x.bigrams = r.Int8s()
	if len(x.bigrams) != 27*27 {
		r.Refuse("want 27×27 pairs, have %d", len(x.bigrams))
	}
	x.sites = r.Sorted()
	return x, r.Close()
}
