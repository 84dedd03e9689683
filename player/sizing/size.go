package sizing

import (
	"math"

	"agon/game/market"
)

// Style is how a player bets.
type Style struct {
	// Kelly is the fraction of the Kelly stake, in (0, 1]. Fractional Kelly is
	// taken as what it is, more aversion to risk: the stake maximises
	//
	//	E[u(wealth)], u′(w) = w^(−1/Kelly),
	//
	// which is log utility, full Kelly, at 1 and close to Kelly times the full
	// stake for small bets. Unlike a scaled stake it knows what is held
	// already, so that deciding again does not creep towards the full stake.
	Kelly float64
	// Share is the part of the batch's flow on its side that the player
	// expects to be, in (0, 1].
	Share float64
	// Look is the cost of looking at a question again, in coins: below that
	// expected profit there is no trade.
	Look float64
	// MaxStake is the most to be staked on one question, as a fraction of the
	// budget, in (0, 1].
	MaxStake float64
	// Quiet leaves Decision.Words empty: for those who decide by the million.
	// Decision.Explain makes them when somebody asks.
	Quiet bool
}

// Bet is one book of one question, with what the player thinks of it.
type Bet struct {
	Price  float64 // of YES, in (0, 1)
	B      float64 // liquidity, in coins
	Fee    float64 // on what a taker pays or gets, a fraction
	Belief float64 // probability of YES, in (0, 1)

	Yes, No float64 // shares held
	Staked  float64 // coins already paid into this question, net
}

// Decision is what to do about a Bet.
type Decision struct {
	Reason Reason
	Words  string // the reason in plain words

	// The order, if Reason.Trades: coins of a buy or shares of a sell, and the
	// worst price of the share traded at which the belief still earns.
	Action market.Action
	Amount float64
	Limit  float64

	Expected float64 // profit, in coins, by the belief
	Target   float64 // price of YES to which the order alone would walk
}

// The least order the market takes, in coins or shares.
const least = market.MinOrder / 1e18

// edges of what a price or belief may be: the market's own.
const (
	lowest  = float64(market.MinPrice) / float64(market.One)
	highest = float64(market.MaxPrice) / float64(market.One)
)

// side is a Bet seen from the direction in which its belief lies: up, the walk
// makes YES dearer, by buying YES or selling NO; down mirrors it.
type side struct {
	curve   Curve   // thinned; P is the price of the share that gets dearer
	q       float64 // belief in that share
	fee     float64
	own     float64 // shares of it that are held
	other   float64 // shares of its opposite that are held
	room    float64 // coins that may be spent on it
	end     float64 // price at which the walk must stop
	wealth  float64 // coins that could be lost: the scale of the utility
	gamma   float64 // aversion to risk, 1/Kelly
	shadow  float64 // what a coin is worth elsewhere, in marginal utility
	selling bool    // of the opposite, instead of buying
	up      bool    // the share that gets dearer is YES
}

// Size decides on one bet, with wealth coins free to spend, of a budget of
// budget coins.
func Size(s Style, b Bet, wealth, budget float64) Decision {
	return size(s, b, wealth, budget, 0)
}

// size is Size where a coin has a use elsewhere worth shadow.
func size(s Style, b Bet, wealth, budget, shadow float64) Decision {
	d, out := s.look(b, wealth, budget)
	if out.Reason != undecided {
		return out
	}
	d.shadow = shadow
	return d.decide(s, b)
}

// look finds out whether there is anything to size: if so, the decision is
// undecided and the side is how the bet looks from where its belief lies.
func (s Style) look(b Bet, wealth, budget float64) (side, Decision) {
	if !usable(s, b, wealth, budget) {
		return side{}, s.no(NotANumber, b, 0)
	}
	d := side{
		curve: Curve{B: b.B, P: b.Price}.Thin(s.Share), q: b.Belief, fee: b.Fee, up: true,
		own: b.Yes, other: b.No, wealth: wealth, gamma: 1 / s.Kelly,
		room: min(wealth, s.MaxStake*budget-b.Staked),
	}
	if b.Belief <= b.Price {
		d.up = false
		d.curve.P, d.q, d.own, d.other = 1-b.Price, 1-b.Belief, b.No, b.Yes
	}
	if most := d.curve.B * KL(d.q, d.curve.P); most < s.Look {
		if d.q-d.curve.P < 1e-9 {
			return side{}, s.no(NoEdge, b, 0)
		}
		return side{}, s.no(NotWorth, b, most)
	}
	d.selling = d.other >= least
	if !d.selling {
		if wealth < least {
			return side{}, s.no(NoMoney, b, 0)
		}
		if d.room < least {
			return side{}, s.no(StakeFull, b, s.MaxStake*budget)
		}
	}
	// No further than the belief earns, and than there is money, or shares.
	d.end = d.limit()
	if d.selling {
		d.end = 1 - d.end
	}
	if d.end <= d.curve.P {
		return side{}, s.no(InsideFee, b, 0)
	}
	if d.selling {
		d.end = min(d.end, d.curve.AfterShares(d.other))
	} else {
		d.end = min(d.end, d.curve.After(d.room/(1+d.fee)))
	}
	return d, Decision{Reason: undecided}
}

// usable reports whether every number is one, and in its range.
func usable(s Style, b Bet, wealth, budget float64) bool {
	in := func(x, low, high float64) bool { return x >= low && x <= high }
	most := math.MaxFloat64
	return in(b.Belief, 1e-9, 1-1e-9) && in(b.Price, lowest/2, 1-lowest/2) &&
		in(b.B, 1e-9, 1e15) && in(b.Fee, 0, 0.5) && in(b.Yes, 0, most) && in(b.No, 0, most) &&
		in(b.Staked, -most, most) && in(wealth, 0, most) && in(budget, 0, most) &&
		in(s.Kelly, 1e-3, 1) && in(s.Share, 1e-6, 1) && in(s.Look, 0, most) &&
		in(s.MaxStake, 1e-9, 1)
}

// no is a decision not to trade; gain is what Explain is to name.
func (s Style) no(r Reason, b Bet, gain float64) Decision {
	d := Decision{Reason: r, Expected: gain}
	if !s.Quiet {
		d.Words = d.Explain(b.Belief, b.Price)
	}
	d.Expected = 0
	return d
}

// limit is the worst price at which a trade still earns by the belief: for a
// buy what a share is worth less the fee, q/(1+f); for a sale of the opposite
// share, worth 1−q, what must be fetched, (1−q)/(1−f).
func (d side) limit() float64 {
	if d.selling {
		return min(highest, max(lowest, (1-d.q)/(1-d.fee)))
	}
	return min(highest, max(lowest, d.q/(1+d.fee)))
}

// trade is the order of walking to the price l: what is paid or sold, fees
// included, and what it is expected to earn.
func (d side) trade(l float64) (amount, expected float64) {
	n, m := d.curve.Shares(l), d.curve.Cost(l)
	if d.selling {
		n = min(n, d.other)
		return n, (1-d.fee)*(n-d.curve.Cost(l)) - (1-d.q)*n
	}
	m = min(m, d.room/(1+d.fee))
	return m * (1 + d.fee), d.q*n - m*(1+d.fee)
}

// decide finds the stake and makes the order of it.
func (d side) decide(s Style, b Bet) Decision {
	l := d.optimum()
	out := Decision{Reason: Buys, Action: market.BuyYes, Limit: d.limit()}
	if d.selling {
		out.Reason, out.Action = Sells, market.SellNo
	}
	out.Amount, out.Expected = d.trade(l)
	switch {
	case d.shadow > 0 && out.Amount < least:
		return s.no(BetterUses, b, 0)
	case out.Amount < least && b.Yes+b.No >= least:
		return s.no(Enough, b, 0)
	case out.Amount < least:
		return s.no(TooSmall, b, out.Amount)
	case out.Expected < s.Look:
		return s.no(NotWorth, b, out.Expected)
	}
	out.Target = l
	if !d.up {
		out.Target = 1 - l
		out.Action = mirror[out.Action]
	}
	if !s.Quiet {
		out.Words = out.Explain(b.Belief, b.Price)
	}
	return out
}

// mirror swaps YES and NO.
var mirror = map[market.Action]market.Action{
	market.BuyYes: market.BuyNo, market.SellNo: market.SellYes,
}

// optimum is the price in [P, end] to which the side walks best alone: where
// the next share is worth no more than it costs. The objective is concave in
// what is bought, so its slope falls and crosses zero at most once. The search
// is in log odds: chords (Illinois), and halving where a chord leaves the
// interval too wide.
func (d side) optimum() float64 {
	from := logit(d.curve.P)
	x := crossing(func(x float64) float64 { return d.slope(from, x) }, from, logit(d.end),
		limitTolerance, limitSteps)
	return 1 / (1 + math.Exp(-x))
}

const (
	limitSteps     = 40   // halving alone would need 24 for the tolerance
	limitTolerance = 1e-7 // of the interval
)

// crossing is where a falling f crosses zero in [low, high], from below: f ≥ 0
// there, or it is low. The answer is within tolerance·(high − low) of the
// crossing, if steps evaluations suffice.
func crossing(f func(float64) float64, low, high, tolerance float64, steps int) float64 {
	width := tolerance * (high - low)
	fl := f(low)
	if !(fl > 0) {
		return low
	}
	fh := f(high)
	if fh >= 0 {
		return high
	}
	for i, side := 0, 0; i < steps && high-low > width; i++ {
		mid := (low + high) / 2
		// A chord between finite ends, kept a little inside so that the far end
		// comes near too; and a halving now and then, whatever chords do.
		if chord := low + (high-low)*fl/(fl-fh); i%4 != 3 && chord > low && chord < high {
			mid = min(high-width/2, max(low+width/2, chord))
		}
		if y := f(mid); y > 0 {
			if low, fl = mid, y; side > 0 {
				fh /= 2
			}
			side = 1
		} else {
			if high, fh = mid, y; side < 0 {
				fl /= 2
			}
			side = -1
		}
	}
	return low
}

// slope is the marginal expected utility of going on at the price ℓ whose log
// odds are x, having walked there from P, whose log odds are from: per coin
// before the fee for a buy, per share for a sale. With W the wealth, y and o
// what is held of the share and of its opposite, n and m the shares and coins
// walked so far:
//
//	buy:  q·(1/ℓ − (1+f))·u′(W + y + n − (1+f)m) − (1−q)·(1+f)·u′(W + o − (1+f)m)
//	sell: q·g·u′(W + y + r) − (1−q)·(1−g)·u′(W + o − n + r),
//	      g = (1−f)(1−ℓ), r = (1−f)(n − m)
//
// Utilities are scaled by W, so u′(W) = 1. In log odds ℓ = 1/(1+e⁻ˣ), and
//
//	n = b·(x − from), m = b·ln((1+eˣ)/(1+e^from)) = b·(n/b + ln((1+e⁻ˣ)/(1+e^−from))).
func (d side) slope(from, x float64) float64 {
	e := math.Exp(-x)
	n := d.curve.B * (x - from)
	m := n + d.curve.B*(math.Log1p(e)+math.Log(d.curve.P))
	if d.selling {
		g, r := (1-d.fee)*e/(1+e), (1-d.fee)*(n-m)
		return d.q*g*d.margin(d.wealth+d.own+r) - (1-d.q)*(1-g)*d.margin(d.wealth+d.other-n+r)
	}
	cost := 1 + d.fee
	win := d.q * (1 + e - cost) * d.margin(d.wealth+d.own+n-cost*m)
	lose := (1 - d.q) * cost * d.margin(d.wealth+d.other-cost*m)
	return win - lose - d.shadow*cost
}

// margin is u′(w), what one more coin is worth to who has w.
func (d side) margin(w float64) float64 {
	if w <= 0 {
		return math.Inf(1)
	}
	w /= max(d.wealth, least)
	if d.gamma == 1 {
		return 1 / w
	}
	return math.Exp(-d.gamma * math.Log(w))
}
