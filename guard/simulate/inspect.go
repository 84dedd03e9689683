package simulate

import (
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"agon/guard/effect"
)

// inspector compares the state before a run with the state after it.
type inspector struct {
	before, after *machine
	subject       Subject
	seen          *observer
	out           *effect.Effects
}

// Limits of what is compared: the product of accounts and contracts.
const maxCompared = 1024

// inspect fills in what a run changed.
func (i *inspector) inspect() {
	i.balances()
	i.items()
	i.allowances()
	i.controls()
	if i.seen.full {
		i.out.Incomplete = append(i.out.Incomplete, "more happens than is looked at")
	}
}

// accounts whose balances matter: the sender's first.
func (i *inspector) accounts() []common.Address {
	out := []common.Address{i.subject.From}
	for _, a := range i.subject.Watch {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// contracts to ask: those that ran and changed their storage, and those that
// the request names. Logs are not needed for that, so a token that keeps quiet
// about a transfer is asked as well.
func (i *inspector) contracts() []common.Address {
	var out []common.Address
	add := func(a common.Address) {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, t := range i.subject.Tokens {
		add(t)
	}
	for _, w := range i.seen.written {
		add(w.account)
	}
	// A proxy's storage is its own; a token may keep balances elsewhere.
	for _, l := range i.seen.logs {
		add(l.Address)
	}
	return out
}

func (i *inspector) balances() {
	accounts, contracts := i.accounts(), i.contracts()
	for _, a := range accounts {
		i.balance(a, nil, i.before.db.GetBalance(a).ToBig(), i.after.db.GetBalance(a).ToBig())
	}
	if len(accounts)*len(contracts) > maxCompared {
		i.out.Incomplete = append(i.out.Incomplete, "more tokens are touched than are looked at")
		contracts = contracts[:maxCompared/len(accounts)]
	}
	for _, t := range contracts {
		if i.collection(t) {
			continue // its items are told one by one
		}
		for _, a := range accounts {
			data := question(balanceOf, wordOf(a))
			before, ok := i.before.number(t, data)
			after, ok2 := i.after.number(t, data)
			if ok && ok2 {
				i.balance(a, &t, before, after)
			}
		}
	}
}

func (i *inspector) balance(a common.Address, t *common.Address, before, after *big.Int) {
	if before.Cmp(after) != 0 {
		i.out.Balances = append(i.out.Balances, effect.Balance{
			Account: a, Token: t, Before: before, After: after,
		})
	}
}

// ERC-165 identifiers of ERC-721 and ERC-1155.
var (
	erc721  = common.RightPadBytes([]byte{0x80, 0xac, 0x58, 0xcd}, 32)
	erc1155 = common.RightPadBytes([]byte{0xd9, 0xb6, 0x7a, 0x26}, 32)
)

func (i *inspector) collection(t common.Address) bool {
	yes, ok := i.before.number(t, question(supports, common.BytesToHash(erc721)))
	return ok && yes.Sign() != 0
}

// items follows what logs say of items and asks who owned and owns them.
func (i *inspector) items() {
	done := map[slot]bool{}
	for _, l := range i.seen.logs {
		if len(l.Topics) != 4 || l.Topics[0] != topicTransfer && l.Topics[0] != topicSingle {
			continue
		}
		id := l.Topics[3]
		if l.Topics[0] == topicSingle {
			i.copies(l)
			continue
		}
		if at := (slot{l.Address, id}); done[at] {
			continue
		} else {
			done[at] = true
		}
		data := question(ownerOf, id)
		before, _ := i.before.address(l.Address, data) // no owner before: a new item
		after, _ := i.after.address(l.Address, data)
		if before != after {
			i.out.Items = append(i.out.Items, effect.Move{
				Collection: l.Address, ID: id.Big(), From: before, To: after,
			})
		}
	}
}

// copies compares the sender's copies of an item of ERC-1155.
func (i *inspector) copies(l *types.Log) {
	if len(l.Data) != 64 {
		return
	}
	id := common.BytesToHash(l.Data[:32])
	data := question(balanceOfItem, wordOf(i.subject.From), id)
	before, ok := i.before.number(l.Address, data)
	after, ok2 := i.after.number(l.Address, data)
	if !ok || !ok2 || before.Cmp(after) == 0 {
		return
	}
	move := effect.Move{Collection: l.Address, ID: id.Big(), From: i.subject.From}
	if after.Cmp(before) > 0 {
		move.From, move.To = common.Address{}, i.subject.From
	}
	i.out.Items = append(i.out.Items, move)
}

// allowances asks about the sender's, for every spender that the request or a
// log names.
func (i *inspector) allowances() {
	type pair struct{ token, spender common.Address }
	var pairs []pair
	add := func(t, s common.Address) {
		if p := (pair{t, s}); !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	for _, l := range i.seen.logs {
		approval := len(l.Topics) >= 3 && (l.Topics[0] == topicApproval ||
			l.Topics[0] == topicApprovalForAll)
		if approval && common.BytesToAddress(l.Topics[1][:]) == i.subject.From {
			add(l.Address, common.BytesToAddress(l.Topics[2][:]))
		}
	}
	for _, t := range i.contracts() {
		for _, s := range i.subject.Spenders {
			add(t, s)
		}
	}
	if len(pairs) > maxCompared {
		i.out.Incomplete = append(i.out.Incomplete, "more rights change than are looked at")
		pairs = pairs[:maxCompared]
	}
	for _, p := range pairs {
		for _, all := range []bool{false, true} {
			ask := allowance
			if all {
				ask = isApprovedForAll
			}
			data := question(ask, wordOf(i.subject.From), wordOf(p.spender))
			before, ok := i.before.number(p.token, data)
			after, ok2 := i.after.number(p.token, data)
			if ok && ok2 && before.Cmp(after) != 0 {
				i.out.Allowances = append(i.out.Allowances, effect.Allowance{
					Token: p.token, Owner: i.subject.From, Spender: p.spender, All: all,
					Before: before, After: after,
				})
			}
		}
	}
}

// Slots of proxies (EIP-1967): keccak256 of "eip1967.proxy." and the name, less
// one.
const (
	implementation = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
	admin          = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"
	beacon         = "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"
)

var implementationSlot = common.HexToHash(implementation)

var proxySlots = map[common.Hash]string{
	implementationSlot:       "implementation",
	common.HexToHash(admin):  "admin",
	common.HexToHash(beacon): "beacon",
}

// controls compares proxies' slots, owners and code.
func (i *inspector) controls() {
	asked := map[common.Address]bool{}
	for _, w := range i.seen.written {
		if what, ok := proxySlots[w.key]; ok {
			i.control(w.account, what, i.before.db.GetState(w.account, w.key),
				i.after.db.GetState(w.account, w.key))
		}
		if asked[w.account] {
			continue
		}
		asked[w.account] = true
		before, ok := i.before.address(w.account, question(owner))
		after, ok2 := i.after.address(w.account, question(owner))
		if ok && ok2 {
			i.control(w.account, "owner", wordOf(before), wordOf(after))
		}
	}
	coded := i.seen.coded
	for authority := range i.subject.Delegates {
		coded = append(coded, authority)
	}
	slices.SortFunc(coded, common.Address.Cmp)
	for _, a := range slices.Compact(coded) {
		what := "code"
		if _, ok := types.ParseDelegation(i.after.db.GetCode(a)); ok {
			what = "delegation"
		}
		before := i.before.db.GetCodeHash(a)
		if before == types.EmptyCodeHash {
			before = common.Hash{}
		}
		i.control(a, what, before, i.after.db.GetCodeHash(a))
	}
}

func (i *inspector) control(where common.Address, what string, from, to common.Hash) {
	if from != to {
		i.out.Controls = append(i.out.Controls, effect.Control{
			Where: where, What: what, From: from, To: to,
		})
	}
}
