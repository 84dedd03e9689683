package token

import (
	"strings"
	"unicode"

	"agon/player/host"
)

func fold(s string) string { return host.Latin(strings.ToLower(s)) }

// Oddity is something in a symbol that genuine ones rarely have.
type Oddity uint8

// The oddities, in order; OddText says them.
const (
	LookAlike  Oddity = iota // letters that imitate Latin ones
	Invisible                // marks without width, or of direction
	WebAddress               // a host or a link
	Lure                     // visit, claim, reward…
	Dollar                   // starts with $ and a space, as bait does
	Spaces                   // white space inside
	TooLong                  // more than eleven letters
	Signs                    // punctuation other than . - _ $ +
	Foreign                  // other letters outside ASCII
	Oddities                 // how many there are
)

// OddText says each oddity in a reason.
var OddText = [Oddities]string{
	"look-alike letters", "invisible letters", "a web address in the symbol",
	"a call to act in the symbol", "a dollar sign as bait", "spaces in the symbol",
	"a long symbol", "unusual signs", "letters outside ASCII",
}

var calls = []string{"visit", "claim", "reward", "airdrop", "voucher", "bonus", "free", "gift",
	"invit", "winner", "redeem", "access", "http", "www"}

// Odd finds what is odd about a symbol.
func Odd(symbol string) (odd [Oddities]bool) {
	lower := strings.ToLower(symbol)
	latin := fold(symbol)
	letters := 0
	for _, r := range lower {
		letters++
		switch {
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r == 0x2060, r == 0xfeff,
			unicode.Is(unicode.Mn, r):
			odd[Invisible] = true
		case r > 0x7f && unicode.IsLetter(r) && host.Latin(string(r)) != "?":
			odd[LookAlike] = true
		case r > 0x7f:
			odd[Foreign] = true
		case unicode.IsSpace(r):
			odd[Spaces] = true
		case unicode.IsPunct(r) && !strings.ContainsRune(".-_$+", r):
			odd[Signs] = true
		}
	}
	odd[WebAddress] = webAddress(latin)
	for _, w := range calls {
		odd[Lure] = odd[Lure] || strings.Contains(latin, w)
	}
	odd[Dollar] = strings.HasPrefix(lower, "$ ")
	odd[TooLong] = letters > 11
	return odd
}

// webAddress tells whether s holds a name such as gift.com: a dot between
// letters, with at least two after it and two before.
func webAddress(s string) bool {
	for i := 2; i+2 < len(s); i++ {
		if s[i] == '.' && alpha(s[i-1]) && alpha(s[i-2]) && alpha(s[i+1]) && alpha(s[i+2]) {
			return true
		}
	}
	return strings.Contains(s, "://")
}

func alpha(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
