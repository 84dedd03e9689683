package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// trading is what the flags of "agon trade" say.
type trading struct {
	limit, book, expiry string
	dry, noWait         bool
}

func (a *app) trade() *cobra.Command {
	c := &cobra.Command{
		Use:     "trade N buy|sell yes|no AMOUNT --limit PRICE",
		GroupID: "market",
		Short:   "Place an order: buy for coins, sell shares",
		Long: `Places an order in the next block's batch. A buy names a budget in coins, a sell a
number of shares; the limit is the worst price, of the share traded, that you accept. A
YES share pays 1 if the answer is YES, a NO share if it is NO. All orders of a batch
share the curve in proportion: being early within a block gains nothing.

What is missing from your balance in the market is taken from your coins.`,
		Example: examples(
			"agon trade 7 buy yes 5 --limit 60%",
			"agon trade 7 buy no 0.5 --limit 0.35 --dry-run",
			"agon trade 7 sell yes 3.2 --limit 70% --expiry 20     # rests up to 20 blocks",
			"agon trade 9 buy yes 1 --limit 40% --book Alice       # a member of a group"),
		Args: cobra.ExactArgs(4),
	}
	var k trading
	f := c.Flags()
	f.StringVar(&k.limit, "limit", "", "worst price you accept, 0.37 or 37%")
	f.StringVar(&k.book, "book", "", "group: the member, by name or number")
	f.StringVar(&k.expiry, "expiry", "0", "how long it may rest: blocks, or 30s; 0: one batch")
	f.BoolVar(&k.dry, "dry-run", false, "only say what would happen")
	f.BoolVar(&k.noWait, "no-wait", false, "do not wait for the batch")
	c.ValidArgsFunction = choices(nil, []string{"buy", "sell"}, []string{"yes", "no"})
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.tradeOrder(c.Context(), args, k)
	}
	return c
}

func (a *app) tradeOrder(ctx context.Context, args []string, k trading) error {
	id, err := questionID(args[0])
	if err != nil {
		return err
	}
	o := client.Order{Question: id}
	if o.Action, err = action(args[1], args[2]); err != nil {
		return err
	}
	if o.Amount, err = parseCoins(args[3]); err != nil {
		return err
	}
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	q, err := cl.Question(ctx, id)
	if err != nil {
		return err
	}
	if o.Book, err = book(q, k.book); err != nil {
		return err
	}
	if k.limit == "" {
		return noLimit(q, o)
	}
	if o.Limit, err = parsePrice(k.limit); err != nil {
		return err
	}
	if o.Expiry, err = a.expiry(ctx, cl, k.expiry); err != nil {
		return err
	}
	if k.dry {
		return a.dryRun(ctx, acc, o)
	}
	p, err := acc.Place(ctx, []client.Order{o}, client.Tx{})
	if err != nil {
		return err
	}
	ids, err := p.Placed(ctx)
	if err != nil {
		return err
	}
	receipt, err := p.Wait(ctx)
	if err != nil {
		return err
	}
	placed := tradeView{Order: ids[0], Question: id, Block: receipt.BlockNumber.Uint64()}
	if !k.noWait {
		if err := placed.settle(ctx, cl); err != nil {
			return err
		}
	}
	return a.emit(placed, func(s term.Screen) { placed.draw(s, o, k.noWait) })
}

// action reads "buy yes".
func action(verb, side string) (market.Action, error) {
	words := strings.ToLower(verb + " " + side)
	for i, name := range actionNames {
		if words == name {
			return market.Action(i), nil
		}
	}
	return 0, hint(wrong("%q is no action", words), "buy or sell, then yes or no")
}

// book finds a member of a group by name or number; other questions have one.
func book(q client.Question, which string) (uint8, error) {
	if which == "" {
		if q.Kind == market.Group {
			return 0, hint(wrong("question %d is a group of %d", q.ID, len(q.Books)),
				"--book says which member: %s", memberNames(q))
		}
		return 0, nil
	}
	for i, b := range q.Books {
		if strings.EqualFold(b.Name, which) || which == strconv.Itoa(i) {
			return uint8(i), nil
		}
	}
	return 0, hint(wrong("question %d has no member %q", q.ID, which), "it has %s", memberNames(q))
}

func memberNames(q client.Question) string {
	var names []string
	for _, b := range q.Books {
		names = append(names, b.Name)
	}
	return strings.Join(names, ", ")
}

// noLimit complains with the present price at hand.
func noLimit(q client.Question, o client.Order) error {
	p := q.Books[o.Book].Price
	if o.Action == market.BuyNo || o.Action == market.SellNo {
		p = market.One - p
	}
	return hint(wrong("--limit is missing: the worst price you accept"),
		"that share stands at %s; --limit %s accepts that much and nothing worse", percent(p),
		strings.TrimSuffix(percent(p), ".0%"))
}

// expiry turns a span into a block; none means the next batch only.
func (a *app) expiry(ctx context.Context, cl *client.Client, span string) (uint64, error) {
	n, err := parseBlocks(span, func() (time.Duration, error) { return a.blockTime(ctx) })
	if err != nil || n == 0 {
		return 0, err
	}
	now, err := cl.Height(ctx)
	return now + n, err
}

// previewView is a dry run.
type previewView struct {
	OK         bool        `json:"ok"`
	Reason     string      `json:"reason"`
	Shares     string      `json:"shares"`
	Coins      string      `json:"coins"`
	Fee        string      `json:"fee"`
	PriceAfter json.Number `json:"price_after"`
}

func (a *app) dryRun(ctx context.Context, acc *client.Account, o client.Order) error {
	p, err := acc.Client().DryRun(ctx, acc.Address(), o)
	if err != nil {
		return err
	}
	if p.Reason == market.Unaffordable {
		return hint(&client.Refused{Reason: p.Reason}, "a dry run counts what you have in the "+
			"market, a trade your coins too; \"agon deposit %s\" moves them", coins(o.Amount))
	}
	if p.Reason != market.OK {
		return &client.Refused{Reason: p.Reason}
	}
	v := previewView{
		true, p.Reason.String(), coins(p.Shares), coins(p.Cost), coins(p.Fee),
		json.Number(exact(p.PriceAfter)),
	}
	return a.emit(v, func(s term.Screen) {
		verb, gets := "would buy", "for"
		if o.Action == market.SellYes || o.Action == market.SellNo {
			verb = "would sell"
		}
		say(s, "alone in the next batch it %s %s shares %s %s coins, fee %s", verb,
			brief(p.Shares), gets, brief(p.Cost), brief(p.Fee))
		say(s, "the price of YES would be %s afterwards", percent(p.PriceAfter))
	})
}

// tradeView is what became of an order in its first batch.
type tradeView struct {
	Order    uint64      `json:"order"`
	Question uint64      `json:"question"`
	Block    uint64      `json:"block"` // in which it was placed
	Shares   string      `json:"shares"`
	Coins    string      `json:"coins"`
	Left     string      `json:"left"`
	Price    json.Number `json:"price,omitempty"` // of YES after the batch
	Ended    bool        `json:"ended"`           // nothing of it rests
}

// batchPatience bounds the wait for the block after the order's.
const batchPatience = 15 * time.Second

// settle waits for the batch at the head of the next block.
func (v *tradeView) settle(ctx context.Context, cl *client.Client) error {
	v.Shares, v.Coins, v.Left = "0", "0", "0"
	ctx, stop := context.WithTimeout(ctx, batchPatience)
	defer stop()
	for e, err := range cl.Follow(ctx, v.Block) {
		if err != nil {
			return err
		}
		switch b := e.Body.(type) {
		case client.Filled:
			if b.ID == v.Order {
				v.Shares, v.Coins, v.Left = coins(b.Shares), coins(b.Coins), coins(b.Left)
				v.Ended = b.Left.IsZero()
			}
		case client.Cancelled:
			if b.ID == v.Order {
				v.Left, v.Ended = coins(b.Left), true
			}
		case client.Moved:
			if b.Question == v.Question {
				v.Price = json.Number(exact(b.To))
			}
		case client.Head:
			if e.Block > v.Block {
				return nil
			}
		}
	}
	return ctx.Err()
}

func (v tradeView) draw(s term.Screen, o client.Order, noWait bool) {
	switch {
	case noWait:
		say(s, "order %d is in the batch after block %d", v.Order, v.Block)
		return
	case v.Shares == "0":
		say(s, "order %d: no fill within its limit", v.Order)
	default:
		verb := "bought"
		if o.Action == market.SellYes || o.Action == market.SellNo {
			verb = "sold"
		}
		say(s, "order %d: %s %s shares for %s coins", v.Order, verb, cut(v.Shares), cut(v.Coins))
	}
	if v.Price != "" {
		say(s, "the price of YES is now %s", percentOf(v.Price))
	}
	switch {
	case v.Ended && v.Left != "0":
		say(s, "%s came back to your balance in the market", cut(v.Left))
	case !v.Ended:
		say(s, `the rest stays until block %d; "agon cancel %d" takes it back`, o.Expiry, v.Order)
	}
}

// orderIDs reads the numbers of orders.
func orderIDs(args []string) ([]uint64, error) {
	var ids []uint64
	for _, arg := range args {
		id, err := strconv.ParseUint(arg, 10, 64)
		if err != nil || id == 0 {
			return nil, hint(wrong("%q is not the number of an order", arg),
				`"agon positions" shows your live orders`)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// plural writes "1 order", "2 orders".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
