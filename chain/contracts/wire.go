package contracts

import "agon/game/market"

// decode makes what the wire says a market.Spec.
func (s *Spec) decode() market.Spec {
	prices := make([]market.Price, len(s.Openings))
	for i, p := range s.Openings {
		prices[i] = market.Price(p)
	}
	return market.Spec{
		Template: market.Template(s.Template), Kind: market.Kind(s.Kind),
		Fields: s.Fields, Members: s.Members, Openings: prices,
		Lo: s.Lo, Hi: s.Hi, Subsidy: s.Subsidy,
		Window: market.Height(s.Window), Grace: market.Height(s.Grace),
		Resolver: s.Resolver,
		Evidence: market.Evidence{
			Inline: s.Evidence.Inlined, URI: s.Evidence.URI,
			Hash: s.Evidence.Hash, Size: s.Evidence.Size,
		},
	}
}

// bytes is how much text a spec brings that stays: its fields are kept as they
// are and as parts of a sentence.
func (s *Spec) bytes() uint64 {
	n := len(s.Evidence.Inlined) + len(s.Evidence.URI)
	for _, f := range s.Fields {
		n += 2 * len(f)
	}
	for _, name := range s.Members {
		n += len(name)
	}
	return uint64(n)
}

func (o *Order) decode(trader address) market.Order {
	return market.Order{
		Trader: trader, Question: market.QuestionID(o.Question), Book: o.Book,
		Action: market.Action(o.Action), Amount: o.Amount,
		Limit: market.Price(o.Limit), Expiry: market.Height(o.Expiry),
	}
}

func (o *SignedOrder) permit() market.Permit {
	return market.Permit{
		Nonce:     o.Nonce,
		FromBlock: market.Height(o.FromBlock), ToBlock: market.Height(o.ToBlock),
	}
}

func orderView(o *market.Order) OrderView {
	return OrderView{
		ID: uint64(o.ID), Trader: o.Trader, Question: uint64(o.Question), Book: o.Book,
		Action: uint8(o.Action), Amount: o.Amount, Left: o.Left, Limit: uint64(o.Limit),
		Expiry: uint64(o.Expiry), Placed: uint64(o.Placed),
	}
}

func questionView(q *market.Question, books []market.Book) QuestionView {
	s := &q.Spec
	v := QuestionView{
		ID: uint64(q.ID), Opener: q.Opener, Template: uint8(s.Template), Kind: uint8(s.Kind),
		Phase: uint8(q.Phase), Text: q.Text, Criteria: q.Criteria, Fields: s.Fields,
		Lo: s.Lo, Hi: s.Hi, Subsidy: s.Subsidy, B: q.B, Fee: q.Fee,
		Opened: uint64(q.Opened), End: uint64(q.End), ClosedAt: uint64(q.ClosedAt),
		ResolveBy: uint64(q.ResolveBy), Reopened: q.Reopened, Resolver: s.Resolver,
		Verdict: uint8(q.Outcome.Verdict), Member: q.Outcome.Member, Value: q.Outcome.Value,
		Evidence: Evidence{
			s.Evidence.Inline, s.Evidence.URI, s.Evidence.Hash, s.Evidence.Size,
		},
		Books: make([]BookView, len(books)),
	}
	for i := range books {
		b := &books[i]
		name := "" // only members of a group have one
		if i < len(s.Members) {
			name = s.Members[i]
		}
		v.Books[i] = BookView{
			name, b.Yes, b.No, uint64(b.Price), uint64(b.Median), uint64(b.Payoff),
		}
	}
	return v
}

// logOf is the log an event of the market is written as.
func logOf(e market.Event) any {
	switch e := e.(type) {
	case market.QuestionAsked:
		return &Asked{uint64(e.Question), e.Opener, uint8(e.Template), uint8(e.Kind), e.Text,
			e.Subsidy, uint64(e.End)}
	case market.OrderPlaced:
		o := &e.Order
		return &Ordered{uint64(o.Question), o.Trader, uint64(o.ID), o.Book, uint8(o.Action),
			o.Amount, uint64(o.Limit), uint64(o.Expiry)}
	case market.OrderFilled:
		return &Filled{uint64(e.Question), e.Trader, uint64(e.ID), e.Book, uint8(e.Action),
			e.Shares, e.Coins, e.Left}
	case market.OrderCancelled:
		return &Cancelled{uint64(e.Question), e.Trader, uint64(e.ID), e.Left, e.Expired}
	case market.PriceMoved:
		return &Moved{uint64(e.Question), e.Book, uint64(e.From), uint64(e.To), e.Orders,
			e.Volume}
	}
	return rareLogOf(e)
}

// rareLogOf is logOf for what happens once in a question's life, and for
// accounts. An event without a log is a mistake of the program.
func rareLogOf(e market.Event) any {
	switch e := e.(type) {
	case market.QuestionClosed:
		return &Closed{uint64(e.Question), uint64(e.Height)}
	case market.QuestionReopened:
		return &Reopened{uint64(e.Question), uint64(e.End)}
	case market.QuestionSettled:
		payoffs := make([]uint64, len(e.Payoffs))
		for i, p := range e.Payoffs {
			payoffs[i] = uint64(p)
		}
		return &Settled{uint64(e.Question), uint8(e.Outcome.Verdict), e.Outcome.Member,
			e.Outcome.Value, payoffs, e.ToOpener, e.ToFund}
	case market.QuestionHalted:
		return &Halted{uint64(e.Question), e.Why}
	case market.ClaimPaid:
		return &Claimed{uint64(e.Question), e.Account, e.Amount}
	case market.Deposited:
		return &Deposited{e.Account, e.Amount}
	case market.Withdrawn:
		return &Withdrawn{e.Account, e.Amount}
	case market.SetsMinted:
		return &Minted{uint64(e.Question), e.Account, e.N}
	case market.SetsBurned:
		return &Burned{uint64(e.Question), e.Account, e.N}
	}
	panic("contracts: an event of the market has no log")
}
