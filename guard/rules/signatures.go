package rules

import (
	"fmt"
	"strings"

	"agon/guard/calldata"
	"agon/guard/lists"
)

var opaqueSignature = Rule{
	Name: "opaque",
	Doc:  "a hash or a tree of hashes: nobody can know what it stands for",
	Check: func(c *Case) []Finding {
		if c.Intent.Opaque == "" || len(c.Intent.Orders) > 0 {
			return nil // an order says more about itself
		}
		return one(Finding{
			Severity: Danger, Lesson: "eth-sign",
			Reason: "You are asked to sign something that cannot be read: " + c.Intent.Opaque + ".",
		})
	},
}

var unreadMessage = Rule{
	Name: "unread",
	Doc:  "typed data of which no standard and no descriptor says what it gives away",
	Check: func(c *Case) []Finding {
		m := c.Intent.Request.Typed
		if m == nil || !c.Intent.Unread || c.Intent.Screen != nil || onlyWords(m.Value) {
			return nil
		}
		f := Finding{
			Severity: Warning, Lesson: "order",
			Reason: fmt.Sprintf("Nobody known has described what a signature of the type %q "+
				"lets others do.", Plain(m.Primary)),
		}
		if at := m.Domain.VerifyingContract; at != nil {
			f.Subject = at.Hex()
			f.Facts = []Fact{{"the contract that checks it", at.Hex()}}
		}
		return one(f)
	},
}

// onlyWords reports whether a value is made of text and truth values: nothing
// that moves money can be without an account or a number.
func onlyWords(v calldata.Value) bool {
	switch v.Type.Kind {
	case calldata.String, calldata.Bool:
		return true
	case calldata.Tuple, calldata.Slice, calldata.Array:
		for _, e := range v.Elems {
			if !onlyWords(e) {
				return false
			}
		}
		return true
	}
	return false
}

var foreignSignIn = Rule{
	Name: "foreign-sign-in",
	Doc:  "a sign-in message for another site than the one that asks, or for another account",
	Check: func(c *Case) (out []Finding) {
		s := c.Intent.Request.SignIn
		if s == nil {
			return nil
		}
		danger := func(reason string, args ...any) {
			out = append(out, Finding{
				Severity: Danger, Subject: s.Domain, Lesson: "sign-in", Reason: fmt.Sprintf(reason,
					args...),
			})
		}
		if c.Site != nil {
			asked, err := lists.ParseSite(s.Domain)
			if err != nil || asked.Host != c.Site.Host {
				danger("%s asks you to sign in at %s: whoever gets the signature is you there.",
					c.SiteName, Plain(s.Domain))
			}
		}
		if at, err := lists.ParseSite(s.URI); err == nil {
			if asked, err := lists.ParseSite(s.Domain); err == nil && at.Host != asked.Host {
				danger("The message names %s and leads to %s.", Plain(s.Domain), Plain(at.Host))
			}
		}
		if c.Intent.Account != s.Account {
			danger("The message is for the account %s and not for yours.", s.Account)
		}
		if !s.Expires.IsZero() && s.Expires.Before(c.Now) {
			out = append(out, Finding{
				Severity: Warning, Subject: s.Domain, Lesson: "sign-in",
				Reason: "The message has expired: an honest site makes a new one.",
			})
		}
		return out
	},
}

var wrongChain = Rule{
	Name: "wrong-chain",
	Doc:  "a signature for another chain than the wallet's, or for every chain",
	Check: func(c *Case) (out []Finding) {
		if m := c.Intent.Request.Typed; m != nil && c.Wallet != 0 {
			if id := m.Domain.ChainID; id != nil && (!id.IsUint64() || id.Uint64() != c.Wallet) {
				out = append(out, Finding{
					Severity: Danger,
					Reason: fmt.Sprintf("The signature is for chain %v, and your wallet is on "+
						"chain %d.", id,
						c.Wallet),
				})
			}
		}
		if m := c.Intent.Request.Typed; m != nil && m.Domain.ChainID == nil &&
			m.Domain.Salt == nil && len(c.Intent.Grants)+len(c.Intent.Orders) > 0 {
			// A few old tokens leave it out, or put it into the salt.
			out = append(out, Finding{
				Severity: Warning, Lesson: "replay",
				Reason: "The signature names no chain: where the same contract is on another " +
					"one, it is good there too.",
			})
		}
		for _, tx := range c.Intent.Request.Transactions {
			switch {
			case tx.Replays:
				out = append(out, Finding{
					Severity: Danger, Lesson: "replay",
					Reason: "The transaction names no chain: on every chain it can be sent again.",
				})
			case tx.Chain != nil && c.Wallet != 0 && (!tx.Chain.IsUint64() ||
				tx.Chain.Uint64() != c.Wallet):
				out = append(out, Finding{
					Severity: Danger,
					Reason: fmt.Sprintf("The transaction is for chain %v, and your wallet is "+
						"on chain %d.",
						tx.Chain, c.Wallet),
				})
			}
		}
		return out
	},
}

var irregularData = Rule{
	Name: "irregular",
	Doc:  "bytes or notations that wallets and contracts read differently",
	Check: func(c *Case) []Finding {
		odd := append([]string{}, c.Intent.Request.Irregular...)
		for call := range c.calls {
			odd = append(odd, call.Irregular...)
			if call.Cut {
				odd = append(odd, "more calls inside calls than can be looked at")
			}
		}
		if len(odd) == 0 {
			return nil
		}
		return one(Finding{
			Severity: Warning,
			Reason: "The request is written in a way that can be read in more than one: " +
				Plain(odd[0]) + ".",
			Facts: []Fact{{"odd", Plain(strings.Join(odd, "; "))}},
		})
	},
}
