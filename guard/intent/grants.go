package intent

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/unfold"
)

// lenders are functions that grant rights under other names than approve, in
// protocols that many use. Where a protocol grants everything that an account has
// there, the grant is of All.
var lenders = map[string]func(*Intent, *unfold.Call){
	"authorizeOperator(address)": func(in *Intent, c *unfold.Call) { // ERC-777
		in.Grants = append(in.Grants, Grant{
			Right: Spend, Token: *c.To, Owner: c.From, Spender: address(c, 0), Unlimited: true,
			Call: c,
		})
	},
	// ERC-6909, Compound III, Morpho, Maker, Balancer, and collections by signature.
	"setOperator(address,bool)":                                    everything(-1, 0, 1),
	"allow(address,bool)":                                          everything(-1, 0, 1),
	"setAuthorization(address,bool)":                               everything(-1, 0, 1),
	"hope(address)":                                                everything(-1, 0, -1),
	"setRelayerApproval(address,address,bool)":                     everything(0, 1, 2),
	"setApprovalForAllWithSig(address,address,bool,uint256,bytes)": everything(0, 1, 2),

	// ERC-6909, and the ERC-20 tokens that want the present allowance told.
	"approve(address,uint256,uint256)": func(in *Intent, c *unfold.Call) {
		in.spend(c, *c.To, c.From, address(c, 0), number(c, 2))
	},
	// Aave: the spender borrows at the owner's cost.
	"approveDelegation(address,uint256)": func(in *Intent, c *unfold.Call) {
		in.spend(c, *c.To, c.From, address(c, 0), number(c, 1))
	},
	"permit(address,address,uint256,uint256,bytes)": func(in *Intent, c *unfold.Call) {
		in.spend(c, *c.To, address(c, 0), address(c, 1), number(c, 2))
	},
	"permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)":   allowed,
	"permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)": allowed,
}

// everything reads a function by which the owner (the caller if negative) gives
// an operator all that it has, if argument yes is true or negative.
func everything(owner, operator, yes int) func(*Intent, *unfold.Call) {
	return func(in *Intent, c *unfold.Call) {
		g := Grant{Right: All, Token: *c.To, Owner: c.From, Spender: address(c, operator), Call: c}
		if owner >= 0 {
			g.Owner = address(c, owner)
		}
		g.Unlimited = yes < 0 || number(c, yes).Sign() != 0
		g.Revokes = !g.Unlimited
		in.Grants = append(in.Grants, g)
	}
}

func (in *Intent) spend(c *unfold.Call, token, owner, spender common.Address, amount *big.Int) {
	in.Grants = append(in.Grants, Grant{
		Right: Spend, Token: token, Owner: owner, Spender: spender, Amount: amount,
		Unlimited: unlimited(amount), Revokes: amount.Sign() == 0, Call: c,
	})
}

// allowed reads Permit2's permit with the owner's signature.
func allowed(in *Intent, c *unfold.Call) {
	permit := c.Arg(1)
	for _, d := range each(member(permit, 0)) {
		amount := quantity(member(d, 1))
		g := Grant{
			Right: Spend, Owner: address(c, 0), Amount: amount, Unlimited: unlimited(amount),
			Expires: quantity(member(d, 2)), Revokes: amount.Sign() == 0, Permit2: true, Call: c,
		}
		g.Token, _ = member(d, 0).Address()
		g.Spender, _ = member(permit, 1).Address()
		in.Grants = append(in.Grants, g)
	}
}

// member gives the i-th part of a tuple; a zero Value if there is none.
func member(v calldata.Value, i int) calldata.Value {
	if i >= len(v.Elems) {
		return calldata.Value{}
	}
	return v.Elems[i]
}

// payers are functions that move tokens under other names than transfer.
var payers = map[string]func(*Intent, *unfold.Call){
	"transferFrom((address,address,uint160,address)[])": func(in *Intent, c *unfold.Call) {
		for _, t := range c.Arg(0).Elems { // Permit2
			p := Payment{Token: new(common.Address), Amount: quantity(member(t, 2)), Call: c}
			p.From, _ = member(t, 0).Address()
			p.To, _ = member(t, 1).Address()
			*p.Token, _ = member(t, 3).Address()
			in.Payments = append(in.Payments, p)
		}
	},
	"PERMIT2_TRANSFER_FROM(address,address,uint160)": routed,
	"transferAndCall(address,uint256)":               paid,
	"send(address,uint256,bytes)":                    paid, // ERC-777
	"transfer(address,uint256,bytes)":                paid, // ERC-223
	"transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)": func(
		in *Intent, c *unfold.Call) {
		in.pay(c, address(c, 0), address(c, 1), number(c, 2), nil)
	},
}

func paid(in *Intent, c *unfold.Call) { in.pay(c, c.From, address(c, 0), number(c, 1), nil) }
