package explain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/effect"
	"agon/guard/intent"
	"agon/guard/lists"
	"agon/guard/request"
	"agon/guard/rules"
	"agon/guard/unfold"
)

const (
	me    = "0x1111111111111111111111111111111111111111"
	thief = "0xbad0bad0bad0bad0bad0bad0bad0bad0bad0bad0"
	usdc  = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	other = "0x7070707070707070707070707070707070707070"

	nameless = "0x8080808080808080808080808080808080808080"
)

func newCase(t *testing.T, method, params string) *rules.Case {
	t.Helper()
	r, err := request.Parse(method, json.RawMessage(params))
	if err != nil {
		t.Fatal(err)
	}
	tokens := lists.NewTokens()
	tokens.Add(lists.Token{Chain: 1, Address: common.HexToAddress(usdc), Symbol: "USDC",
		Name: "USD Coin", Decimals: 6})
	return &rules.Case{
		Intent: intent.Read(r, 1, &unfold.Reader{}), Wallet: 1, Limits: rules.DefaultLimits(),
		Now:   time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Lists: &rules.Lists{Tokens: tokens},
		Accounts: map[common.Address]*rules.Account{
			common.HexToAddress(thief): {},
			common.HexToAddress(other): {HasCode: true, Token: &rules.TokenFacts{
				Symbol: "FREE\n\u202eMONEY", Decimals: 2}},
		},
		Effects: &effect.Effects{Rung: effect.Proved, Block: 7},
	}
}

func send(t *testing.T, to, value, data string) *rules.Case {
	t.Helper()
	return newCase(t, "eth_sendTransaction",
		fmt.Sprintf(`[{"from":%q,"to":%q,"value":%q,"data":%q}]`, me, to, value, data))
}

func words(args ...string) string {
	out := ""
	for _, a := range args {
		a = strings.TrimPrefix(a, "0x")
		out += strings.Repeat("0", 64-len(a)) + a
	}
	return out
}

func TestExplain(t *testing.T) {
	thiefHex := common.HexToAddress(thief).Hex()
	swap := send(t, other, "0x0", "0x12345678")
	usd := common.HexToAddress(usdc)
	swap.Effects.Balances = []effect.Balance{
		{Account: common.HexToAddress(me), Token: &usd, Before: big.NewInt(5_000_000),
			After: big.NewInt(2_500_000)},
		{Account: common.HexToAddress(me), Before: new(big.Int), After: big.NewInt(1e18)},
	}
	for _, c := range []struct {
		name, headline, what string
		c                    *rules.Case
	}{
		{"a payment", "This sends 0.5 ETH to " + thiefHex + ". Nothing speaks against it.",
			"This sends 0.5 ETH to " + thiefHex + ".", send(t, thief, "0x6f05b59d3b20000", "0x")},
		{"an allowance", "Do not sign. This lets " + thiefHex +
			", somebody's own account and no application, take some of your USDC.",
			"This lets " + thiefHex + " take 2.5 USDC from you.",
			send(t, usdc, "0x0", "0x095ea7b3"+words(thief, "2625a0"))},
		{"a name that strangers chose", "This sends 1.5 \"FREE MONEY\" to " + thiefHex +
			". Nothing speaks against it.", "This sends 1.5 \"FREE MONEY\" to " + thiefHex + ".",
			send(t, other, "0x0", "0xa9059cbb"+words(thief, "96"))},
		{"an unknown token", "Do not sign. This lets " + thiefHex +
			", somebody's own account and no application, take all of your token " +
			common.HexToAddress(nameless).Hex() + ", now and later.",
			"This lets " + thiefHex + " take an unlimited amount of token " +
				common.HexToAddress(nameless).Hex() + " from you.",
			send(t, nameless, "0x0", "0x095ea7b3"+words(thief, strings.Repeat("f", 64)))},
		{"an unknown call", "This calls " + common.HexToAddress(other).Hex() +
			" in a way that nobody known has described. Nothing speaks against it.",
			"This calls " + common.HexToAddress(other).Hex() +
				" in a way that nobody known has described.", swap},
		{"a message",
			"This signs a message: it moves nothing by itself. Nothing speaks against it.",
			"This signs a message: it moves nothing by itself.",
			newCase(t, "personal_sign", fmt.Sprintf(`["hello",%q]`, me))},
	} {
		e := Explain(c.c, rules.Judge(c.c))
		if e.Headline != c.headline {
			t.Errorf("%s: headline %q, want %q", c.name, e.Headline, c.headline)
		}
		if e.What[0] != c.what {
			t.Errorf("%s: %q, want %q", c.name, e.What[0], c.what)
		}
		if e.Checked != "Run here over proven state, at block 7." {
			t.Errorf("%s: %q", c.name, e.Checked)
		}
	}
	e := Explain(swap, rules.Judge(swap))
	want := []Change{{"USDC", "5", "2.5", "-2.5"}, {"ETH", "0", "1", "+1"}}
	if fmt.Sprint(e.Changes) != fmt.Sprint(want) {
		t.Errorf("changes %v, want %v", e.Changes, want)
	}
}

// TestEveryLessonOfARuleExists: a rule that names a term has a lesson on it.
func TestEveryLessonOfARuleExists(t *testing.T) {
	for _, term := range []string{
		"approval", "approval-for-all", "permit", "permit2", "order", "eth-sign", "sign-in",
		"replay",
		"poisoning", "delegation", "safe", "owner", "fake-token", "honeypot", "simulation",
		"lookalike",
		"shared-hosting", "paymaster",
	} {
		l := LessonOn(term)
		if l == nil || l.Text == "" || l.Term != term {
			t.Errorf("no lesson on %q", term)
		}
	}
}

// scripted is a model that answers what it is told to.
type scripted string

func (s scripted) Write(context.Context, string, string) (string, error) { return string(s), nil }

func TestReword(t *testing.T) {
	c := send(t, usdc, "0x0", "0x095ea7b3"+words(thief, "2625a0"))
	e := Explain(c, rules.Judge(c))
	who := common.HexToAddress(thief).Hex()
	good := "Do not sign! If you do, " + who +
		" may take 2.5 USDC from you. Reason: do not sign. " +
		"It is a private account."
	if words, err := Reword(t.Context(), scripted(good), e); err != nil || words != good {
		t.Errorf("%q, %v", words, err)
	}
	for name, bad := range map[string]string{
		"another amount":  strings.Replace(good, "2.5", "2.6", 1),
		"another address": strings.Replace(good, who, thief[:20], 1),
		"one more":        good + " It costs 5 dollars.",
		"one less":        strings.Replace(good, "2.5 ", "", 1),
		"calmed":          good + " But it is safe.",
		"no verdict": strings.NewReplacer("Do not sign!", "Hm.", "do not sign",
			"hm").Replace(good),
		"a link":   good + " See claim-now.xyz",
		"nothing":  "",
		"too long": good + strings.Repeat(" really", 400),
	} {
		if words, err := Reword(t.Context(), scripted(bad), e); !errors.Is(err, ErrUnfaithful) {
			t.Errorf("%s: %q, %v", name, words, err)
		}
	}
	calm := send(t, thief, "0x6f05b59d3b20000", "0x")
	e = Explain(calm, rules.Judge(calm))
	if _, err := Reword(t.Context(), scripted("This sends 0.5 ETH to "+who+", a scam."),
		e); err == nil {
		t.Error("a model may make up a danger")
	}
}
