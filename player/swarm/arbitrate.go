package swarm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/game/market"
	"agon/player/arbitrage"
	"agon/player/sizing"
)

// arbitrate lets arbitrageurs look at the links of which a price has changed.
// Their orders go first: they are few, and belong together.
func (s *Swarm) arbitrate(ctx context.Context, open []*question) []*launched {
	var players []*agent
	for _, a := range s.agents {
		if a.arbitrage != nil {
			players = append(players, a)
		}
	}
	if len(players) == 0 {
		return nil
	}
	if s.stale {
		s.links, s.stale = arbitrage.Find(s.facts(), s.cfg.Links), false
	}
	changed := map[uint64]bool{}
	for _, q := range open {
		changed[q.ID] = true
	}
	var out []*launched
	for _, l := range s.links {
		touched := func(i arbitrage.Item) bool { return changed[i.Question] }
		if !slices.ContainsFunc(l.Items, touched) {
			continue
		}
		for _, a := range players {
			out = append(out, s.even(ctx, a, l, len(players))...)
		}
	}
	return out
}

// facts are the binary questions and groups in play.
func (s *Swarm) facts() []arbitrage.Fact {
	var facts []arbitrage.Fact
	for _, q := range s.questions {
		if q.Phase != market.Open || q.refuse != "" || q.Kind == market.Scalar {
			continue
		}
		f := arbitrage.Fact{
			Question: q.ID, Template: q.Template, Kind: q.Kind, Fields: q.Fields,
			Members: len(q.books), Resolver: market.Account(q.Resolver), Evidence: q.Evidence.Hash,
		}
		facts = append(facts, f)
	}
	return facts
}

// even has one arbitrageur bring one link into line, if that pays.
func (s *Swarm) even(ctx context.Context, a *agent, l arbitrage.Link, rivals int) []*launched {
	twins := make([]arbitrage.Twin, len(l.Items))
	moved := false
	for i, item := range l.Items {
		q := s.questions[item.Question]
		m := a.at(bookKey{item.Question, item.Book})
		// With an order or a set on the way nobody knows what is held.
		if m.flight != nil || a.sets[item.Question] != "" || q.Phase != market.Open {
			return nil
		}
		b := q.books[item.Book]
		moved = moved || m.looked == 0 || m.retry != 0 || float32(b.price) != m.price
		twins[i] = arbitrage.Twin{Opposite: item.Opposite, Book: arbitrage.Book{
			Price: b.price, B: sizing.Coins(q.B), Fee: float64(q.Fee) / 1e4,
			Yes: sizing.Coins(m.yes), No: sizing.Coins(m.no),
		}}
	}
	if !moved {
		return nil
	}
	style := *a.arbitrage
	style.Share = min(style.Share, 1/float64(rivals))
	free := sizing.Coins(a.budget.Purse().Free)
	var p arbitrage.Plan
	switch l.Relation {
	case arbitrage.Group:
		books := make([]arbitrage.Book, len(twins))
		for i, t := range twins {
			books[i] = t.Book
		}
		p = style.Sets(books, free)
		if _, able := s.cfg.Chain.(Minter); !able {
			p.Mint, p.Burn = 0, 0
		}
	case arbitrage.Twinned:
		p = style.Twins(twins, free)
	default:
		p = style.Ladder(twins, free)
	}
	return s.carryOut(ctx, a, l, p)
}

// carryOut notes a plan and sets it going: all of its orders or none.
func (s *Swarm) carryOut(
	ctx context.Context, a *agent, l arbitrage.Link, p arbitrage.Plan,
) []*launched {
	reason := "in-line"
	if p.Acts() {
		reason = l.Relation.String()
	}
	s.count(a, reason)
	orders := map[int]arbitrage.Order{}
	for _, o := range p.Orders {
		orders[o.Book] = o
	}
	var out []*launched
	for i, item := range l.Items {
		q := s.questions[item.Question]
		k := bookKey{item.Question, item.Book}
		m := a.at(k)
		s.looked(a, m)
		m.price, m.belief, m.words, m.retry = float32(q.books[item.Book].price), 0, p.Words, 0
		rec := decision{Price: q.books[item.Book].price, Reason: reason, Words: p.Words}
		o, trades := orders[i]
		if trades {
			rec.Action, rec.Amount, rec.Limit = actionWords[o.Action], o.Amount, o.Limit
			rec.Expected = p.Expected
		}
		s.record.decision(s.height, a, k.question, k.book, rec)
		if !trades {
			continue
		}
		d := sizing.Decision{Action: o.Action, Amount: o.Amount, Limit: o.Limit}
		signed := a.order(k, d, m)
		if signed.Amount.LtUint64(market.MinOrder) {
			continue
		}
		f, err := a.launch(k, m, signed, s.height, s.cfg.Window)
		if err != nil {
			continue // a unit of rounding too much: the rest is evened out later
		}
		s.takeOff(q, int(item.Book), a, f)
		out = append(out, &launched{a, f})
	}
	switch {
	case p.Mint > 0:
		s.makeSets(ctx, a, l.Items[0].Question, p.Mint, true)
	case p.Burn > 0:
		s.makeSets(ctx, a, l.Items[0].Question, p.Burn, false)
	}
	return out
}

// minted is what became of a request for full sets.
type minted struct {
	agent    *agent
	question uint64
	err      error
}

// makeSets makes or redeems full sets beside the loop. What making costs is
// reserved before.
func (s *Swarm) makeSets(ctx context.Context, a *agent, id uint64, n float64, mint bool) {
	amount := sizing.Amount(n)
	res := fmt.Sprintf("sets/%d/%d", id, s.height)
	if mint {
		if err := a.budget.Reserve(res, amount); err != nil {
			return
		}
	} else {
		for k := range s.questions[id].books {
			if have := a.at(bookKey{id, uint8(k)}).yes; have.Lt(&amount) {
				amount = have
			}
		}
	}
	if amount.LtUint64(market.MinOrder) {
		a.budget.Release(res)
		return
	}
	a.sets[id] = res
	s.minting++
	s.bg.Go(func() {
		err := s.cfg.Chain.(Minter).Sets(ctx, a.key, id, amount, mint)
		select {
		case s.minted <- minted{a, id, err}:
		case <-ctx.Done():
		}
	})
}

// onMinted hears what became of a request. On success the event books it; what
// is certain not to have happened frees its money.
func (s *Swarm) onMinted(m minted) {
	s.minting--
	if m.err == nil || errors.Is(m.err, context.Canceled) {
		return
	}
	s.cfg.Log.Warn("full sets", "player", m.agent.name, "error", m.err)
	if res := m.agent.sets[m.question]; res != "" {
		m.agent.budget.Release(res)
		delete(m.agent.sets, m.question)
	}
}

// onSets books full sets that were made or redeemed.
func (s *Swarm) onSets(who common.Address, id uint64, n market.Amount, mint bool) {
	a := s.byAddr[who]
	if a == nil {
		return
	}
	s.veteran = s.veteran || !s.live
	res := a.sets[id]
	if res == "" {
		res = fmt.Sprintf("sets/%d", id)
	}
	if mint {
		a.budget.Adopt(res, n) // of an earlier life, if it is not reserved
		if err := a.budget.Spend(res, n); err != nil {
			s.failed = fmt.Errorf("%s: %w", a.name, err)
			return
		}
	} else {
		a.budget.Earn(n)
	}
	a.budget.Release(res)
	delete(a.sets, id)
	first := a.at(bookKey{id, 0}) // one set, one price: it is noted with the first book
	if mint {
		first.paid.Add(&first.paid, &n)
	} else {
		first.got.Add(&first.got, &n)
		n.Neg(&n) // modulo 2²⁵⁶, as all sums of shares here
	}
	q := s.questions[id]
	if q == nil {
		// Of an earlier life: how many books there are is not known yet.
		held := a.loose[id]
		a.loose[id] = *held.Add(&held, &n)
		return
	}
	a.hold(id, len(q.books), n)
	for k := range q.books {
		a.at(bookKey{id, uint8(k)}).retry = s.height
	}
	s.wait(q, s.height)
}

// hold adds n full sets to what an agent holds of a question: one YES of each
// book, and of a single book one NO.
func (a *agent) hold(id uint64, books int, n market.Amount) {
	for k := range books {
		m := a.at(bookKey{id, uint8(k)})
		m.yes.Add(&m.yes, &n)
		if books == 1 {
			m.no.Add(&m.no, &n)
		}
	}
}

// tighten books the full sets of an earlier life, once it is known how many
// books a question has.
func (s *Swarm) tighten(id uint64, books int) {
	for _, a := range s.agents {
		if n, ok := a.loose[id]; ok {
			a.hold(id, books, n)
			delete(a.loose, id)
		}
	}
}
