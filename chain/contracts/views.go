package contracts

import (
	"github.com/ethereum/go-ethereum/common"

	"agon/chain/native"
	"agon/game/market"
)

// maxPage bounds what one call lists, whatever it asks for.
const maxPage = 1024

// gasList is the price of beginning a list of orders. It is for readers outside
// of the chain: within a transaction, entries that were deleted earlier in the
// block must be stepped over, some 0.6 µs each, and a block can delete 60,000.
const gasList = 2_000_000

func (m *Market) question(c *native.Ctx, in idRef) (out questionValue, err error) {
	g := m.open(c)
	q, ok := g.Question(market.QuestionID(in.ID))
	if !ok {
		return out, refused(0, &market.Refusal{Reason: market.UnknownQuestion})
	}
	out.Question = questionView(&q, g.Books(q.ID))
	out.Question.Trusted = !c.HasCode(common.Address(q.Spec.Resolver))
	return out, nil
}

func (m *Market) questions(c *native.Ctx, in pageArgs) (out idList, err error) {
	last := uint64(m.open(c).Count())
	for id := in.After; id < last && len(out.IDs) < min(int(in.Max), maxPage); {
		id++
		c.Charge(gasTouch)
		out.IDs = append(out.IDs, id)
	}
	return out, nil
}

func (m *Market) questionCount(c *native.Ctx, _ native.None) (countValue, error) {
	return countValue{uint64(m.open(c).Count())}, nil
}

func (m *Market) price(c *native.Ctx, in bookRef) (out priceValue, err error) {
	g, q := m.open(c), market.QuestionID(in.Question)
	switch books := g.Books(q); {
	case books == nil:
		return out, refused(0, &market.Refusal{Reason: market.UnknownQuestion})
	case int(in.Book) >= len(books):
		return out, refused(0, &market.Refusal{Reason: market.BadBook})
	}
	p, provisional := g.Price(q, in.Book)
	return priceValue{uint64(p), provisional}, nil
}

func (m *Market) position(c *native.Ctx, in positionArgs) (positionValue, error) {
	p := m.open(c).Position(market.QuestionID(in.Question), in.Book, in.Trader)
	return positionValue{p.Yes, p.No}, nil
}

func (m *Market) balanceOf(c *native.Ctx, in accountRef) (plainAmount, error) {
	return plainAmount{m.open(c).Balance(in.Account)}, nil
}

func (m *Market) fund(c *native.Ctx, _ native.None) (plainAmount, error) {
	return plainAmount{m.open(c).Fund()}, nil
}

func (m *Market) order(c *native.Ctx, in idRef) (out orderValue, err error) {
	o, ok := m.open(c).Order(market.OrderID(in.ID))
	if !ok {
		return out, refused(0, &market.Refusal{Reason: market.UnknownOrder})
	}
	return orderValue{orderView(&o)}, nil
}

func (m *Market) orders(c *native.Ctx, in ordersArgs) (out orderViews, err error) {
	c.Charge(gasList)
	page := min(int(in.Max), maxPage)
	list := m.open(c).Orders(market.QuestionID(in.Question), market.OrderID(in.After), page)
	out.Orders = make([]OrderView, len(list))
	for i := range list {
		out.Orders[i] = orderView(&list[i])
	}
	return out, nil
}

func (m *Market) nonceWord(c *native.Ctx, in wordArgs) (wordValue, error) {
	return wordValue{m.open(c).NonceWord(in.Account, in.Word)}, nil
}

func (m *Market) domainSeparator(c *native.Ctx, _ native.None) (domainValue, error) {
	return domainValue{DomainSeparator(c.ChainID())}, nil
}
