package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"agon/client"
	"agon/game/market"
)

// Amounts are written as decimal strings of coins, which no reader rounds;
// prices as numbers between 0 and 1.

// questionView is a question as --json prints it.
type questionView struct {
	ID       uint64   `json:"id"`
	Text     string   `json:"text"`
	Template string   `json:"template"`
	Kind     string   `json:"kind"`
	Phase    string   `json:"phase"`
	Answer   string   `json:"answer,omitempty"` // once settled
	Criteria string   `json:"criteria"`
	Fields   []string `json:"fields"`

	Provisional bool       `json:"provisional"` // prices may still move
	Books       []bookView `json:"books"`
	Lo          int64      `json:"lo,omitempty"` // of a scalar question
	Hi          int64      `json:"hi,omitempty"`

	Subsidy string `json:"subsidy"`
	B       string `json:"b"`
	Fee     uint16 `json:"fee_ten_thousandths"`

	Opened    uint64 `json:"opened"`
	End       uint64 `json:"end"`
	ClosedAt  uint64 `json:"closed_at,omitempty"`
	ResolveBy uint64 `json:"resolve_by"`
	Reopened  uint8  `json:"reopened,omitempty"`
	Opener    string `json:"opener"`
	Resolver  string `json:"resolver"`
	Trusted   bool   `json:"resolver_is_one_account"`

	Evidence *evidenceView `json:"evidence,omitempty"`
}

// bookView is one book of a question.
type bookView struct {
	Name    string      `json:"name,omitempty"`
	Price   json.Number `json:"price"`
	Opening float64     `json:"opening,omitempty"` // settled: only "agon show" has it
	Median  json.Number `json:"median,omitempty"`  // the published answer
	Payoff  json.Number `json:"payoff,omitempty"`  // of a YES, once settled
	Yes     string      `json:"yes"`
	No      string      `json:"no"`
}

// evidenceView describes evidence without its bytes.
type evidenceView struct {
	InlineBytes int    `json:"inline_bytes,omitempty"`
	URI         string `json:"uri,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
	Size        uint64 `json:"size,omitempty"`
}

func newQuestionView(q client.Question) questionView {
	v := questionView{
		ID: q.ID, Text: q.Text, Template: templateName(q.Template), Kind: kindNames[q.Kind],
		Phase: phaseName(q.Phase), Answer: answer(q), Criteria: q.Criteria,
		Fields: append([]string{}, q.Fields...), Provisional: provisional(q), Lo: q.Lo, Hi: q.Hi,
		Subsidy: coins(q.Subsidy), B: coins(q.B), Fee: q.Fee, Opened: q.Opened, End: q.End,
		ClosedAt: q.ClosedAt, ResolveBy: q.ResolveBy, Reopened: q.Reopened,
		Opener: q.Opener.Hex(), Resolver: q.Resolver.Hex(), Trusted: q.Trusted,
	}
	for i, b := range q.Books {
		v.Books = append(v.Books, newBookView(q, i, b))
	}
	if e := q.Evidence; len(e.Inline) > 0 || e.URI != "" {
		v.Evidence = &evidenceView{InlineBytes: len(e.Inline), URI: e.URI, Size: e.Size}
		if e.URI != "" {
			v.Evidence.SHA256 = fmt.Sprintf("%x", e.Hash)
		}
	}
	return v
}

func newBookView(q client.Question, i int, b client.Book) bookView {
	v := bookView{
		Name: b.Name, Price: json.Number(exact(b.Price)), Yes: coins(b.Yes), No: coins(b.No),
	}
	if q.Phase != market.Settled {
		v.Opening = q.Opening(i)
	}
	if b.Median > 0 {
		v.Median = json.Number(exact(b.Median))
	}
	if q.Phase == market.Settled {
		v.Payoff = json.Number(exact(b.Payoff))
	}
	return v
}

func templateName(t market.Template) string {
	f, ok := t.Form()
	if !ok {
		return fmt.Sprintf("template %d", t)
	}
	return f.Name
}

var kindNames = map[market.Kind]string{
	market.Binary: "binary", market.Group: "group", market.Scalar: "scalar",
}

func phaseName(p market.Phase) string {
	names := map[market.Phase]string{
		market.Open: "open", market.Closed: "closed", market.Settled: "settled",
		market.Halted: "halted",
	}
	return names[p]
}

// provisional reports whether the answer can still change.
func provisional(q client.Question) bool { return q.Phase != market.Settled }

// answer is the settled outcome in words; empty before.
func answer(q client.Question) string {
	if q.Phase != market.Settled {
		return ""
	}
	return outcomeWords(q, q.Outcome)
}

func outcomeWords(q client.Question, o market.Outcome) string {
	switch o.Verdict {
	case market.Yes:
		return "YES"
	case market.No:
		return "NO"
	case market.Invalid:
		return "INVALID"
	case market.TooEarly:
		return "TOO EARLY"
	case market.Member:
		if int(o.Member) < len(q.Books) {
			return q.Books[o.Member].Name
		}
	case market.Value:
		return fmt.Sprint(o.Value)
	}
	return "none"
}

// standing is where a question stands, in a few words, at block now.
func standing(q client.Question, now uint64) string {
	switch q.Phase {
	case market.Open:
		if q.End > now {
			return fmt.Sprintf("open, ≤ %d blocks", q.End-now)
		}
		return "open, closing"
	case market.Closed:
		if q.ResolveBy <= now {
			return "closed, resolver silent"
		}
		return fmt.Sprintf("closed, answer by %d", q.ResolveBy)
	case market.Settled:
		return "answer: " + answer(q)
	case market.Halted:
		return "halted"
	}
	return "unknown"
}

// published is the probability a question shows for a book: what it paid out
// or was answered with, once settled; the median of the last third, once there
// is one and trading has ended; else the last price. A scalar's is the price
// of LONG.
func published(q client.Question, i int) market.Price {
	b := q.Books[i]
	if q.Phase != market.Open && b.Median > 0 {
		return b.Median
	}
	return b.Price
}

// leading is what the market says in short: the price of YES; the likeliest
// member of a group; the value a scalar's price stands for.
func leading(q client.Question) string {
	switch {
	case len(q.Books) == 0:
		return ""
	case q.Kind == market.Group:
		best := 0
		for i := range q.Books {
			if published(q, i) > published(q, best) {
				best = i
			}
		}
		return q.Books[best].Name + " " + percent(published(q, best))
	case q.Kind == market.Scalar:
		return scalarValue(q, published(q, 0))
	}
	return percent(published(q, 0))
}

// scalarValue is the value at which LONG would pay p: lo + p·(hi − lo).
func scalarValue(q client.Question, p market.Price) string {
	span := new(big.Float).Sub(big.NewFloat(float64(q.Hi)), big.NewFloat(float64(q.Lo)))
	v, _ := span.Mul(span, big.NewFloat(probability(p))).Float64()
	text := fmt.Sprintf("%.2f", float64(q.Lo)+v)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// shortAddress shows enough of an address to tell accounts apart.
func shortAddress(hex string) string {
	if len(hex) < 12 {
		return hex
	}
	return hex[:6] + "…" + hex[len(hex)-4:]
}

// actionNames are the words of trade, in the contract's order.
var actionNames = [...]string{"buy yes", "buy no", "sell yes", "sell no"}

func actionName(a market.Action) string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}
