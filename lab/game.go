package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"agon/game/market"
	"agon/lab/stage"
	"agon/player/learn"
	"agon/player/sizing"
)

// Rules of one game. Heights are blocks.
type Rules struct {
	Seed    uint64
	Subsidy float64       // coins a question
	Window  market.Height // how long a question trades
	Delay   market.Height // from the close to the answer
	Every   market.Height // between two openings
	Budget  func(seat string) float64
	// LaterDay keeps the answer of a question with a date until one of a later date
	// is asked: nothing is learnt from the same day.
	LaterDay bool
	// Void, if not nil, tells of questions that move no money in the end: what
	// each seat lost on one is given back, and what it earned taken.
	Void func(q market.QuestionID) bool
	// Journal, if not nil, is told of every order as it is placed.
	Journal func(now market.Height, seat int, o market.Order)
}

// Answer is what came of one question.
type Answer struct {
	Example learn.Example
	Opening float64       // price at the opening
	Median  float64       // the published answer
	Last    float64       // price at the close
	Closed  market.Height // block whose draw closed it
	Path    []float32     // price at the end of each block, from the opening to the close
	Beliefs []float64     // by seat; NaN where it had none
	Minds   []float64     // of the seats that are Minded, in turn; NaN likewise
	Orders  int
	Rounds  int
	Profits []float64 // by seat, coins
	Spent   float64   // of the subsidy, coins: what the opener did not get back
	Fund    float64   // of that, what went to the audit fund
}

// Standing is how a seat has done.
type Standing struct {
	Name   string  `json:"name"`
	Budget float64 `json:"budget"`
	Profit float64 `json:"profit"`
	Orders int     `json:"orders"`
}

// Game is a table with its seats.
type Game struct {
	rules  Rules
	stage  *stage.Stage
	chairs []*chair
	by     map[market.Account]*chair
	rounds map[market.QuestionID]*round
	open   []*round // by id
	date   string   // of the latest question opened that has one
	done   bool     // all are opened
}

// chair is a seat with its money.
type chair struct {
	Seat
	index   int
	account market.Account
	watcher Watcher // nil if it only looks at what moved
	staked  float64
	Standing
	looked map[market.QuestionID]market.Height
	holds  map[market.QuestionID]*Holding
}

// round is one question at the table.
type round struct {
	Book
	answer  *Answer
	closed  market.Height // 0 while open
	holders []*chair
}

// opener asks and answers all questions.
var opener = stage.AccountOf("opener")

// NewGame seats players at an empty table and gives them their budgets.
func NewGame(r Rules, seats []Seat) (*Game, error) {
	g := &Game{
		rules: r, stage: stage.New(r.Seed), by: map[market.Account]*chair{},
		rounds: map[market.QuestionID]*round{},
	}
	for i, s := range seats {
		c := &chair{
			Seat: s, index: i, account: stage.AccountOf(s.Name()),
			looked:   map[market.QuestionID]market.Height{},
			holds:    map[market.QuestionID]*Holding{},
			Standing: Standing{Name: s.Name(), Budget: r.Budget(s.Name())},
		}
		c.watcher, _ = s.(Watcher)
		if g.by[c.account] != nil {
			return nil, fmt.Errorf("lab: two seats are named %q", s.Name())
		}
		if err := g.stage.Deposit(c.account, sizing.Amount(c.Budget)); err != nil {
			return nil, fmt.Errorf("lab: funding %s: %w", s.Name(), err)
		}
		g.chairs, g.by[c.account] = append(g.chairs, c), c
	}
	return g, nil
}

// Standings are the seats' results, in their order.
func (g *Game) Standings() []Standing {
	var out []Standing
	for _, c := range g.chairs {
		out = append(out, c.Standing)
	}
	return out
}

// Play plays the examples in order and gives an answer for each. Tick, if not
// nil, hears how many have settled.
func (g *Game) Play(
	ctx context.Context, list []learn.Example, tick func(settled int),
) ([]Answer, error) {
	out := make([]Answer, len(list))
	next, settled := 0, 0
	start := g.stage.Height()
	for settled < len(list) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := g.stage.Block(); err != nil {
			return nil, err
		}
		now := g.stage.Height()
		g.hear()
		for _, r := range g.open {
			if r.closed == 0 {
				r.Path = append(r.Path, float32(r.Price))
			}
		}
		n, err := g.settle(now)
		if err != nil {
			return nil, err
		}
		if settled += n; n > 0 && tick != nil {
			tick(settled)
		}
		for next < len(list) && now > start+market.Height(next)*g.rules.Every {
			out[next] = Answer{Example: list[next]}
			if err := g.ask(now, &out[next]); err != nil {
				return nil, err
			}
			next++
		}
		g.done = next == len(list)
		if err := g.act(now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ask opens one question.
func (g *Game) ask(now market.Height, a *Answer) error {
	q := a.Example.Question
	q.Fields = plain(q.Fields)
	s := sizing.Amount(g.rules.Subsidy)
	if err := g.stage.Deposit(opener, s); err != nil {
		return err
	}
	prior := market.Price(q.Prior * float64(market.One))
	id, err := g.stage.Ask(now, opener, market.Spec{
		Template: q.Template, Fields: q.Fields, Subsidy: s, Window: g.rules.Window,
		Grace: market.MaxGrace, Resolver: opener,
		Openings: []market.Price{min(market.MaxOpening, max(market.MinOpening, prior))},
	})
	if err != nil {
		return fmt.Errorf("lab: asking %.60q: %w", q.Fields, err)
	}
	full, _ := g.stage.Question(id)
	price := floatOf(g.stage.Books(id)[0].Price)
	q.ID, q.Prior, q.Price, q.Trusted = uint64(id), price, price, true
	r := &round{answer: a, Book: Book{
		ID: id, Question: q, Price: price, B: sizing.Coins(full.B), Opened: now,
		End: full.End, Changed: now,
	}}
	a.Opening = price
	if a.Example.Date != "" {
		g.date = a.Example.Date
	}
	g.rounds[id] = r
	g.open = append(g.open, r)
	for _, c := range g.chairs {
		c.Open(&r.Book)
	}
	return nil
}

// plain makes fields what the market takes: visible text of bounded length. The
// data has texts with control characters and blank ones.
func plain(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		f = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\t':
				return r
			case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
				return ' '
			}
			return r
		}, f)
		if len(f) > market.MaxField {
			f = strings.ToValidUTF8(f[:market.MaxField], "")
		}
		if strings.TrimSpace(f) == "" {
			f = "(blank)"
		}
		out[i] = f
	}
	return out
}

func floatOf(p market.Price) float64 { return float64(p) / float64(market.One) }

// hear delivers what the block's work did to those it concerns.
func (g *Game) hear() {
	for _, e := range g.stage.Events() {
		switch e := e.(type) {
		case market.OrderFilled:
			g.by[e.Trader].filled(g.rounds[e.Question], e)
		case market.PriceMoved:
			r := g.rounds[e.Question]
			r.Price, r.Changed = floatOf(e.To), g.stage.Height()
			r.Rounds++
			r.Orders = int(e.Orders)
		case market.QuestionClosed:
			g.rounds[e.Question].closed = e.Height
		case market.QuestionSettled:
			a := g.rounds[e.Question].answer
			a.Fund = sizing.Coins(e.ToFund)
			a.Spent = g.rules.Subsidy - sizing.Coins(e.ToOpener)
		}
	}
}

// filled books a fill.
func (c *chair) filled(r *round, e market.OrderFilled) {
	h := c.holds[r.ID]
	if h == nil {
		h = new(Holding)
		c.holds[r.ID] = h
		r.holders = append(r.holders, c)
	}
	n, coins := sizing.Coins(e.Shares), sizing.Coins(e.Coins)
	if !e.Action.Buys() {
		n, coins = -n, -coins
	}
	if e.Action.Yes() {
		h.Yes = max(0, h.Yes+n)
	} else {
		h.No = max(0, h.No+n)
	}
	h.Staked += coins
	c.staked += coins
}

// known tells whether a closed question's answer is out: by its date, where
// that is known, else a while after the close.
func (g *Game) known(r *round, now market.Height) bool {
	if r.closed == 0 || now < r.closed+g.rules.Delay {
		return false
	}
	e := &r.answer.Example
	if g.rules.LaterDay && e.Date >= g.date && e.Date != "" {
		return g.done && !slices.ContainsFunc(g.open, func(r *round) bool { return r.closed == 0 })
	}
	return g.done || e.Settled == "" || e.Settled <= g.date
}

// settle answers the questions whose answers are out, and pays.
func (g *Game) settle(now market.Height) (int, error) {
	n := 0
	var rest []*round
	for _, r := range g.open {
		if !g.known(r, now) {
			rest = append(rest, r)
			continue
		}
		n++
		if err := g.pay(now, r); err != nil {
			return n, fmt.Errorf("lab: question %d: %w", r.ID, err)
		}
	}
	g.open = rest
	return n, nil
}

func (g *Game) pay(now market.Height, r *round) error {
	a := r.answer
	b := g.stage.Books(r.ID)[0]
	a.Median, a.Last, a.Rounds = floatOf(b.Median), floatOf(b.Price), r.Rounds
	a.Closed = r.closed
	a.Path = r.Path
	o := market.Outcome{Verdict: market.No}
	if a.Example.Truth {
		o.Verdict = market.Yes
	}
	if err := g.stage.Resolve(now, opener, r.ID, o); err != nil {
		return err
	}
	a.Profits = make([]float64, len(g.chairs))
	for _, c := range r.holders {
		got, err := g.stage.Claim(now, c.account, r.ID)
		// Whoever sold all it had has nothing to claim.
		if err != nil && !errors.Is(err, &market.Refusal{Reason: market.NothingToClaim}) {
			return err
		}
		staked := c.holds[r.ID].Staked
		a.Profits[c.index] = sizing.Coins(got) - staked
		c.staked -= staked
		if g.rules.Void != nil && g.rules.Void(r.ID) {
			if err := g.undo(c, a.Profits[c.index]); err != nil {
				return err
			}
			continue
		}
		c.Profit += a.Profits[c.index]
	}
	a.Beliefs = make([]float64, len(g.chairs))
	for i, c := range g.chairs {
		a.Beliefs[i] = math.NaN()
		if p, ok := c.Believed(&r.Book); ok {
			a.Beliefs[i] = p
		}
		if m, is := c.Seat.(Minded); is {
			a.Minds = append(a.Minds, minds(m, &r.Book)...)
		}
		c.Settled(&r.Book, a.Example.Truth)
		delete(c.holds, r.ID)
		delete(c.looked, r.ID)
	}
	g.hear()
	delete(g.rounds, r.ID)
	return nil
}

// minds are the beliefs of a seat's minds, NaN where it has none.
func minds(m Minded, b *Book) []float64 {
	if said := m.Minds(b); said != nil {
		return said
	}
	none := make([]float64, len(m.MindNames()))
	for i := range none {
		none[i] = math.NaN()
	}
	return none
}

// undo takes a profit from a seat, or gives a loss back. If it has staked so much
// elsewhere that not all can be taken, it keeps the rest.
func (g *Game) undo(c *chair, profit float64) error {
	if profit < 0 {
		return g.stage.Deposit(c.account, sizing.Amount(-profit))
	}
	n, most := sizing.Amount(profit), g.stage.Balance(c.account)
	if n.Gt(&most) {
		n = most
	}
	if n.IsZero() {
		return nil
	}
	return g.stage.Withdraw(c.account, n)
}

// act lets every seat look at what moved since it last looked. Orders of one
// block are placed before anybody hears of them.
func (g *Game) act(now market.Height) error {
	var live []*round
	for _, r := range g.open {
		if r.closed == 0 && now+1 < r.End {
			live = append(live, r)
		}
	}
	for _, c := range g.chairs {
		var looks []Look
		for _, r := range live {
			// Changed in the block it looked in means changed before it looked:
			// batches are at a block's head.
			last, before := c.looked[r.ID]
			if before && last >= r.Changed && !(c.watcher != nil && c.watcher.Watches(&r.Book)) {
				continue
			}
			c.looked[r.ID] = now
			l := Look{Book: &r.Book}
			if h := c.holds[r.ID]; h != nil {
				l.Holding = *h
			}
			looks = append(looks, l)
		}
		if len(looks) == 0 {
			continue
		}
		balance := g.stage.Balance(c.account)
		free := sizing.Coins(balance)
		for _, b := range c.Play(now, looks, Purse{Free: free, Wealth: free + c.staked}) {
			if err := g.place(now, c, looks[b.Look].ID, b.Decision); err != nil {
				return fmt.Errorf("lab: %s: %w", c.Standing.Name, err)
			}
		}
	}
	g.hearOrders()
	return nil
}

// hearOrders delivers the orders of this block.
func (g *Game) hearOrders() {
	for _, e := range g.stage.Events() {
		if p, ok := e.(market.OrderPlaced); ok {
			r := g.rounds[p.Order.Question]
			r.answer.Orders++
			for _, c := range g.chairs {
				if c.account != p.Order.Trader {
					c.Heard(&r.Book, p.Order)
				}
			}
		}
	}
}

// place makes an order of a decision, bounded by what there is.
func (g *Game) place(now market.Height, c *chair, q market.QuestionID, d sizing.Decision) error {
	o := market.Order{
		Trader: c.account, Question: q, Action: d.Action, Amount: sizing.Amount(d.Amount),
		Limit: sizing.LimitPrice(d.Action, d.Limit),
	}
	most := g.stage.Balance(c.account)
	held := g.stage.Position(q, 0, c.account)
	switch d.Action {
	case market.SellYes:
		most = held.Yes
	case market.SellNo:
		most = held.No
	}
	if o.Amount.Gt(&most) {
		o.Amount = most
	}
	if o.Amount.LtUint64(market.MinOrder) {
		return nil
	}
	if _, err := g.stage.Place(now, o); err != nil {
		return err
	}
	c.Orders++
	if g.rules.Journal != nil {
		g.rules.Journal(now, c.index, o)
	}
	return nil
}

// Names are the seats' names, in their order.
func (g *Game) Names() []string {
	var out []string
	for _, c := range g.chairs {
		out = append(out, c.Standing.Name)
	}
	return slices.Clip(out)
}
