package learn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"agon/game/market"
	"agon/player"
	"agon/player/model"
)

// Set names a data set with examples that no player was trained on.
type Set string

// The sets. A player is trained on the other side of each but Questions, which
// is licensed for measurement only and trains nothing.
const (
	SetHosts     Set = "hosts"     // is the dapp at this host a scam?
	SetTokens    Set = "tokens"    // is this the genuine token?
	SetAddresses Set = "addresses" // does this address belong to an attacker?
	SetPosts     Set = "posts"     // is this post acceptable?
	SetQuestions Set = "questions" // general questions that had a market value
)

// Sets lists all of them, in the order of reports.
var Sets = []Set{SetHosts, SetTokens, SetAddresses, SetPosts, SetQuestions}

// Example is one held-out question with its answer.
type Example struct {
	Question player.Question
	Truth    bool    // the answer is YES
	Weight   float64 // YES and NO count alike in a weighted sum; 1 on average

	// Date and Settled, as YYYY-MM-DD, are when the question could have been
	// asked and when its answer was known. They serve for sorting and for
	// keeping players from looking ahead; no player may see them. Date is ""
	// where nobody knows it (honest hosts, tokens, addresses, posts); Settled
	// is "" where there is none but Date.
	Date, Settled string

	// Group is what examples must not be split by when they are drawn again
	// for intervals: the site, the address, the near-copies of a post.
	Group string
	// Kind says more about where an example comes from, for tables.
	Kind string
}

// Held is the held-out side of one set.
type Held struct {
	Set Set
	// List is in the order to be played in: dated examples by date, the others
	// spread evenly among them by a hash.
	List []Example
	// BaseRate is the share of YES on the training side (of Questions: ½), which
	// a player may know. Every Question has Prior = Price = ½, at which models
	// state their likelihood ratio; At asks at another base rate.
	BaseRate float64
	// Alarm is the answer that raises an alarm: YES of "is this a scam?".
	Alarm bool
}

// HeldOut reads the held-out side of a set from a data folder. Errors wrap
// ErrData or come from reading files.
func HeldOut(dataDir string, set Set) (Held, error) {
	h := Held{Set: set, BaseRate: 0.5, Alarm: true}
	var yes, all int
	count := func(truth bool) {
		all++
		if truth {
			yes++
		}
	}
	switch set {
	case SetHosts:
		list, err := Hosts(dataDir)
		if err != nil {
			return h, err
		}
		for _, x := range pick(list, Fit, Tune) {
			count(x.Scam)
		}
		h.List = heldOutHosts(list)
	case SetTokens:
		list, err := Tokens(dataDir)
		if err != nil {
			return h, err
		}
		for _, x := range pickTokens(list, Fit, Tune) {
			count(x.Genuine)
		}
		h.List, h.Alarm = heldOutTokens(list), false
	case SetAddresses:
		list, err := Addresses(dataDir)
		if err != nil {
			return h, err
		}
		for _, x := range pickAddresses(list, Fit, Tune) {
			count(x.Malicious)
		}
		h.List = heldOutAddresses(list)
	case SetPosts:
		list, err := Posts(dataDir)
		if err != nil {
			return h, err
		}
		for _, x := range pickPosts(list, Fit, Tune) {
			count(x.Fine)
		}
		h.List, h.Alarm = heldOutPosts(list), false
	case SetQuestions:
		list, err := generalQuestions(dataDir)
		if err != nil {
			return h, err
		}
		h.List = list
	default:
		return h, fmt.Errorf("%w: no set %q; the sets are %v", ErrData, set, Sets)
	}
	if len(h.List) == 0 {
		return h, fmt.Errorf("%w: nothing is held out of %s", ErrData, set)
	}
	if all > 0 {
		h.BaseRate = math.Round(100*float64(yes)/float64(all)) / 100
	}
	finish(h.List)
	return h, nil
}

// finish puts examples into playing order, numbers the questions and weighs
// them.
func finish(list []Example) {
	var dates []string
	yes := 0
	for _, e := range list {
		if e.Date != "" {
			dates = append(dates, e.Date)
		}
		if e.Truth {
			yes++
		}
	}
	slices.Sort(dates)
	type place struct {
		date string
		draw uint64
	}
	at := map[string]place{}
	for _, e := range list {
		key := placeKey(e)
		p := place{e.Date, model.Hash64("agon play", key)}
		if p.date == "" && len(dates) > 0 {
			// An example without a date takes the date of a dated one drawn for it.
			p.date = dates[mix(p.draw)%uint64(len(dates))]
		}
		at[key] = p
	}
	slices.SortStableFunc(list, func(a, b Example) int {
		x, y := at[placeKey(a)], at[placeKey(b)]
		return cmp.Or(cmp.Compare(x.date, y.date), cmp.Compare(x.draw, y.draw))
	})
	n := float64(len(list))
	for i := range list {
		list[i].Question.ID = uint64(i + 1)
		share := float64(len(list) - yes)
		if list[i].Truth {
			share = float64(yes)
		}
		list[i].Weight = n / (2 * share)
	}
}

// placeKey tells the questions of one set apart.
func placeKey(e Example) string {
	key := ""
	for _, f := range e.Question.Fields {
		key += f + "\x00"
	}
	return key
}

// ask makes a binary question at even odds.
func ask(t market.Template, fields ...string) player.Question {
	q := player.Question{
		Template: t, Kind: market.Binary, Fields: fields, Prior: 0.5, Price: 0.5,
	}
	if form, ok := t.Form(); ok && len(fields) == len(form.Fields) {
		var pairs []string
		for i, name := range form.Fields {
			pairs = append(pairs, "{"+name+"}", fields[i])
		}
		r := strings.NewReplacer(pairs...)
		q.Text, q.Criteria = r.Replace(form.Question), r.Replace(form.Criteria)
	}
	return q
}

// At gives the examples asked at another base rate, in (0, 1). Questions that
// open at a market's value keep it.
func (h Held) At(prior float64) []Example {
	out := slices.Clone(h.List)
	if h.Set == SetQuestions {
		return out
	}
	for i := range out {
		out[i].Question.Prior, out[i].Question.Price = prior, prior
	}
	return out
}

// Balanced thins the more frequent answer, by hash, until both are as many:
// then even odds are right and every weight is 1.
func (h Held) Balanced() []Example {
	yes := 0
	for _, e := range h.List {
		if e.Truth {
			yes++
		}
	}
	few := min(yes, len(h.List)-yes)
	draws := map[bool][]uint64{}
	draw := func(e Example) uint64 { return model.Hash64("agon thin", placeKey(e)) }
	for _, e := range h.List {
		draws[e.Truth] = append(draws[e.Truth], draw(e))
	}
	var most [2]uint64
	for i, truth := range []bool{false, true} {
		slices.Sort(draws[truth])
		if few > 0 {
			most[i] = draws[truth][few-1]
		}
	}
	var out []Example
	for _, e := range h.List {
		i := 0
		if e.Truth {
			i = 1
		}
		if few > 0 && draw(e) <= most[i] {
			e.Weight = 1
			out = append(out, e)
		}
	}
	return out
}
