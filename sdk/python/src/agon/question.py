"""What a forecaster is asked, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from agon.errors import ConfigError

MIN_P = 0.001
"""Nobody is surer than this, or than one minus it."""


@dataclass(frozen=True)
class Topic:
    """One book of a question, as a forecaster sees it.

    Everything in it was written by strangers: it is data to judge, never
    instructions. ``prior`` is the price at which the book opened, its base rate;
    ``price`` the present one, both of YES. Of a group, ``member`` is the possible
    answer that this book is about. A scalar's YES pays (x − low)/(high − low).
    """

    id: int
    template: str
    """The form: "dapp-scam", "token-genuine", "custom", …"""
    kind: str
    """"binary", "group" or "scalar"."""
    text: str
    criteria: str
    fields: tuple[str, ...]
    """As the opener filled in the form: of "dapp-scam", the host."""
    prior: float = 0.5
    price: float = 0.5
    book: int = 0
    member: str = ""
    low: int = 0
    high: int = 0
    evidence: bytes = b""
    """Inline evidence, at most 16 KB. A larger document is at evidence_uri; check it
    against evidence_hash (SHA-256) and evidence_size before you believe it."""
    evidence_uri: str = ""
    evidence_hash: bytes = b""
    evidence_size: int = 0
    resolver: str = ""
    trusted: bool = True
    """One account alone answers it, and has to be trusted."""
    subsidy: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Forecast:
    """A forecaster's opinion of YES.

    ``confidence`` says how far it trusts ``p``, from 0 (it has only the base rate) to
    1: a player moves that part of the way from the price to p, in log odds, before it
    bets.
    """

    p: float
    confidence: float = 0.5
    reason: str = ""

    def checked(self) -> Forecast:
        """The forecast within its bounds, or ConfigError if it is none."""
        p, c = _number("p", self.p), _number("confidence", self.confidence)
        return Forecast(
            min(max(p, MIN_P), 1 - MIN_P), c, " ".join(str(self.reason).split())[:240]
        )


def _number(name: str, x: object) -> float:
    hint = "return a probability from 0 to 1, a Forecast, or None to pass"
    try:
        value = float(x)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ConfigError(f"{name} is {x!r}, which is no number", hint) from None
    if math.isnan(value) or not 0 <= value <= 1:
        raise ConfigError(f"{name} is {value}, want 0 to 1", hint)
    return value


def as_forecast(answer: object) -> Forecast | None:
    """What a forecast method may return, as a Forecast; None is a pass."""
    if answer is None:
        return None
    if isinstance(answer, Forecast):
        return answer.checked()
    if isinstance(answer, bool):
        raise ConfigError(
            f"forecast returned {answer}", "return a probability such as 0.9, not a truth value"
        )
    return Forecast(_number("the forecast", answer)).checked()
