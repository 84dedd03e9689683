"""The curve of one book, a logarithmic market scoring rule."""

from __future__ import annotations

import math
from dataclasses import dataclass


def logit(p: float) -> float:
    """ln(p/(1−p))."""
    return math.log(p) - math.log1p(-p)


@dataclass(frozen=True)
class Curve:
    """One book seen from one side.

    ``p`` is the price of the share that a walk makes dearer, ``b`` the liquidity in
    coins. YES has the book's price, NO one minus it.
    """

    b: float
    p: float

    def cost(self, price: float) -> float:
        """Coins for walking up to price: b·ln((1−p)/(1−ℓ))."""
        return self.b * (math.log1p(-self.p) - math.log1p(-price))

    def shares(self, price: float) -> float:
        """Shares that this walk buys: b·(logit ℓ − logit p)."""
        return self.b * (logit(price) - logit(self.p))

    def after(self, coins: float) -> float:
        """The price that spending coins walks to: 1 − (1−p)·e^(−m/b)."""
        return self.p - (1 - self.p) * math.expm1(-coins / self.b)

    def after_shares(self, shares: float) -> float:
        """The price that buying shares walks to."""
        return 1 / (1 + math.exp(-shares / self.b - logit(self.p)))


def kl(q: float, p: float) -> float:
    """Relative entropy of belief q to price p, in nats.

    b·KL(q‖p) is the most that somebody who is right about q can expect to earn.
    """

    def term(a: float, b: float) -> float:
        return a * math.log(a / b) if a else 0.0

    return term(q, p) + term(1 - q, 1 - p)


def shrink(p: float, price: float, weight: float) -> float:
    """Moves belief p towards the price, leaving ``weight`` of the distance in log odds."""
    x = weight * logit(p) + (1 - weight) * logit(price)
    return 1 / (1 + math.exp(-x))
