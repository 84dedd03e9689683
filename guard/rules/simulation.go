package rules

import (
	"fmt"
	"strings"

	"agon/guard/effect"
)

var environments = Rule{
	Name: "two-faced",
	Doc:  "the outcome differs between environments: code that hides from simulators, or chance",
	Check: func(c *Case) []Finding {
		if c.Effects == nil {
			return nil
		}
		for _, other := range c.Others {
			if how := differ(c.Effects, other); how != "" {
				return one(Finding{
					Severity: Danger, Lesson: "simulation",
					Reason: "The outcome depends on who looks: " + how +
						". Code that does so hides something.",
				})
			}
		}
		return nil
	},
}

// differ says in which way two outcomes are not the same, "" if in none that
// matters. Amounts may differ a little, because prices move with the block.
func differ(a, b *effect.Effects) string {
	if a.Reverted != b.Reverted {
		return "in one environment it fails and in another it does not"
	}
	if len(a.Balances) != len(b.Balances) {
		return fmt.Sprintf("it changes %d balances in one environment and %d in another",
			len(a.Balances), len(b.Balances))
	}
	for i, x := range a.Balances {
		y := b.Balances[i]
		if x.Account != y.Account || x.Change().Sign() != y.Change().Sign() {
			return "other balances change"
		}
		if x.Change().Sign() != 0 {
			if r := ratio(x.Change(), y.Change()); r < 0.5 || r > 2 {
				return "amounts differ by more than half"
			}
		}
	}
	if len(a.Allowances) != len(b.Allowances) || len(a.Controls) != len(b.Controls) ||
		len(a.Items) != len(b.Items) {
		return "other rights change"
	}
	return ""
}

var innerRevert = Rule{
	Name: "inner-failure",
	Doc:  "the whole succeeds while a call inside fails",
	Check: func(c *Case) []Finding {
		if c.Effects == nil || c.Effects.Reverted || len(c.Effects.Inner) == 0 {
			return nil
		}
		first := c.Effects.Inner[0]
		return one(Finding{
			Severity: Warning, Subject: first.To.Hex(),
			Reason: fmt.Sprintf("A call inside fails (to %s) and the rest goes on: you may not "+
				"get what "+
				"the request promises.", first.To),
			Facts: labelled(first.Reason),
		})
	},
}

var reverts = Rule{
	Name: "fails",
	Doc:  "the request would fail and cost its fee",
	Check: func(c *Case) []Finding {
		if c.Effects == nil || !c.Effects.Reverted {
			return nil
		}
		f := Finding{
			Severity: Warning, Reason: "This would fail, and the fee would be gone.",
			Facts: labelled(c.Effects.Reason),
		}
		if why := Plain(c.Effects.Reason); why != "" {
			f.Reason = fmt.Sprintf("This would fail (\"%s\"), and the fee would be gone.", why)
		}
		return one(f)
	},
}

var incomplete = Rule{
	Name: "incomplete",
	Doc:  "the simulation does not know everything, which is never a reason to call a request safe",
	Check: func(c *Case) []Finding {
		if len(c.Intent.Request.Transactions) == 0 {
			return nil // a signature has no outcome yet
		}
		if c.Effects == nil {
			return one(Finding{
				Severity: Warning, Lesson: "simulation",
				Reason: "What this would do could not be tried out.",
			})
		}
		if len(c.Effects.Incomplete) == 0 {
			return nil
		}
		return one(Finding{
			Severity: Warning, Lesson: "simulation",
			Reason: "What this would do is not fully known: " +
				Plain(strings.Join(c.Effects.Incomplete, "; ")) + ".",
		})
	},
}
