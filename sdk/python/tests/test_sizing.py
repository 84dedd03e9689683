"""Sizing agrees with the Go players', and keeps its promises."""

from __future__ import annotations

import json
import math
import os
import random

import pytest

from agon import Bet, Curve, Style, kl, plan, shrink, size
from agon.sizing import ACTIONS, BUY_NO, BUY_YES, LEAST

SEED = 5


def random_bet(r: random.Random) -> tuple[Style, Bet, float, float]:
    style = Style(
        kelly=r.uniform(0.05, 1), share=r.uniform(0.1, 1), look=r.choice([0, 1e-4, 1e-2]),
        max_stake=r.uniform(0.01, 1),
    )
    held = r.choice([0, 0, r.uniform(0, 20)])
    bet = Bet(
        price=r.uniform(0.01, 0.99), b=math.exp(r.uniform(-3, 6)), belief=r.uniform(0.001, 0.999),
        fee=r.choice([0, 0.01]), yes=held, no=r.choice([0, 0, r.uniform(0, 20)]),
        staked=held * 0.3,
    )
    budget = math.exp(r.uniform(-2, 6))
    return style, bet, budget * r.random(), budget


def test_agrees_with_go() -> None:
    """The vectors are what the Go players' own sizing decides on random bets."""
    path = os.environ.get("AGON_VECTORS")
    if not path:
        pytest.skip("AGON_VECTORS names no file; \"go test ./sdk/python\" writes one")
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    assert len(vectors) >= 500
    traded = 0
    for v in vectors:
        have = size(Style(**v["style"]), Bet(**v["bet"]), v["wealth"], v["budget"])
        assert have.reason == v["reason"], (v, have)
        if have.trades:
            traded += 1
            assert ACTIONS[have.action] == v["action"], v
            for name in ("amount", "limit", "expected"):
                # Both search the stake to about 10⁻⁶ of the log odds it walks.
                near = pytest.approx(v[name], rel=1e-5, abs=2e-6 * max(1, v["bet"]["b"]))
                assert getattr(have, name) == near, (name, v)
    assert traded > 100


def test_stake_maximises_utility() -> None:
    """No other stake, on a fine grid, has more expected utility."""
    r = random.Random(SEED)
    checked = 0
    while checked < 60:
        style, bet, wealth, budget = random_bet(r)
        style = Style(style.kelly, style.share, 0.0, 1.0)
        bet = Bet(bet.price, bet.b, bet.belief)
        d = size(style, bet, wealth, budget)
        if d.action not in (BUY_YES, BUY_NO):
            continue
        checked += 1
        p, q = bet.price, bet.belief
        if d.action == BUY_NO:
            p, q = 1 - p, 1 - q
        curve, gamma = Curve(style.share * bet.b, p), 1 / style.kelly

        def utility(w: float, gamma: float = gamma, wealth: float = wealth) -> float:
            w /= wealth
            return math.log(w) if gamma == 1 else (w ** (1 - gamma) - 1) / (1 - gamma)

        def expect(m: float, curve: Curve = curve, q: float = q, wealth: float = wealth,
                   utility=utility) -> float:  # type: ignore[no-untyped-def]
            n = curve.shares(curve.after(m))
            return q * utility(wealth - m + n) + (1 - q) * utility(wealth - m)

        best = expect(d.amount)
        top = min(wealth * 0.999, curve.cost(max(q, p + 1e-6)))
        for i in range(200):
            assert best >= expect(top * i / 200) - 1e-6, (style, bet, wealth, d)


def test_plan_stays_within_the_purse() -> None:
    r = random.Random(SEED)
    for _ in range(50):
        style, _, wealth, budget = random_bet(r)
        bets = [random_bet(r)[1] for _ in range(r.randint(1, 8))]
        decisions = plan(style, bets, wealth, budget)
        assert sum(d.spends for d in decisions) <= wealth * (1 + 1e-9)
        for d in decisions:
            assert d.words
            if d.trades:
                assert d.amount >= LEAST and d.expected >= style.look
                assert 1e-4 <= d.limit <= 1 - 1e-4


@pytest.mark.parametrize(
    "change",
    [
        {"belief": math.nan}, {"belief": 0.0}, {"belief": 1.0}, {"price": math.nan},
        {"price": -1}, {"b": 0.0}, {"b": math.inf}, {"yes": -1.0}, {"fee": 2.0},
    ],
)
def test_nonsense_never_trades(change: dict[str, float]) -> None:
    bet = Bet(**{"price": 0.5, "b": 10, "belief": 0.8, **change})
    assert size(Style(), bet, 10, 10).reason == "not-a-number"


def test_no_trades_have_reasons() -> None:
    for want, bet, wealth in (
        ("no-edge", Bet(0.5, 10, 0.5), 10.0),
        ("not-worth", Bet(0.5, 0.01, 0.51), 10.0),
        ("no-money", Bet(0.5, 10, 0.8), 0.0),
        ("stake-full", Bet(0.5, 10, 0.8, staked=1.0), 10.0),
        ("inside-fee", Bet(0.5, 1000, 0.51, fee=0.05), 10.0),
    ):
        have = size(Style(), bet, wealth, 10)
        assert have.reason == want and not have.trades


def test_curve() -> None:
    c = Curve(10, 0.3)
    assert c.after(c.cost(0.6)) == pytest.approx(0.6)
    assert c.after_shares(c.shares(0.6)) == pytest.approx(0.6)
    assert kl(0.3, 0.3) == pytest.approx(0) and kl(0.9, 0.3) > 0
    assert shrink(0.9, 0.4, 0) == pytest.approx(0.4)
    assert shrink(0.9, 0.4, 1) == pytest.approx(0.9)
