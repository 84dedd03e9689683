package rules

import (
	"fmt"
	"slices"
	"strings"

	"agon/guard/lists"
)

var blockedSite = Rule{
	Name: "blocked",
	Doc:  "the site or a party is on the user's own block list",
	Check: func(c *Case) (out []Finding) {
		if c.Lists == nil {
			return nil
		}
		if c.Site != nil && c.Lists.Blocked != nil {
			if entry, ok := c.Lists.Blocked.Match(*c.Site); ok {
				out = append(out, Finding{
					Severity: Forbidden, Subject: c.Site.Host,
					Reason: fmt.Sprintf("You have blocked %s.", entry),
				})
			}
		}
		for _, p := range c.parties() {
			if label, ok := c.Lists.BlockedAddresses[p.address]; ok {
				out = append(out, Finding{
					Severity: Forbidden, Subject: p.address.Hex(),
					Reason: fmt.Sprintf("You have blocked %s, %s here.", p.address, p.role),
					Facts:  labelled(label),
				})
			}
		}
		return out
	},
}

var listedSite = Rule{
	Name: "listed-site",
	Doc:  "the site, a domain above it or a path of it is on a published list of scams",
	Check: func(c *Case) (out []Finding) {
		if c.Site == nil || c.Lists == nil {
			return nil
		}
		for _, list := range c.Lists.Scams {
			if entry, ok := list.Hosts.Match(*c.Site); ok {
				out = append(out, Finding{
					Severity: Danger, Subject: c.Site.Host,
					Reason: fmt.Sprintf("%s is reported as a scam by %s.", c.Site.Host, list.Name),
					Facts:  []Fact{{"entry", entry}, {"list", list.Name}},
				})
			}
		}
		return out
	},
}

// genuine reports whether the site is on a list of honest ones, or one of the
// brands itself.
func (c *Case) genuine() bool {
	if c.Lists == nil {
		return false
	}
	if slices.Contains(c.Lists.Brands, c.Site.Domain) {
		return true
	}
	if c.Lists.Genuine != nil {
		if _, ok := c.Lists.Genuine.Match(*c.Site); ok {
			return true
		}
	}
	return false
}

var brandLookalike = Rule{
	Name: "lookalike",
	Doc:  "the site's name looks like that of a known one: punycode, letters alike, one letter off",
	Check: func(c *Case) []Finding {
		if c.Site == nil || c.Lists == nil || c.Site.IP || c.genuine() {
			return nil
		}
		name := label(c.Site.Domain)
		shown := label(unicodeOf(c.Site.Domain))
		for _, brand := range c.Lists.Brands {
			known := label(brand)
			how := ""
			switch {
			case len(known) < 4: // "aave" is long enough to be meant, "ens" is not
			case lists.Skeleton(shown) == lists.Skeleton(known) && shown != known:
				how = "is written with letters that look like those of"
			case name == known && c.Site.Domain != brand:
				how = "has the name, under another ending, of"
			case distance(name, known) == 1 && len(known) >= 6:
				how = "is one letter away from"
			default:
				continue
			}
			if how == "" {
				continue
			}
			// A warning and never more: honest names are alike too.
			return one(Finding{
				Severity: Warning, Subject: c.Site.Host, Lesson: "lookalike",
				Reason: fmt.Sprintf("%s %s %s, which is another site.", c.SiteName, how, brand),
				Facts:  []Fact{{"known site", brand}},
			})
		}
		return nil
	},
}

// label is the registrable name without its suffix.
func label(domain string) string {
	name, _, _ := strings.Cut(domain, ".")
	return name
}

func unicodeOf(host string) string { return lists.Site{Host: host}.Unicode() }

// distance is the Damerau-Levenshtein distance (optimal string alignment) of
// two short names; above 2 it is reported as 3.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > 2 || d < -2 || len(x) > 64 {
		return 3
	}
	before, row := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next := make([]int, len(y)+1)
		next[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return min(row[len(y)], 3)
}

// lures are words by which scams invite. Alone they mean nothing.
var lures = []string{
	"airdrop", "claim", "reward", "bonus", "giveaway", "verify", "validate", "restore", "recover",
	"unlock", "migrate", "migration", "allocation", "eligib", "presale", "whitelist", "connect",
	"wallet", "support", "rectify", "sync", "mint", "drop",
}

var luringHost = Rule{
	Name: "luring-host",
	Doc:  "a page on a platform where anybody may publish, under a name that lures",
	Check: func(c *Case) []Finding {
		if c.Site == nil || !c.Site.Shared || c.Site.Host == c.Site.Suffix {
			return nil
		}
		name := strings.TrimSuffix(c.Site.Host, "."+c.Site.Suffix)
		for _, lure := range lures {
			if strings.Contains(name, lure) {
				return one(Finding{
					Severity: Warning, Subject: c.Site.Host, Lesson: "shared-hosting",
					Reason: fmt.Sprintf("Anybody can publish on %s, and this page's name "+
						"invites (%q).",
						c.Site.Suffix, lure),
				})
			}
		}
		return nil
	},
}

var likelyScamSite = Rule{
	Name: "likely-scam",
	Doc:  "models of host names, and the market where it was asked, find the site like scams",
	Check: func(c *Case) []Finding {
		if c.Site == nil || c.ScamScore == nil || c.genuine() {
			return nil
		}
		own, limits := *c.ScamScore, c.Limits.Scam
		f := Finding{
			Severity: limits.Severity(own, c.Market), Subject: c.Site.Host,
			Reason: fmt.Sprintf("The name %s is like those of scams; nobody has reported it.",
				c.SiteName),
			Facts: []Fact{{"score of the models, at even odds", fmt.Sprintf("%.0f %%", 100*own)}},
		}
		if c.Market != nil {
			said := fmt.Sprintf("%.0f %%", 100**c.Market)
			f.Facts = append(f.Facts, Fact{"the market's probability", said})
			if f.Severity > Safe {
				f.Reason = fmt.Sprintf("The name %s is like those of scams, and the market takes "+
					"it for one with %s; nobody has reported it.", c.SiteName, said)
			}
		}
		if f.Severity == Safe { // a note: it is seen by those who look
			if own < limits.Note {
				return nil
			}
			f.Reason = fmt.Sprintf("The name %s is a little like those of scams, as one honest "+
				"name in ten is.", c.SiteName)
		}
		return one(f)
	},
}

var unknownContract = Rule{
	Name: "unknown-contract",
	Doc:  "a site whose contracts are known asks for another one",
	Check: func(c *Case) (out []Finding) {
		if c.Site == nil || c.Lists == nil {
			return nil
		}
		known, ok := c.Lists.Contracts[c.Site.Domain]
		if !ok {
			return nil
		}
		for _, root := range c.Intent.Calls {
			if root.To == nil || len(root.Data) == 0 {
				continue
			}
			if _, ok := known[*root.To]; ok || c.isListedToken(*root.To) {
				continue
			}
			out = append(out, Finding{
				Severity: Warning, Subject: root.To.Hex(),
				Reason: fmt.Sprintf("%s is not among the contracts known for %s.", root.To.Hex(),
					c.Site.Domain),
				Facts: []Fact{{"contracts known for the site", fmt.Sprint(len(known))}},
			})
		}
		return out
	},
}

func labelled(label string) []Fact {
	if label == "" {
		return nil
	}
	return []Fact{{"label", Plain(label)}}
}
