// The market through ethers, the library under most wallets and scripts.
import {
  Contract, JsonRpcProvider, Signature, TypedDataEncoder, Wallet, WebSocketProvider,
} from "ethers";
import {
  abi, bad, buy, coin, domain, http, key, market as address, nonce, nonceWord, orderType, plenty,
  pollingInterval, say, spec, ws,
} from "./story.mjs";

// Without a cache: a price may change between two reads in the same moment.
const provider = new JsonRpcProvider(http, undefined, { cacheTimeout: -1, pollingInterval });
const socket = new WebSocketProvider(ws);
const opener = new Wallet(key, provider);
const trader = Wallet.createRandom();
const market = new Contract(address, abi, opener);

const mined = async (sending) => (await sending).wait();
const event = (receipt, name) =>
  receipt.logs.map((log) => market.interface.parseLog(log)).find((e) => e?.name === name).args;
const fill = (log) => ({
  block: log.blockNumber, tx: log.transactionHash, question: log.args.question,
  trader: log.args.trader, order: log.args.id, shares: log.args.shares, coins: log.args.coins,
  left: log.args.left,
});
const preview = ({ reason, shares, cost, fee, priceAfter }) => ({
  reason, shares, cost, fee, priceAfter,
});

const { chainId } = await provider.getNetwork();
say("chain", {
  chain: chainId,
  domain: await market.domainSeparator(),
  computed: TypedDataEncoder.hashDomain(domain(chainId)),
});

const asking = await mined(market.ask(spec(opener.address), { value: 100n * coin }));
const asked = event(asking, "Asked");
const { question } = asked;
const view = await market.question(question);
say("asked", {
  ok: asking.status === 1, question, opener: asked.opener, me: opener.address, text: asked.text,
  subsidy: asked.subsidy, end: asked.end, fields: [...view.fields], books: view.books.length,
  phase: view.phase, resolver: view.resolver,
});

const [price, provisional] = await market.price(question, 0);
say("priced", { price, provisional });

await mined(market.depositFor([trader.address], [20n * coin], { value: 20n * coin }));
say("funded", {
  balance: await market.balanceOf(trader.address),
  coins: await provider.getBalance(trader.address),
});

say("foretold", preview(await market.dryRun(trader.address, buy(question))));
say("warned", preview(await market.dryRun(trader.address, bad(question))));

// What is refused reverts with a typed error; sent all the same, it costs gas only.
const half = [buy(question), bad(question)];
try {
  await market.place.staticCall(half, { value: 5n * coin });
} catch ({ revert }) {
  const [index, reason, detail] = revert.args;
  say("refused", { name: revert.name, index, reason, detail });
}
const sent = await market.place(half, { value: 5n * coin, gasLimit: plenty });
const failed = await provider.waitForTransaction(sent.hash);
say("reverted", {
  ok: failed.status === 1, logs: failed.logs.length,
  balance: await market.balanceOf(opener.address),
});

const filled = market.filters.Filled(question, trader.address);
const heard = new Promise((resolve) => {
  market.connect(socket).once(filled, (...args) => resolve(args.at(-1).log));
});
// The socket answers in order: with this answer the subscription stands.
const height = BigInt(await socket.getBlockNumber());
const permit = { nonce, fromBlock: height, toBlock: height + 1000n };
const signature = Signature.from(
  await trader.signTypedData(domain(chainId), orderType, {
    trader: trader.address, ...buy(question), ...permit,
  }),
);
const signed = {
  trader: trader.address, order: buy(question), ...permit, r: signature.r,
  vs: signature.yParityAndS,
};
const forged = { ...signed, order: { ...signed.order, amount: 6n * coin } };

const result = await market.placeSigned.staticCall([forged, signed]);
say("simulated", { reasons: result.map((placed) => placed.reason) });
const relaying = await mined(market.placeSigned([forged, signed]));
const ordered = event(relaying, "Ordered");
const refused = event(relaying, "RefusedOrder");
say("relayed", {
  ok: relaying.status === 1, block: relaying.blockNumber, trader: trader.address,
  order: ordered.id, orderOf: ordered.trader, refusedOf: refused.trader, nonce: refused.nonce,
  reason: refused.reason,
});

const log = await heard;
say("heard", fill(log));
const found = await market.queryFilter(filled, relaying.blockNumber);
say("logged", { count: found.length, ...fill(found[0]) });
const tick = await provider.getTransactionReceipt(log.transactionHash);
say("receipt", {
  ok: tick.status === 1, index: tick.index, to: tick.to,
  has: tick.logs.map((l) => market.interface.parseLog(l))
    .some((e) => e?.name === "Filled" && e.args.id === ordered.id),
});

const [yes, no] = await market.position(question, 0, trader.address);
say("after", {
  price: (await market.price(question, 0))[0], yes, no,
  balance: await market.balanceOf(trader.address),
  nonces: await market.nonceWord(trader.address, nonceWord),
});
const again = await market.placeSigned.staticCall([signed]);
say("replayed", { reasons: again.map((placed) => placed.reason) });

await socket.destroy();
provider.destroy();
