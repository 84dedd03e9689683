package lab

import (
	"fmt"

	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
)

// Aim is what an attack wants of one question: the price to go up, or down; and
// the coins it has for that, if they differ from question to question.
type Aim struct {
	Up  bool
	Sum float64
}

// Aims are an attack's targets.
type Aims map[market.QuestionID]Aim

// Timing says in which blocks of a window of so many an attack trades.
type Timing struct {
	Name string
	// All bids all that is left in each of the blocks, whatever the price; else
	// what is left is spread over them, and spent while the price is short of the
	// limit.
	All    bool
	Blocks func(window market.Height) (from, to market.Height) // since the opening, half-open
}

// Timings are the ones searched. The median of the published answer is over the
// last third; the close is drawn in the last tenth.
var Timings = []Timing{
	{"start", false, func(market.Height) (market.Height, market.Height) { return 0, 1 }},
	{"middle", false, func(w market.Height) (market.Height, market.Height) {
		return w / 2, w/2 + 1
	}},
	{"before the median", false, func(w market.Height) (market.Height, market.Height) {
		return w - w/3 - 2, w - w/3 - 1
	}},
	{"last third", false, func(w market.Height) (market.Height, market.Height) {
		return w - w/3 - 1, w
	}},
	{"half of it", false, func(w market.Height) (market.Height, market.Height) {
		return w - w/3 - 1, w - w/6
	}},
	{"last blocks", false, func(w market.Height) (market.Height, market.Height) {
		return w - w/10 - 2, w
	}},
	{"spread", false, func(w market.Height) (market.Height, market.Height) { return 0, w }},
}

// StandingBid is there in every block of the last third, with all the money: the
// attack that no market withstands; see Holds.
var StandingBid = Timing{"standing bid", true, Timings[3].Blocks}

// Manipulator pushes the price of its targets with a sum each, and does nothing
// else. It spends the sum in equal parts over the blocks of its timing; what a
// part does not spend, because the price is where it wants it, is spent later.
type Manipulator struct {
	Aims   Aims
	Timing Timing
	Sum    float64 // coins a target, where its Aim names none
	Limit  float64 // how far it pushes: the price of the share it buys, at most

	name string
}

// NewManipulator seats a manipulator under a name.
func NewManipulator(name string, a Aims, sum float64, t Timing, limit float64) *Manipulator {
	return &Manipulator{Aims: a, Sum: sum, Timing: t, Limit: limit, name: name}
}

// Name implements Seat.
func (m *Manipulator) Name() string { return m.name }

// Open implements Seat.
func (m *Manipulator) Open(*Book) {}

// Heard implements Seat.
func (m *Manipulator) Heard(*Book, market.Order) {}

// Believed implements Seat: it has an interest, and no belief.
func (m *Manipulator) Believed(*Book) (float64, bool) { return 0, false }

// Settled implements Seat.
func (m *Manipulator) Settled(*Book, bool) {}

// Watches implements Watcher.
func (m *Manipulator) Watches(b *Book) bool { _, is := m.Aims[b.ID]; return is }

// Play implements Seat.
func (m *Manipulator) Play(now market.Height, looks []Look, _ Purse) (out []Bid) {
	for i, l := range looks {
		if d, pushes := m.push(now, l); pushes {
			out = append(out, Bid{i, d})
		}
	}
	return out
}

func (m *Manipulator) push(now market.Height, l Look) (d sizing.Decision, pushes bool) {
	aim, is := m.Aims[l.ID]
	if !is {
		return d, false
	}
	from, to := m.Timing.Blocks(l.End - l.Opened)
	at := now - l.Opened
	if at < from || at >= to {
		return d, false
	}
	sum := m.Sum
	if aim.Sum > 0 {
		sum = aim.Sum
	}
	part := (sum - l.Staked) / float64(to-at)
	price, action := l.Price, market.BuyYes
	if !aim.Up {
		price, action = 1-price, market.BuyNo
	}
	if m.Timing.All {
		part = sum - l.Staked
	}
	if part <= 0 || price >= m.Limit && !m.Timing.All {
		return d, false
	}
	return sizing.Decision{
		Reason: sizing.Buys, Action: action, Amount: part, Limit: m.Limit,
	}, true
}

// Traitor is a player that plays honestly but on its targets, where it says
// with all its credit, from the first batch on, the opposite of what is so.
type Traitor struct {
	*Solo
	Aims Aims
}

// lie is what a traitor pretends to believe.
const lie = 0.98

// Believed implements Seat.
func (t *Traitor) Believed(b *Book) (float64, bool) {
	if aim, is := t.Aims[b.ID]; is {
		return aim.pretend(), true
	}
	return t.Solo.Believed(b)
}

func (a Aim) pretend() float64 {
	if a.Up {
		return lie
	}
	return 1 - lie
}

// Play implements Seat: on its targets it stakes as much as any reader would.
func (t *Traitor) Play(now market.Height, looks []Look, p Purse) []Bid {
	honest, lies := make([]float64, len(looks)), make([]float64, len(looks))
	for i, l := range looks {
		honest[i], lies[i] = nan, nan
		if aim, is := t.Aims[l.ID]; is {
			lies[i] = aim.pretend()
		} else if th := t.on[l.ID]; th != nil {
			honest[i] = t.weigh(th, l)
		}
	}
	liar := t.bettor
	liar.Style.MaxStake = max(lieStake, t.Style.MaxStake)
	out := liar.stake(now, looks, lies, p)
	for _, b := range out {
		if b.Reason == sizing.Buys {
			p.Free -= b.Amount
		}
	}
	return append(out, t.stake(now, looks, honest, p)...)
}

// lieStake is the part of its wealth that a traitor puts on a lie.
const lieStake = 0.2

// Settled implements Seat: it does not learn from its lies.
func (t *Traitor) Settled(b *Book, yes bool) {
	if _, is := t.Aims[b.ID]; is {
		delete(t.on, b.ID)
		return
	}
	t.Solo.Settled(b, yes)
}

// Copycat repeats, one block later, the first order that a certain account
// placed on each book.
type Copycat struct {
	Of   market.Account
	Coin float64 // coins an order

	name string
	seen map[market.QuestionID]market.Order
	done map[market.QuestionID]bool
}

// NewCopycat seats a copycat of a seat under a name.
func NewCopycat(name string, of market.Account, coin float64) *Copycat {
	return &Copycat{
		Of: of, Coin: coin, name: name, seen: map[market.QuestionID]market.Order{},
		done: map[market.QuestionID]bool{},
	}
}

// Name implements Seat.
func (c *Copycat) Name() string { return c.name }

// Open implements Seat.
func (c *Copycat) Open(*Book) {}

// Believed implements Seat.
func (c *Copycat) Believed(*Book) (float64, bool) { return 0, false }

// Watches implements Watcher.
func (c *Copycat) Watches(b *Book) bool { return !c.done[b.ID] }

// Heard implements Seat.
func (c *Copycat) Heard(b *Book, o market.Order) {
	if _, is := c.seen[b.ID]; !is && o.Trader == c.Of && o.Action.Buys() {
		c.seen[b.ID] = o
	}
}

// Play implements Seat.
func (c *Copycat) Play(_ market.Height, looks []Look, p Purse) (out []Bid) {
	for i, l := range looks {
		if o, is := c.seen[l.ID]; is && !c.done[l.ID] {
			c.done[l.ID] = true
			out = append(out, Bid{i, sizing.Decision{
				Reason: sizing.Buys, Action: o.Action, Amount: min(c.Coin, p.Free),
				Limit: floatOf(o.Limit),
			}})
		}
	}
	return out
}

// Settled implements Seat.
func (c *Copycat) Settled(b *Book, _ bool) {
	delete(c.seen, b.ID)
	delete(c.done, b.ID)
}

// Sleeper earns an ear before it lies: on all questions but its targets it
// repeats the opinion of an open player with small stakes, from the first batch
// on; on its targets it says the opposite.
func Sleeper(i int, f player.Forecaster, a Aims) *Traitor {
	style := soloStyle
	style.MaxStake = sleeperStake
	solo := NewSolo(fmt.Sprintf("sleeper %d", i), f, style)
	solo.Borrowed = true
	return &Traitor{Solo: solo, Aims: a}
}

// sleeperStake is the part of its wealth that a sleeper risks on one question.
const sleeperStake = 0.002
