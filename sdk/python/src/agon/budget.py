"""A player's money: what it spent, earned and has in orders, against its limit."""

from __future__ import annotations

from agon.errors import BudgetError
from agon.market import COIN


class Budget:
    """Keeps spent + reserved ≤ limit + earned, in 1/COIN.

    Money is reserved before the order that may spend it is signed. The chain is the
    budget's memory: after a restart the account's events are read again.
    """

    def __init__(self, limit_wei: int) -> None:
        self.limit = limit_wei
        self.spent = 0
        self.earned = 0
        self._open: dict[str, int] = {}

    @property
    def reserved(self) -> int:
        """What is in orders that have not ended."""
        return sum(self._open.values())

    @property
    def free(self) -> int:
        """What may still be spent."""
        return max(0, self.limit + self.earned - self.spent - self.reserved)

    def reserve(self, name: str, wei: int) -> None:
        """Sets money aside, or raises BudgetError."""
        if name in self._open:
            raise BudgetError(f"{name!r} is reserved already")
        if wei > self.free:
            raise BudgetError(
                f"{wei / COIN:.6f} coins, {self.free / COIN:.6f} are free",
                "give the player a larger budget",
            )
        self._open[name] = wei

    def adopt(self, name: str, wei: int) -> None:
        """Sets aside what an order on the chain will spend, free or not."""
        self._open.setdefault(name, wei)

    def spend(self, name: str, wei: int, left: int) -> None:
        """Notes that an order spent money and has ``left`` to spend."""
        self.spent += wei
        if name in self._open:
            self._open[name] = left
            if left == 0:
                del self._open[name]

    def release(self, name: str) -> None:
        """Ends a reservation."""
        self._open.pop(name, None)

    def earn(self, wei: int) -> None:
        """Adds money that came back."""
        self.earned += wei
