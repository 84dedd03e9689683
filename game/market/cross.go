package market

import "github.com/holiman/uint256"

// crossing is what trades that join at one price want, and how much of it the
// walking side took, in 2⁻³² of a share, each between low and high.
type crossing struct {
	at                  Price // u
	wantLow, wantHigh   Amount
	takenLow, takenHigh Amount
}

// cross matches the trades that join at the price u with the walking side,
// while the price stays: X shares of the side that walks, for X·u coins, and X
// of the other, for X·(1−u), make X sets. Whichever side is shorter trades in
// full; if that is the walking one, the walk ends here.
func (w *walk) cross(u Price, legs []leg) {
	var d demand
	for _, l := range legs {
		d.add(&w.trades[l.trade])
	}
	x := crossing{at: u}
	x.wantLow, x.wantHigh = d.sharesAt(One-u, w.fee)
	full := !w.active.coins.IsZero() && w.spendOn(&x)
	if !full && !w.done {
		full = w.sellTo(&x)
	}
	r := x.rates(full)
	if w.fee != 0 {
		withoutFee(&r.shares, w.fee)
	}
	for _, l := range legs {
		w.fill(l.trade, &r)
	}
}

// spendOn crosses while there are budgets; false if they run out first, which
// they do after (1−γ)·W/u shares.
func (w *walk) spendOn(x *crossing) bool {
	one, price := uint256.NewInt(uint64(One)), uint256.NewInt(uint64(x.at))
	var room Amount
	room.Sub(&unit, &w.gamma)
	step := w.charge(&x.wantHigh, x.at)
	if step.Lt(&room) {
		w.gamma.Add(&w.gamma, &step)
		step = mulDiv(&x.wantLow, &unit, &w.high, false)
		w.addShares(&step)
		return true
	}
	var perWeight, scaled Amount
	perWeight.Mul(&room, one)
	scaled.Lsh(price, q120)
	x.take(
		mulDiv(&w.low, &perWeight, &scaled, false),
		mulDiv(&w.high, &perWeight, &scaled, true),
	)
	step = divide(&perWeight, price, false)
	w.addShares(&step)
	w.gamma = unit
	w.budgetsRunOut()
	return false
}

// sellTo crosses with the sales alone; false if they run out first, which they
// do after (1/u₀ − σ)·W shares.
func (w *walk) sellTo(x *crossing) bool {
	var left, room Amount
	room.Sub(&w.most, &w.sigma)
	left.Sub(&x.wantLow, &x.takenHigh)
	if x.wantLow.Lt(&x.takenHigh) {
		left.Clear()
	}
	step := mulDiv(&left, &unit, &w.high, false)
	if step.Lt(&room) {
		w.addShares(&step)
		left.Sub(&x.wantHigh, &x.takenLow)
		step = w.charge(&left, x.at)
		w.gamma.Add(&w.gamma, &step)
		return true
	}
	x.take(
		mulDiv(&w.low, &room, &unit, false),
		mulDiv(&w.high, &room, &unit, true),
	)
	room.Mul(&room, uint256.NewInt(uint64(x.at)))
	room = divide(&room, uint256.NewInt(uint64(One)), true)
	w.gamma.Add(&w.gamma, &room)
	w.sigma, w.done = w.most, true
	return false
}

// charge is what shares cost at price u, per coin of weight, rounded up.
func (w *walk) charge(shares *Amount, u Price) Amount {
	var price, weight Amount
	price.Lsh(uint256.NewInt(uint64(u)), q120)
	weight.Mul(&w.low, uint256.NewInt(uint64(One)))
	return mulDiv(shares, &price, &weight, true)
}

func (x *crossing) take(low, high Amount) {
	x.takenLow.Add(&x.takenLow, &low)
	x.takenHigh.Add(&x.takenHigh, &high)
}

// rates are those of the trades that joined, before the fee.
func (x *crossing) rates(full bool) rates {
	low, high := unit, unit // of what they want, the part they get
	if !full {
		low = mulDiv(&x.takenLow, &unit, &x.wantHigh, false)
		high = mulDiv(&x.takenHigh, &unit, &x.wantLow, true)
		if unit.Lt(&high) {
			high = unit
		}
	}
	r := rates{coins: high, given: high}
	one := uint256.NewInt(uint64(One))
	r.shares.Mul(&low, one)
	r.shares.Div(&r.shares, uint256.NewInt(uint64(One-x.at)))
	r.got.Mul(&low, uint256.NewInt(uint64(x.at)))
	r.got.Div(&r.got, one)
	return r
}

// fill turns rates into amounts, each rounded against the taker.
func (w *walk) fill(trade int32, r *rates) {
	t, f := &w.trades[trade], &w.fills[trade]
	if t.Action.Buys() {
		f.Coins.Mul(&t.Amount, &r.coins)
		f.Coins = ceilQ120(&f.Coins)
		f.Shares.Mul(&t.Amount, &r.shares)
		f.Shares.Rsh(&f.Shares, q120)
		if w.fee != 0 {
			f.Fee.Mul(&f.Coins, uint256.NewInt(w.fee))
			f.Fee.Div(&f.Fee, uint256.NewInt(feeUnit+w.fee))
		}
		return
	}
	f.Shares.Mul(&t.Amount, &r.given)
	f.Shares = ceilQ120(&f.Shares)
	f.Coins.Mul(&t.Amount, &r.got)
	f.Coins.Rsh(&f.Coins, q120)
	if w.fee != 0 {
		f.Fee.Mul(&f.Coins, uint256.NewInt(w.fee))
		f.Fee = divide(&f.Fee, uint256.NewInt(feeUnit), true)
		f.Coins.Sub(&f.Coins, &f.Fee)
	}
}

// moved is d after the fills: it rises with YES bought and NO sold.
func (w *walk) moved(d Amount) Amount {
	for i := range w.fills {
		if w.trades[i].Action.Up() {
			d.Add(&d, &w.fills[i].Shares)
		} else {
			d.Sub(&d, &w.fills[i].Shares)
		}
	}
	return d
}
