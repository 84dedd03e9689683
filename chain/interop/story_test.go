package interop

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"agon/game/market"
)

// setting is what a tool is told, on its standard input.
type setting struct {
	HTTP   string          `json:"http"`
	WS     string          `json:"ws"`
	Market common.Address  `json:"market"`
	ABI    json.RawMessage `json:"abi"`
	Key    string          `json:"key"`  // of a funded account, in hex
	Host   string          `json:"host"` // to ask about
}

// steps are those of the story, as every tool must report them.
var steps = []string{
	"chain", "asked", "priced", "funded", "foretold", "warned", "refused", "reverted",
	"simulated", "relayed", "heard", "logged", "receipt", "after", "replayed",
}

// number is a whole number, which tools print as one or as text.
type number = uint256.Int

// story is what a tool saw, a field a step.
type story struct {
	Chain struct {
		Chain            number
		Domain, Computed common.Hash // of EIP-712: the market's, the tool's own
	}
	Asked struct {
		OK                     bool
		Question, Subsidy, End number
		Books, Phase           number
		Opener, Me, Resolver   common.Address
		Text                   string
		Fields                 []string
	}
	Priced struct {
		Price       number
		Provisional bool
	}
	Funded   struct{ Balance, Coins number } // of the trader: in the market, outside
	Foretold preview
	Warned   preview // of an order with a limit of 0
	Refused  struct {
		Name          string
		Index, Reason number
		Detail        string
	}
	Reverted struct {
		OK            bool
		Logs, Balance number
	}
	Simulated struct{ Reasons []number } // of the forged and the genuine order
	Relayed   struct {
		OK                         bool
		Block, Order               number
		Nonce, Reason              number // of the refused order
		Trader, OrderOf, RefusedOf common.Address
	}
	Heard  fill
	Logged struct {
		Count number
		fill
	}
	Receipt struct { // of the transaction that the fill belongs to
		OK, Has bool
		Index   number
		To      common.Address
	}
	After    struct{ Price, Yes, No, Balance, Nonces number }
	Replayed struct{ Reasons []number }
}

// preview is a dry run's answer.
type preview struct{ Reason, Shares, Cost, Fee, PriceAfter number }

// fill is a Filled event as a tool saw it.
type fill struct {
	Block, Question, Order, Shares, Coins, Left number
	Trader                                      common.Address
	Tx                                          common.Hash
}

// The amounts of the story, in coins; coins multiplies.
const (
	subsidy = 100
	funding = 20
	budget  = 5
	nonce   = 3*256 + 5 // bit 5 of word 3
)

func coins(n uint64) *number {
	return new(number).Mul(uint256.NewInt(n), uint256.NewInt(1e18))
}

// TestStory has every tool tell the story, each with an account of its own and
// all at once, as on a chain with more than one user.
func TestStory(t *testing.T) {
	for i, c := range []struct {
		name string
		tool func(*testing.T) []string // a command that runs in this folder
	}{
		{"viem", func(t *testing.T) []string {
			return []string{need(t, "node", "node_modules/viem"), "viem.mjs"}
		}},
		{"ethers", func(t *testing.T) []string {
			return []string{need(t, "node", "node_modules/ethers"), "ethers.mjs"}
		}},
		{"web3py", func(t *testing.T) []string {
			return []string{need(t, ".venv/bin/python", ".venv/.stamp"), "web3py.py"}
		}},
		{"bind", func(t *testing.T) []string { return []string{buildBound(t)} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			command := c.tool(t)
			n := sharedNode(t)
			t.Parallel()
			s := setting{
				HTTP: n.HTTP, WS: n.WS, Market: n.Market, ABI: marketABI(t),
				Key: n.keys[i], Host: c.name + ".example",
			}
			told := tell(t, s, command...)
			told.judgeQuestion(t, n, s)
			told.judgeRefusals(t)
			told.judgeTrade(t)
		})
	}
}

// marketABI is the JSON published for everybody.
func marketABI(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../contracts/IMarket.abi.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// buildBound builds the story's program around the binding that go-ethereum's
// first abigen, which most Go programs were made with, gives for the ABI. The
// binding is laid over the program's folder and never written there. (The
// second's is client/imarket, which the tests with Solidity use.)
func buildBound(t *testing.T) string {
	t.Helper()
	source, err := abigen.Bind(
		[]string{"IMarket"}, []string{string(marketABI(t))}, []string{""}, nil, "main", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	generated, overlay := filepath.Join(dir, "imarket.go"), filepath.Join(dir, "overlay.json")
	place, err := filepath.Abs(filepath.FromSlash("testdata/bound/imarket.go"))
	if err != nil {
		t.Fatal(err)
	}
	laid, err := json.Marshal(map[string]any{"Replace": map[string]string{place: generated}})
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string][]byte{generated: []byte(source), overlay: laid} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "bound")
	if err := goBuild(program, "./testdata/bound", "-overlay", overlay); err != nil {
		t.Fatal(err)
	}
	return program
}

// tell runs a tool and reads its story.
func tell(t *testing.T, s setting, command ...string) *story {
	t.Helper()
	told, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), toolLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var out, faults bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(told), &out, &faults
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v after saying\n%s\nand complaining\n%s", err, out.String(), faults.String())
	}
	return readStory(t, out.Bytes())
}

// readStory reads the lines of a story and wants each step once, in order.
func readStory(t *testing.T, text []byte) *story {
	t.Helper()
	var seen []string
	lines := map[string]json.RawMessage{}
	for scan := bufio.NewScanner(bytes.NewReader(text)); scan.Scan(); {
		var line struct{ Step string }
		if err := json.Unmarshal(scan.Bytes(), &line); err != nil {
			t.Fatalf("%q: %v", scan.Text(), err)
		}
		seen = append(seen, line.Step)
		lines[line.Step] = json.RawMessage(bytes.Clone(scan.Bytes()))
	}
	if !slices.Equal(seen, steps) {
		t.Fatalf("steps: want %v, have %v", steps, seen)
	}
	whole, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	var s story
	if err := json.Unmarshal(whole, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// same wants two numbers to be equal.
func same(t *testing.T, what string, have number, want *number) {
	t.Helper()
	if !have.Eq(want) {
		t.Errorf("%s: want %s, have %s", what, want.Dec(), have.Dec())
	}
}

// judgeQuestion checks the chain and the question, before any trade.
func (s *story) judgeQuestion(t *testing.T, n *node, told setting) {
	t.Helper()
	same(t, "chain id", s.Chain.Chain, uint256.NewInt(n.ChainID))
	if s.Chain.Domain != s.Chain.Computed || s.Chain.Domain == (common.Hash{}) {
		t.Errorf("EIP-712 domain: the market's %s, the tool's %s", s.Chain.Domain, s.Chain.Computed)
	}

	a := s.Asked
	if !a.OK || a.Question.IsZero() || a.End.IsZero() {
		t.Errorf("asking: ok %t, question %s, end %s", a.OK, a.Question.Dec(), a.End.Dec())
	}
	if a.Opener != a.Me || a.Resolver != a.Me {
		t.Errorf("opener %s, resolver %s, want both %s", a.Opener, a.Resolver, a.Me)
	}
	if want := "Is the dapp at " + told.Host + " a scam?"; a.Text != want {
		t.Errorf("text: want %q, have %q", want, a.Text)
	}
	if !slices.Equal(a.Fields, []string{told.Host}) {
		t.Errorf("fields: want [%s], have %q", told.Host, a.Fields)
	}
	same(t, "subsidy", a.Subsidy, coins(subsidy))
	same(t, "books", a.Books, uint256.NewInt(1))
	same(t, "phase", a.Phase, uint256.NewInt(uint64(market.Open)))

	base := market.Templates[market.DappScam].BaseRate
	same(t, "price before", s.Priced.Price, uint256.NewInt(uint64(base)))
	if !s.Priced.Provisional {
		t.Error("the price of an open question is not provisional")
	}
	same(t, "funded balance", s.Funded.Balance, coins(funding))
	same(t, "coins of a key that only signs", s.Funded.Coins, new(number))
}

// judgeRefusals checks that what the market refuses says why, and changes
// nothing.
func (s *story) judgeRefusals(t *testing.T) {
	t.Helper()
	badLimit, badSignature := uint64(market.BadLimit), uint64(market.BadSignature)
	same(t, "dry run at a limit of 0", s.Warned.Reason, uint256.NewInt(badLimit))
	same(t, "its shares", s.Warned.Shares, new(number))

	if s.Refused.Name != "Refused" {
		t.Errorf("error: want Refused, have %q", s.Refused.Name)
	}
	same(t, "refused element", s.Refused.Index, uint256.NewInt(1))
	same(t, "its reason", s.Refused.Reason, uint256.NewInt(badLimit))
	if !strings.Contains(s.Refused.Detail, market.BadLimit.String()) {
		t.Errorf("detail: want %q in it, have %q", market.BadLimit, s.Refused.Detail)
	}
	if s.Reverted.OK {
		t.Error("a transaction with a refused order succeeded")
	}
	same(t, "logs of a reverted transaction", s.Reverted.Logs, new(number))
	same(t, "balance that it left", s.Reverted.Balance, new(number))

	wantReasons(t, "simulated", s.Simulated.Reasons, market.BadSignature, market.OK)
	wantReasons(t, "replayed", s.Replayed.Reasons, market.NonceUsed)
	r := s.Relayed
	if r.RefusedOf != r.Trader {
		t.Errorf("the forged order was refused to %s, want %s", r.RefusedOf, r.Trader)
	}
	same(t, "nonce of the forged order", r.Nonce, uint256.NewInt(nonce))
	same(t, "reason of the forged order", r.Reason, uint256.NewInt(badSignature))
}

func wantReasons(t *testing.T, what string, have []number, want ...market.Reason) {
	t.Helper()
	if len(have) != len(want) {
		t.Errorf("%s: want %d reasons, have %d", what, len(want), len(have))
		return
	}
	for i := range want {
		same(t, what, have[i], uint256.NewInt(uint64(want[i])))
	}
}

// judgeTrade checks that the signed order, alone in its batch, did what the dry
// run said, in the block after it was carried, and that it shows everywhere.
func (s *story) judgeTrade(t *testing.T) {
	t.Helper()
	f, r, hope := s.Heard, s.Relayed, s.Foretold
	same(t, "dry run", hope.Reason, new(number))
	if !hope.Shares.Gt(&hope.Cost) || hope.Cost.IsZero() || hope.Cost.Gt(coins(budget)) {
		t.Errorf("dry run: %s shares for %s", hope.Shares.Dec(), hope.Cost.Dec())
	}
	if !r.OK || r.OrderOf != r.Trader {
		t.Errorf("relayed: ok %t, order of %s, want %s", r.OK, r.OrderOf, r.Trader)
	}

	if f.Trader != r.Trader {
		t.Errorf("filled: trader %s, want %s", f.Trader, r.Trader)
	}
	same(t, "filled question", f.Question, &s.Asked.Question)
	same(t, "filled order", f.Order, &r.Order)
	same(t, "block of the batch", f.Block, new(number).AddUint64(&r.Block, 1))
	same(t, "filled shares", f.Shares, &hope.Shares)
	same(t, "filled coins", f.Coins, &hope.Cost)
	same(t, "logs found", s.Logged.Count, uint256.NewInt(1))
	if s.Logged.fill != f {
		t.Errorf("logs say %+v, the subscription %+v", s.Logged.fill, f)
	}
	if !s.Receipt.OK || !s.Receipt.Has || s.Receipt.To != clockAddress {
		t.Errorf("receipt of the tick: %+v, want the fill in a call of %s", s.Receipt, clockAddress)
	}
	same(t, "place of the tick in its block", s.Receipt.Index, new(number))

	same(t, "price after", s.After.Price, &hope.PriceAfter)
	if !s.After.Price.Gt(&s.Priced.Price) {
		t.Errorf("buying YES moved the price to %s", s.After.Price.Dec())
	}
	same(t, "YES held", s.After.Yes, &f.Shares)
	same(t, "NO held", s.After.No, new(number))
	same(t, "balance after", s.After.Balance, new(number).Sub(coins(funding), &f.Coins))
	same(t, "nonces used", s.After.Nonces, uint256.NewInt(1<<(nonce%256)))
}
