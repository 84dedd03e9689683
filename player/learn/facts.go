package learn

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"agon/player/model"
	"agon/player/token"
)

const factsFile = "facts/facts.csv"

// How many facts of each kind the demo has. Projects that several sources name
// are asked for so that a reader knows some of the names. The general lists are
// left out: they are from 2014, and some of their sites have since lapsed or
// turned to adware, so their label is no fact.
const (
	factScams       = 24
	factFakes       = 8
	factGenuine     = 8
	manySources     = 3 // that name a crypto project
	manyTokenLists  = 3
	longestFactName = 40
)

var factHonest = []struct {
	kind    string
	count   int
	sources int
}{
	{"crypto-project", 13, manySources}, {"chain-site", 4, 1}, {"wallet", 4, 1},
	{"explorer", 3, 1},
}

// factHead names the columns.
var factHead = []string{"template", "host", "address", "symbol", "chain", "name", "truth",
	"label", "kind", "first_seen", "source", "licence"}

// Facts picks the demo's questions from the held-out examples: those with the
// lowest hash of a fixed word and the name, kind by kind. No model has a say.
func Facts(hosts []Host, tokens []Token) (File, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	err := w.Write(factHead)
	for _, h := range factHosts(hosts) {
		truth, label := "no", "benign"
		if h.Scam {
			truth, label = "yes", "scam"
		}
		err = cmpErr(err, w.Write([]string{"dapp-scam", h.Name.Host, "", "", "", "", truth,
			label, h.Kind, h.FirstSeen, h.Source, h.Licence}))
	}
	for _, t := range factTokens(tokens) {
		truth, label := "yes", "genuine"
		if !t.Genuine {
			truth, label = "no", t.Label
		}
		err = cmpErr(err, w.Write([]string{"token-genuine", "", t.Address, t.Symbol, t.Chain,
			t.Name, truth, label, "token", "", t.Source, t.Licence}))
	}
	w.Flush()
	if err = cmpErr(err, w.Error()); err != nil {
		return File{}, fmt.Errorf("writing facts: %w", err)
	}
	return File{factsFile, out.Bytes()}, nil
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// factHosts draws the hosts: scams of one pattern of digits, and honest hosts
// of one site, only once.
func factHosts(all []Host) (out []Host) {
	drawn := slices.Clone(all)
	slices.SortStableFunc(drawn, func(a, b Host) int {
		return cmp.Compare(model.Hash64("agon facts", a.Name.Host),
			model.Hash64("agon facts", b.Name.Host))
	})
	seen := map[string]bool{}
	take := func(count int, fits func(Host) bool) {
		for _, h := range drawn {
			once := digitless(h.Name.Site)
			if count == 0 {
				return
			}
			if h.Fold == Apart && !seen[once] && len(h.Name.Host) <= longestFactName && fits(h) {
				seen[once] = true
				out = append(out, h)
				count--
			}
		}
	}
	take(factScams, func(h Host) bool { return h.Scam })
	for _, k := range factHonest {
		take(k.count, func(h Host) bool {
			return !h.Scam && h.Kind == k.kind && strings.Count(h.Source, "+")+1 >= k.sources
		})
	}
	return out
}

// factTokens draws the tokens, each symbol once among the genuine and once
// among the fakes.
func factTokens(all []Token) (out []Token) {
	drawn := slices.Clone(all)
	slices.SortStableFunc(drawn, func(a, b Token) int {
		return cmp.Compare(model.Hash64("agon facts", a.Chain, a.Address),
			model.Hash64("agon facts", b.Chain, b.Address))
	})
	take := func(count int, fits func(Token) bool) {
		seen := map[string]bool{}
		for _, t := range drawn {
			plain := token.Plain(t.Symbol)
			if count == 0 {
				return
			}
			if t.Fold == Apart && t.Chain != "" && !seen[plain] &&
				len(t.Symbol) <= longestFactName && fits(t) {
				seen[plain] = true
				out = append(out, t)
				count--
			}
		}
	}
	take(factFakes, func(t Token) bool { return !t.Genuine })
	take(factGenuine, func(t Token) bool {
		n, err := strconv.Atoi(t.Lists)
		return t.Genuine && err == nil && n >= manyTokenLists
	})
	return out
}
