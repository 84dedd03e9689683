package contracts

import (
	"errors"

	"agon/chain/native"
	"agon/game/market"
)

// Limits of one call's lists, and what their elements cost besides the store.
const (
	maxOrders = 1024
	maxRefs   = 1024 // ids of orders, questions or accounts

	gasOrder   = 1_500 // checking an order
	gasRecover = 3_500 // hashing and recovering a signature; ECRECOVER alone is 3,000
	gasDryRun  = 20_000

	// What ticks will do for a question is paid for by who causes it: some thirty
	// draws of its close on average, and the close, of which books are the larger
	// part. Otherwise opening questions would be the cheap way to busy the tick.
	gasTrading     = 400_000 // for each time that trading opens
	gasTradingBook = 10_000
	// Text stays for good, like code, for which the EVM takes as much a byte.
	gasText = 200
)

func (m *Market) ask(c *native.Ctx, in askArgs) (out questionRef, err error) {
	g, err := m.credit(c)
	if err != nil {
		return out, err
	}
	c.Charge(gasTrading + gasTradingBook*uint64(len(in.Spec.Members)) + gasText*in.Spec.bytes())
	id, err := g.Ask(m.now(c), market.Account(c.Caller()), in.Spec.decode())
	return questionRef{uint64(id)}, refused(0, err)
}

func (m *Market) place(c *native.Ctx, in placeArgs) (out idList, err error) {
	if len(in.Orders) > maxOrders {
		return out, malformed("%d orders, want at most %d", len(in.Orders), maxOrders)
	}
	g, err := m.credit(c)
	if err != nil {
		return out, err
	}
	now, who := m.now(c), market.Account(c.Caller())
	for i := range in.Orders {
		c.Charge(gasOrder)
		id, err := g.Place(now, in.Orders[i].decode(who))
		if err != nil {
			return out, refused(i, err)
		}
		out.IDs = append(out.IDs, uint64(id))
	}
	return out, nil
}

func (m *Market) placeSigned(c *native.Ctx, in signedArgs) (out placedList, err error) {
	if len(in.Orders) > maxOrders {
		return out, malformed("%d orders, want at most %d", len(in.Orders), maxOrders)
	}
	out.Results = make([]Placed, len(in.Orders))
	return out, m.placeAll(c, in.Orders, func(i int, p Placed) { out.Results[i] = p })
}

func (m *Market) placePacked(c *native.Ctx, in packedArgs) (out placedCount, err error) {
	orders, err := unpack(in.Orders)
	if err != nil {
		return out, malformed("%v", err)
	}
	return out, m.placeAll(c, orders, func(_ int, p Placed) {
		if p.Reason == uint8(market.OK) {
			out.Placed++
		}
	})
}

// placeAll checks all signatures first, side by side, then places order by
// order, and tells what became of each. The signatures may have been checked
// before; see Prove.
func (m *Market) placeAll(
	c *native.Ctx, orders []SignedOrder, tell func(int, Placed),
) (err error) {
	c.Charge((gasRecover + gasOrder) * uint64(len(orders)))
	good := m.proven.of(c.Input())
	if len(good) != len(orders) {
		good = m.keys.verify(orders, DomainSeparator(c.ChainID()))
	}
	g, now := m.open(c), m.now(c)
	for i := range orders {
		o := &orders[i]
		placed := Placed{Reason: uint8(market.BadSignature)}
		if good[i] {
			if placed, err = placeOne(g, now, o); err != nil {
				return err
			}
		}
		if placed.Reason != uint8(market.OK) {
			c.Emit(&RefusedOrder{o.Trader, o.Order.Question, o.Nonce, placed.Reason})
		}
		tell(i, placed)
	}
	return nil
}

// placeOne places an order whose signature is genuine. Only an error that is
// not a refusal, our own bug, is returned as one.
func placeOne(g *market.Market, now market.Height, o *SignedOrder) (Placed, error) {
	id, err := g.PlaceSigned(now, o.Order.decode(o.Trader), o.permit())
	var r *market.Refusal
	switch {
	case errors.As(err, &r):
		return Placed{Reason: uint8(r.Reason)}, nil
	case err != nil:
		return Placed{}, err
	}
	return Placed{ID: uint64(id)}, nil
}

func (m *Market) dryRun(c *native.Ctx, in dryRunArgs) (out previewResult, err error) {
	c.Charge(gasDryRun)
	p := m.open(c).DryRun(m.now(c), in.Order.decode(in.Trader))
	out.Preview = Preview{uint8(p.Reason), p.Shares, p.Cost, p.Fee, uint64(p.After)}
	return out, nil
}

func (m *Market) cancel(c *native.Ctx, in idList) (none native.None, err error) {
	if len(in.IDs) > maxRefs {
		return none, malformed("%d orders, want at most %d", len(in.IDs), maxRefs)
	}
	g, now, who := m.open(c), m.now(c), market.Account(c.Caller())
	for i, id := range in.IDs {
		if err := g.Cancel(now, who, market.OrderID(id)); err != nil {
			return none, refused(i, err)
		}
	}
	return none, nil
}

func (m *Market) invalidateNonces(c *native.Ctx, in nonceArgs) (none native.None, err error) {
	who := market.Account(c.Caller())
	return none, refused(0, m.open(c).InvalidateNonces(who, in.Word, in.Mask))
}

func (m *Market) mintSet(c *native.Ctx, in setArgs) (none native.None, err error) {
	g, err := m.credit(c)
	if err != nil {
		return none, err
	}
	who, q := market.Account(c.Caller()), market.QuestionID(in.Question)
	return none, refused(0, g.MintSet(m.now(c), who, q, in.N))
}

func (m *Market) burnSet(c *native.Ctx, in setArgs) (none native.None, err error) {
	who, q := market.Account(c.Caller()), market.QuestionID(in.Question)
	return none, refused(0, m.open(c).BurnSet(m.now(c), who, q, in.N))
}

func (m *Market) now(c *native.Ctx) market.Height { return market.Height(c.Height()) }
