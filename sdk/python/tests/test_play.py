"""Players on a real node."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agon import (
    AgonError,
    ConfigError,
    Forecast,
    Market,
    Order,
    Player,
    Refused,
    Topic,
    Trader,
    read_record,
)
from agon.market import COIN
from agon.sizing import BUY_NO, BUY_YES, SELL_NO, SELL_YES

from conftest import Node  # isort: skip

pytestmark = pytest.mark.node


class Knows(Player):
    """Believes what it is told about a host."""

    beliefs: dict[str, float] = {}

    def forecast(self, question: Topic) -> Forecast | None:
        p = self.beliefs.get(question.fields[0])
        return None if p is None else Forecast(p, confidence=1, reason="was told")


def play(player: Player, until: Callable[[], bool], limit: float = 40) -> dict[str, float]:
    deadline = time.monotonic() + limit
    return player.run(until=lambda: until() or time.monotonic() > deadline, poll=0.05,
                      verbose=False)


def wait_for(market: Market, question: int, phase: str, limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while market.question(question).phase != phase:
        assert time.monotonic() < deadline, f"question {question} is not {phase}"
        time.sleep(0.1)


def test_trader_story(market: Market, opener: Trader, fresh_key: str) -> None:
    """Ask, read, dry run, trade, rest, cancel, refuse: by hand."""
    trader = Trader(market, fresh_key)
    number = opener.ask("dapp-scam", ["story.example"], 2, opening=0.4, window=5000,
                        evidence=b"It asks for a seed phrase.")
    q = market.question(number)
    assert (q.phase, q.kind, q.template) == ("open", "binary", "dapp-scam")
    assert q.fields == ("story.example",) and q.evidence == b"It asks for a seed phrase."
    assert q.books[0].price == pytest.approx(0.4) and q.books[0].opening == pytest.approx(0.4)
    assert q.resolver == opener.address and q.trusted
    with pytest.raises(Refused, match="balance too low"):
        market.dry_run(trader.address, Order.of(number, BUY_YES, 1, 0.9))
    trader.deposit(5)
    order = Order.of(number, BUY_YES, 1, 0.9)
    foretold = market.dry_run(trader.address, order)
    ids, receipt = trader.place([order])
    assert len(ids) == 1
    while market.height() <= receipt.block:
        time.sleep(0.05)
    yes, no = market.position(number, 0, trader.address)
    assert yes == pytest.approx(foretold.shares) and no == 0
    assert market.question(number).books[0].price == pytest.approx(foretold.price_after)

    later = market.height() + 999
    (resting,), _ = trader.place([Order.of(number, BUY_NO, 0.5, 0.01, expiry=later)])
    back = trader.cancel([resting])
    assert back.one("Cancelled")["left"] == COIN // 2
    for bad, reason in (
        ([Order.of(number, SELL_NO, 1, 0.5)], 12),
        ([Order.of(10**6, BUY_YES, 1, 0.5)], 1),
        ([Order.of(number, BUY_YES, 0.1, 0.9), Order.of(number, BUY_YES, 1e-9, 0.9)], 8),
    ):
        with pytest.raises(Refused) as raised:
            trader.place(bad)
        assert raised.value.reason == reason and raised.value.index == len(bad) - 1
    with pytest.raises(ConfigError, match="dapp-scam"):
        trader.ask("riddle", ["x"], 1)
    with pytest.raises(Refused, match="window of at least 10"):
        trader.ask("dapp-scam", ["x.example"], 1, window=1)
    with pytest.raises(AgonError, match="agon send"):
        Trader(market, "0x" + "12" * 32).deposit(1)


def test_player_story(market: Market, opener: Trader, fresh_key: str, tmp_path: Path) -> None:
    """A player earns by being right, loses no more than its budget, and claims."""
    path = tmp_path / "track.jsonl"
    asked = [opener.ask("dapp-scam", [h], 2, window=60) for h in ("bad.example", "good.example")]
    asked.append(opener.ask("dapp-scam", ["unknown.example"], 2, window=60))
    Knows.beliefs = {"bad.example": 0.95, "good.example": 0.1}
    player = Knows(key=fresh_key, budget=2, trust=[opener.address], record=path, market=market)
    assert player.summary()["profit"] == 0

    def answered() -> bool:
        for number, verdict in zip(asked, ("yes", "no", "no"), strict=True):
            if market.question(number).phase == "closed":
                opener.resolve(number, verdict)
        claimed = not any(n.yes or n.no for n in player._notes.values())
        return claimed and all(market.question(n).phase == "settled" for n in asked)

    end = play(player, answered)
    assert end["orders"] >= 2 and 0 < end["spent"] <= 2
    assert end["profit"] > 0.3 and end["held"] == 0
    prices = [market.question(n).books[0].median for n in asked]
    assert prices[0] > 0.52 and prices[1] < 0.48 and prices[2] == pytest.approx(0.5)

    lines = list(read_record(path))
    assert {x.what for x in lines} == {"forecast", "decision", "filled", "settled"}
    settled = {x.question: x for x in lines if x.what == "settled"}
    assert set(settled) == set(asked[:2])
    assert settled[asked[0]].brier == pytest.approx(0.05**2)
    assert settled[asked[1]].outcome == 0 and settled[asked[1]].verdict == "no"
    total = sum(x.profit or 0 for x in settled.values())
    assert total == pytest.approx(end["profit"], abs=1e-9)
    assert any(x.words == "no opinion" for x in lines)

    # A restart knows from the chain what was spent and earned, and writes nothing twice.
    again = Knows(key=fresh_key, budget=2, trust="all", record=path, market=market)
    again.start()
    assert again.budget.spent == player.budget.spent
    assert again.budget.earned == player.budget.earned
    assert again.budget.reserved == 0
    again.run(seconds=0.3, verbose=False)
    assert len(list(read_record(path))) == len(lines)


def test_track_agrees(market: Market, node: Node, opener: Trader, fresh_key: str,
                      tmp_path: Path) -> None:
    """"agon track" finds nothing to doubt in a record of the SDK's."""
    import subprocess

    path = tmp_path / "track.jsonl"
    number = opener.ask("dapp-scam", ["track.example"], 1, window=40)
    Knows.beliefs = {"track.example": 0.9}
    player = Knows(key=fresh_key, budget=1, trust="all", record=path, market=market)

    def answered() -> bool:
        if market.question(number).phase == "closed":
            opener.resolve(number, "yes")
        return player.budget.earned > 0

    end = play(player, answered)
    out = subprocess.run(
        [node.binary, "track", "--json", str(path)], check=True, capture_output=True, text=True
    ).stdout
    seen = json.loads(out)
    assert "faults" not in seen
    (score,) = seen["players"]
    assert score["player"] == "Knows" and score["brier"] == pytest.approx(0.01)
    assert score["profit"] == pytest.approx(end["profit"])


def test_budget_holds(market: Market, opener: Trader, fresh_key: str) -> None:
    """Many good bets, a small budget, restarts in between: never more than the budget."""
    Knows.beliefs = {f"b{i}.example": 0.97 for i in range(6)}
    for host in Knows.beliefs:
        opener.ask("dapp-scam", [host], 5, window=5000)
    for _ in range(3):
        player = Knows(key=fresh_key, budget=0.5, trust="all", max_stake=1.0, kelly=1.0,
                       market=market)
        b = player.budget
        play(player, lambda b=b: b.spent > 0.2 * COIN)
        player.run(seconds=1, poll=0.05, verbose=False)
        assert b.spent + b.reserved <= b.limit + b.earned
        assert b.spent > 0.2 * COIN
    coins = market.coins_wei(player.trader.address) + market.balance_wei(player.trader.address)
    assert coins >= 19.4 * COIN  # of twenty: the budget, and gas


def test_exit_when_the_belief_is_passed(market: Market, opener: Trader, fresh_key: str) -> None:
    """Shares are sold when the price goes beyond what they are thought to be worth."""
    number = opener.ask("dapp-scam", ["exit.example"], 2, window=5000)
    Knows.beliefs = {"exit.example": 0.7}
    player = Knows(key=fresh_key, budget=5, trust="all", max_stake=0.5, market=market)
    play(player, lambda: player.budget.spent > 0)
    opener.place([Order.of(number, BUY_YES, 20, 0.97)])
    play(player, lambda: player.budget.earned > 0)
    assert player.budget.earned > 0
    assert player.summary()["orders"] >= 2


def test_own_trades_do_not_persuade(
    market: Market, opener: Trader, fresh_key: str, tmp_path: Path
) -> None:
    """The belief does not creep after prices that the player made itself."""

    class Half(Player):
        def forecast(self, question: Topic) -> float | None:
            return 0.9 if question.fields[0] == "half.example" else None

    opener.ask("dapp-scam", ["half.example"], 2, window=5000)
    path = tmp_path / "half.jsonl"
    player = Half(key=fresh_key, budget=5, trust="all", record=path, market=market)

    def decided() -> list[float | None]:
        return [x.belief for x in read_record(path) if x.what == "decision"]

    play(player, lambda: len(decided()) >= 2)
    player.run(seconds=1, poll=0.05, verbose=False)
    beliefs = decided()
    assert len(beliefs) >= 2 and all(b == pytest.approx(0.75, abs=1e-6) for b in beliefs)


def test_relayed(market: Market, opener: Trader) -> None:
    """A player without a coin signs; another key pays gas and brings in its money."""
    from eth_account import Account

    number = opener.ask("dapp-scam", ["relay.example"], 2, window=50)
    Knows.beliefs = {"relay.example": 0.9}
    key: str = Account.create().key.hex()
    player = Knows(key=key, budget=1, trust="all", relayer="dev9", market=market)

    def answered() -> bool:
        if market.question(number).phase == "closed":
            opener.resolve(number, "yes")
        return player.budget.earned > 0

    end = play(player, answered)
    assert 0 < end["spent"] <= 1 and end["profit"] > 0


def test_group(market: Market, opener: Trader, fresh_key: str) -> None:
    """Of a group each member is a book of its own."""

    class Fan(Player):
        def forecast(self, question: Topic) -> float | None:
            if question.text != "Who wins the test cup?":
                return None
            return {"Ann": 0.8, "Bob": 0.1}.get(question.member, 0.1)

    number = opener.ask("custom", ["Who wins the test cup?", "The winner."], 2,
                        members=["Ann", "Bob"], window=5000)
    player = Fan(key=fresh_key, budget=2, trust="all", market=market)
    play(player, lambda: all(player._note(number, b).paid for b in range(3)))
    prices = {b.name: b.price for b in market.question(number).books}
    assert prices["Ann"] > 0.36 and prices["Bob"] < 0.3


def test_misbehaviour_harms_itself_only(
    market: Market, opener: Trader, fresh_key: str, tmp_path: Path
) -> None:
    """A method that raises or answers nonsense passes; others are still played."""

    class Wild(Player):
        def forecast(self, question: Topic) -> object:  # type: ignore[override]
            match question.fields[0]:
                case "raises.example":
                    raise RuntimeError("no idea")
                case "nan.example":
                    return float("nan")
                case "percent.example":
                    return 87
                case "fine.example":
                    return 0.9
            return None

    hosts = ["raises.example", "nan.example", "percent.example", "fine.example"]
    numbers = [opener.ask("dapp-scam", [h], 1, window=5000) for h in hosts]
    path = tmp_path / "wild.jsonl"
    player = Wild(key=fresh_key, budget=1, trust="all", record=path, market=market)
    play(player, lambda: player.budget.spent > 0)
    words = {x.question: x.words for x in read_record(path) if x.what == "forecast"}
    assert "no idea" in words[numbers[0]] and "To do" in words[numbers[1]]
    assert "want 0 to 1" in words[numbers[2]] and player.budget.spent > 0


def test_untrusted_questions_are_left_out(
    market: Market, opener: Trader, fresh_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    opener.ask("dapp-scam", ["trust.example"], 1, window=5000)
    Knows.beliefs = {"trust.example": 0.99}
    player = Knows(key=fresh_key, budget=1, market=market)
    with caplog.at_level("INFO", "agon"):
        player.run(seconds=0.5, verbose=False)
    assert player.summary()["orders"] == 0
    assert f'trust=["{opener.address}"]' in caplog.text


def test_configuration_errors_tell_what_to_do(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGON_KEY", raising=False)
    with pytest.raises(ConfigError, match="AGON_KEY"):
        Knows(market=market)
    with pytest.raises(ConfigError, match="coins to play with"):
        Knows(key="dev5", budget=0, market=market)
    with pytest.raises(ConfigError, match="no account"):
        Knows(key="dev5", trust="somebody", market=market)
    with pytest.raises(NotImplementedError, match="needs a method forecast"):
        Player(key="dev5", trust="all", market=market).forecast(
            Topic(1, "custom", "binary", "?", "", ())
        )


def test_record_through_a_crash(
    market: Market, opener: Trader, fresh_key: str, tmp_path: Path
) -> None:
    """What was filled while nobody wrote is in the record after a restart, once."""
    path = tmp_path / "crash.jsonl"
    opener.ask("dapp-scam", ["crash.example"], 2, window=5000)
    Knows.beliefs = {"crash.example": 0.9}

    def life() -> Player:
        return Knows(key=fresh_key, budget=1, trust="all", record=path, market=market)

    player = life()
    play(player, lambda: player.budget.spent > 0)
    lines = path.read_text().splitlines()
    ordered = next(i for i, x in enumerate(lines) if '"action"' in x)
    path.write_text("\n".join(lines[: ordered + 1]) + '\n{"what": "fil')
    for _ in range(2):
        player = life()
        player.run(seconds=1, poll=0.05, verbose=False)
        fills = [x for x in read_record(path) if x.what == "filled"]
        assert len({(x.block, x.order) for x in fills}) == len(fills) > 0
        assert sum(x.coins or 0 for x in fills) == pytest.approx(player.budget.spent / COIN)


def test_node_goes_away_and_comes_back(own_node: Node, tmp_path: Path) -> None:
    """The player waits, resumes, and places nothing twice."""
    market = Market(own_node.url, timeout=2, patience=0.5)
    opener = Trader(market, "dev0")
    first = opener.ask("dapp-scam", ["before.example"], 2, window=100_000)
    Knows.beliefs = {"before.example": 0.9, "after.example": 0.9}
    player = Knows(key="dev5", budget=2, trust="all", market=market)
    over = threading.Event()
    thread = threading.Thread(
        target=lambda: player.run(until=over.is_set, poll=0.05, verbose=False)
    )
    thread.start()
    try:
        _until(lambda: player.budget.spent > 0)
        own_node.stop()
        time.sleep(2)
        own_node.start()
        second = opener.ask("dapp-scam", ["after.example"], 2, window=100_000)
        _until(lambda: (second, 0) in player._notes and player._notes[(second, 0)].paid > 0)
    finally:
        over.set()
        thread.join(30)
    fresh = Knows(key="dev5", budget=2, trust="all", market=market)
    fresh.start()
    assert fresh.budget.spent == player.budget.spent
    assert market.question(first).books[0].price < 0.95


def _until(done: Callable[[], bool], limit: float = 40) -> None:
    deadline = time.monotonic() + limit
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_sells_are_within_what_is_held() -> None:
    from agon.player import Note, _within

    order = Order(1, 0, SELL_YES, 10, COIN // 2)
    assert _within(order, Note(yes=7)).amount_wei == 7
    assert _within(order, Note(yes=12)).amount_wei == 10
