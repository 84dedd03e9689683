"""Reading the market of a node, and signing orders for it."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeVar

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractCustomError, ContractLogicError, Web3Exception

from agon.errors import AgonError, ConfigError, NodeError, Refused
from agon.question import Topic
from agon.sizing import HIGHEST, LOWEST

COIN = 10**18
"""Coins, shares and prices are counted in 1/COIN; this module has them as whole numbers
of that unit wherever a name ends in "wei", and as floats elsewhere."""

MARKET_ADDRESS = "0x000000000000000000000000000000000000A601"
DEV_CHAIN = 42497
TEMPLATES = (
    "custom",
    "post-acceptable",
    "account-is",
    "work-acceptable",
    "dapp-scam",
    "token-genuine",
    "price-above",
    "price-below",
    "address-hostile",
)
KINDS = ("binary", "group", "scalar")
PHASES = ("", "open", "closed", "settled", "halted")
VERDICTS = ("", "yes", "no", "invalid", "too-early", "member", "value")

ORDER_TYPE = [
    ("trader", "address"),
    ("question", "uint64"),
    ("book", "uint8"),
    ("action", "uint8"),
    ("amount", "uint128"),
    ("limit", "uint64"),
    ("expiry", "uint64"),
    ("nonce", "uint256"),
    ("fromBlock", "uint64"),
    ("toBlock", "uint64"),
]

T = TypeVar("T")


def load_abi() -> list[dict[str, Any]]:
    """The market's ABI, as it ships in this package."""
    text = resources.files("agon").joinpath("IMarket.abi.json").read_text(encoding="utf-8")
    abi: list[dict[str, Any]] = json.loads(text)
    return abi


def to_wei(x: float) -> int:
    """Coins or shares in 1/COIN, rounded down."""
    return int(x * 1e9) * 10**9 + int((x * 1e9 - int(x * 1e9)) * 10**9)


def load_key(key: str, chain: int) -> LocalAccount:
    """The account of a private key: 0x and 64 hex digits, or dev0 to dev9.

    The development accounts' keys are public; they are refused on any other chain.
    """
    if key.startswith("dev") and key[3:].isdigit() and int(key[3:]) < 10:
        if chain != DEV_CHAIN:
            raise ConfigError(
                f"{key} is a development account and chain {chain} is not for development",
                "use a key of your own: its private key is public knowledge",
            )
        seed = hashlib.sha256(b"agon/dev/1" + int(key[3:]).to_bytes(4, "big")).digest()
        return _account(seed)
    hint = 'give 0x and 64 hex digits ("agon keys export NAME" prints them), or dev0 to dev9'
    try:
        secret = bytes.fromhex(key.removeprefix("0x"))
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise ConfigError("that is no private key", hint)
    try:
        return _account(secret)
    except Exception:  # the message would hold the key
        raise ConfigError("that is no private key", hint) from None


def _account(secret: bytes) -> LocalAccount:
    account: LocalAccount = Account.from_key(secret)
    return account


@dataclass(frozen=True)
class Book:
    """One binary market of a question; groups have one per member."""

    name: str
    price: float
    median: float
    payoff: float
    yes: float
    no: float
    opening: float


@dataclass(frozen=True)
class Question:
    """Everything the chain tells of one question. Money is in whole coins."""

    id: int
    opener: str
    template: str
    kind: str
    phase: str
    text: str
    criteria: str
    fields: tuple[str, ...]
    low: int
    high: int
    subsidy: float
    b: float
    fee: float
    opened: int
    end: int
    closed_at: int
    resolve_by: int
    resolver: str
    trusted: bool
    verdict: str
    member: int
    value: int
    evidence: bytes
    evidence_uri: str
    evidence_hash: bytes
    evidence_size: int
    books: tuple[Book, ...]

    def topic(self, book: int = 0) -> Topic:
        """One book as a forecaster sees it."""
        b = self.books[book]
        return Topic(
            id=self.id, template=self.template, kind=self.kind, text=self.text,
            criteria=self.criteria, fields=self.fields, prior=b.opening, price=b.price,
            book=book, member=b.name if self.kind == "group" else "", low=self.low,
            high=self.high, evidence=self.evidence, evidence_uri=self.evidence_uri,
            evidence_hash=self.evidence_hash, evidence_size=self.evidence_size,
            resolver=self.resolver, trusted=self.trusted, subsidy=self.subsidy,
        )


@dataclass(frozen=True)
class Order:
    """What a trader asks for, in the contract's own units.

    ``action`` is BUY_YES, BUY_NO, SELL_YES or SELL_NO of agon.sizing; ``amount_wei``
    coins of a buy or shares of a sell; ``limit_wei`` the worst price of the share
    traded; ``expiry`` the last block whose batch it may join, 0 for the next only.
    """

    question: int
    book: int
    action: int
    amount_wei: int
    limit_wei: int
    expiry: int = 0

    @staticmethod
    def of(
        question: int, action: int, amount: float, limit: float, book: int = 0, expiry: int = 0
    ) -> Order:
        """An order in whole coins and shares. Limits are rounded in your favour."""
        if not 0 <= action <= 3:
            raise ConfigError(f"no action {action}", "0 buys YES, 1 NO; 2 sells YES, 3 NO")
        if not LOWEST <= limit <= HIGHEST:
            raise ConfigError(f"a limit of {limit}", "name a price from 0.0001 to 0.9999")
        if not amount > 0:
            raise ConfigError(f"an amount of {amount}", "name coins or shares above 0")
        price = int(limit * 1e18)
        if action >= 2 and price < limit * 1e18:
            price += 1
        price = min(COIN - COIN // 10_000, max(COIN // 10_000, price))
        return Order(question, book, action, to_wei(amount), price, expiry)

    @property
    def cost_wei(self) -> int:
        """Coins that go into escrow with it."""
        return self.amount_wei if self.action < 2 else 0

    def values(self) -> dict[str, int]:
        """The contract's struct."""
        return {
            "question": self.question, "book": self.book, "action": self.action,
            "amount": self.amount_wei, "limit": self.limit_wei, "expiry": self.expiry,
        }


@dataclass(frozen=True)
class SignedOrder:
    """An order that any relayer may carry."""

    trader: str
    order: Order
    nonce: int
    from_block: int
    to_block: int
    r: bytes
    vs: bytes

    def values(self) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "trader": self.trader, "order": self.order.values(), "nonce": self.nonce,
            "fromBlock": self.from_block, "toBlock": self.to_block, "r": self.r, "vs": self.vs,
        }


@dataclass(frozen=True)
class Preview:
    """What an order would do if it were alone in the next batch."""

    shares: float
    cost: float
    fee: float
    price_after: float


class Market:
    """A node's market, for reading. Reads are tried again while the node is away."""

    def __init__(
        self, url: str = "", *, timeout: float = 10.0, patience: float = 30.0
    ) -> None:
        """Connects to a node: ``url``, else AGON_RPC, else http://127.0.0.1:8545.

        ``timeout`` bounds one request, ``patience`` how long reads are tried again
        when the node does not answer, in seconds.
        """
        self.url = url or os.environ.get("AGON_RPC", "") or "http://127.0.0.1:8545"
        if not self.url.startswith(("http://", "https://")):
            raise ConfigError(f"{self.url!r} is no http address", "like http://127.0.0.1:8545")
        self.patience = patience
        self.w3 = Web3(HTTPProvider(
            self.url, request_kwargs={"timeout": timeout}, exception_retry_configuration=None,
        ))
        self.contract = self.w3.eth.contract(
            address=Web3.to_checksum_address(MARKET_ADDRESS), abi=load_abi()
        )
        self._errors = {
            bytes(Web3.keccak(text=_signature(e))[:4]): [i["type"] for i in e["inputs"]]
            for e in load_abi() if e["type"] == "error"
        }
        names = self.contract.get_function_by_name("question").abi["outputs"][0]
        self._view = [c["name"] for c in names["components"]]
        try:
            self.chain_id = self.w3.eth.chain_id
        except Exception as error:
            raise NodeError(
                f"no node answers at {self.url}: {error}",
                'start one with "agon up", or name another with url= or AGON_RPC',
            ) from error
        if not self._known():
            raise NodeError(
                f"the node at {self.url} has no market of Agon's, or a newer one",
                "name an Agon node, and use the SDK of its version",
            )

    def _known(self) -> bool:
        """Whether the node's market has this package's EIP-712 domain."""
        try:
            domain = self.contract.functions.domainSeparator().call()
        except Exception:
            return False
        expect = Web3.keccak(self.w3.codec.encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [
                Web3.keccak(text="EIP712Domain(string name,string version,uint256 chainId,"
                                 "address verifyingContract)"),
                Web3.keccak(text="Agon Market"), Web3.keccak(text="1"), self.chain_id,
                MARKET_ADDRESS,
            ],
        ))
        return bytes(domain) == bytes(expect)

    def read(self, call: Callable[[], T]) -> T:
        """Runs a read, again and again while the node cannot be reached; a refusal of
        the market's is raised as Refused."""
        deadline = time.monotonic() + self.patience
        pause = 0.1
        while True:
            try:
                return call()
            except ContractLogicError as error:
                raise self.refusal(error) from error
            except AgonError:
                raise
            except (OSError, Web3Exception, ValueError) as error:
                if not _passing(error) or time.monotonic() + pause > deadline:
                    raise NodeError(
                        f"the node at {self.url}: {error}",
                        "see whether it still runs",
                    ) from error
            time.sleep(pause)
            pause = min(2.0, pause * 2)

    def refusal(self, error: ContractLogicError) -> AgonError:
        """The market's own error in a reverted call."""
        data = error.data if isinstance(error.data, str) else ""
        if isinstance(error, ContractCustomError) and data.startswith("0x"):
            raw = bytes.fromhex(data[2:])
            types = self._errors.get(raw[:4])
            if types:
                index, reason, detail = self.w3.codec.decode(types, raw[4:])
                return Refused(reason, detail, index)
        return AgonError(f"the call was reverted: {error}")

    def height(self) -> int:
        """The number of the last block."""
        return self.read(lambda: int(self.w3.eth.block_number))

    def count(self) -> int:
        """The newest question's number, 0 if there is none."""
        return self.read(lambda: int(self.contract.functions.questionCount().call()))

    def question(self, number: int) -> Question:
        """One question."""
        values = self.read(lambda: self.contract.functions.question(number).call())
        return self._question(dict(zip(self._view, values, strict=True)))

    def questions(self, after: int = 0) -> Iterator[Question]:
        """All questions whose numbers are above ``after``, oldest first."""
        for number in range(after + 1, self.count() + 1):
            yield self.question(number)

    def position(self, question: int, book: int, account: str) -> tuple[float, float]:
        """An account's free YES and NO shares in a book."""
        who = Web3.to_checksum_address(account)
        yes, no = self.read(
            lambda: self.contract.functions.position(question, book, who).call()
        )
        return yes / COIN, no / COIN

    def balance_wei(self, account: str) -> int:
        """What an account has in the market and not in orders."""
        who = Web3.to_checksum_address(account)
        return self.read(lambda: int(self.contract.functions.balanceOf(who).call()))

    def coins_wei(self, account: str) -> int:
        """What an account has outside the market."""
        who = Web3.to_checksum_address(account)
        return self.read(lambda: int(self.w3.eth.get_balance(who)))

    def dry_run(self, trader: str, order: Order) -> Preview:
        """What an order of the trader's balance would do; raises Refused if nothing."""
        who = Web3.to_checksum_address(trader)
        reason, shares, cost, fee, after = self.read(
            lambda: self.contract.functions.dryRun(who, order.values()).call()
        )
        if reason:
            raise Refused(reason)
        return Preview(shares / COIN, cost / COIN, fee / COIN, after / COIN)

    def sign(
        self, account: LocalAccount, order: Order, nonce: int, from_block: int, to_block: int
    ) -> SignedOrder:
        """Signs an order (EIP-712) that any relayer may place, once, in those blocks.

        Nonces are unordered: any number below 2**256 that was not used before.
        """
        domain = {
            "name": "Agon Market", "version": "1", "chainId": self.chain_id,
            "verifyingContract": MARKET_ADDRESS,
        }
        types = {"Order": [{"name": name, "type": kind} for name, kind in ORDER_TYPE]}
        message = {
            "trader": account.address, **order.values(), "nonce": nonce,
            "fromBlock": from_block, "toBlock": to_block,
        }
        signed = account.sign_typed_data(domain, types, message)
        vs = signed.s | (signed.v - 27) << 255
        return SignedOrder(
            account.address, order, nonce, from_block, to_block,
            signed.r.to_bytes(32, "big"), vs.to_bytes(32, "big"),
        )

    def _question(self, v: dict[str, Any]) -> Question:
        inline, uri, digest, size = v["evidence"]
        b = v["b"] / COIN
        return Question(
            id=v["id"], opener=v["opener"], template=_word(TEMPLATES, v["template"]),
            kind=_word(KINDS, v["kind"]), phase=_word(PHASES, v["phase"]), text=v["text"],
            criteria=v["criteria"], fields=tuple(v["fields"]), low=v["lo"], high=v["hi"],
            subsidy=v["subsidy"] / COIN, b=b, fee=v["fee"] / 1e4, opened=v["opened"],
            end=v["end"], closed_at=v["closedAt"], resolve_by=v["resolveBy"],
            resolver=v["resolver"], trusted=v["trusted"], verdict=_word(VERDICTS, v["verdict"]),
            member=v["member"], value=v["value"], evidence=bytes(inline), evidence_uri=uri,
            evidence_hash=bytes(digest), evidence_size=size,
            books=tuple(_book(row, b) for row in v["books"]),
        )


def _book(row: Sequence[Any], b: float) -> Book:
    """A book, with its opening price: logit π = logit p − (Y−N)/b. Shares that were
    claimed have left the curve: of a settled question it tells nothing."""
    name, yes, no, price, median, payoff = row
    p = min(max(price / COIN, 1e-9), 1 - 1e-9)
    opening = 1 / (1 + math.exp(-(math.log(p / (1 - p)) - (yes - no) / COIN / b)))
    return Book(
        name, price / COIN, median / COIN, payoff / COIN, yes / COIN, no / COIN, opening
    )


def _signature(entry: dict[str, Any]) -> str:
    """An error's signature; the market's errors have no structs in them."""
    return f"{entry['name']}({','.join(i['type'] for i in entry['inputs'])})"


def _word(words: Sequence[str], code: int) -> str:
    return words[code] if code < len(words) else f"unknown {code}"


def _passing(error: Exception) -> bool:
    """Whether an error is of a connection, and may pass."""
    if isinstance(error, OSError):
        return True
    words = str(error).lower()
    return any(w in words for w in ("connection", "timed out", "timeout", "unavailable", "502"))
