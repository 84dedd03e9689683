package market

import "errors"

// Preview says what an order would do.
type Preview struct {
	Reason Reason // OK, or why it would be refused
	Detail string
	Shares Amount // bought or sold at once
	Cost   Amount // coins paid, fee included; of a sale coins got, fee deducted
	Fee    Amount
	After  Price // of YES, after the batch
}

// DryRun says what Place would do and what the next batch would, if no other
// order came to it. Nothing is written.
func (m *Market) DryRun(now Height, o Order) Preview {
	d, err := m.draft(now, o)
	if err != nil {
		return previewOf(err)
	}
	b := m.book(d.order.bookKey())
	rest, _ := m.Store.Rests.Get(d.order.bookKey())
	trades := []Trade{{d.order.Action, d.order.Left, d.order.Limit}}
	for _, id := range rest.Orders {
		if r, ok := m.Store.Orders.Get(id); ok && !r.expired(now+1) {
			trades = append(trades, Trade{r.Action, r.Left, r.Limit})
		}
	}
	curve := d.state.curve(&b)
	out := curve.Clear(trades, d.state.Fee)
	f := &out.Fills[0]
	return Preview{Shares: f.Shares, Cost: f.Coins, Fee: f.Fee, After: out.To}
}

// DryRunSigned is DryRun for PlaceSigned.
func (m *Market) DryRunSigned(now Height, o Order, p Permit) Preview {
	if err := m.checkPermit(now, o.Trader, p); err != nil {
		return previewOf(err)
	}
	return m.DryRun(now, o)
}

// previewOf says why an order would be refused.
func previewOf(err error) Preview {
	var r *Refusal
	if !errors.As(err, &r) {
		panic("market: a draft failed without a refusal: " + err.Error())
	}
	return Preview{Reason: r.Reason, Detail: r.Detail}
}
