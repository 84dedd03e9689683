"""The examples and the notebook, run as they stand, against a real node."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from agon import Market, Topic, Trader, read_record

from conftest import Node  # isort: skip

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def host(name: str) -> Topic:
    return Topic(1, "dapp-scam", "binary", f"Is the dapp at {name} a scam?", "", (name,))


@pytest.mark.node
def test_ten_lines(market: Market, opener: Trader, fresh_key: str) -> None:
    number = opener.ask("dapp-scam", ["xn--q9jyb4c.example"], 2, window=5000)
    player = load("ten_lines").Vowels(key=fresh_key, budget=2, trust="all", market=market)
    player.run(until=lambda: player.budget.spent > 0, seconds=30, poll=0.05, verbose=False)
    assert market.question(number).books[0].price != pytest.approx(0.5)
    assert player.forecast(host("bcd.fgh")) == 0.8


@pytest.mark.node
def test_sklearn(market: Market, opener: Trader, fresh_key: str, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    module = load("sklearn_host")
    rows = module.made_up(seed=1)
    player = module.Letters(key=fresh_key, budget=2, trust="all", market=market).train(rows)
    held_out = [row for row in module.made_up(seed=2) if row not in rows]
    right = sum(
        (player.forecast(host(name)).p > 0.5) == bool(label) for name, label in held_out
    )
    assert len(held_out) > 50 and right / len(held_out) > 0.9
    number = opener.ask("dapp-scam", ["claim-metamask-bonus.xyz"], 2, window=5000)
    player.run(until=lambda: player.budget.spent > 0, seconds=30, poll=0.05, verbose=False)
    assert market.question(number).books[0].price > 0.5
    path = tmp_path / "hosts.csv"
    path.write_text("a.example,0\nb.example,1\n")
    assert module.read(str(path)) == [("a.example", 0), ("b.example", 1)]


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An OpenAI-compatible endpoint on a real socket, and what it was asked."""
    asked: list[dict[str, object]] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            said = '{"reasoning": "sure", "p_yes": 0.999999, "confidence": 7}'
            body = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", asked
    server.shutdown()


@pytest.mark.node
def test_language_model(
    market: Market, fresh_key: str, endpoint: tuple[str, list[dict[str, object]]]
) -> None:
    url, asked = endpoint
    module = load("language_model")
    player = module.Thinker(key=fresh_key, budget=1, trust="all", market=market)
    player.url, player.model = url, "m"
    forecast = player.forecast(host("x.example"))
    assert forecast.p == pytest.approx(50 / 51) and forecast.confidence == 1
    (request,) = asked
    assert request["temperature"] == 0 and "tools" not in request


@pytest.mark.node
def test_notebook(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every code cell runs, in order, and the player ends with money won."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGON_RPC", node.url)
    notebook = json.loads((EXAMPLES / "first_player.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len(cells) >= 5
    names: dict[str, object] = {}
    for cell in cells:
        exec(compile(cell, "first_player.ipynb", "exec"), names)
    assert names["summary"]["profit"] > 0  # type: ignore[index]
    assert len({x.question for x in read_record("looks.jsonl") if x.what == "settled"}) == 2
