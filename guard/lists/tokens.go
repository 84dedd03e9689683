package lists

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/ethereum/go-ethereum/common"
	"golang.org/x/text/unicode/norm"
)

// Token is a token of a list.
type Token struct {
	Chain        uint64
	Address      common.Address
	Symbol, Name string
	Decimals     int
	Lists        int // on how many lists it is
}

// Tokens finds listed tokens by address and by what they look like.
type Tokens struct {
	byAddress map[place]*Token
	chains    map[common.Address][]uint64
	bySymbol  map[string][]*Token // by Skeleton of the symbol
	byName    map[string][]*Token
}

type place struct {
	chain   uint64
	address common.Address
}

// NewTokens makes an empty set.
func NewTokens() *Tokens {
	return &Tokens{
		byAddress: map[place]*Token{}, chains: map[common.Address][]uint64{},
		bySymbol: map[string][]*Token{}, byName: map[string][]*Token{},
	}
}

// Read adds a token list in Uniswap's schema: an object with "tokens".
func (t *Tokens) Read(r io.Reader) (Read, error) {
	var doc struct {
		Tokens []struct {
			ChainID               uint64
			Address, Symbol, Name string
			Decimals              int
		}
	}
	if err := readJSON(r, &doc); err != nil {
		return Read{}, err
	}
	if len(doc.Tokens) == 0 {
		return Read{}, fmt.Errorf("%w: no tokens", ErrList)
	}
	var done Read
	for _, k := range doc.Tokens {
		if !common.IsHexAddress(k.Address) || k.Symbol == "" || k.Decimals < 0 || k.Decimals > 77 {
			done.Skipped++
			continue
		}
		t.Add(Token{
			Chain: k.ChainID, Address: common.HexToAddress(k.Address),
			Symbol: k.Symbol, Name: k.Name, Decimals: k.Decimals,
		})
		done.Added++
	}
	return done, nil
}

// Add puts a token in, or counts one more list that has it.
func (t *Tokens) Add(k Token) {
	at := place{k.Chain, k.Address}
	if have, ok := t.byAddress[at]; ok {
		have.Lists++
		return
	}
	k.Lists = max(k.Lists, 1)
	t.byAddress[at] = &k
	t.chains[k.Address] = append(t.chains[k.Address], k.Chain)
	if s := Skeleton(k.Symbol); s != "" {
		t.bySymbol[s] = append(t.bySymbol[s], &k)
	}
	if s := Skeleton(k.Name); s != "" {
		t.byName[s] = append(t.byName[s], &k)
	}
}

// Len is the number of different tokens.
func (t *Tokens) Len() int { return len(t.byAddress) }

// At finds a token by its place.
func (t *Tokens) At(chain uint64, a common.Address) (*Token, bool) {
	k, ok := t.byAddress[place{chain, a}]
	return k, ok
}

// Chains lists where there is a listed token at an address.
func (t *Tokens) Chains(a common.Address) []uint64 { return t.chains[a] }

// Alike gives listed tokens whose symbol or name looks like the given ones and
// that are at another address: on the same chain first.
func (t *Tokens) Alike(chain uint64, a common.Address, symbol, name string) []*Token {
	var here, elsewhere []*Token
	found := [][]*Token{t.bySymbol[Skeleton(symbol)], t.byName[Skeleton(name)]}
	// Signs around a symbol are decoration: "$USDC", "USDC.".
	if bare := strings.TrimFunc(symbol, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}); bare != symbol {
		found = append(found, t.bySymbol[Skeleton(bare)])
	}
	for _, list := range found {
		for _, k := range list {
			switch {
			case k.Chain == chain && k.Address == a:
			case k.Chain == chain:
				here = append(here, k)
			default:
				elsewhere = append(elsewhere, k)
			}
		}
	}
	return append(here, elsewhere...)
}

// Skeleton makes texts that look alike equal: compatibility forms are resolved
// (NFKC), accents and marks that show nothing dropped, letters of other scripts
// that look like Latin ones replaced, capitals lowered, and 0, 1, 3, 5 read as
// o, l, e, s. After Unicode Technical Standard 39, section 4, with the letters
// that fakes of tokens and brands use.
func Skeleton(s string) string {
	const longest = 128
	if len(s) > 4*longest {
		s = s[:4*longest]
	}
	var b strings.Builder
	for _, c := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, c), unicode.Is(unicode.Cf, c), unicode.IsControl(c),
			unicode.IsSpace(c), blank[c]:
			continue
		}
		c = unicode.ToLower(c)
		if like, ok := lookalikes[c]; ok {
			c = like
		}
		b.WriteRune(c)
		if b.Len() >= longest {
			break
		}
	}
	return b.String()
}

// blank has letters that show nothing: fillers of Hangul and an empty Braille cell.
var blank = map[rune]bool{0x115f: true, 0x1160: true, 0x2800: true, 0x3164: true, 0xffa0: true}

// lookalikes maps lower-case letters and digits to the Latin letter that they
// look like.
var lookalikes = map[rune]rune{
	'0': 'o', '1': 'l', '3': 'e', '5': 's', '|': 'l', '!': 'l', '$': 's', '@': 'a',
	// Cyrillic
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'һ': 'h', 'і': 'i', 'ї': 'i',
	'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's',
	'т': 't', 'у': 'y', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'ү': 'y', 'г': 'r', 'п': 'n',
	// Greek
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p',
	'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y', 'ω': 'w', 'μ': 'u', 'σ': 'o', 'ζ': 'z',
	// Latin of other alphabets, and signs
	'ı': 'i', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ħ': 'h', 'ŧ': 't', 'ɑ': 'a', 'ɡ': 'g', 'ꮪ': 's',
	'ß': 'b', 'þ': 'p', 'ƒ': 'f', '₮': 't', '₿': 'b', '€': 'e', '£': 'l', 'Ξ': 'e', 'ξ': 'e',
	// Armenian, Cherokee
	'օ': 'o', 'ս': 'u', 'հ': 'h', 'ո': 'n', 'ց': 'g', 'ꭺ': 'a', 'ꮯ': 'c', 'ꭰ': 'd', 'ꭼ': 'e',
}
