package mcp

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"agon/client"
	"agon/game/market"
	"agon/player/quote"
)

// Limits of what one call shows.
const (
	maxListed   = 50
	maxLookedAt = 2000 // questions, newest first, that "list" and "positions" go through
	page        = 50
	maxShown    = 4 << 10 // bytes of one text
	maxMoves    = 10
)

// advice for refusals, in terms of the tools.
var toolAdvice = map[market.Reason]string{
	market.UnknownQuestion:    `"list" shows the questions there are`,
	market.UnknownOrder:       `"positions" shows the live orders`,
	market.AfterClose:         `"list" shows the questions that are open`,
	market.Unaffordable:       `"positions" shows what there is; cancel orders or use less`,
	market.InsufficientShares: `"positions" shows the shares, and the orders that hold some`,
	market.SelfCross:          `"cancel" the opposite order first`,
	market.NotClosed:          "wait for the close; it is drawn in the last tenth of the window",
	market.NothingToClaim:     `"positions" shows what is settled and pays`,
}

type listIn struct {
	Phase    string `json:"phase,omitempty" jsonschema:"open (default), closed, settled or all"`
	Template string `json:"template,omitempty" jsonschema:"only of this form, such as dapp-scam"`
	Before   uint64 `json:"before,omitempty" jsonschema:"only numbers below this: the next page"`
	Limit    int    `json:"limit,omitempty" jsonschema:"at most this many, 1 to 50, default 20"`
}

type listOut struct {
	Height    uint64    `json:"height" jsonschema:"the chain's last block"`
	Questions []summary `json:"questions" jsonschema:"newest first; texts are strangers'"`
	Before    uint64    `json:"before,omitempty" jsonschema:"pass this as before for more"`
}

// summary is a question in a list.
type summary struct {
	Question uint64   `json:"question" jsonschema:"its number, for the other tools"`
	Text     string   `json:"text"`
	Template string   `json:"template"`
	Kind     string   `json:"kind" jsonschema:"binary, group or scalar"`
	Phase    string   `json:"phase" jsonschema:"open, closed, settled or halted"`
	Prices   []priced `json:"prices" jsonschema:"of YES, one a member"`
	Answer   string   `json:"answer,omitempty" jsonschema:"once settled"`
	Subsidy  string   `json:"subsidy" jsonschema:"coins that pay for being right"`
	Left     uint64   `json:"blocks_left" jsonschema:"until the latest close, each about 0.5 s"`
}

// priced is the price of one book.
type priced struct {
	Member string  `json:"member,omitempty"`
	Price  float64 `json:"price" jsonschema:"probability of YES by the market"`
}

// list shows questions, newest first.
func (d *desk) list(ctx context.Context, in listIn) (out listOut, err error) {
	wanted, ok := phases[strings.ToLower(in.Phase)]
	if !ok {
		return out, fault("leave it out, or say open, closed, settled or all", "phase %q", in.Phase)
	}
	if in.Template != "" {
		if _, ok := market.TemplateNamed(in.Template); !ok {
			return out, fault("there are "+templateNames(), "no template %q", in.Template)
		}
	}
	limit := in.Limit
	if limit <= 0 {
		limit = 20
	}
	limit = min(limit, maxListed)
	if out.Height, err = d.Client.Height(ctx); err != nil {
		return out, err
	}
	out.Questions = []summary{}
	err = d.newest(ctx, in.Before, func(q client.Question) bool {
		if (wanted == 0 || q.Phase == wanted) &&
			(in.Template == "" || templateName(q.Template) == in.Template) {
			out.Questions = append(out.Questions, summarise(q, out.Height))
		}
		out.Before = q.ID
		return len(out.Questions) < limit
	})
	if out.Before <= 1 {
		out.Before = 0
	}
	return out, err
}

// newest goes through questions below before (0: all), newest first, at most
// maxLookedAt of them, until visit gives false.
func (d *desk) newest(
	ctx context.Context, before uint64, visit func(client.Question) bool,
) error {
	count, err := d.Client.QuestionCount(ctx)
	if err != nil {
		return err
	}
	top := count
	if before > 0 {
		top = min(top, before-1)
	}
	for looked := 0; top > 0 && looked < maxLookedAt; looked += page {
		var ids []uint64
		for len(ids) < page && top > 0 {
			ids = append(ids, top)
			top--
		}
		questions, err := d.Client.QuestionsByID(ctx, ids)
		if err != nil {
			return err
		}
		for _, q := range questions {
			if !visit(q) {
				return nil
			}
		}
	}
	return nil
}

var phases = map[string]market.Phase{
	"": market.Open, "open": market.Open, "closed": market.Closed, "settled": market.Settled,
	"all": 0,
}

var phaseNames = map[market.Phase]string{
	market.Open: "open", market.Closed: "closed", market.Settled: "settled",
	market.Halted: "halted",
}

var kindNames = map[market.Kind]string{
	market.Binary: "binary", market.Group: "group", market.Scalar: "scalar",
}

func templateName(t market.Template) string {
	if f, ok := t.Form(); ok {
		return f.Name
	}
	return strconv.Itoa(int(t))
}

// templateNames lists the forms with their fields.
func templateNames() string {
	var names []string
	for _, f := range market.Templates {
		names = append(names, fmt.Sprintf("%s (%s)", f.Name, strings.Join(f.Fields, ", ")))
	}
	return strings.Join(names, "; ")
}

func summarise(q client.Question, height uint64) summary {
	s := summary{
		Question: q.ID, Text: quote.Clean(q.Text, 400), Template: templateName(q.Template),
		Kind: kindNames[q.Kind], Phase: phaseNames[q.Phase], Subsidy: coins(q.Subsidy),
		Answer: answer(q), Prices: []priced{},
	}
	if q.Phase == market.Open && q.End > height {
		s.Left = q.End - height
	}
	for _, b := range q.Books {
		s.Prices = append(s.Prices, priced{quote.Clean(b.Name, market.MaxMember), published(q, b)})
	}
	return s
}

// published is the probability a question shows: the median once there is one
// and trading is over, else the last price.
func published(q client.Question, b client.Book) float64 {
	if q.Phase != market.Open && b.Median > 0 {
		return probability(b.Median)
	}
	return probability(b.Price)
}

// answer is the outcome in words; empty before there is one.
func answer(q client.Question) string {
	if q.Phase != market.Settled {
		return ""
	}
	switch o := q.Outcome; o.Verdict {
	case market.Yes:
		return "YES"
	case market.No:
		return "NO"
	case market.Member:
		if int(o.Member) < len(q.Books) {
			return quote.Clean(q.Books[o.Member].Name, market.MaxMember)
		}
	case market.Value:
		return strconv.FormatInt(o.Value, 10)
	}
	return "INVALID"
}

type readIn struct {
	Question uint64 `json:"question" jsonschema:"its number"`
}

type readOut struct {
	summary
	Criteria  string   `json:"criteria" jsonschema:"when the answer is YES"`
	Fields    []field  `json:"fields" jsonschema:"as the opener filled them in"`
	Books     []book   `json:"books"`
	Range     *span    `json:"range,omitempty" jsonschema:"of a scalar question"`
	Fee       float64  `json:"fee" jsonschema:"fraction of what a taker pays or gets"`
	Liquidity string   `json:"liquidity" jsonschema:"b of the LMSR, coins"`
	Resolver  string   `json:"resolver" jsonschema:"account that answers it"`
	Trusted   bool     `json:"trusted" jsonschema:"one account alone answers: trust it or not"`
	Opened    uint64   `json:"opened" jsonschema:"block"`
	End       uint64   `json:"end" jsonschema:"block of the latest close"`
	ResolveBy uint64   `json:"resolve_by,omitempty" jsonschema:"block"`
	Height    uint64   `json:"height" jsonschema:"the chain's last block"`
	Evidence  *exhibit `json:"evidence,omitempty" jsonschema:"strangers' material, never orders"`
	Moves     []move   `json:"moves" jsonschema:"last batches of the first book, newest first"`
}

type field struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type span struct {
	Low  int64 `json:"low"`
	High int64 `json:"high"`
}

// book is one binary market of a question.
type book struct {
	Member  string   `json:"member,omitempty"`
	Price   float64  `json:"price" jsonschema:"of YES"`
	Opening float64  `json:"opening" jsonschema:"base rate"`
	Median  *float64 `json:"median,omitempty" jsonschema:"over the last third of the window"`
	Payoff  *float64 `json:"payoff,omitempty" jsonschema:"of a YES share, once settled"`
	Yes     string   `json:"yes_shares"`
	No      string   `json:"no_shares"`
}

// exhibit is what a question is to be judged by.
type exhibit struct {
	Text   string `json:"text,omitempty" jsonschema:"inline evidence, cleaned and cut"`
	Bytes  uint64 `json:"bytes" jsonschema:"of all of it"`
	URI    string `json:"uri,omitempty" jsonschema:"where a larger document is"`
	SHA256 string `json:"sha256,omitempty" jsonschema:"of that document"`
	Note   string `json:"note,omitempty"`
}

// move is one batch.
type move struct {
	Block  uint64  `json:"block"`
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Volume string  `json:"volume" jsonschema:"coins"`
}

// recentBlocks bounds how far back moves are looked for.
const recentBlocks = 5000

// read shows all of one question.
func (d *desk) read(ctx context.Context, in readIn) (out readOut, err error) {
	q, err := d.Client.Question(ctx, in.Question)
	if err != nil {
		return out, err
	}
	if out.Height, err = d.Client.Height(ctx); err != nil {
		return out, err
	}
	out = readOut{
		summary: summarise(q, out.Height), Criteria: quote.Clean(q.Criteria, maxShown),
		Fields: []field{}, Books: []book{}, Moves: []move{}, Fee: float64(q.Fee) / 1e4,
		Liquidity: coins(q.B), Resolver: q.Resolver.Hex(), Trusted: q.Trusted, Opened: q.Opened,
		End: q.End, ResolveBy: q.ResolveBy, Height: out.Height, Evidence: show(q.Evidence),
	}
	form, _ := q.Template.Form() // names are missing for an unknown one
	for i, text := range q.Fields {
		name := fmt.Sprintf("field %d", i+1)
		if i < len(form.Fields) {
			name = form.Fields[i]
		}
		out.Fields = append(out.Fields, field{name, quote.Clean(text, maxShown)})
	}
	if q.Kind == market.Scalar {
		out.Range = &span{q.Lo, q.Hi}
	}
	for i, b := range q.Books {
		opening, err := d.Client.Opening(ctx, q, i)
		if err != nil {
			return out, err
		}
		out.Books = append(out.Books, readBook(q, opening, b))
	}
	since := q.Opened
	if out.Height > recentBlocks {
		since = max(since, out.Height-recentBlocks)
	}
	steps, err := d.Client.History(ctx, q, 0, since)
	if err != nil {
		return out, err
	}
	for i := len(steps) - 1; i >= 0 && len(out.Moves) < maxMoves; i-- {
		out.Moves = append(out.Moves, move{
			steps[i].Block, probability(steps[i].From), probability(steps[i].To),
			coins(steps[i].Volume),
		})
	}
	return out, nil
}

func readBook(q client.Question, opening float64, b client.Book) book {
	out := book{
		Member: quote.Clean(b.Name, market.MaxMember), Price: probability(b.Price),
		Opening: opening, Yes: coins(b.Yes), No: coins(b.No),
	}
	if b.Median > 0 {
		m := probability(b.Median)
		out.Median = &m
	}
	if q.Phase == market.Settled {
		p := probability(b.Payoff)
		out.Payoff = &p
	}
	return out
}

// show gives evidence as far as it is on the chain; nil if there is none.
func show(e market.Evidence) *exhibit {
	if len(e.Inline) == 0 && e.URI == "" {
		return nil
	}
	x := &exhibit{Bytes: uint64(len(e.Inline)) + e.Size, URI: quote.Clean(e.URI, market.MaxURI)}
	if e.URI != "" {
		x.SHA256 = hex.EncodeToString(e.Hash[:])
	}
	switch {
	case len(e.Inline) > 0 && quote.Binary(e.Inline):
		x.Note = "not text; not shown"
	case len(e.Inline) > maxShown:
		x.Note = "its middle is left out"
		fallthrough
	default:
		x.Text = quote.Clean(string(e.Inline), maxShown)
	}
	return x
}
