package explain

import (
	"fmt"
	"math/big"
	"time"

	"agon/guard/intent"
	"agon/guard/rules"
	"agon/guard/unfold"
)

// sentences say what a request does, the most far-reaching first.
func sentences(c *rules.Case) []string {
	n := namer{c}
	in := c.Intent
	var out []string
	for _, ch := range in.Changes {
		out = append(out, n.change(ch))
	}
	for _, g := range in.Grants {
		out = append(out, n.grant(g))
	}
	for _, o := range in.Orders {
		out = append(out, n.order(o))
	}
	for _, p := range in.Payments {
		out = append(out, n.payment(p))
	}
	if len(out) > 0 {
		return out
	}
	switch r := in.Request; {
	case in.Opaque != "":
		return []string{"This signs something that cannot be read."}
	case r.SignIn != nil:
		return []string{fmt.Sprintf("This signs you in at %s.", rules.Plain(r.SignIn.Domain))}
	case r.Message != nil:
		return []string{"This signs a message: it moves nothing by itself."}
	case r.Typed != nil:
		if in.Screen != nil && in.Screen.Intent != "" {
			return []string{fmt.Sprintf("This signs: %s, for %s.", in.Screen.Intent,
				in.Screen.Owner)}
		}
		return []string{fmt.Sprintf("This signs a message of the type %q.",
			rules.Plain(r.Typed.Primary))}
	}
	for _, root := range in.Calls {
		out = append(out, n.call(root))
	}
	return out
}

func (n namer) change(ch intent.Change) string {
	where, who := n.who(ch.Where), n.who(ch.Who)
	switch ch.Control {
	case intent.Owner:
		return fmt.Sprintf("This makes %s the owner of %s.", who, where)
	case intent.Role:
		return fmt.Sprintf("This gives %s a role in %s.", who, where)
	case intent.Code:
		return fmt.Sprintf("This replaces the code of %s by that of %s.", where, who)
	case intent.SafeOwner:
		return fmt.Sprintf("This changes the owners of the Safe %s.", where)
	case intent.SafeModule:
		return fmt.Sprintf("This lets %s act for the Safe %s without signatures.", who, where)
	case intent.SafeGuard:
		return fmt.Sprintf("This puts %s between the Safe %s and its calls.", who, where)
	case intent.SafeDelegate:
		return fmt.Sprintf("This lets the code of %s act as %s.", who, where)
	case intent.SafeRefund:
		return fmt.Sprintf("The Safe %s pays for gas to %s.", where, who)
	case intent.Agent:
		return fmt.Sprintf("This lets %s act for %s.", who, where)
	default:
		if ch.Who.Cmp(zero) == 0 {
			return "This takes a delegation of your account back."
		}
		return fmt.Sprintf("This makes %s obey the code at %s.", where, ch.Who.Hex())
	}
}

func (n namer) grant(g intent.Grant) string {
	token := g.Token
	spender := n.who(g.Spender)
	switch {
	case g.Revokes:
		return fmt.Sprintf("This takes the right to spend your %s away from %s.",
			n.amount(&token, nil, false), spender)
	case g.Right == intent.All && n.items(token):
		return fmt.Sprintf("This lets %s take every item that you have of %s.", spender,
			n.who(token))
	case g.Right == intent.All:
		return fmt.Sprintf("This lets %s dispose of all that you have at %s.", spender,
			n.who(token))
	case g.Right == intent.Item:
		return fmt.Sprintf("This lets %s take item %v of %s.", spender, g.ID, n.who(token))
	case g.Right == intent.Pull && !g.Permit2:
		return fmt.Sprintf("This signs a payment of %s to %s.",
			n.amount(&token, g.Amount, g.Unlimited), spender)
	}
	text := fmt.Sprintf("This lets %s take %s from you", spender,
		n.amount(&token, g.Amount, g.Unlimited))
	if g.Increase {
		text += ", on top of what it may take already"
	}
	return text + until(g.Expires) + "."
}

// until words the end of a grant.
func until(unix *big.Int) string {
	const last = 253402300799 // the year 9999
	switch {
	case unix == nil || unix.Sign() == 0:
		return ""
	case !unix.IsInt64() || unix.Int64() > last:
		return ", for ever"
	default:
		return ", until " + time.Unix(unix.Int64(), 0).UTC().Format("2 January 2006 15:04 MST")
	}
}

func (n namer) order(o intent.Order) string {
	if o.Root {
		return "This signs many orders of which only a hash is shown."
	}
	return fmt.Sprintf("This offers %s on %s, for %s%s.", n.legs(o.Gives), o.Market, n.legs(o.Gets),
		until(o.Expires))
}

func (n namer) legs(legs []intent.Leg) string {
	if len(legs) == 0 {
		return "nothing"
	}
	text := ""
	for i, leg := range legs {
		if i > 0 {
			text += " and "
		}
		if leg.ID != nil && leg.Token != nil {
			text += fmt.Sprintf("item %s of %s", leg.ID, n.who(*leg.Token))
			continue
		}
		text += n.amount(leg.Token, leg.Amount, false)
	}
	return text
}

func (n namer) payment(p intent.Payment) string {
	what := n.amount(p.Token, p.Amount, false)
	if p.ID != nil && p.Token != nil {
		what = fmt.Sprintf("item %s of %s", p.ID, n.who(*p.Token))
	}
	if p.From == n.c.Intent.Account {
		return fmt.Sprintf("This sends %s to %s.", what, n.who(p.To))
	}
	return fmt.Sprintf("This moves %s from %s to %s.", what, n.who(p.From), n.who(p.To))
}

func (n namer) call(c *unfold.Call) string {
	if c.To == nil {
		return "This puts a new contract on the chain."
	}
	to := n.who(*c.To)
	switch {
	case c.Screen != nil && c.Screen.Sentence != "":
		return c.Screen.Sentence + "."
	case c.Screen != nil && c.Screen.Intent != "":
		return fmt.Sprintf("This is %q at %s.", c.Screen.Intent, to)
	case c.How == unfold.Named:
		return fmt.Sprintf("This calls %q of %s.", rules.Plain(c.Function.Name), to)
	case c.How == unfold.Nothing:
		return fmt.Sprintf("This sends nothing to %s.", to)
	default:
		return fmt.Sprintf("This calls %s in a way that nobody known has described.", to)
	}
}
