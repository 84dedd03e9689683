package simulate

import (
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/effect"
	"agon/guard/selector"
)

// resell tries to sell at once what a run bought: one token came in, one token
// or coin went out, through a function whose name says that it trades (shares of
// a deposit may well stay where they are). Where the swap is of a known form, the
// reverse swap is made through the same router; otherwise the token is sent back
// to where it came from, which shows at least whether it can leave. Nil if
// nothing was bought.
func resell(after *machine, s Subject, e *effect.Effects) *effect.Resale {
	var bought, paid *effect.Balance
	for i := range e.Balances {
		b := &e.Balances[i]
		if b.Account != s.From {
			continue
		}
		switch {
		case b.Change().Sign() > 0 && b.Token != nil && bought == nil:
			bought = b
		case b.Change().Sign() < 0 && paid == nil:
			paid = b
		default:
			return nil // more than one thing either way: no plain purchase
		}
	}
	if bought == nil || paid == nil || s.To == nil {
		return nil
	}
	call, ok := selector.Known().Decode(s.Data)
	if !ok || !trades(call.Function.Name) {
		return nil
	}
	r := &effect.Resale{Token: *bought.Token, Paid: new(big.Int).Neg(paid.Change())}
	// On a copy: a transaction begins with marks that no snapshot takes back.
	after = &machine{db: after.db.Copy(), block: after.block, env: after.env}
	back, ok := reverse(call, s.From, bought.Change(), paid.Token == nil)
	if !ok {
		return after.sendBack(s, r, bought)
	}
	// The router needs an allowance, as it would from a seller.
	grant := question(selectorOf("approve(address,uint256)"), wordOf(*s.To),
		common.MaxHash)
	if res, err := after.apply(Subject{From: s.From, To: bought.Token, Data: grant}); err != nil ||
		res.reverted {
		r.Reverted, r.Reason = true, "it cannot be approved for sale"
		return r
	}
	earlier := after.holding(s.From, paid.Token)
	res, err := after.apply(Subject{From: s.From, To: s.To, Data: back})
	if err != nil || res.reverted {
		r.Reverted = true
		if res != nil {
			r.Reason = res.reason
		}
		return r
	}
	r.Back = new(big.Int).Sub(after.holding(s.From, paid.Token), earlier)
	return r
}

// trades reports whether a function's name is that of a purchase or a swap.
func trades(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"swap", "exact", "buy", "exchange", "purchase", "execute",
		"multicall"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// holding is an account's amount of a token, or of the coin for nil.
func (m *machine) holding(a common.Address, t *common.Address) *big.Int {
	if t == nil {
		return m.db.GetBalance(a).ToBig()
	}
	n, ok := m.number(*t, question(balanceOf, wordOf(a)))
	if !ok {
		return new(big.Int)
	}
	return n
}

// sendBack sends what was bought to the contract that was called.
func (m *machine) sendBack(s Subject, r *effect.Resale, bought *effect.Balance) *effect.Resale {
	data := question(selectorOf("transfer(address,uint256)"), wordOf(*s.To),
		common.BigToHash(bought.Change()))
	res, err := m.apply(Subject{From: s.From, To: bought.Token, Data: data})
	if err == nil && !res.reverted && !answersNo(res.output) {
		return nil // it can leave; at what price nobody knows
	}
	r.Reverted = true
	if res != nil {
		r.Reason = res.reason
	}
	return r
}

// answersNo reports whether a token's answer is a false truth value.
func answersNo(output []byte) bool {
	return len(output) == 32 && new(big.Int).SetBytes(output).Sign() == 0
}

// reverse writes the swap that undoes a swap of a known form.
func reverse(call *calldata.Call, seller common.Address, amount *big.Int, forCoin bool,
) ([]byte, bool) {
	var path []calldata.Value
	for i, in := range call.Function.Inputs {
		if in.Name == "path" && in.Type.Kind == calldata.Slice {
			path = call.Args.Elems[i].Elems
		}
	}
	if len(path) < 2 || len(path) > 8 {
		return nil, false
	}
	name := "swapExactTokensForTokensSupportingFeeOnTransferTokens"
	if forCoin {
		name = "swapExactTokensForETHSupportingFeeOnTransferTokens"
	}
	data := question(selectorOf(name+"(uint256,uint256,address[],address,uint256)"),
		common.BigToHash(amount), common.Hash{}, common.BigToHash(big.NewInt(5*32)), wordOf(seller),
		common.MaxHash, common.BigToHash(big.NewInt(int64(len(path)))))
	for i := len(path) - 1; i >= 0; i-- {
		a, _ := path[i].Address()
		data = append(data, common.LeftPadBytes(a[:], 32)...)
	}
	return data, true
}
