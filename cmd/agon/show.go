package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// maxListedOrders bounds how many live orders of a question are read.
const maxListedOrders = 1000

// orderView is a live order.
type orderView struct {
	ID       uint64      `json:"id"`
	Question uint64      `json:"question"`
	Book     uint8       `json:"book"`
	Trader   string      `json:"trader"`
	Action   string      `json:"action"`
	Amount   string      `json:"amount"` // coins of a buy, shares of a sell
	Left     string      `json:"left"`
	Limit    json.Number `json:"limit"`
	Expiry   uint64      `json:"expiry"`
	Placed   uint64      `json:"placed"`
}

func newOrderView(o client.Resting) orderView {
	return orderView{
		ID: o.ID, Question: o.Order.Question, Book: o.Order.Book, Trader: o.Trader.Hex(),
		Action: actionName(o.Order.Action), Amount: coins(o.Order.Amount), Left: coins(o.Left),
		Limit: json.Number(exact(o.Order.Limit)), Expiry: o.Order.Expiry, Placed: o.Placed,
	}
}

// moveView is one batch of one book and who took part.
type moveView struct {
	Block  uint64      `json:"block"`
	Book   uint8       `json:"book"`
	From   json.Number `json:"from"`
	To     json.Number `json:"to"`
	Orders uint32      `json:"orders"`
	Volume string      `json:"volume"`
	Fills  []fillView  `json:"fills"`
}

// fillView is what one order got in a batch.
type fillView struct {
	Trader string `json:"trader"`
	Order  uint64 `json:"order"`
	Action string `json:"action"`
	Shares string `json:"shares"`
	Coins  string `json:"coins"`
}

// showView is all "agon show" knows.
type showView struct {
	Question questionView `json:"question"`
	Height   uint64       `json:"height"`
	Moves    []moveView   `json:"moves"`
	Orders   []orderView  `json:"orders"`
}

func (a *app) show() *cobra.Command {
	c := &cobra.Command{
		Use:     "show N",
		GroupID: "market",
		Short:   "Draw a question's price history, who moved it, its live orders",
		Example: examples("agon show 7", "agon show 7 --moves 50", "agon show 7 --watch",
			"agon show 7 --json"),
		Args: cobra.ExactArgs(1),
	}
	moves := c.Flags().Int("moves", 8, "how many of the last moves to list")
	watch := c.Flags().Bool("watch", false, "draw again whenever the price moves")
	c.RunE = func(c *cobra.Command, args []string) error {
		id, err := questionID(args[0])
		if err != nil {
			return err
		}
		cl, err := a.dial(c.Context())
		if err != nil {
			return err
		}
		defer cl.Close()
		if *watch {
			return a.watch(c.Context(), cl, id, *moves)
		}
		return a.showOnce(c.Context(), cl, id, *moves)
	}
	return c
}

// showOnce prints the question as it is now.
func (a *app) showOnce(ctx context.Context, cl *client.Client, id uint64, moves int) error {
	p, err := portray(ctx, cl, id)
	if err != nil {
		return err
	}
	return a.emit(p.view(), func(s term.Screen) { p.draw(s, moves) })
}

// watch prints the question at once and after every block in which it moved,
// until it is settled.
func (a *app) watch(ctx context.Context, cl *client.Client, id uint64, moves int) error {
	now, err := cl.Height(ctx)
	if err != nil {
		return err
	}
	if err := a.showOnce(ctx, cl, id, moves); err != nil {
		return err
	}
	touched := false
	for e, err := range cl.Follow(ctx, now+1) {
		if err != nil {
			return err
		}
		touched = touched || concerns(e.Body, id)
		if _, head := e.Body.(client.Head); !head || !touched {
			continue
		}
		touched = false
		if a.out.Live {
			fmt.Fprint(a.out.W, "\x1b[H\x1b[2J") // to the top, clear
		}
		if err := a.showOnce(ctx, cl, id, moves); err != nil {
			return err
		}
		q, err := cl.Question(ctx, id)
		if err != nil || q.Phase == market.Settled {
			return err
		}
	}
	return nil
}

// concerns reports whether an event changes what "agon show id" prints.
func concerns(b client.Body, id uint64) bool {
	switch b := b.(type) {
	case client.Moved:
		return b.Question == id
	case client.Closed:
		return b.Question == id
	case client.Reopened:
		return b.Question == id
	case client.Settled:
		return b.Question == id
	case client.Halted:
		return b.Question == id
	}
	return false
}

// portrait is a question with its history.
type portrait struct {
	q      client.Question
	now    uint64
	moves  []move // oldest first
	orders []client.Resting
}

// move is a batch that moved a book, with the fills of the same block.
type move struct {
	block uint64
	client.Moved
	fills []client.Filled
}

// portray reads a question, its logs since it was opened and its live orders.
func portray(ctx context.Context, cl *client.Client, id uint64) (portrait, error) {
	var p portrait
	var err error
	if p.q, err = cl.Question(ctx, id); err != nil {
		return p, err
	}
	if p.now, err = cl.Height(ctx); err != nil {
		return p, err
	}
	events, err := cl.QuestionEvents(ctx, p.q, 0, "Filled", "Moved")
	if err != nil {
		return p, err
	}
	p.moves = movesOf(events)
	if p.q.Phase != market.Settled {
		p.orders, err = cl.Orders(ctx, id, maxListedOrders)
	}
	return p, err
}

// movesOf joins each batch with its fills: within a block and a book they
// belong together, whatever their order.
func movesOf(events []client.Event) []move {
	type batch struct {
		block uint64
		book  uint8
	}
	fills := map[batch][]client.Filled{}
	var moves []move
	for _, e := range events {
		switch b := e.Body.(type) {
		case client.Filled:
			at := batch{e.Block, b.Book}
			fills[at] = append(fills[at], b)
		case client.Moved:
			moves = append(moves, move{block: e.Block, Moved: b})
		}
	}
	for i, m := range moves {
		moves[i].fills = fills[batch{m.block, m.Book}]
		slices.SortStableFunc(moves[i].fills, func(a, b client.Filled) int {
			return b.Coins.Cmp(&a.Coins)
		})
	}
	return moves
}

func (p portrait) view() showView {
	v := showView{
		Question: newQuestionView(p.q), Height: p.now, Moves: []moveView{}, Orders: []orderView{},
	}
	for i := range v.Question.Books {
		v.Question.Books[i].Opening = p.opening(i)
	}
	for _, m := range p.moves {
		mv := moveView{
			Block: m.block, Book: m.Book, From: json.Number(exact(m.From)),
			To: json.Number(exact(m.To)), Orders: m.Orders, Volume: coins(m.Volume),
			Fills: []fillView{},
		}
		for _, f := range m.fills {
			mv.Fills = append(mv.Fills, fillView{
				f.Trader.Hex(), f.ID, actionName(f.Action), coins(f.Shares), coins(f.Coins),
			})
		}
		v.Moves = append(v.Moves, mv)
	}
	for _, o := range p.orders {
		v.Orders = append(v.Orders, newOrderView(o))
	}
	return v
}

// points is the price history of one book, for drawing.
func (p portrait) points(book int) []term.Point {
	pts := []term.Point{{Height: p.opened(), Price: p.opening(book)}}
	for _, m := range p.moves {
		if int(m.Book) == book {
			pts = append(pts, term.Point{Height: m.block, Price: probability(m.To)})
		}
	}
	return pts
}

// opening is the price at which a book opened.
func (p portrait) opening(book int) float64 {
	for _, m := range p.moves {
		if int(m.Book) == book {
			return probability(m.From)
		}
	}
	return p.q.Opening(book) // nobody has traded: the curve still tells
}

// opened is the block of the first window; Opened alone is the present one's.
func (p portrait) opened() uint64 {
	if len(p.moves) > 0 {
		return min(p.q.Opened, p.moves[0].block)
	}
	return p.q.Opened
}

// until is where the time axis ends: now, or the close.
func (p portrait) until() uint64 {
	if p.q.ClosedAt > 0 {
		return p.q.ClosedAt
	}
	return p.now
}

// plotted bounds how many books of a group are drawn; the table has all.
const plotted = 3

func (p portrait) draw(s term.Screen, moves int) {
	q := p.q
	say(s, "#%d  %s", q.ID, term.Clean(q.Text))
	say(s, "    %s, %s, %s", templateName(q.Template), kindNames[q.Kind], standing(q, p.now))
	word := "answer"
	if provisional(q) {
		word = "provisional answer"
	}
	say(s, "    %s: %s", word, term.Clean(leading(q)))
	say(s, "    subsidy %s, liquidity b %s, fee %.2f%%", coins(q.Subsidy), brief(q.B),
		float64(q.Fee)/100)
	trust := ""
	if q.Trusted {
		trust = ", one account you have to trust"
	}
	say(s, "    resolver %s%s", q.Resolver, trust)
	say(s, "")
	p.drawBooks(s)
	p.drawMoves(s, moves)
	if len(p.orders) > 0 {
		say(s, "live orders:")
		var views []orderView
		for _, o := range p.orders {
			views = append(views, newOrderView(o))
		}
		drawOrders(s, views)
		say(s, "")
	}
	say(s, "criteria:")
	say(s, "%s", s.Wrap(term.Clean(q.Criteria), 4))
	if e := newQuestionView(q).Evidence; e != nil {
		say(s, "evidence: %d bytes inline; %s", e.InlineBytes, term.Clean(e.URI))
	}
}

// drawBooks plots the price, for a group those of its likeliest members.
func (p portrait) drawBooks(s term.Screen) {
	order := make([]int, len(p.q.Books))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(int64(published(p.q, b)) - int64(published(p.q, a)))
	})
	for n, i := range order {
		b := p.q.Books[i]
		if n >= plotted {
			say(s, "  %s  %s", percent(published(p.q, i)), term.Clean(b.Name))
			continue
		}
		if b.Name != "" {
			say(s, "%s  %s", percent(published(p.q, i)), term.Clean(b.Name))
		}
		s.Plot(p.points(i), p.until())
		if b.Median > 0 {
			say(s, "      median of the last third: %s", percent(b.Median))
		}
		say(s, "")
	}
}

// namedFills is how many traders a line of "who moved it" names.
const namedFills = 3

func (p portrait) drawMoves(s term.Screen, n int) {
	if len(p.moves) == 0 {
		say(s, "nobody has moved it yet")
		say(s, "")
		return
	}
	say(s, "who moved it, last first (%d in all):", len(p.moves))
	t := term.Table{Columns: []term.Column{
		{Name: "block", Right: true}, {Name: "from", Right: true}, {Name: "to", Right: true},
		{Name: "volume", Right: true}, {Name: "by", Grow: true},
	}}
	for i := len(p.moves) - 1; i >= 0 && i >= len(p.moves)-n; i-- {
		m := p.moves[i]
		by := strings.Join(fillWords(m.fills), ", ")
		if m.Book > 0 || len(p.q.Books) > 1 {
			by = p.q.Books[m.Book].Name + ": " + by
		}
		t.Row(m.block, percent(m.From), percent(m.To), brief(m.Volume), by)
	}
	t.Draw(s)
	say(s, "")
}

// fillWords names the traders with most money in a batch.
func fillWords(fills []client.Filled) []string {
	var words []string
	seen := map[common.Address]bool{}
	for _, f := range fills {
		if seen[f.Trader] {
			continue
		}
		seen[f.Trader] = true
		if len(words) < namedFills {
			words = append(words, fmt.Sprintf("%s %s %s", shortAddress(f.Trader.Hex()),
				actionName(f.Action), brief(f.Coins)))
		}
	}
	if more := len(seen) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return words
}

// drawOrders is the table of live orders.
func drawOrders(s term.Screen, orders []orderView) {
	t := term.Table{Columns: []term.Column{
		{Name: "order", Right: true}, {Name: "#", Right: true}, {Name: "trader"},
		{Name: "what"}, {Name: "left", Right: true}, {Name: "of", Right: true},
		{Name: "limit", Right: true}, {Name: "expires", Right: true},
	}}
	for _, o := range orders {
		expires := fmt.Sprint(o.Expiry)
		if o.Expiry == 0 {
			expires = "next batch"
		}
		t.Row(o.ID, o.Question, shortAddress(o.Trader), o.Action, cut(o.Left), cut(o.Amount),
			percentOf(o.Limit), expires)
	}
	t.Draw(s)
}
