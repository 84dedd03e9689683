"""Sending transactions to the market: nonces, retries, receipts, events."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3Exception
from web3.types import TxParams

from agon.errors import AgonError, ConfigError, NodeError
from agon.market import (
    COIN,
    KINDS,
    TEMPLATES,
    VERDICTS,
    Market,
    Order,
    Question,
    SignedOrder,
    _passing,
    load_abi,
    load_key,
    to_wei,
)


@dataclass(frozen=True)
class Event:
    """Something that happened in the market: its name in IMarket.sol, and its fields."""

    name: str
    block: int
    index: int
    args: dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """A transaction that succeeded."""

    block: int
    tx: str
    events: tuple[Event, ...]

    def one(self, name: str) -> dict[str, Any]:
        """The fields of its only event of a name."""
        found = [e.args for e in self.events if e.name == name]
        if len(found) != 1:
            raise AgonError(f"transaction {self.tx} has {len(found)} {name} events, want one")
        return found[0]


class Trader:
    """An account that acts. Safe for threads; keep one for each key and process."""

    def __init__(self, market: Market, key: str | LocalAccount, *, wait: float = 60.0) -> None:
        """``key`` is 0x and 64 hex digits or, on a development chain, dev0 to dev9;
        ``wait`` is how long a transaction may take, in seconds."""
        self.market = market
        self.account = key if not isinstance(key, str) else load_key(key, market.chain_id)
        self.address = self.account.address
        self._wait = wait
        self._lock = threading.Lock()
        events = [market.contract.events[e["name"]] for e in load_abi() if e["type"] == "event"]
        self._topics = {bytes(Web3.keccak(text=event.signature)): event for event in events}

    def ask(
        self, template: str, fields: Sequence[str], subsidy: float, *,
        opening: float | None = None, members: Sequence[str] = (), window: int = 0,
        grace: int = 0, resolver: str = "", evidence: bytes = b"", low: int = 0, high: int = 0,
    ) -> int:
        """Opens a question and returns its number. ``members`` makes it a group, ``low``
        and ``high`` a scalar; times are in blocks; this account answers it unless a
        resolver is named."""
        if template not in TEMPLATES:
            raise ConfigError(f"no template {template!r}", "there are " + ", ".join(TEMPLATES))
        kind = "group" if members else "scalar" if high > low else "binary"
        spec = {
            "template": TEMPLATES.index(template), "kind": KINDS.index(kind),
            "fields": list(fields), "members": list(members),
            "openings": [] if opening is None else [int(opening * 1e18)],
            "lo": low, "hi": high, "subsidy": to_wei(subsidy), "window": window, "grace": grace,
            "resolver": Web3.to_checksum_address(resolver or self.address),
            "evidence": {"inlined": evidence, "uri": "", "hash": bytes(32), "size": 0},
        }
        value = self._shortfall(to_wei(subsidy))
        receipt = self.send(self.market.contract.functions.ask(spec), value)
        return int(receipt.one("Asked")["question"])

    def place(self, orders: Sequence[Order]) -> tuple[list[int], Receipt]:
        """Places orders, all or none, and returns their numbers. What the balance in
        the market does not cover is taken from the account's coins."""
        value = self._shortfall(sum(o.cost_wei for o in orders))
        receipt = self.send(
            self.market.contract.functions.place([o.values() for o in orders]), value
        )
        return [e.args["id"] for e in receipt.events if e.name == "Ordered"], receipt

    def relay(self, orders: Sequence[SignedOrder]) -> Receipt:
        """Carries signed orders. One bad order does not stop the rest: the receipt has
        an Ordered or a RefusedOrder for each."""
        return self.send(
            self.market.contract.functions.placeSigned([o.values() for o in orders]),
            gas=300_000 + 400_000 * len(orders),
        )

    def cancel(self, orders: Sequence[int]) -> Receipt:
        """Takes back what is left of orders, all or none."""
        return self.send(self.market.contract.functions.cancel(list(orders)))

    def claim(self, questions: Sequence[int]) -> float:
        """Collects what shares of settled questions pay; returns the coins."""
        receipt = self.send(self.market.contract.functions.claim(list(questions)))
        paid = sum(e.args["amount"] for e in receipt.events if e.name == "Claimed")
        return float(paid / COIN)

    def resolve(
        self, question: Question | int, verdict: str, *, member: int = 0, value: int = 0
    ) -> Receipt:
        """Answers a closed question of which this account is the resolver: "yes", "no",
        "invalid", "too-early", "member" or "value"."""
        if verdict not in VERDICTS[1:]:
            raise ConfigError(f"no verdict {verdict!r}", "say " + ", ".join(VERDICTS[1:]))
        number = question if isinstance(question, int) else question.id
        return self.send(self.market.contract.functions.resolve(
            number, VERDICTS.index(verdict), member, value
        ))

    def deposit(self, coins: float) -> Receipt:
        """Brings coins of the account into its balance in the market."""
        return self.send(self.market.contract.functions.deposit(), to_wei(coins))

    def deposit_for(self, account: str, wei: int) -> Receipt:
        """Brings coins of this account into another's balance in the market."""
        who = Web3.to_checksum_address(account)
        return self.send(self.market.contract.functions.depositFor([who], [wei]), wei)

    def withdraw(self, coins: float) -> Receipt:
        """Takes coins out of the account's balance in the market."""
        return self.send(self.market.contract.functions.withdraw(to_wei(coins)))

    def transfer(self, to: str, coins: float) -> Receipt:
        """Sends coins to another account, outside the market."""
        tx: TxParams = {
            "from": self.address, "to": Web3.to_checksum_address(to), "gas": 21_000,
        }
        return self._send(tx, to_wei(coins))

    def fresh_nonce(self) -> int:
        """A nonce for a signed order that nobody used."""
        return secrets.randbits(255)

    def send(self, call: Any, value: int = 0, gas: int = 0) -> Receipt:
        """Signs a call, sends it, and waits until it is in a block. A refusal is known
        before anything is signed, from the estimate of its gas."""
        tx: TxParams = self.market.read(lambda: call.build_transaction({
            "from": self.address, "value": value, "nonce": 0, "chainId": self.market.chain_id,
            "gas": gas or self._estimate(call, value),
        }))
        return self._send(tx, value)

    def _estimate(self, call: Any, value: int) -> int:
        try:
            gas = int(call.estimate_gas({"from": self.address, "value": value}))
        except ContractLogicError:
            raise
        except (Web3Exception, ValueError) as error:
            if "insufficient" in str(error):
                raise AgonError(
                    f"{self.address} has not enough coins outside the market for gas and value",
                    'send it some: "agon send ADDRESS 10" from an account that has them',
                ) from error
            raise
        return gas + gas * 3 // 10

    def _send(self, tx: TxParams, value: int) -> Receipt:
        """Signs with the next nonce and sends until it is in a block: the same bytes
        again and again, so that a lost answer never becomes a second transaction."""
        with self._lock:
            eth = self.market.w3.eth
            read = self.market.read
            tx = {**tx, "chainId": self.market.chain_id, "value": Web3.to_wei(value, "wei")}
            tx["nonce"] = read(lambda: eth.get_transaction_count(self.address, "pending"))
            if "maxFeePerGas" not in tx:
                price = read(lambda: eth.gas_price)
                tx["maxFeePerGas"] = Web3.to_wei(2 * price, "wei")
                tx["maxPriorityFeePerGas"] = Web3.to_wei(price // 10, "wei")
            fields: dict[str, Any] = {**tx}
            signed = self.account.sign_transaction(fields)
            raw, digest = signed.raw_transaction, signed.hash
            deadline = time.monotonic() + self._wait
            sent = 0.0
            while True:
                if time.monotonic() - sent > 3:
                    self._push(raw, digest)
                    sent = time.monotonic()
                try:
                    return self._receipt(read(lambda: eth.get_transaction_receipt(digest)), tx)
                except (TransactionNotFound, NodeError) as error:
                    if isinstance(error, NodeError) and not isinstance(
                        error.__cause__, TransactionNotFound
                    ):
                        raise
                if time.monotonic() > deadline:
                    raise NodeError(
                        f"transaction 0x{bytes(digest).hex()} is in no block after "
                        f"{self._wait:.0f} s",
                        "it may still come: look at the account's position before trying again",
                    )
                time.sleep(0.05)

    def _push(self, raw: bytes, digest: bytes) -> None:
        """Sends bytes; what a node says of bytes it has already is no error."""
        try:
            self.market.w3.eth.send_raw_transaction(raw)
        except (OSError, Web3Exception, ValueError) as error:
            words = str(error).lower()
            if "insufficient" in words:
                raise AgonError(
                    f"{self.address} has not enough coins outside the market for gas and value",
                    'send it some: "agon send ADDRESS 10" from an account that has them',
                ) from error
            known = any(w in words for w in ("known", "exists", "in cache", "nonce", "mempool"))
            if not known and not _passing(error):
                raise NodeError(
                    f"the node takes no transaction 0x{bytes(digest).hex()}: {error}"
                ) from error

    def _receipt(self, receipt: Any, tx: TxParams) -> Receipt:
        digest = "0x" + bytes(receipt["transactionHash"]).hex()
        if receipt["status"] != 1:
            raise self._why(receipt, tx, digest)
        return Receipt(receipt["blockNumber"], digest, tuple(self.decode(receipt["logs"])))

    def _why(self, receipt: Any, tx: TxParams, digest: str) -> AgonError:
        """What made a transaction revert, by calling it again on its block."""
        call: TxParams = {
            "from": self.address, "to": tx["to"], "data": tx.get("data", b""),
            "value": tx["value"], "gas": tx["gas"],
        }
        try:
            self.market.w3.eth.call(call, receipt["blockNumber"])
        except ContractLogicError as error:
            return self.market.refusal(error)
        except (OSError, Web3Exception, ValueError) as error:
            return AgonError(f"transaction {digest} was reverted: {error}")
        return AgonError(
            f"transaction {digest} was reverted; the same call would succeed now", "try again"
        )

    def decode(self, logs: Sequence[Any]) -> list[Event]:
        """The market's events among logs; others are left out."""
        events = []
        for log in logs:
            event = self._topics.get(bytes(log["topics"][0])) if log["topics"] else None
            if event is None or log["address"] != self.market.contract.address:
                continue
            args = dict(event().process_log(log)["args"])
            events.append(Event(event.event_name, log["blockNumber"], log["logIndex"], args))
        return events

    def events(self, first: int, last: int, mine: bool = False) -> list[Event]:
        """What happened in blocks first to last, both inclusive, in order; ``mine``
        leaves out what has another trader or account."""
        found: list[Event] = []
        step = 2000
        while first <= last:
            upto = min(last, first + step - 1)
            query: dict[str, Any] = {
                "address": self.market.contract.address, "fromBlock": first, "toBlock": upto,
            }
            if mine:
                query["topics"] = [None, None, "0x" + self.address[2:].lower().rjust(64, "0")]
            try:
                logs = self.market.read(lambda q=query: self._logs(q))  # type: ignore[misc]
            except NodeError:
                if upto == first:
                    raise
                step = max(1, (upto - first + 1) // 2)  # too many for one answer
                continue
            found += self.decode(logs)
            first = upto + 1
        return found

    def _logs(self, query: Any) -> Any:
        return self.market.w3.eth.get_logs(query)

    def settled(self, wait: float = 20.0) -> None:
        """Waits until no transaction of an earlier process is on its way."""
        eth = self.market.w3.eth
        deadline = time.monotonic() + wait
        while self.market.read(
            lambda: eth.get_transaction_count(self.address, "pending")
            > eth.get_transaction_count(self.address, "latest")
        ):
            if time.monotonic() > deadline:
                raise NodeError(
                    f"an earlier transaction of {self.address} is still on its way",
                    "wait for it, or restart the node",
                )
            time.sleep(0.1)

    def _shortfall(self, wei: int) -> int:
        """What the balance in the market lacks of a sum."""
        return max(0, wei - self.market.balance_wei(self.address)) if wei else 0
