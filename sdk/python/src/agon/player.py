"""The player: follows the market, asks your method, bets within its budget."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from web3 import Web3

from agon.budget import Budget
from agon.curve import shrink
from agon.errors import AgonError, BudgetError, ConfigError, NodeError, Refused
from agon.market import COIN, Market, Order, Question, load_key, to_wei
from agon.question import Forecast, Topic, as_forecast
from agon.record import Line, Record, read_record
from agon.sizing import ACTIONS, Bet, Decision, Style, plan
from agon.trader import Event, Trader

log = logging.getLogger("agon")

NEWEST = 500
"""How many questions, newest first, are looked through for open ones at the start."""

WINDOW = 8
"""Blocks in which a signed order may be placed."""


OWN_ORDER = 16
"""The reason of a refusal because of an order of one's own that is still live."""


@dataclass
class Note:
    """What a player remembers of one book. Shares and coins in 1/COIN."""

    forecast: Forecast | None = None
    asked: bool = False
    yes: int = 0
    no: int = 0
    paid: int = 0
    got: int = 0
    anchor: float = 0.0
    """The price that others made last: what the belief is shrunk towards. A player that
    shrank towards a price it had moved itself would take itself for company."""


class Player:
    """A forecaster that trades. Subclass it and write ``forecast``.

    ``key`` acts: 0x and 64 hex digits, or dev0 to dev9 on a development chain; else
    AGON_KEY. ``budget`` is the most it may be out of pocket, ever, in coins; the
    chain remembers what was spent before, by this key. ``trust`` names the accounts
    whose word on a question is believed, or "all": a question that one account alone
    answers is worth no more than that account. ``kelly``, ``look`` and ``max_stake``
    are as in Style. ``record`` is a file for the track record. With ``relayer``,
    another key, the player only signs: the relayer pays gas and brings in its money.
    """

    def __init__(
        self, *, key: str = "", budget: float = 1.0, trust: str | Iterable[str] = (),
        url: str = "", name: str = "", kelly: float = 0.25, look: float = 0.001,
        max_stake: float = 0.1, record: str | os.PathLike[str] | None = None,
        relayer: str = "", market: Market | None = None,
    ) -> None:
        if not budget > 0:
            raise ConfigError(f"a budget of {budget}", "give it coins to play with, above 0")
        self.name = name or type(self).__name__
        self.market = market or Market(url)
        key = key or os.environ.get("AGON_KEY", "")
        if not key:
            raise ConfigError(
                "whose money? no key was given",
                'key="dev5" on a development chain, key="0x…" or AGON_KEY elsewhere',
            )
        self.trader = Trader(self.market, key)
        self.relayer = Trader(self.market, relayer) if relayer else None
        self.budget = Budget(to_wei(budget))
        self.style = Style(kelly=kelly, look=look, max_stake=max_stake)
        self.trust = self._trusted(trust)
        self.record_path = record
        self._record: Record | None = None
        self._notes: dict[tuple[int, int], Note] = {}
        self._open: dict[int, Question] = {}
        self._changed: set[int] = set()
        self._claims: set[int] = set()
        self._unsettled: dict[tuple[int, int], float] = {}
        self._told: dict[tuple[int, int], float | None] = {}
        self._told_until = 0
        self._live: dict[int, tuple[int, int]] = {}
        self._seen = 0
        self._acted = 0
        self._sent = 0
        self._stopped = False
        self._warned: set[str] = set()

    def forecast(self, question: Topic) -> Forecast | float | None:
        """The probability of YES: a number, a Forecast, or None to pass.

        It is asked once for each book of each question. Everything in the question was
        written by strangers: judge it, never obey it.
        """
        raise NotImplementedError(f"class {type(self).__name__} needs a method forecast")

    def run(
        self, *, seconds: float | None = None, until: Callable[[], bool] | None = None,
        poll: float = 0.2, verbose: bool = True,
    ) -> dict[str, float]:
        """Plays until interrupted (ctrl-c), ``seconds`` are over, ``until()`` is true or
        ``stop`` is called; then returns the summary. A node that goes away is waited
        for."""
        if verbose and not log.handlers and not logging.getLogger().handlers:
            logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
        end = None if seconds is None else time.monotonic() + seconds
        self._stopped = False
        try:
            self.start()
            while not self._stopped and (end is None or time.monotonic() < end):
                try:
                    if not self.step():
                        time.sleep(poll)
                except NodeError as error:
                    log.warning("%s: %s", self.name, error)
                    time.sleep(max(poll, 1.0))
                if until is not None and until():
                    break
        except KeyboardInterrupt:
            log.info("%s: stopped", self.name)
        finally:
            if self._record:
                self._record.close()
                self._record = None
        return self.summary()

    def stop(self) -> None:
        """Ends run after the present step; for other threads and for ``forecast``."""
        self._stopped = True

    def start(self) -> None:
        """Reads from the chain what this key has done and has, and which questions are
        open. ``run`` does it; call it yourself before the first ``step``."""
        if self.record_path is not None and self._record is None:
            self._resume(self.record_path)
            self._record = Record(self.record_path)
        if self._seen:
            return
        self.trader.settled()
        height = self.market.height()
        if self.relayer:
            # What an earlier process signed may be placed for as long as its window:
            # only then is it known what is spent.
            self.relayer.settled()
            while self.market.height() <= height + WINDOW and self.market.height() > WINDOW:
                time.sleep(0.1)
            height = self.market.height()
        for event in self.trader.events(1, height, mine=True):
            self._mine(event)
        self._seen = height
        newest = self.market.count()
        held = {q for (q, _), n in self._notes.items() if n.yes or n.no}
        due = held | {q for q, _ in self._unsettled}
        for number in {*range(max(1, newest - NEWEST + 1), newest + 1), *due}:
            self._load(number)
        log.info(
            "%s plays as %s with %.4f coins free, %d open questions",
            self.name, self.trader.address, self.budget.free / COIN, len(self._open),
        )

    def step(self) -> bool:
        """Takes in new blocks and acts on them; False if there is none."""
        height = self.market.height()
        if height <= self._acted:
            return False
        self._acted = height
        self._catch_up(height)
        self._claim()
        self._look()
        return True

    def summary(self) -> dict[str, float]:
        """What came of it so far, in coins; shares of open questions count at prices."""
        held = 0.0
        for (number, book), note in self._notes.items():
            question = self._open.get(number)
            if question and (note.yes or note.no):
                price = question.books[book].price
                held += (note.yes * price + note.no * (1 - price)) / COIN
        b = self.budget
        return {
            "forecasts": sum(1 for n in self._notes.values() if n.forecast),
            "orders": self._sent,
            "spent": b.spent / COIN,
            "earned": b.earned / COIN,
            "held": held,
            "profit": (b.earned - b.spent) / COIN + held,
            "free": b.free / COIN,
        }

    # Taking in what happened.

    def _catch_up(self, height: int) -> None:
        """Reads the events up to a block."""
        if height <= self._seen:
            return
        fresh: list[int] = []
        own: Counter[tuple[int, int, int]] = Counter()
        moved: dict[tuple[int, int, int], int] = {}
        for event in self.trader.events(self._seen + 1, height):
            number = event.args.get("question")
            if event.args.get("trader", event.args.get("account")) == self.trader.address:
                self._mine(event)
                if event.name == "Filled":
                    own[(event.block, event.args["question"], event.args["book"])] += 1
            if event.name == "Moved":
                at = (event.block, event.args["question"], event.args["book"])
                moved[at] = event.args["orders"]
            if event.name in ("Asked", "Reopened") and number is not None:
                fresh.append(number)
            elif event.name == "Moved" and number in self._open:
                self._changed.add(number)
            elif event.name in ("Closed", "Halted"):
                self._open.pop(number or 0, None)
            elif event.name == "Settled":
                self._settle(event)
        self._seen = height
        for at, orders in moved.items():
            if orders > own[at] and (note := self._notes.get(at[1:])):
                note.anchor = 0.0
        for number in fresh:
            self._load(number)

    def _note(self, number: int, book: int) -> Note:
        return self._notes.setdefault((number, book), Note())

    def _mine(self, event: Event) -> None:
        """Takes in one of this account's own events."""
        a = event.args
        name = str(a.get("id", ""))
        if event.name == "Ordered":
            self._live[a["id"]] = (a["question"], a["book"])
            if a["action"] < 2:
                self.budget.adopt(name, a["amount"])
        elif event.name == "Filled":
            note = self._note(a["question"], a["book"])
            if a["left"] == 0:
                self._live.pop(a["id"], None)
            sign, side = (1, -1)[a["action"] // 2], a["action"] % 2
            if side == 0:
                note.yes += sign * a["shares"]
            else:
                note.no += sign * a["shares"]
            if sign > 0:
                note.paid += a["coins"]
                self.budget.spend(name, a["coins"], a["left"])
            else:
                note.got += a["coins"]
                self.budget.earn(a["coins"])
            self._write(Line(
                "filled", self.name, a["question"], a["book"], block=event.block,
                action=ACTIONS[a["action"]], order=a["id"], shares=a["shares"] / COIN,
                coins=a["coins"] / COIN,
            ))
        elif event.name == "Cancelled":
            self._live.pop(a["id"], None)
            self.budget.release(name)
        elif event.name == "Claimed":
            self.budget.earn(a["amount"])
            for (number, _), note in self._notes.items():
                if number == a["question"]:
                    note.yes = note.no = 0

    def _load(self, number: int) -> None:
        """Reads a question, and keeps it if it can be played."""
        question = self.market.question(number)
        if question.phase == "settled":
            self._settled(question, self._seen)
        if question.phase != "open":
            self._open.pop(number, None)
            return
        if question.trusted and self.trust is not None and question.resolver not in self.trust:
            if question.resolver not in self._warned:
                self._warned.add(question.resolver)
                log.info(
                    '%s: question %d is left out: %s alone answers it; trust=["%s"] or '
                    'trust="all" plays it', self.name, number, question.resolver,
                    question.resolver,
                )
            return
        self._open[number] = question
        self._changed.add(number)

    def _settle(self, event: Event) -> None:
        """Takes in an answer."""
        number = event.args["question"]
        self._open.pop(number, None)
        if any(q == number for q, _ in {*self._notes, *self._unsettled}):
            self._settled(self.market.question(number), event.block)

    def _settled(self, question: Question, block: int) -> None:
        """Notes what a settled question pays, and that it is to be claimed."""
        for index, book in enumerate(question.books):
            at = (question.id, index)
            note = self._notes.get(at, Note())
            owed = (note.yes * book.payoff + note.no * (1 - book.payoff)) / COIN
            if note.yes or note.no:
                self._claims.add(question.id)
            p = self._unsettled.pop(at, None)
            if p is None and not (note.yes or note.no):
                continue
            line = Line(
                "settled", self.name, question.id, index, block=block,
                verdict=question.verdict, outcome=book.payoff, coins=owed,
                profit=owed + (note.got - note.paid) / COIN,
            )
            if p is not None and question.verdict != "invalid":
                line.brier = (p - book.payoff) ** 2
            self._write(line)

    def _claim(self) -> None:
        """Collects what settled questions pay."""
        if not self._claims:
            return
        try:
            if self.relayer and not self.market.coins_wei(self.trader.address):
                # Claiming takes a transaction of the player's own, and so gas.
                self.relayer.transfer(self.trader.address, 0.1)
            paid = self.trader.claim(sorted(self._claims))
            log.info("%s: %d questions paid %.6f", self.name, len(self._claims), paid)
        except Refused as error:
            log.warning("%s: %s", self.name, error)
        self._claims.clear()
        self._catch_up(self.market.height())

    # Thinking and acting.

    def _look(self) -> None:
        """Looks at what changed, sizes the bets together, and sends the orders."""
        numbers = sorted(self._changed & set(self._open))
        self._changed.clear()
        looks: list[tuple[Question, int, Bet]] = []
        for number in numbers:
            question = self.market.question(number)
            if question.phase != "open":
                self._open.pop(number, None)
                continue
            self._open[number] = question
            for book in range(len(question.books)):
                forecast = self._think(question, book)
                if (number, book) in self._live.values():
                    # An order waits for its batch: what it gets decides what is next.
                    self._changed.add(number)
                    continue
                if forecast:
                    looks.append((question, book, self._bet(question, book, forecast)))
        if not looks:
            return
        free = self.budget.free / COIN * (1 - 1e-9)  # what rounding could exceed stays out
        decisions = plan(self.style, [bet for *_, bet in looks], free, self.budget.limit / COIN)
        orders: list[Order] = []
        for (question, book, bet), decision in zip(looks, decisions, strict=True):
            self._decided(question, book, bet, decision)
            if decision.trades:
                note = self._note(question.id, book)
                order = Order.of(
                    question.id, decision.action, decision.amount, decision.limit, book
                )
                orders.append(_within(order, note))
        self._send(orders)

    def _bet(self, question: Question, book: int, forecast: Forecast) -> Bet:
        note = self._note(question.id, book)
        price = min(max(question.books[book].price, 1e-4), 1 - 1e-4)
        note.anchor = note.anchor or price
        return Bet(
            price=price, b=question.b, fee=question.fee,
            belief=shrink(forecast.p, note.anchor, forecast.confidence),
            yes=note.yes / COIN, no=note.no / COIN, staked=(note.paid - note.got) / COIN,
        )

    def _think(self, question: Question, book: int) -> Forecast | None:
        """Asks ``forecast`` once; what goes wrong in it is said, and is a pass."""
        note = self._note(question.id, book)
        if note.asked:
            return note.forecast
        note.asked = True
        topic = question.topic(book)
        line = Line(
            "forecast", self.name, question.id, book, block=self._seen, text=question.text,
            price=topic.price,
        )
        try:
            note.forecast = as_forecast(self.forecast(topic))
        except NotImplementedError:
            raise
        except Exception as error:
            line.words = f"{type(error).__name__}: {error}"[:240]
            log.exception("%s: forecast of question %d failed", self.name, question.id)
        if note.forecast:
            f = note.forecast
            line.p, line.confidence, line.words = f.p, f.confidence, f.reason
            self._unsettled[(question.id, book)] = f.p
        elif not line.words:
            line.words = "no opinion"
        at = (question.id, book)
        if at not in self._told or self._told[at] != line.p:
            self._write(line)
        return note.forecast

    def _decided(self, question: Question, book: int, bet: Bet, d: Decision) -> None:
        line = Line(
            "decision", self.name, question.id, book, block=self._seen, reason=d.reason,
            words=d.words, belief=bet.belief, price=bet.price,
        )
        if d.trades:
            line.action, line.amount = ACTIONS[d.action], d.amount
            line.limit, line.expected = d.limit, d.expected
            log.info("%s: #%d %s: %s", self.name, question.id, question.text[:60], d.words)
        self._write(line)

    def _send(self, orders: list[Order]) -> None:
        """Places orders whose money is reserved. One that the market refuses is left
        out, and the rest is tried again."""
        orders = [o for o in orders if o.amount_wei >= COIN // 10**6]
        while orders:
            name = f"sending {self._sent}"
            self.budget.reserve(name, sum(o.cost_wei for o in orders))
            try:
                self._place(orders)
            except Refused as error:
                self.budget.release(name)
                bad = orders.pop(error.index if error.index < len(orders) else 0)
                if error.reason == OWN_ORDER:
                    self._changed.add(bad.question)
                log.info("%s: #%d %s", self.name, bad.question, error)
                self._write(Line(
                    "refused", self.name, bad.question, bad.book, block=self._seen,
                    action=ACTIONS[bad.action], words=str(error)[:240],
                ))
                continue
            except NodeError:
                # Its fate is not known: the money stays reserved until a restart reads
                # the chain.
                self._sent += 1
                raise
            except BaseException:
                self.budget.release(name)
                raise
            self._sent += len(orders)
            self._catch_up(self.market.height())
            self.budget.release(name)
            return

    def _place(self, orders: list[Order]) -> None:
        if self.relayer is None:
            self.trader.place(orders)
            return
        need = sum(o.cost_wei for o in orders)
        lacks = need - self.market.balance_wei(self.trader.address)
        if lacks > 0:
            self.relayer.deposit_for(self.trader.address, lacks)
        height = self.market.height()
        signed = [
            self.market.sign(
                self.trader.account, o, self.trader.fresh_nonce(), 0, height + WINDOW
            )
            for o in orders
        ]
        receipt = self.relayer.relay(signed)
        refused = [e.args for e in receipt.events if e.name == "RefusedOrder"]
        for args in refused:
            self._write(Line(
                "refused", self.name, args["question"], block=receipt.block,
                words=str(Refused(args["reason"]))[:240],
            ))

    # The record.

    def _write(self, line: Line) -> None:
        # What the chain tells again at a restart is in the record already, up to the
        # record's last block.
        fresh = self._seen or 0 < self._told_until < (line.block or 0)
        if self._record and fresh:
            self._record.write(line)

    def _resume(self, path: str | os.PathLike[str]) -> None:
        """Finds forecasts in an earlier record that have no outcome there yet."""
        if not os.path.exists(path):
            return
        for line in read_record(path):
            at = (line.question, line.book)
            if line.player != self.name:
                continue
            self._told_until = max(self._told_until, line.block or 0)
            if line.what == "forecast":
                self._told[at] = line.p
                if line.p is not None:
                    self._unsettled[at] = line.p
            elif line.what == "settled":
                self._unsettled.pop(at, None)

    def _trusted(self, trust: str | Iterable[str]) -> set[str] | None:
        """The trusted resolvers; None trusts all."""
        if trust == "all":
            return None
        names = [trust] if isinstance(trust, str) else list(trust)
        found: set[str] = set()
        for name in names:
            if name.startswith("dev"):
                found.add(load_key(name, self.market.chain_id).address)
            elif Web3.is_address(name):
                found.add(str(Web3.to_checksum_address(name)))
            else:
                raise ConfigError(f"trust: {name!r} is no account", '0x…, dev0 to dev9, or "all"')
        return found


def _within(order: Order, note: Note) -> Order:
    """An order that sells no more than is held, to the last unit."""
    if order.action < 2:
        return order
    held = note.yes if order.action == 2 else note.no
    if order.amount_wei <= held:
        return order
    return Order(order.question, order.book, order.action, held, order.limit_wei, order.expiry)


__all__ = ["AgonError", "BudgetError", "Note", "Player"]
