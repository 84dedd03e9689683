"""How much to bet: fractional Kelly on the exact curve, as the Go players do it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agon.curve import Curve, kl, logit

LEAST = 1e-6
"""The least order the market takes, in coins or shares."""

LOWEST, HIGHEST = 1e-4, 1 - 1e-4
"""Prices a limit may name."""

BUY_YES, BUY_NO, SELL_YES, SELL_NO = range(4)
ACTIONS = ("buy YES", "buy NO", "sell YES", "sell NO")


@dataclass(frozen=True)
class Style:
    """How a player bets.

    ``kelly`` is the fraction of the Kelly stake, in (0, 1]: the stake maximises
    E[u(wealth)] with u′(w) = w^(−1/kelly). ``share`` is the part of the batch's flow
    on its side that the player expects to be. ``look`` is the cost of looking again,
    in coins: below that expected profit there is no trade. ``max_stake`` is the most
    to be staked on one question, as a fraction of the budget.
    """

    kelly: float = 0.25
    share: float = 0.5
    look: float = 0.001
    max_stake: float = 0.1


@dataclass(frozen=True)
class Bet:
    """One book, with what the player thinks of it. Money and shares in whole coins."""

    price: float
    b: float
    belief: float
    fee: float = 0.0
    yes: float = 0.0
    no: float = 0.0
    staked: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What to do about a bet; every trade and every no-trade has a reason.

    With ``trades``, ``action`` is BUY_YES to SELL_NO, ``amount`` coins of a buy or
    shares of a sell, and ``limit`` the worst price of the share traded.
    """

    reason: str
    words: str
    action: int = -1
    amount: float = 0.0
    limit: float = 0.0
    expected: float = 0.0

    @property
    def trades(self) -> bool:
        """Whether there is an order."""
        return self.action >= 0

    @property
    def spends(self) -> float:
        """Coins put at risk."""
        return self.amount if self.action in (BUY_YES, BUY_NO) else 0.0


@dataclass(frozen=True)
class _Side:
    """A bet seen from the direction in which its belief lies: there the walk makes
    YES dearer, by buying YES or selling NO; the other way is its mirror image."""

    curve: Curve
    q: float  # belief in the share that gets dearer
    fee: float
    own: float  # shares of it that are held
    other: float  # shares of its opposite
    wealth: float
    gamma: float  # aversion to risk, 1/kelly
    shadow: float  # what a coin is worth elsewhere, in marginal utility
    selling: bool

    def limit(self) -> float:
        """The worst price at which a trade still earns: q/(1+f) to buy, and
        (1−q)/(1−f) to sell the opposite."""
        bound = (1 - self.q) / (1 - self.fee) if self.selling else self.q / (1 + self.fee)
        return min(HIGHEST, max(LOWEST, bound))

    def margin(self, wealth: float) -> float:
        """u′(w), scaled so that u′(self.wealth) = 1."""
        if wealth <= 0:
            return math.inf
        return float((wealth / max(self.wealth, LEAST)) ** -self.gamma)

    def slope(self, x: float) -> float:
        """Marginal expected utility of going on at log odds x.

        With n and m the shares and coins walked so far, W the wealth, y and o what is
        held of the share and of its opposite:

            buy:  q·(1/ℓ − (1+f))·u′(W+y+n−(1+f)m) − (1−q)·(1+f)·u′(W+o−(1+f)m)
            sell: q·g·u′(W+y+r) − (1−q)·(1−g)·u′(W+o−n+r),
                  g = (1−f)(1−ℓ), r = (1−f)(n−m)
        """
        e = math.exp(-x)
        n = self.curve.b * (x - logit(self.curve.p))
        m = n + self.curve.b * (math.log1p(e) + math.log(self.curve.p))
        q, w = self.q, self.wealth
        if self.selling:
            g, r = (1 - self.fee) * e / (1 + e), (1 - self.fee) * (n - m)
            win = q * g * self.margin(w + self.own + r)
            return win - (1 - q) * (1 - g) * self.margin(w + self.other - n + r)
        cost = 1 + self.fee
        win = q * (1 + e - cost) * self.margin(w + self.own + n - cost * m)
        lose = (1 - q) * cost * self.margin(w + self.other - cost * m)
        return win - lose - self.shadow * cost

    def optimum(self, end: float) -> float:
        """The price up to end where the next share is worth no more than it costs:
        bisection in log odds, since the objective is concave."""
        low, high = logit(self.curve.p), logit(end)
        for _ in range(24):
            mid = (low + high) / 2
            if self.slope(mid) > 0:
                low = mid
            else:
                high = mid
        return 1 / (1 + math.exp(-low))


def size(style: Style, bet: Bet, wealth: float, budget: float) -> Decision:
    """Decides on one bet, with ``wealth`` coins free of a budget of ``budget``."""
    return _size(style, bet, wealth, budget, 0.0)


def plan(style: Style, bets: Sequence[Bet], wealth: float, budget: float) -> list[Decision]:
    """Decides on many bets that share one purse.

    Each is sized as if alone; if together they would spend more than there is, a coin
    gets a price, the same for all: the lowest at which the buys fit.
    """
    out = [size(style, b, wealth, budget) for b in bets]
    if sum(d.spends for d in out) <= wealth:
        return out
    buys = [i for i, d in enumerate(out) if d.spends > 0]
    low = 0.0
    high = max(
        max(bets[i].belief / bets[i].price, (1 - bets[i].belief) / (1 - bets[i].price))
        for i in buys
    )

    def spend(shadow: float) -> float:
        for i in buys:
            out[i] = _size(style, bets[i], wealth, budget, shadow)
        return sum(out[i].spends for i in buys)

    for _ in range(20):
        mid = (low + high) / 2
        if spend(mid) > wealth:
            low = mid
        else:
            high = mid
    spend(high)
    return out


def _usable(style: Style, bet: Bet, wealth: float, budget: float) -> bool:
    """Whether every number is one, and in its range."""
    big = 1e300
    return all(
        low <= x <= high
        for x, low, high in (
            (bet.belief, 1e-9, 1 - 1e-9),
            (bet.price, LOWEST / 2, 1 - LOWEST / 2),
            (bet.b, 1e-9, 1e15),
            (bet.fee, 0, 0.5),
            (bet.yes, 0, big),
            (bet.no, 0, big),
            (bet.staked, -big, big),
            (wealth, 0, big),
            (budget, 0, big),
            (style.kelly, 1e-3, 1),
            (style.share, 1e-6, 1),
            (style.look, 0, big),
            (style.max_stake, 1e-9, 1),
        )
    )


def _size(style: Style, bet: Bet, wealth: float, budget: float, shadow: float) -> Decision:
    if not _usable(style, bet, wealth, budget):
        return Decision("not-a-number", f"{bet} or {style} is not usable")
    seen = f"believes {bet.belief:.3f} at {bet.price:.3f}"
    up = bet.belief > bet.price
    flip = bet if up else replace(
        bet, price=1 - bet.price, belief=1 - bet.belief, yes=bet.no, no=bet.yes
    )
    curve = Curve(style.share * bet.b, flip.price)
    most = curve.b * kl(flip.belief, flip.price)
    if most < style.look:
        if flip.belief - flip.price < 1e-9:
            return Decision("no-edge", f"{seen}: they agree")
        return Decision(
            "not-worth", f"{seen}: at most {most:.4f} to gain, looking costs {style.look:.4f}"
        )
    room = min(wealth, style.max_stake * budget - bet.staked)
    side = _Side(
        curve, flip.belief, bet.fee, flip.yes, flip.no, wealth, 1 / style.kelly, shadow,
        selling=flip.no >= LEAST,
    )
    if not side.selling:
        if wealth < LEAST:
            return Decision("no-money", "nothing of the budget is left")
        if style.max_stake * budget - bet.staked < LEAST:
            return Decision("stake-full", f"{bet.staked:.3f} is staked on it already")
    return _decide(style, bet, side, up, room, seen)


def _decide(
    style: Style, bet: Bet, side: _Side, up: bool, room: float, seen: str
) -> Decision:
    """Finds the stake and makes the order of it; room bounds a buy."""
    limit = side.limit()
    end = 1 - limit if side.selling else limit
    if end <= side.curve.p:
        return Decision("inside-fee", f"{seen}: the fee of {bet.fee:.2%} eats the edge")
    if side.selling:
        end = min(end, side.curve.after_shares(side.other))
    else:
        end = min(end, side.curve.after(room / (1 + bet.fee)))
    stop = side.optimum(end)
    n, m = side.curve.shares(stop), side.curve.cost(stop)
    if side.selling:
        n = min(n, side.other)
        amount, action = n, SELL_NO if up else SELL_YES
        expected = (1 - bet.fee) * (n - m) - (1 - side.q) * n
    else:
        m = min(m, room / (1 + bet.fee))
        amount, action = m * (1 + bet.fee), BUY_YES if up else BUY_NO
        expected = side.q * n - amount
    if amount < LEAST:
        if side.shadow > 0:
            return Decision("better-uses", "other questions pay more for what is left")
        if bet.yes + bet.no >= LEAST:
            return Decision("enough", f"{seen}, and holds as much as it wants")
        return Decision("too-small", f"the right stake, {amount:.2g}, is below the least order")
    if expected < style.look:
        return Decision(
            "not-worth", f"{seen}: would gain {expected:.4f}, looking costs {style.look:.4f}"
        )
    words = f"{seen}: {ACTIONS[action]} for {amount:.4f}, limit {limit:.3f}, {expected:+.4f}"
    return Decision(
        "sells" if side.selling else "buys", words, action, amount, limit, expected
    )
