"""The market through web3.py, as an author of agents in Python would use it."""

import asyncio
import json
import sys

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.abi import abi_to_signature
from web3 import AsyncHTTPProvider, AsyncWeb3, WebSocketProvider
from web3.exceptions import ContractCustomError

SETTING = json.load(sys.stdin)
MARKET = AsyncWeb3.to_checksum_address(SETTING["market"])
OPENER = Account.from_key(SETTING["key"])
TRADER = Account.create()

COIN = 10**18
PLENTY = 3_000_000  # gas for transactions that are sent although they will be reverted
NONCE = 3 * 256 + 5  # an unordered nonce: bit 5 of word 3
PATIENCE = 30  # seconds to wait for one thing

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

w3 = AsyncWeb3(AsyncHTTPProvider(SETTING["http"]))
market = w3.eth.contract(address=MARKET, abi=SETTING["abi"])
functions = market.functions


def say(step, **seen):
    """Reports what was seen in a step; whole numbers go as text."""
    big = {k: str(v) if type(v) is int else v for k, v in seen.items()}
    print(json.dumps({"step": step, **big}), flush=True)


async def mined(call, value=0, gas=None):
    """Signs, sends and waits; returns the receipt."""
    tx = await call.build_transaction({
        "from": OPENER.address,
        "nonce": await w3.eth.get_transaction_count(OPENER.address),
        "value": value,
        "chainId": await w3.eth.chain_id,
        **({"gas": gas} if gas else {}),
    })
    sent = await w3.eth.send_raw_transaction(OPENER.sign_transaction(tx).raw_transaction)
    return await w3.eth.wait_for_transaction_receipt(sent, timeout=PATIENCE, poll_latency=0.1)


def events(receipt, name):
    """The market's events of one name in a receipt."""
    event = market.get_event_by_name(name)
    topic = AsyncWeb3.keccak(text=event.signature)
    return [event().process_log(log)["args"] for log in receipt["logs"]
            if log["address"] == MARKET and log["topics"][0] == topic]


def decode(data):
    """Name and values of a custom error of the market's."""
    for entry in market.abi:
        if entry["type"] == "error":
            selector = AsyncWeb3.keccak(text=abi_to_signature(entry))[:4]
            if data.startswith(selector):
                types = [parameter["type"] for parameter in entry["inputs"]]
                return entry["name"], w3.codec.decode(types, data[4:])
    raise LookupError(f"no error has the selector {data[:4].hex()}")


def spec():
    """A question on a host, with a subsidy of 100 coins."""
    return {
        "template": 4,  # is the dapp at this host a scam?
        "kind": 0,  # binary
        "fields": [SETTING["host"]],
        "members": [],
        "openings": [],
        "lo": 0,
        "hi": 0,
        "subsidy": 100 * COIN,
        "window": 10_000,
        "grace": 0,
        "resolver": OPENER.address,
        "evidence": {"inlined": b"", "uri": "", "hash": bytes(32), "size": 0},
    }


def buy(question, limit=COIN * 9 // 10):
    """A buy of YES for 5 coins, in the next batch only."""
    return {"question": question, "book": 0, "action": 0, "amount": 5 * COIN, "limit": limit,
            "expiry": 0}


def typed(chain, message):
    """A signed order as EIP-712 data."""
    domain = {"name": "Agon Market", "version": "1", "chainId": chain,
              "verifyingContract": MARKET}
    types = {"Order": [{"name": name, "type": kind} for name, kind in ORDER_TYPE]}
    return domain, types, message


def sign(chain, question, height):
    """An order of the trader's, with its signature in the form of EIP-2098."""
    order = buy(question)
    permit = {"nonce": NONCE, "fromBlock": height, "toBlock": height + 1000}
    message = {"trader": TRADER.address, **order, **permit}
    signature = TRADER.sign_typed_data(*typed(chain, message))
    vs = signature.s | (signature.v - 27) << 255
    return {"trader": TRADER.address, "order": order, **permit,
            "r": signature.r.to_bytes(32, "big"), "vs": vs.to_bytes(32, "big")}


async def ask():
    """Opens a question and returns it."""
    chain = await w3.eth.chain_id
    blank = dict.fromkeys((name for name, _ in ORDER_TYPE), 0) | {"trader": MARKET}
    computed = encode_typed_data(*typed(chain, blank)).header
    say("chain", chain=chain, computed="0x" + computed.hex(),
        domain="0x" + (await functions.domainSeparator().call()).hex())

    receipt = await mined(functions.ask(spec()), 100 * COIN)
    (asked,) = events(receipt, "Asked")
    question = asked["question"]
    names = [c["name"] for c in market.get_function_by_name("question").abi["outputs"][0]
             ["components"]]
    view = dict(zip(names, await functions.question(question).call()))
    say("asked", ok=receipt["status"] == 1, question=question, opener=asked["opener"],
        me=OPENER.address, text=asked["text"], subsidy=asked["subsidy"], end=asked["end"],
        fields=view["fields"], books=len(view["books"]), phase=view["phase"],
        resolver=view["resolver"])
    price, provisional = await functions.price(question, 0).call()
    say("priced", price=price, provisional=provisional)
    return question


async def prepare(question):
    """Funds the trader, looks ahead, and is refused."""
    await mined(functions.depositFor([TRADER.address], [20 * COIN]), 20 * COIN)
    say("funded", balance=await functions.balanceOf(TRADER.address).call(),
        coins=await w3.eth.get_balance(TRADER.address))
    for step, order in (("foretold", buy(question)), ("warned", buy(question, limit=0))):
        names = ("reason", "shares", "cost", "fee", "priceAfter")
        preview = await functions.dryRun(TRADER.address, order).call()
        say(step, **dict(zip(names, preview)))

    # What is refused reverts with a typed error; sent all the same, it costs gas only.
    half = functions.place([buy(question), buy(question, limit=0)])
    try:
        await half.call({"from": OPENER.address, "value": 5 * COIN})
    except ContractCustomError as err:
        name, (index, reason, detail) = decode(bytes.fromhex(err.data[2:]))
        say("refused", name=name, index=index, reason=reason, detail=detail)
    receipt = await mined(half, 5 * COIN, PLENTY)
    say("reverted", ok=receipt["status"] == 1, logs=len(receipt["logs"]),
        balance=await functions.balanceOf(OPENER.address).call())


async def relay(question, signed):
    """Carries the trader's order beside a forged one; returns the block and the order."""
    forged = {**signed, "order": {**signed["order"], "amount": 6 * COIN}}
    both = functions.placeSigned([forged, signed])
    say("simulated", reasons=[r for _, r in await both.call({"from": OPENER.address})])
    receipt = await mined(both)
    (ordered,), (refused,) = events(receipt, "Ordered"), events(receipt, "RefusedOrder")
    say("relayed", ok=receipt["status"] == 1, block=receipt["blockNumber"],
        trader=TRADER.address, order=ordered["id"], orderOf=ordered["trader"],
        refusedOf=refused["trader"], nonce=refused["nonce"], reason=refused["reason"])
    return receipt["blockNumber"], ordered["id"]


def fill(log):
    """What is reported of a Filled event."""
    args = log["args"]
    return {"block": log["blockNumber"], "tx": "0x" + log["transactionHash"].hex(),
            "question": args["question"], "trader": args["trader"], "order": args["id"],
            "shares": args["shares"], "coins": args["coins"], "left": args["left"]}


async def trade(question):
    """Signs, relays, and follows the fill in each way there is."""
    async with AsyncWeb3(WebSocketProvider(SETTING["ws"])) as live:
        words = [question.to_bytes(32, "big"), bytes.fromhex(TRADER.address[2:]).rjust(32, b"\0")]
        event = market.events.Filled()
        topics = [AsyncWeb3.keccak(text=event.signature), *words]
        await live.eth.subscribe("logs", {"address": MARKET, "topics": topics})
        signed = sign(await live.eth.chain_id, question, await live.eth.block_number)
        block, order = await relay(question, signed)
        async with asyncio.timeout(PATIENCE):
            message = await anext(aiter(live.socket.process_subscriptions()))
        say("heard", **fill(event.process_log(message["result"])))

    found = await event.get_logs(
        from_block=block, argument_filters={"question": question, "trader": TRADER.address})
    say("logged", count=len(found), **fill(found[0]))
    tick = await w3.eth.get_transaction_receipt(found[0]["transactionHash"])
    say("receipt", ok=tick["status"] == 1, index=tick["transactionIndex"], to=tick["to"],
        has=any(args["id"] == order for args in events(tick, "Filled")))

    yes, no = await functions.position(question, 0, TRADER.address).call()
    price, _ = await functions.price(question, 0).call()
    say("after", price=price, yes=yes, no=no,
        balance=await functions.balanceOf(TRADER.address).call(),
        nonces=await functions.nonceWord(TRADER.address, NONCE // 256).call())
    again = await functions.placeSigned([signed]).call({"from": OPENER.address})
    say("replayed", reasons=[reason for _, reason in again])


async def main():
    """Tells the story that the scripts of the other libraries tell too."""
    question = await ask()
    await prepare(question)
    await trade(question)
    await w3.provider.disconnect()


asyncio.run(main())
