package arbitrage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"agon/game/market"
)

// Fact is what linking needs to know of one question.
type Fact struct {
	Question uint64
	Template market.Template
	Kind     market.Kind
	Fields   []string
	Members  int // books of a group
	Resolver market.Account
	Evidence market.Hash // of the document; zero if none
}

// Relation is how the books of a link bind each other.
type Relation uint8

// The relations: see the package.
const (
	Group Relation = iota
	Twinned
	Laddered
)

// String is the relation as one word.
func (r Relation) String() string {
	return [...]string{"group", "twins", "ladder", "unknown"}[min(r, 3)]
}

// Item is one book of a link; Opposite turns it round.
type Item struct {
	Question uint64
	Book     uint8
	Opposite bool
}

// Link is books whose prices bind each other. Of a ladder, each item implies
// the next.
type Link struct {
	Relation Relation
	Items    []Item
}

// String names the link.
func (l Link) String() string {
	var b strings.Builder
	b.WriteString(l.Relation.String())
	for _, i := range l.Items {
		sign := ""
		if i.Opposite {
			sign = "-"
		}
		fmt.Fprintf(&b, " %s%d", sign, i.Question)
		if l.Relation == Group {
			break
		}
	}
	return b.String()
}

// Find lists the links among questions, in order of their first question; no
// book is in two. declared, in their order, come before what the questions
// themselves say; a declared link of which a question is missing is left out.
func Find(facts []Fact, declared []Link) []Link {
	sorted := slices.Clone(facts)
	slices.SortFunc(sorted, func(a, b Fact) int { return cmp.Compare(a.Question, b.Question) })
	known := map[uint64]Fact{}
	for _, f := range sorted {
		known[f.Question] = f
	}
	taken := map[uint64]bool{}
	var links []Link
	for _, l := range declared {
		if fits(l, known, taken) {
			for _, i := range l.Items {
				taken[i.Question] = true
			}
			links = append(links, l)
		}
	}
	clusters := map[string][]rung{}
	var keys []string
	for _, f := range sorted {
		if taken[f.Question] {
			continue
		}
		if f.Kind == market.Group {
			links = append(links, group(f))
			continue
		}
		if key, r, ok := subject(f); ok {
			if clusters[key] == nil {
				keys = append(keys, key)
			}
			clusters[key] = append(clusters[key], r)
		}
	}
	for _, key := range keys {
		links = append(links, climb(clusters[key])...)
	}
	slices.SortStableFunc(links, func(a, b Link) int {
		return cmp.Compare(a.Items[0].Question, b.Items[0].Question)
	})
	return links
}

// fits reports whether a declared link names known binary questions that no
// other link has.
func fits(l Link, known map[uint64]Fact, taken map[uint64]bool) bool {
	seen := map[uint64]bool{}
	for _, i := range l.Items {
		f, ok := known[i.Question]
		if !ok || f.Kind != market.Binary || taken[i.Question] || seen[i.Question] {
			return false
		}
		seen[i.Question] = true
	}
	return len(l.Items) > 1 && l.Relation != Group
}

// group links the members of one group.
func group(f Fact) Link {
	l := Link{Relation: Group}
	for i := range f.Members {
		l.Items = append(l.Items, Item{f.Question, uint8(i), false})
	}
	return l
}

// rung is a question among others on one subject, at its threshold if it has
// one.
type rung struct {
	item Item
	at   float64
}

// plain makes fields that differ in ASCII case and outer space alike. Nothing
// else is: folding look-alike letters would let anybody link a question of
// theirs to another's.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(s))
}

// subject names what a binary question is about: questions of one subject,
// judged by one resolver from one document, bind each other.
func subject(f Fact) (key string, r rung, ok bool) {
	if f.Kind != market.Binary || len(f.Fields) == 0 {
		return "", r, false
	}
	template, fields := f.Template, slices.Clone(f.Fields)
	r.item.Question = f.Question
	if f.Template == market.PriceAbove || f.Template == market.PriceBelow {
		at, known := threshold(fields[min(1, len(fields)-1)])
		if known && len(fields) == 3 {
			// Below a price is not above it; equal is NO to both, which Risk covers.
			r.item.Opposite = f.Template == market.PriceBelow
			template, r.at, fields[1] = market.PriceAbove, at, ""
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %x %x", template, f.Resolver, f.Evidence)
	for _, field := range fields {
		field = plain(field)
		fmt.Fprintf(&b, " %d:%s", len(field), field)
	}
	return b.String(), r, true
}

// threshold reads a price: digits with a point, commas between thousands and a
// dollar sign before them allowed.
func threshold(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.TrimPrefix(plain(s), "$"), ",", "")
	if strings.Trim(s, "0123456789.") != "" {
		return 0, false // signs, exponents, words
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil
}

// climb links the questions on one subject: those at one threshold are twins,
// and those alone at theirs a ladder, from the highest, which implies all
// below it.
func climb(list []rung) []Link {
	slices.SortStableFunc(list, func(a, b rung) int { return cmp.Compare(b.at, a.at) })
	var links []Link
	ladder := Link{Relation: Laddered}
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].at == list[i].at {
			j++
		}
		if j == i+1 {
			ladder.Items = append(ladder.Items, list[i].item)
		} else {
			twins := Link{Relation: Twinned}
			for _, r := range list[i:j] {
				twins.Items = append(twins.Items, r.item)
			}
			links = append(links, twins)
		}
		i = j
	}
	if len(ladder.Items) > 1 {
		links = append(links, ladder)
	}
	return links
}
