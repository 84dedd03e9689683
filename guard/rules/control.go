package rules

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/intent"
	"agon/guard/unfold"
)

var controlChange = Rule{
	Name: "control",
	Doc:  "ownership, a role or the code of a contract changes hands inside the call",
	Check: func(c *Case) (out []Finding) {
		for _, ch := range c.Intent.Changes {
			what := ""
			switch ch.Control {
			case intent.Owner:
				what = "the ownership of"
			case intent.Role:
				what = "a role in"
			case intent.Code:
				what = "the code of"
			default:
				continue
			}
			who := ch.Who.Hex()
			if ch.Who == (common.Address{}) {
				who = "nobody"
			}
			out = append(out, Finding{
				Severity: Danger, Subject: ch.Where.Hex(), Lesson: "owner",
				Reason: fmt.Sprintf("This hands %s %s to %s.", what, ch.Where, who),
			})
		}
		if c.Effects == nil || len(out) > 0 {
			return out
		}
		for _, k := range c.Effects.Controls {
			if k.What == "delegation" || k.What == "code" && k.From == (common.Hash{}) {
				continue // a new contract; delegations have a rule of their own
			}
			out = append(out, Finding{
				Severity: Danger, Subject: k.Where.Hex(), Lesson: "owner",
				Reason: fmt.Sprintf("The %s of %s changes, though nothing in the call says so.",
					k.What,
					k.Where),
				Facts: []Fact{{"before", k.From.Hex()}, {"after", k.To.Hex()}},
			})
		}
		return out
	},
}

var delegation = Rule{
	Name: "delegation",
	Doc: "an account is handed over to code (EIP-7702) or to somebody who acts for it: unknown " +
		"code, every chain, known thieves",
	Check: func(c *Case) (out []Finding) {
		for _, ch := range c.Intent.Changes {
			if ch.Control == intent.Agent {
				out = append(out, c.agent(ch))
			}
			if ch.Control != intent.Delegation || ch.Who == (common.Address{}) {
				continue // the zero address takes a delegation back
			}
			f := Finding{Severity: Danger, Subject: ch.Who.Hex(), Lesson: "delegation"}
			k, known := c.account(ch.Who)
			switch {
			case known && !k.HasCode:
				f.Reason = fmt.Sprintf("Your account would obey %s, where there is no code yet: "+
					"whoever puts it there owns your account.", ch.Who)
			case !c.knownSpender(ch.Who):
				f.Reason = fmt.Sprintf("Your account would obey the code at %s, which nobody "+
					"known "+
					"vouches for. It can take everything, at any time.", ch.Who)
			case ch.Chain != nil && ch.Chain.Sign() == 0:
				f.Reason = "The delegation holds on every chain, also where the code at that " +
					"address " +
					"is another."
			default:
				f.Severity = Warning
				f.Reason = fmt.Sprintf("Your account would obey the code at %s.", ch.Who)
			}
			out = append(out, f)
		}
		return out
	},
}

// agent judges a signature by which somebody may act for a smart account: within
// caveats, which no rule can weigh.
func (c *Case) agent(ch intent.Change) Finding {
	f := Finding{
		Severity: Danger, Subject: ch.Who.Hex(), Lesson: "delegation",
		Reason: fmt.Sprintf("%s could act for your account whenever it likes, within what the "+
			"signature's caveats leave it. Nobody known vouches for it.", ch.Who),
	}
	if c.knownSpender(ch.Who) {
		f.Severity = Warning
		f.Reason = fmt.Sprintf("%s could act for your account, within what the signature's "+
			"caveats leave it.", ch.Who)
	}
	return f
}

var safeChange = Rule{
	Name: "safe",
	Doc: "a Safe's owners, modules or guard change, a stranger's code acts as it, or it pays " +
		"for gas",
	Check: func(c *Case) (out []Finding) {
		for _, ch := range c.Intent.Changes {
			f := Finding{Severity: Danger, Subject: ch.Where.Hex(), Lesson: "safe"}
			switch ch.Control {
			case intent.SafeOwner:
				f.Reason = fmt.Sprintf("This changes who controls the Safe %s.", ch.Where)
			case intent.SafeModule:
				f.Reason = fmt.Sprintf("%s could act for the Safe without any owner's signature.",
					ch.Who)
			case intent.SafeGuard:
				f.Reason = fmt.Sprintf("%s would see and could stop or answer every call of "+
					"the Safe.", ch.Who)
			case intent.SafeRefund:
				f.Reason = fmt.Sprintf("The Safe pays for gas, at a price that whoever wrote "+
					"this chose, to %s.",
					ch.Who)
			case intent.SafeDelegate:
				if c.trustedLibrary(ch) {
					continue
				}
				f.Subject = ch.Who.Hex()
				f.Reason = fmt.Sprintf("The code at %s would act as %s itself, and could "+
					"replace its owners.",
					ch.Who, ch.Where)
			default:
				continue
			}
			out = append(out, f)
		}
		return out
	},
}

// libraries are Safe's own, which delegate calls are meant for: MultiSend and
// MultiSendCallOnly 1.3.0 and 1.4.1, and their older twins, at the addresses of
// Safe's published deployments.
var libraries = map[common.Address]bool{
	common.HexToAddress("0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761"): true,
	common.HexToAddress("0x998739BFdAAdde7C933B942a68053933098f9EDa"): true,
	common.HexToAddress("0x40A2aCCbd92BCA938b02010E17A5b8929b49130D"): true,
	common.HexToAddress("0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B"): true,
	common.HexToAddress("0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526"): true,
	common.HexToAddress("0x9641d764fc13c8B624c04430C7356C1C7C8102e2"): true,
}

// trustedLibrary reports whether a delegate call goes to a batch library whose
// calls are opened below, or to code that a descriptor describes.
func (c *Case) trustedLibrary(ch intent.Change) bool {
	return libraries[ch.Who] || ch.Call != nil && ch.Call.How == unfold.Described
}

var operation = Rule{
	Name: "paymaster",
	Doc:  "a user operation is paid for by somebody, or deploys the account that it acts for",
	Check: func(c *Case) (out []Finding) {
		for _, tx := range c.Intent.Request.Transactions {
			o := tx.Operation
			if o == nil {
				continue
			}
			if o.Paymaster != nil && !c.knownSpender(*o.Paymaster) {
				out = append(out, Finding{
					Severity: Warning, Subject: o.Paymaster.Hex(), Lesson: "paymaster",
					Reason: fmt.Sprintf("%s pays the fee of this operation, and may take a "+
						"token for it.",
						o.Paymaster),
				})
			}
			if o.Factory != nil && !c.knownSpender(*o.Factory) {
				out = append(out, Finding{
					Severity: Warning, Subject: o.Factory.Hex(), Lesson: "paymaster",
					Reason: fmt.Sprintf("%s creates the account that this operation acts for.",
						o.Factory),
				})
			}
		}
		return out
	},
}
