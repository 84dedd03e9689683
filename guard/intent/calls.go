package intent

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/unfold"
)

// call notes what one call of a tree gives away.
func (in *Intent) call(c *unfold.Call) {
	if c.Value.Sign() > 0 && c.To != nil && len(c.Inner) == 0 {
		in.Payments = append(in.Payments, Payment{From: c.From, To: *c.To, Amount: c.Value,
			Call: c})
	}
	if c.Delegate && c.To != nil {
		in.Changes = append(in.Changes, Change{
			Control: SafeDelegate, Where: c.From, Who: *c.To, Call: c,
		})
	}
	if c.Function == nil || c.How < unfold.Named || c.To == nil {
		return
	}
	signature := c.Function.Signature()
	for _, table := range []map[string]func(*Intent, *unfold.Call){givers, lenders, payers} {
		if read, ok := table[signature]; ok {
			read(in, c)
		}
	}
}

// givers by canonical signature.
var givers = map[string]func(*Intent, *unfold.Call){
	"transfer(address,uint256)": func(in *Intent, c *unfold.Call) {
		in.pay(c, c.From, address(c, 0), number(c, 1), nil)
	},
	"transferFrom(address,address,uint256)": func(in *Intent, c *unfold.Call) {
		in.pay(c, address(c, 0), address(c, 1), number(c, 2), nil)
	},
	"transferAndCall(address,uint256,bytes)": func(in *Intent, c *unfold.Call) {
		in.pay(c, c.From, address(c, 0), number(c, 1), nil)
	},
	"safeTransferFrom(address,address,uint256)":       item,
	"safeTransferFrom(address,address,uint256,bytes)": item,
	"safeTransferFrom(address,address,uint256,uint256,bytes)": func(in *Intent, c *unfold.Call) {
		in.pay(c, address(c, 0), address(c, 1), number(c, 3), number(c, 2))
	},
	"safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)": items,
	"transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32," +
		"bytes32)": func(in *Intent, c *unfold.Call) {
		in.pay(c, address(c, 0), address(c, 1), number(c, 2), nil)
	},

	"approve(address,uint256)":           func(in *Intent, c *unfold.Call) { in.allow(c, false) },
	"increaseAllowance(address,uint256)": func(in *Intent, c *unfold.Call) { in.allow(c, true) },
	"increaseApproval(address,uint256)":  func(in *Intent, c *unfold.Call) { in.allow(c, true) },
	"approveAndCall(address,uint256,bytes)": func(in *Intent, c *unfold.Call) {
		in.allow(c, false)
	},
	"setApprovalForAll(address,bool)": func(in *Intent, c *unfold.Call) {
		in.Grants = append(in.Grants, Grant{
			Right: All, Token: *c.To, Owner: c.From, Spender: address(c, 0),
			Unlimited: number(c, 1).Sign() != 0, Revokes: number(c, 1).Sign() == 0, Call: c,
		})
	},
	"permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": func(in *Intent,
		c *unfold.Call) {
		in.Grants = append(in.Grants, Grant{
			Right: Spend, Token: *c.To, Owner: address(c, 0), Spender: address(c, 1),
			Amount: number(c, 2), Unlimited: unlimited(number(c, 2)),
			Revokes: number(c, 2).Sign() == 0, Call: c,
		})
	},
	"permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)": func(in *Intent,
		c *unfold.Call) {
		allowed := number(c, 4).Sign() != 0
		in.Grants = append(in.Grants, Grant{
			Right: Spend, Token: *c.To, Owner: address(c, 0), Spender: address(c, 1),
			Unlimited: allowed, Revokes: !allowed, Call: c,
		})
	},
	// Permit2.
	"approve(address,address,uint160,uint48)": func(in *Intent, c *unfold.Call) {
		in.Grants = append(in.Grants, Grant{
			Right: Spend, Token: address(c, 0), Owner: c.From, Spender: address(c, 1),
			Amount: number(c, 2), Unlimited: unlimited(number(c, 2)), Expires: number(c, 3),
			Revokes: number(c, 2).Sign() == 0, Permit2: true, Call: c,
		})
	},
	"transferFrom(address,address,uint160,address)": func(in *Intent, c *unfold.Call) {
		token := address(c, 3)
		in.Payments = append(in.Payments, Payment{
			Token: &token, From: address(c, 0), To: address(c, 1), Amount: number(c, 2), Call: c,
		})
	},
	// Uniswap's router: what it holds for the sender goes to a recipient.
	"SWEEP(address,address,uint256)":    routed,
	"TRANSFER(address,address,uint256)": routed,

	"transferOwnership(address)":      control(Owner, 0),
	"setOwner(address)":               control(Owner, 0),
	"renounceOwnership()":             control(Owner, -1),
	"grantRole(bytes32,address)":      control(Role, 1),
	"changeAdmin(address)":            control(Code, 0),
	"upgradeTo(address)":              control(Code, 0),
	"upgradeToAndCall(address,bytes)": control(Code, 0),
	"upgrade(address,address)": func(in *Intent, c *unfold.Call) {
		in.Changes = append(in.Changes, Change{Code, address(c, 0), address(c, 1), nil, c})
	},
	"upgradeAndCall(address,address,bytes)": func(in *Intent, c *unfold.Call) {
		in.Changes = append(in.Changes, Change{Code, address(c, 0), address(c, 1), nil, c})
	},
	"addOwnerWithThreshold(address,uint256)": control(SafeOwner, 0),
	"removeOwner(address,address,uint256)":   control(SafeOwner, 1),
	"swapOwner(address,address,address)":     control(SafeOwner, 2),
	"changeThreshold(uint256)":               control(SafeOwner, -1),
	"enableModule(address)":                  control(SafeModule, 0),
	"setGuard(address)":                      control(SafeGuard, 0),
	"setFallbackHandler(address)":            control(SafeGuard, 0),
	"execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address," +
		"bytes)": refund,
}

func address(c *unfold.Call, i int) common.Address {
	a, _ := c.Arg(i).Address()
	return a
}

func number(c *unfold.Call, i int) *big.Int { return quantity(c.Arg(i)) }

func quantity(v calldata.Value) *big.Int {
	if n, ok := v.Uint(); ok {
		return n
	}
	return new(big.Int)
}

func (in *Intent) pay(c *unfold.Call, from, to common.Address, amount, id *big.Int) {
	in.Payments = append(in.Payments, Payment{
		Token: c.To, From: from, To: to, Amount: amount, ID: id, Call: c,
	})
}

func (in *Intent) allow(c *unfold.Call, increase bool) {
	amount := number(c, 1)
	in.Grants = append(in.Grants, Grant{
		Right: Spend, Token: *c.To, Owner: c.From, Spender: address(c, 0), Amount: amount,
		Unlimited: unlimited(amount), Increase: increase,
		Revokes: amount.Sign() == 0 && !increase, Call: c,
	})
}

func item(in *Intent, c *unfold.Call) {
	in.pay(c, address(c, 0), address(c, 1), big.NewInt(1), number(c, 2))
}

func items(in *Intent, c *unfold.Call) {
	ids, amounts := c.Arg(2).Elems, c.Arg(3).Elems
	for i, id := range ids {
		amount := big.NewInt(1)
		if i < len(amounts) {
			amount = quantity(amounts[i])
		}
		in.pay(c, address(c, 0), address(c, 1), amount, quantity(id))
	}
}

func routed(in *Intent, c *unfold.Call) {
	token, to := address(c, 0), address(c, 1)
	// 1 and 2 stand for the sender and the router itself.
	if to == common.BigToAddress(common.Big1) || to == common.BigToAddress(common.Big2) {
		return
	}
	p := Payment{From: c.From, To: to, Amount: number(c, 2), Call: c}
	if token != (common.Address{}) {
		p.Token = &token
	}
	in.Payments = append(in.Payments, p)
}

// control notes that the account of argument who gets control over the callee;
// nobody gets it where who is negative.
func control(what Control, who int) func(*Intent, *unfold.Call) {
	return func(in *Intent, c *unfold.Call) {
		change := Change{Control: what, Where: *c.To, Call: c}
		if who >= 0 {
			change.Who = address(c, who)
		}
		in.Changes = append(in.Changes, change)
	}
}

// refund notes that a Safe pays for gas: to a receiver, in a token and at a
// price that the transaction's author chose.
func refund(in *Intent, c *unfold.Call) {
	if price := number(c, 6); price.Sign() > 0 {
		in.Changes = append(in.Changes, Change{
			Control: SafeRefund, Where: *c.To, Who: address(c, 8), Call: c,
		})
	}
}
