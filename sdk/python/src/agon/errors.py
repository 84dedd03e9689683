"""What can go wrong, each with what to do about it."""

from __future__ import annotations


class AgonError(Exception):
    """An error of this package. ``hint`` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}. To do: {self.hint}" if self.hint else message


class ConfigError(AgonError):
    """Something was configured that cannot work."""


class NodeError(AgonError):
    """The node cannot be reached, or is no Agon node."""


class BudgetError(AgonError):
    """More was to be spent than the budget allows."""


class Refused(AgonError):
    """The market said no; nothing was changed.

    ``reason`` is the market's code, which never changes its meaning, and ``index``
    tells which element of a list was refused.
    """

    def __init__(self, reason: int, detail: str = "", index: int = 0) -> None:
        words = detail or REASONS.get(reason, f"reason {reason}")
        super().__init__(f"refused: {words}", HINTS.get(reason, ""))
        self.reason = reason
        self.index = index


REASONS = {
    0: "ok",
    1: "no such question",
    2: "no such live order",
    3: "the question was halted",
    4: "trading has closed",
    5: "the question has no such book",
    6: "no such action",
    7: "limit outside the allowed prices",
    8: "amount below the minimum",
    9: "amount above the maximum",
    10: "the order would expire before its first batch",
    11: "balance too low",
    12: "not enough free shares",
    13: "too many orders rest on this book",
    14: "too many orders wait for the next batch",
    15: "too many live orders of this trader on this book",
    16: "it would trade with the trader's own order",
    17: "not for this kind of question",
    18: "nonce already used",
    19: "too soon",
    20: "the signed window of blocks has passed",
    21: "signature is not the trader's",
    22: "only the resolver may",
    23: "the order belongs to another account",
    24: "no such outcome for this question",
    25: "trading has not closed",
    26: "the question is not settled",
    27: "nothing to claim",
    28: "the resolver still has time",
    29: "no such template, or not for this kind",
    30: "the template's fields are missing, too long or not plain text",
    31: "members are missing, too many, repeated or not plain text",
    32: "opening prices do not fit",
    33: "the scalar's range is empty",
    34: "subsidy outside the allowed amounts",
    35: "window outside the allowed lengths",
    36: "grace outside the allowed lengths",
    37: "a question needs a resolver",
    38: "evidence is too large, incomplete or at an address not allowed",
    39: "no more question numbers",
    40: "not a well-formed call",
    41: "the question is settled",
    42: "orders are still being returned after the close",
}

HINTS = {
    1: "market.questions() lists the questions",
    2: "the order has filled, expired or been cancelled",
    4: "look only at questions whose phase is 'open'",
    5: "a binary or scalar question has only book 0",
    7: "name a limit from 0.0001 to 0.9999",
    8: "the least order is 0.000001",
    11: "trader.deposit() brings coins into the market; resting orders hold some",
    12: "market.position() shows the shares; orders hold some of them",
    16: "cancel the opposite order first, or sell shares instead",
    18: "the order was placed before: choose another nonce",
    20: "sign again with later blocks",
    22: "only the question's resolver answers it",
    25: "wait for the close; it is drawn in the last tenth of the window",
    26: "wait for the resolver, or lapse the question once its time is up",
    34: "the least subsidy is 0.01",
    35: "name a window of at least 10 blocks",
}
