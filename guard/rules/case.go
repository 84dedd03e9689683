package rules

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/effect"
	"agon/guard/intent"
	"agon/guard/lists"
	"agon/guard/unfold"
)

// Case is everything that rules may look at. Members that were not gathered are
// nil or zero; rules that need them say nothing, and the gatherer notes what is
// missing in Unknown.
type Case struct {
	Intent *intent.Intent
	Now    time.Time
	Wallet uint64 // the chain that the wallet is on

	Site     *lists.Site // who asks; nil if the request does not come from a page
	SiteName string      // as the user would read it

	// ScamScore is what the host models make of the site: the probability that
	// it is a scam at even odds. Nil if no model has an opinion.
	ScamScore *float64
	// Market is the market's probability that the site is a scam. Nil if it was
	// not asked or has not answered.
	Market *float64

	Accounts map[common.Address]*Account
	Effects  *effect.Effects   // nil: not simulated
	Others   []*effect.Effects // the same in other environments

	History History
	Lists   *Lists
	Policy  *Policy
	Limits  Limits

	// Price gives what one whole unit of a token is worth in the chain's coin
	// (nil token: 1). Optional.
	Price func(chain uint64, token common.Address) (float64, bool)

	Unknown []string
}

// Account is what is known of an address on the chain of the request.
type Account struct {
	HasCode  bool
	CodeHash common.Hash
	Delegate *common.Address // EIP-7702: whose code the account runs
	Young    bool            // the code was not there Limits.YoungContract ago
	Target   *common.Address // of a proxy: its implementation
	Replaced bool            // the implementation was another one Limits.YoungContract ago
	Powers   []string        // what the bytecode lets an owner do: "mint", "pause", …
	Token    *TokenFacts
}

// TokenFacts is what a token says of itself.
type TokenFacts struct {
	Symbol, Name string
	Decimals     int
	Collection   bool // ERC-721 or ERC-1155
}

// History is the user's own past, kept on the user's machine.
type History struct {
	Payees map[common.Address]bool // accounts that the user has paid
	Dust   map[common.Address]bool // accounts that sent the user nothing, or next to it
}

// Lists are what others and the user have judged.
type Lists struct {
	Blocked, Trusted                   *lists.Hosts // the user's own
	BlockedAddresses, TrustedAddresses lists.Addresses
	Scams                              []NamedHosts
	Genuine                            *lists.Hosts
	ScamAddresses                      lists.Addresses
	Tokens                             *lists.Tokens
	// domains that are imitated
	Brands []string
	// by domain: its contracts
	Contracts map[string]map[common.Address]string
	// contracts that hold no one's money
	Routers lists.Addresses
	// by address: the chains on which a descriptor knows a contract there
	Chains map[common.Address][]uint64
}

// NamedHosts is a list with the name of its publisher.
type NamedHosts struct {
	Name  string
	Hosts *lists.Hosts
}

// Limits are thresholds that the user may change.
type Limits struct {
	YoungContract time.Duration // younger spenders are a warning
	FarExpiry     time.Duration // grants that last longer are
	GapWarning    float64       // share of value lost that is a warning
	GapDanger     float64       // … a danger
	WrapDanger    float64       // loss on wrapping that is a danger
	Scam          ScamLimits    // score of the host models
	Drained       float64       // share of a balance that counts as all of it
}

// DefaultLimits are those of the catalogue. Of honest hosts of the time before
// the test, 10 % reach the note, 1 % the warning, 0.1 % are sure; see
// docs/guard.md.
func DefaultLimits() Limits {
	return Limits{
		YoungContract: 72 * time.Hour, FarExpiry: 366 * 24 * time.Hour,
		GapWarning: 0.10, GapDanger: 0.20, WrapDanger: 0.05, Drained: 0.99,
		Scam: ScamLimits{
			Note: 0.4161, Warning: 0.8861, Sure: 0.9802, Weight: 0.75, Joint: 0.9073,
		},
	}
}

// account gives what is known of an address; false if nothing is.
func (c *Case) account(a common.Address) (*Account, bool) {
	k, ok := c.Accounts[a]
	return k, ok && k != nil
}

// person reports whether an address is known to be somebody's own account: it
// has no code, or only that of a delegation (EIP-7702), which its key can change
// at any time.
func (c *Case) person(a common.Address) bool {
	k, ok := c.account(a)
	return ok && (!k.HasCode || k.Delegate != nil)
}

// trusts reports whether the user trusts a host or an address.
func (c *Case) trusts(subject string) bool {
	if c.Lists == nil || subject == "" {
		return false
	}
	if common.IsHexAddress(subject) {
		_, ok := c.Lists.TrustedAddresses[common.HexToAddress(subject)]
		return ok
	}
	if c.Lists.Trusted == nil {
		return false
	}
	s, err := lists.ParseSite(subject)
	if err != nil {
		return false
	}
	_, ok := c.Lists.Trusted.Match(s)
	return ok
}

// calls yields every call of the request.
func (c *Case) calls(yield func(*unfold.Call) bool) {
	for _, root := range c.Intent.Calls {
		for call := range root.All() {
			if !yield(call) {
				return
			}
		}
	}
}

// token names a token for a person: symbol if it is known, else the address.
func (c *Case) token(t *common.Address) string {
	if t == nil {
		return "the chain's coin"
	}
	if c.Lists != nil && c.Lists.Tokens != nil {
		if k, ok := c.Lists.Tokens.At(c.Intent.Chain, *t); ok {
			return Plain(k.Symbol)
		}
	}
	if k, ok := c.account(*t); ok && k.Token != nil && k.Token.Symbol != "" {
		return `"` + Plain(k.Token.Symbol) + `" (by its own word)`
	}
	return "token " + t.Hex()
}

// Plain makes strangers' text fit for a sentence: it takes out signs that would
// change the words around it or that show nothing, and bounds it to 40 characters.
func Plain(s string) string { return clean(s, 40) }

// Quote does the same for text that stands by itself, of up to 400 characters.
func Quote(s string) string { return clean(s, 400) }

func clean(s string, longest int) string {
	marks := 0
	s = strings.Map(func(r rune) rune {
		// Accents that are heaped on one letter cover the lines around.
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		}
		switch {
		case r == '\n', r == '\t', unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp):
			return ' '
		case r == '"', r == utf8.RuneError, marks > 2, blank[r], !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > longest {
		s = string(runes[:longest]) + "…"
	}
	return s
}

// blank has letters that show nothing: fillers of Hangul, an empty Braille cell, and
// the signs that choose a form of the one before.
var blank = func() map[rune]bool {
	out := map[rune]bool{0x034f: true, 0x115f: true, 0x1160: true, 0x2800: true, 0x3164: true,
		0xffa0: true}
	for r := rune(0xfe00); r <= 0xfe0f; r++ {
		out[r] = true
	}
	return out
}()

func one(f Finding) []Finding { return []Finding{f} }

// Label gives the name that the lists have for a contract of a known site; of
// several sites the first in the alphabet counts.
func (l *Lists) Label(a common.Address) string {
	for _, domain := range slices.Sorted(maps.Keys(l.Contracts)) {
		if label := l.Contracts[domain][a]; label != "" {
			return label
		}
	}
	return ""
}

// ratio is part / whole; 0 if whole is 0.
func ratio(part, whole *big.Int) float64 {
	if whole.Sign() == 0 {
		return 0
	}
	r, _ := new(big.Rat).SetFrac(part, whole).Float64()
	return r
}
