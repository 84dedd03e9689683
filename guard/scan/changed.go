package scan

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/effect"
	"agon/guard/rules"
)

// drift is how far an amount may move between two looks and still be the same
// to a person, in percent: prices move a little with every block.
const drift = 1

// Changed says, in a sentence each, in what the outcome of one request differs
// between two looks at it. Nothing means that whoever read the first report has
// read the second one too. What could be tried out before and cannot be now is
// a difference.
func Changed(before, after *Report) []string {
	var out []string
	if a, b := before.Verdict.Severity, after.Verdict.Severity; a != b {
		out = append(out, fmt.Sprintf("The verdict was %q and is %q now.", a, b))
	}
	known := map[string]bool{}
	for _, f := range before.Verdict.Findings {
		known[f.Rule+f.Subject] = true
	}
	for _, f := range after.Verdict.Findings {
		if f.Severity > rules.Safe && !known[f.Rule+f.Subject] {
			out = append(out, "New: "+f.Reason)
		}
	}
	out = append(out, changedCode(before.Case.Accounts, after.Case.Accounts)...)
	a, b := before.Case.Effects, after.Case.Effects
	switch {
	case a == nil && b == nil:
		return out
	case b == nil:
		return append(out, "What it does could be tried out before and cannot be now.")
	case a == nil:
		return append(out, "What it does could not be tried out before and can be now.")
	case a.Reverted != b.Reverted && b.Reverted:
		return append(out, "It would fail now.")
	case a.Reverted != b.Reverted:
		return append(out, "It would have failed and would not fail now.")
	case b.Rung < a.Rung:
		out = append(out, fmt.Sprintf("It was %s; now it is only %s.", a.Rung, b.Rung))
	}
	out = append(out, changedBalances(before, after)...)
	if !slices.EqualFunc(a.Allowances, b.Allowances, sameAllowance) {
		out = append(out, "It gives other rights over your tokens than before.")
	}
	if !slices.EqualFunc(a.Items, b.Items, sameMove) {
		out = append(out, "Other items change hands than before.")
	}
	if !slices.Equal(a.Controls, b.Controls) {
		out = append(out, "It changes who is in charge of a contract in another way than before.")
	}
	return out
}

// changedCode finds contracts whose code, or whose proxy's target, is not the
// one that was looked at.
func changedCode(before, after map[common.Address]*rules.Account) []string {
	var out []string
	for _, a := range slices.SortedFunc(maps.Keys(before), common.Address.Cmp) {
		x, y := before[a], after[a]
		if y != nil && (x.CodeHash != y.CodeHash || !same(x.Target, y.Target) ||
			!same(x.Delegate, y.Delegate)) {
			out = append(out, fmt.Sprintf("The code of %s has been replaced.", a))
		}
	}
	return out
}

func same(a, b *common.Address) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// changedBalances compares what the signer gains and loses, token by token.
func changedBalances(before, after *Report) []string {
	was, is := deltas(before), deltas(after)
	var out []string
	for _, t := range slices.SortedFunc(maps.Keys(is), common.Address.Cmp) {
		x, y := was[t], is[t]
		if !near(x.units, y.units) {
			out = append(out, fmt.Sprintf("%s: %s, where it was %s when you looked.", y.token,
				y.words, orNothing(x.words)))
		}
	}
	for _, t := range slices.SortedFunc(maps.Keys(was), common.Address.Cmp) {
		if _, ok := is[t]; !ok {
			out = append(out, fmt.Sprintf("%s: nothing, where it was %s when you looked.",
				was[t].token, was[t].words))
		}
	}
	return out
}

// delta is what a request does to one of the signer's balances.
type delta struct {
	units        *big.Int
	token, words string
}

// deltas by token; the chain's coin has the zero address.
func deltas(r *Report) map[common.Address]delta {
	out := map[common.Address]delta{}
	words := r.Explanation.Changes // one for each of the signer's balances, in their order
	for _, b := range r.Case.Effects.Balances {
		if b.Account != r.Case.Intent.Account || len(words) == 0 {
			continue
		}
		var t common.Address
		if b.Token != nil {
			t = *b.Token
		}
		out[t] = delta{b.Change(), words[0].Token, words[0].Delta}
		words = words[1:]
	}
	return out
}

// near reports |x − y| · 100 ≤ drift · max(|x|, |y|); nil is zero.
func near(x, y *big.Int) bool {
	if x == nil {
		x = new(big.Int)
	}
	gap := new(big.Int).Sub(x, y)
	gap.Mul(gap.Abs(gap), big.NewInt(100))
	most := new(big.Int).Abs(x)
	if x.CmpAbs(y) < 0 {
		most.Abs(y)
	}
	return gap.Cmp(most.Mul(most, big.NewInt(drift))) <= 0
}

func orNothing(words string) string {
	if words == "" {
		return "nothing"
	}
	return words
}

// sameAllowance compares what is left to the spender afterwards.
func sameAllowance(a, b effect.Allowance) bool {
	return a.Token == b.Token && a.Owner == b.Owner && a.Spender == b.Spender && a.All == b.All &&
		a.After.Cmp(b.After) == 0
}

func sameMove(a, b effect.Move) bool {
	return a.Collection == b.Collection && a.ID.Cmp(b.ID) == 0 && a.From == b.From && a.To == b.To
}
