"""A real node for the tests, from the binary that AGON_BINARY names."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agon import Market, Trader

ROOT = Path(__file__).resolve().parents[3]


class Node:
    """"agon up" in a process of its own; it can be stopped and started again."""

    def __init__(self, home: Path) -> None:
        self.binary = os.environ["AGON_BINARY"]
        self.home = home
        self.address = "127.0.0.1:0"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                self.binary, "up", "--json", "--home", str(self.home), "--http", self.address,
                "--ws", "127.0.0.1:0", "--block-time", "100ms",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if line.startswith("}"):
                break
        if not said.strip():
            raise RuntimeError(f"the node said nothing: {self.process.communicate()[1]}")
        self.url: str = json.loads(said)["http"]
        self.address = self.url.removeprefix("http://")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def start_node(home: Path) -> Node:
    if "AGON_BINARY" not in os.environ:
        message = "AGON_BINARY names no agon binary; \"go test ./sdk/python\" builds one"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return Node(home)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    running = start_node(tmp_path_factory.mktemp("node") / "home")
    yield running
    running.stop()


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[Node]:
    """A node that the test may stop."""
    running = start_node(tmp_path / "home")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="session")
def market(node: Node) -> Market:
    return Market(node.url)


@pytest.fixture(scope="session")
def opener(market: Market) -> Trader:
    """Asks and answers."""
    return Trader(market, "dev0")


_fresh = iter(range(1, 10_000))


@pytest.fixture
def fresh_key(market: Market) -> str:
    """A new key with twenty coins."""
    from eth_account import Account

    key: str = Account.create().key.hex()
    funder = Trader(market, f"dev{1 + next(_fresh) % 8}")
    funder.transfer(Trader(market, key).address, 20)
    return key
