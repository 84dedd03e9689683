package market

import "github.com/holiman/uint256"

// walk is the second half of Clear, seen from the side that walks up. With
// weights w (coins at the starting price u₀), every active trade has had
//
//	σ  shares per coin of weight, rounded down, and
//	γ  coins per coin of weight, rounded up,
//
// so that a budget B has bought B·σ shares for B·γ coins and is used up when
// γ = 1, and n shares sold have given n·σu₀ for n·(σ−γ)u₀, used up when
// σ = 1/u₀. The price never falls below u₀, so γ ≥ σu₀: budgets run out
// first, all at once; shares to sell run out all at once too.
//
// Moving the curve from logit L to L', from cost A to A', adds
//
//	Δσ = b·(L'−L)/W,  Δγ = b·(A'−A)/W,  W = Σ w of the active trades.
//
// Solvency. Both sums telescope: whatever the steps, shares issued are at most
// b·(L_end − L₀) and coins charged at least b·(A_end − A₀), and the margin,
// taken once from L₀ and A₀ and at an end inside a step, outweighs the errors
// of L and A. C is convex and rises in both shares: issuing less, or taking
// more shares back, than the walk's true end is only cheaper.
type walk struct {
	trades []Trade
	fills  []Fill
	b      Amount
	fee    uint64 // 10⁻⁴
	start  Price  // u₀

	leavers []leg // of the walking side, by limit
	joiners []leg // of the other side, by the price at which they accept
	next    int   // leavers before it have left

	active  demand
	low     Amount // W in 2⁻³², rounded down
	high    Amount // and up
	logit   u128   // L
	cost    u128   // A
	sigma   Amount // σ in Q120, at most most
	gamma   Amount // γ in Q120
	most    Amount // 1/u₀ in Q120: σ of a sale that is used up
	budgets rates  // what budgets got, once they ran out
	spent   bool   // they have
	sales   bool   // some trade of the walking side is a sale
	done    bool   // nothing is active any more
}

// rates are what trades that fare alike got, per coin or per share, in Q120.
type rates struct {
	shares Amount // bought per coin of budget, fee included
	coins  Amount // spent per coin of budget
	given  Amount // sold per share
	got    Amount // coins per share, before the fee
}

// unit is 1 in Q120.
var unit = one120.wide()

// enter sorts the trades into legs and puts the walk at the logit x of u₀.
func (w *walk) enter(x u128, up bool) {
	for i := range w.trades {
		t := &w.trades[i]
		if price := t.Action.Cap(t.Limit); t.Action.Up() != up {
			w.joiners = append(w.joiners, leg{max(One-price, w.start), int32(i)})
		} else if price >= w.start {
			w.leavers = append(w.leavers, leg{price, int32(i)})
			w.active.add(t)
			w.sales = w.sales || !t.Action.Buys()
		}
	}
	w.logit, w.cost = x.add(margin), costAt(x).subFloor(margin)
	w.most.Lsh(uint256.NewInt(uint64(One)), q120)
	w.most.Div(&w.most, uint256.NewInt(uint64(w.start)))
	w.weigh()
	if w.active.empty() {
		w.done = true
		return
	}
	sortLegs(w.leavers)
	sortLegs(w.joiners)
}

// run goes from one price where something happens to the next. At one price
// those who join cross before those who leave have left: both accept it.
func (w *walk) run() {
	joined := 0
	for !w.done && w.next < len(w.leavers) {
		at := w.leavers[w.next].at
		if joined < len(w.joiners) {
			at = min(at, w.joiners[joined].at)
		}
		if at > w.start {
			w.moveTo(at)
		}
		if w.done {
			break
		}
		first := joined
		for joined < len(w.joiners) && w.joiners[joined].at == at {
			joined++
		}
		if joined > first {
			w.cross(at, w.joiners[first:joined])
		}
		if !w.done {
			w.leaveAt(at)
		}
	}
	if w.next < len(w.leavers) {
		w.settle(w.leavers[w.next:])
	}
}

// moveTo walks the curve to the price u, or as far as the active trades reach.
func (w *walk) moveTo(u Price) {
	toLogit, toCost := pointAt(u)
	toLogit, toCost = maximum(toLogit, w.logit), maximum(toCost, w.cost)
	if !w.active.coins.IsZero() {
		if w.spend(toLogit, toCost) {
			return
		}
		w.budgetsRunOut()
		if w.done {
			return
		}
	}
	w.sell(toLogit, toCost)
}

// spend moves while there are budgets; false if they ran out on the way. Where
// they do, A_end = A + (1−γ)·W/b.
func (w *walk) spend(toLogit, toCost u128) bool {
	var room Amount
	room.Sub(&unit, &w.gamma)
	step := w.perWeight(toCost.sub(w.cost), &w.low, true)
	if step.Lt(&room) {
		w.gamma.Add(&w.gamma, &step)
		step = w.perWeight(toLogit.sub(w.logit), &w.high, false)
		w.addShares(&step)
		w.logit, w.cost = toLogit, toCost
		return true
	}
	room.Mul(&room, &w.low)
	room.Rsh(&room, weightBits)
	room.Div(&room, &w.b)
	endCost := minimum(w.cost.add(narrow(&room)), toCost)
	end := minimum(reachedAt(endCost).subFloor(margin), toLogit)
	end = maximum(end, w.logit)
	step = w.perWeight(end.sub(w.logit), &w.high, false)
	w.addShares(&step)
	w.logit, w.cost, w.gamma = end, endCost, unit
	return false
}

// sell moves while there are only shares to sell. Where they run out,
// L_end = L + (1/u₀ − σ)·W/b.
func (w *walk) sell(toLogit, toCost u128) {
	var room Amount
	room.Sub(&w.most, &w.sigma)
	step := w.perWeight(toLogit.sub(w.logit), &w.high, false)
	if !step.Lt(&room) {
		room.MulDivOverflow(&room, &w.high, &w.b)
		room.Rsh(&room, weightBits)
		toLogit = minimum(w.logit.add(narrow(&room)).add(margin), toLogit)
		toCost = minimum(costAt(toLogit).add(margin), maximum(toCost, w.cost))
		toCost = maximum(toCost, w.cost)
		w.sigma, w.done = w.most, true
	} else {
		w.addShares(&step)
	}
	step = w.perWeight(toCost.sub(w.cost), &w.low, true)
	w.gamma.Add(&w.gamma, &step)
	w.logit, w.cost = toLogit, toCost
}

// perWeight is b·dx/W in Q120: b < 2⁹⁷, dx < 2¹²⁵, so that nothing overflows.
func (w *walk) perWeight(dx u128, weight *Amount, up bool) Amount {
	z := dx.wide()
	z.Mul(&z, &w.b)
	z.Lsh(&z, weightBits)
	return divide(&z, weight, up)
}

func (w *walk) addShares(step *Amount) {
	w.sigma.Add(&w.sigma, step)
	if w.most.Lt(&w.sigma) {
		w.sigma = w.most
	}
}

// budgetsRunOut records what they got and leaves the sales alone.
func (w *walk) budgetsRunOut() {
	w.budgets, w.spent = w.rates(), true
	w.active.coins.Clear()
	w.weigh()
	w.done = w.active.empty()
}

// leaveAt lets the trades go whose limit is u.
func (w *walk) leaveAt(u Price) {
	first := w.next
	for w.next < len(w.leavers) && w.leavers[w.next].at == u {
		t := &w.trades[w.leavers[w.next].trade]
		if !(w.spent && t.Action.Buys()) {
			w.active.subtract(t)
		}
		w.next++
	}
	if w.next > first {
		w.settle(w.leavers[first:w.next])
		w.weigh()
		w.done = w.active.empty()
	}
}

// weigh takes W from the active trades.
func (w *walk) weigh() {
	w.low = w.active.weight(w.start, w.fee)
	w.high.AddUint64(&w.low, 2) // two roundings
}

// rates are what active trades have had so far.
func (w *walk) rates() rates {
	start, one := uint256.NewInt(uint64(w.start)), uint256.NewInt(uint64(One))
	r := rates{shares: w.sigma, coins: w.gamma}
	if w.fee != 0 {
		withoutFee(&r.shares, w.fee)
	}
	if w.sales {
		r.given.Mul(&w.sigma, start)
		r.given = divide(&r.given, one, true)
		if w.gamma.Lt(&w.sigma) {
			r.got.Sub(&w.sigma, &w.gamma)
			r.got.Mul(&r.got, start)
			r.got.Div(&r.got, one)
		}
	}
	return r
}

// settle fills trades of the walking side with what they have had.
func (w *walk) settle(legs []leg) {
	sales := w.rates()
	budgets := &sales
	if w.spent {
		budgets = &w.budgets
	}
	for _, l := range legs {
		r := &sales
		if w.trades[l.trade].Action.Buys() {
			r = budgets
		}
		w.fill(l.trade, r)
	}
}
