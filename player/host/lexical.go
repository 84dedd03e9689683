package host

import "strings"

// The features of Trees, in order; lexicalText says them in words.
const (
	fHostLen = iota
	fLabelLen
	fSubLen
	fDots
	fHyphens
	fDigits
	fDigitShare
	fDigitRun
	fSwitches
	fVowelShare
	fConsonantRun
	fRepeat
	fDistinct
	fWords
	fLongestWord
	fShortestWord
	fPlatform
	fExotic
	fSuffixLen
	fSuffixDots
	fSuffixRate
	fLures
	fLureInLabel
	fCrypto
	fFluency
	fWorstFluency
	fLikeness
	fBrandRate
	fBrandShare
	fBrandMid
	fFirstDigit
	fVersion
	Lexicals // how many there are
)

// lexicalText names each feature in a reason.
var lexicalText = [Lexicals]string{
	"length", "length of the name", "subdomain", "dots", "hyphens", "digits", "share of digits",
	"run of digits", "letters and digits mixed", "vowels", "run of consonants", "repeated letter",
	"variety of letters", "number of words", "longest word", "shortest word", "hosting platform",
	"letters outside ASCII", "length of the suffix", "two-part suffix", "suffix", "luring words",
	"luring word in the name", "crypto words", "unusual spelling", "unusual word",
	"likeness to a brand", "a brand often imitated", "how much is the brand",
	"words beside a brand",
	"starts with a digit", "version number",
}

// lures are words by which scams ask for something; crypto words are neutral,
// and tell what a site is about. Both are written from general knowledge.
var (
	lures = []string{
		"claim", "airdrop", "mint", "reward", "connect", "wallet", "verif", "login", "support",
		"secur", "bonus", "gift", "free", "drop", "presale", "unlock", "restor", "recover", "sync",
		"valid", "rectif", "migrat", "eligib", "alloc", "giveaway", "whitelist", "launch", "event",
		"official", "portal", "web3", "stak", "fix", "help", "access", "auth", "signin", "update",
		"register", "checker", "snapshot", "refund", "compensat", "invest", "trad", "earn", "live",
	}
	cryptoWords = []string{
		"coin", "token", "swap", "financ", "dao", "defi", "chain", "crypto", "bit", "eth",
		"protocol", "network", "labs", "exchang", "nft", "dex", "scan", "explorer",
		"bridge", "pool",
	}
)

// Lexical fills x, of length Lexicals, with the features of n. The tallies may
// count n itself; taking it off them again would betray its label by the
// difference, so the weight of even odds in Rate guards against that instead.
func (l *Lexicon) Lexical(n Name, x []float32) Match {
	clear(x)
	shape(n, x)
	l.spelling(n, x)
	x[fSuffixRate] = float32(l.Rate(l.suffixes[n.Suffix]))
	for _, w := range lures {
		if strings.Contains(n.Rest, w) {
			x[fLures]++
			if strings.Contains(n.Label, w) {
				x[fLureInLabel] = 1
			}
		}
	}
	for _, w := range cryptoWords {
		if strings.Contains(n.Rest, w) {
			x[fCrypto]++
		}
	}
	m := l.Match(n)
	x[fLikeness], x[fBrandRate] = float32(m.How), 0.5
	if m.How != Unlike {
		x[fBrandRate] = float32(l.BrandRate(m))
		x[fBrandShare] = float32(len(m.Brand.Label)) / float32(len(n.Plain))
		if i := strings.Index(n.Plain, m.Brand.Label); i > 0 {
			x[fBrandMid] = float32(i)
		}
	}
	return m
}

// BrandRate is how often a likeness to this brand is a scam's.
func (l *Lexicon) BrandRate(m Match) float64 {
	return l.Rate(Tally{m.Brand.Scam, m.Brand.Benign})
}

// shape fills the features that need nothing but the letters.
func shape(n Name, x []float32) {
	x[fHostLen], x[fLabelLen] = float32(len(n.Host)), float32(len(n.Label))
	x[fSubLen] = float32(len(n.Rest) - len(n.Label))
	x[fSuffixLen] = float32(len(n.Suffix))
	x[fSuffixDots] = float32(strings.Count(n.Suffix, "."))
	x[fPlatform], x[fExotic] = flag(n.Platform), flag(n.Exotic)
	x[fFirstDigit] = flag(isDigit(n.Rest[0]))
	var seen [256]bool
	var digitRun, consonants, same, letters, vowels, distinct int
	for i := range len(n.Rest) {
		c := n.Rest[i]
		switch {
		case c == '.':
			x[fDots]++
		case c == '-':
			x[fHyphens]++
		case isDigit(c):
			x[fDigits]++
		default:
			letters++
		}
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		digitRun = run(isDigit(c), digitRun, &x[fDigitRun])
		vowel := strings.IndexByte("aeiouy", c) >= 0
		consonants = run(c >= 'a' && c <= 'z' && !vowel, consonants, &x[fConsonantRun])
		if vowel {
			vowels++
		}
		if i > 0 {
			same = run(c == n.Rest[i-1], same, &x[fRepeat])
			if isDigit(c) != isDigit(n.Rest[i-1]) {
				x[fSwitches]++
			}
			if isDigit(c) && n.Rest[i-1] == 'v' {
				x[fVersion] = 1
			}
		}
	}
	size := float32(len(n.Rest))
	x[fDigitShare] = x[fDigits] / size
	x[fVowelShare] = float32(vowels) / float32(max(letters, 1))
	x[fDistinct] = float32(distinct) / size
}

// spelling fills the features of words.
func (l *Lexicon) spelling(n Name, x []float32) {
	x[fWorstFluency], x[fShortestWord] = 127, MaxHost
	var sum float32
	for w := range words(n.Rest) {
		size, fluent := float32(len(w)), l.fluency(w)
		x[fWords]++
		x[fLongestWord] = max(x[fLongestWord], size)
		x[fShortestWord] = min(x[fShortestWord], size)
		x[fWorstFluency] = min(x[fWorstFluency], fluent)
		sum += fluent
	}
	x[fFluency] = sum / max(x[fWords], 1)
}

// run counts how long yes has held, and keeps the longest in best.
func run(yes bool, length int, best *float32) int {
	if !yes {
		return 0
	}
	length++
	*best = max(*best, float32(length))
	return length
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func flag(b bool) float32 {
	if b {
		return 1
	}
	return 0
}
