"""What needs no node."""

from __future__ import annotations

import json
import math
import random
import re
from pathlib import Path

import pytest

from agon import ConfigError, Forecast, Line, NodeError, Order, Record, Refused, read_record
from agon.budget import Budget
from agon.errors import HINTS, REASONS, BudgetError
from agon.market import COIN, DEV_CHAIN, TEMPLATES, Market, load_abi, load_key, to_wei
from agon.question import as_forecast
from agon.sizing import BUY_YES, SELL_YES

from conftest import ROOT  # isort: skip


def test_abi_is_current() -> None:
    """The ABI in the package is the one that the contract's registration makes."""
    current = ROOT / "chain" / "contracts" / "IMarket.abi.json"
    assert load_abi() == json.loads(current.read_text(encoding="utf-8")), (
        "copy chain/contracts/IMarket.abi.json to sdk/python/src/agon and look what changed"
    )


def test_words_are_current() -> None:
    """Templates, reasons and the development chain are the chain's own."""
    forms = (ROOT / "game" / "market" / "template.go").read_text(encoding="utf-8")
    assert re.findall(r'Name: "([a-z-]+)"', forms) == list(TEMPLATES)
    face = (ROOT / "chain" / "contracts" / "IMarket.sol").read_text(encoding="utf-8")
    plain = " ".join(face.replace("///", " ").split())
    for code, words in REASONS.items():
        assert f"{code} {words}" in plain
    assert f"{max(REASONS) + 1} " not in plain.split("42 orders are still being")[1][:60]
    assert set(HINTS) <= set(REASONS)
    params = (ROOT / "chain" / "params.go").read_text(encoding="utf-8")
    assert f"DefaultChainID = {DEV_CHAIN}" in params


def test_forecast_answers() -> None:
    assert as_forecast(None) is None
    assert as_forecast(0.3) == Forecast(0.3)
    assert as_forecast(Forecast(1, 1, "two\nlines")) == Forecast(0.999, 1, "two lines")
    for bad in (87, -0.1, math.nan, "yes", True, [0.5], Forecast(0.5, 2), Forecast(math.nan)):
        with pytest.raises(ConfigError, match="To do"):
            as_forecast(bad)


def test_keys() -> None:
    dev1 = load_key("dev1", DEV_CHAIN)
    with pytest.raises(ConfigError, match="not for development"):
        load_key("dev1", 1)
    assert load_key("0x" + dev1.key.hex().removeprefix("0x"), 1).address == dev1.address
    secret = "0x" + "ff" * 32
    for bad in ("dev10", "", "alice", "0x12", secret):
        with pytest.raises(ConfigError) as raised:
            load_key(bad, DEV_CHAIN)
        assert secret not in str(raised.value), "a key shows up in an error"


def test_amounts() -> None:
    assert to_wei(1) == COIN and to_wei(0.000001) == 10**12 and to_wei(12.5) == 125 * 10**17
    r = random.Random(1)
    for _ in range(1000):
        x = math.exp(r.uniform(-12, 20))
        assert to_wei(x) <= x * 1e18 * (1 + 1e-15)
        assert to_wei(x) == pytest.approx(x * 1e18, rel=1e-8)
    assert Order.of(1, BUY_YES, 1, 0.3).limit_wei <= 0.3 * 1e18
    assert Order.of(1, SELL_YES, 1, 0.3).limit_wei >= 0.3 * 1e18
    for action, amount, limit in ((0, 0, 0.5), (0, math.nan, 0.5), (0, 1, 50), (7, 1, 0.5)):
        with pytest.raises(ConfigError, match="To do"):
            Order.of(1, action, amount, limit)


def test_budget_never_exceeded() -> None:
    """Whatever orders do, spent + reserved stays within limit + earned."""
    r = random.Random(2)
    for _ in range(200):
        b = Budget(r.randint(1, 1000))
        open_orders: dict[str, int] = {}
        for step in range(100):
            match r.randint(0, 3):
                case 0:
                    wei = r.randint(0, 400)
                    try:
                        b.reserve(str(step), wei)
                        open_orders[str(step)] = wei
                    except BudgetError:
                        assert wei > b.free
                case 1 if open_orders:
                    name = r.choice(list(open_orders))
                    paid = r.randint(0, open_orders[name])
                    open_orders[name] -= paid
                    b.spend(name, paid, open_orders[name])
                case 2 if open_orders:
                    name = r.choice(list(open_orders))
                    del open_orders[name]
                    b.release(name)
                case _:
                    b.earn(r.randint(0, 50))
            assert b.spent + b.reserved <= b.limit + b.earned
            assert b.free >= 0
    with pytest.raises(BudgetError, match="larger budget"):
        Budget(5).reserve("a", 6)


def test_record(tmp_path: Path) -> None:
    path = tmp_path / "track.jsonl"
    with Record(path) as record:
        record.write(Line("forecast", "ann", 1, p=0.8, price=0.5, text="naïve?"))
        record.write(Line("settled", "ann", 1, outcome=0.0, coins=0.0, verdict="no"))
    with path.open("a") as file:
        file.write('{"what":"torn')
    lines = list(read_record(path))
    assert [x.what for x in lines] == ["forecast", "settled"] and lines[0].p == 0.8
    assert lines[1].outcome == 0.0 and lines[0].time
    with Record(path) as record:  # what is torn does not spoil what follows
        record.write(Line("forecast", "ann", 2, p=0.5))
    assert len(list(read_record(path))) == 3
    with pytest.raises(ValueError):
        Line("forecast", "ann", 1, p=math.nan).json()


def test_no_node() -> None:
    with pytest.raises(NodeError, match="agon up"):
        Market("http://127.0.0.1:1", timeout=1)
    with pytest.raises(ConfigError, match="http"):
        Market("ws://127.0.0.1:1")


def test_errors_tell_what_to_do() -> None:
    assert "trader.deposit()" in str(Refused(11))
    assert str(Refused(3, "halted: x")) == "refused: halted: x"
    assert Refused(99).reason == 99
