package scan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/intent"
	"agon/guard/rules"
	"agon/guard/simulate"
)

// gather simulates the request and reads the accounts in it. It returns the
// round trips that took.
func (s *Scanner) gather(ctx context.Context, c *rules.Case) int64 {
	c.Unknown = append(c.Unknown, c.Intent.Request.Unread...)
	if r := c.Intent.Request; len(r.Transactions) == 0 && r.Typed == nil && r.SignIn == nil {
		return 0 // words move nothing, and a hash is not to be known
	}
	if s.Node == nil {
		c.Unknown = append(c.Unknown, "no node is named, so nothing could be tried out")
		return 0
	}
	accounts := c.Interest()
	subject, ok := subjectOf(c)
	var out *simulate.Outcome
	var err error
	if ok {
		out, err = s.Node.Run(ctx, subject, accounts)
	} else {
		out, err = s.Node.Look(ctx, accounts)
	}
	if err != nil {
		c.Unknown = append(c.Unknown, "the node: "+rules.Quote(err.Error()))
		return 0
	}
	c.Effects, c.Others = out.Effects, out.Others
	if out.Unproven != "" {
		c.Unknown = append(c.Unknown, "the state could not be proven: "+rules.Quote(out.Unproven))
	}
	stale(c, out.Block)
	if out.Block.Chain != c.Wallet && c.Wallet != 0 {
		c.Unknown = append(c.Unknown, "the node is on another chain than the wallet")
	}
	for a, f := range out.Facts {
		c.Accounts[a] = account(f)
	}
	itemise(c)
	return out.Trips + s.dust(ctx, c, out.Block) + s.past(ctx, c, out.Block)
}

// past looks at what spenders and unknown proxies were some days ago, and returns
// the round trips that took.
func (s *Scanner) past(ctx context.Context, c *rules.Case, block *simulate.Block) int64 {
	spenders, proxies := grantees(c), c.Proxies()
	if len(spenders)+len(proxies) == 0 {
		return 0
	}
	past, err := s.Node.Past(ctx, block, c.Limits.YoungContract, spenders, proxies)
	if err != nil || past == nil {
		return 1
	}
	for a, young := range past.Young {
		if k := c.Accounts[a]; k != nil {
			k.Young = young && k.HasCode
		}
	}
	for a, replaced := range past.Replaced {
		c.Accounts[a].Replaced = replaced
	}
	return 2
}

// staleAfter is the age at which a chain's newest block may hide what has happened
// since. The slowest chains have a block in less than a minute.
const staleAfter = 10 * time.Minute

// stale notes that the node shows the chain as it was some time ago: it may be
// behind, or keep back what came later.
func stale(c *rules.Case, block *simulate.Block) {
	age := c.Now.Sub(block.Time())
	if age < staleAfter {
		return
	}
	what := fmt.Sprintf("the newest block that the node tells is %s old",
		age.Round(time.Minute))
	if c.Effects != nil {
		c.Effects.Incomplete = append(c.Effects.Incomplete, what)
	} else {
		c.Unknown = append(c.Unknown, what)
	}
}

// itemise corrects grants over collections: their approve names an item where a
// token's names an amount, so that number 0 takes nothing back.
func itemise(c *rules.Case) {
	for i := range c.Intent.Grants {
		g := &c.Intent.Grants[i]
		k := c.Accounts[g.Token]
		if g.Right != intent.Spend || g.Permit2 || g.Signed || k == nil || k.Token == nil ||
			!k.Token.Collection {
			continue
		}
		g.Right, g.ID, g.Amount = intent.Item, g.Amount, nil
		g.Unlimited, g.Revokes = false, g.Spender == common.Address{}
	}
}

// grantees are the spenders with code that no source names.
func grantees(c *rules.Case) []common.Address {
	var out []common.Address
	for _, g := range c.Intent.Grants {
		k := c.Accounts[g.Spender]
		if !g.Revokes && k != nil && k.HasCode && !slices.Contains(out, g.Spender) {
			out = append(out, g.Spender)
		}
	}
	return out
}

// subjectOf turns a request into what can be tried out; false for signatures.
func subjectOf(c *rules.Case) (simulate.Subject, bool) {
	txs := c.Intent.Request.Transactions
	if len(txs) == 0 || txs[0].From == nil {
		return simulate.Subject{}, false
	}
	first := txs[0]
	s := simulate.Subject{
		From: *first.From, To: first.To, Value: first.Value, Data: first.Data,
	}
	if first.Gas != nil {
		s.Gas = *first.Gas
	}
	for _, g := range first.Grants {
		if g.Authority == nil {
			continue
		}
		if s.Delegates == nil {
			s.Delegates = map[common.Address]common.Address{}
		}
		s.Delegates[*g.Authority] = g.Delegate
	}
	for _, tx := range txs[1:] {
		s.Then = append(s.Then, simulate.Step{To: tx.To, Value: tx.Value, Data: tx.Data})
	}
	for _, g := range c.Intent.Grants {
		s.Spenders = append(s.Spenders, g.Spender)
		s.Tokens = append(s.Tokens, g.Token)
	}
	for _, p := range c.Intent.Payments {
		if p.Token != nil {
			s.Tokens = append(s.Tokens, *p.Token)
		}
	}
	return s, true
}

func account(f *simulate.Facts) *rules.Account {
	k := &rules.Account{
		HasCode: f.HasCode, CodeHash: f.CodeHash, Delegate: f.Delegate, Target: f.Target,
		Powers: powers(f.Code),
	}
	if f.Token != nil {
		k.Token = &rules.TokenFacts{
			Symbol: f.Token.Symbol, Name: f.Token.Name, Decimals: f.Token.Decimals,
			Collection: f.Token.Collection,
		}
	}
	return k
}
