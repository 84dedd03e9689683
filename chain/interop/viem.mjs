// The market through viem: what a web page or a bot would do.
import {
  ContractFunctionRevertedError, createPublicClient, createWalletClient, defineChain,
  domainSeparator, getContract, http as overHttp, parseEventLogs, parseSignature,
  signatureToCompactSignature, webSocket,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import {
  abi, bad, buy, coin, domain, http, key, market as address, nonce, nonceWord, orderType, plenty,
  pollingInterval, say, spec, ws,
} from "./story.mjs";

const id = await createPublicClient({ transport: overHttp(http) }).getChainId();
const chain = defineChain({
  id,
  name: "Agon",
  nativeCurrency: { name: "Agon", symbol: "AGON", decimals: 18 },
  rpcUrls: { default: { http: [http], webSocket: [ws] } },
});
const opener = privateKeyToAccount(key);
const trader = privateKeyToAccount(generatePrivateKey());
const reader = createPublicClient({ chain, transport: overHttp(), pollingInterval });
const wallet = createWalletClient({ chain, account: opener, transport: overHttp() });
const live = createPublicClient({ chain, transport: webSocket(ws) });
const market = getContract({ address, abi, client: { public: reader, wallet } });

const mined = (hash) => reader.waitForTransactionReceipt({ hash });
const event = (receipt, eventName) => parseEventLogs({ abi, logs: receipt.logs, eventName })[0];
const fill = (log) => ({
  block: log.blockNumber, tx: log.transactionHash, question: log.args.question,
  trader: log.args.trader, order: log.args.id, shares: log.args.shares, coins: log.args.coins,
  left: log.args.left,
});

say("chain", {
  chain: id,
  domain: await market.read.domainSeparator(),
  computed: domainSeparator({ domain: domain(id) }),
});

const asking = await mined(
  await market.write.ask([spec(opener.address)], { value: 100n * coin }),
);
const asked = event(asking, "Asked");
const { question } = asked.args;
const view = await market.read.question([question]);
say("asked", {
  ok: asking.status === "success", question, opener: asked.args.opener, me: opener.address,
  text: asked.args.text, subsidy: asked.args.subsidy, end: asked.args.end,
  fields: view.fields, books: view.books.length, phase: view.phase, resolver: view.resolver,
});

const [price, provisional] = await market.read.price([question, 0]);
say("priced", { price, provisional });

await mined(
  await market.write.depositFor([[trader.address], [20n * coin]], { value: 20n * coin }),
);
say("funded", {
  balance: await market.read.balanceOf([trader.address]),
  coins: await reader.getBalance({ address: trader.address }),
});

say("foretold", await market.read.dryRun([trader.address, buy(question)]));
say("warned", await market.read.dryRun([trader.address, bad(question)]));

// What is refused reverts with a typed error; sent all the same, it costs gas only.
const half = [[buy(question), bad(question)]];
try {
  await market.simulate.place(half, { account: opener, value: 5n * coin });
} catch (err) {
  const { data } = err.walk((e) => e instanceof ContractFunctionRevertedError);
  const [index, reason, detail] = data.args;
  say("refused", { name: data.errorName, index, reason, detail });
}
const failed = await mined(
  await market.write.place(half, { value: 5n * coin, gas: plenty }),
);
say("reverted", {
  ok: failed.status === "success", logs: failed.logs.length,
  balance: await market.read.balanceOf([opener.address]),
});

const heard = new Promise((resolve, reject) => {
  const unwatch = live.watchContractEvent({
    address, abi, eventName: "Filled", args: { question, trader: trader.address },
    onLogs: ([log]) => { unwatch(); resolve(log); },
    onError: reject,
  });
});
// The socket answers in order: with this answer the subscription stands.
const height = await live.getBlockNumber({ cacheTime: 0 });
const permit = { nonce, fromBlock: height, toBlock: height + 1000n };
const signature = await trader.signTypedData({
  domain: domain(id), types: orderType, primaryType: "Order",
  message: { trader: trader.address, ...buy(question), ...permit },
});
const { r, yParityAndS: vs } = signatureToCompactSignature(parseSignature(signature));
const signed = { trader: trader.address, order: buy(question), ...permit, r, vs };
const forged = { ...signed, order: { ...signed.order, amount: 6n * coin } };

const { result } = await market.simulate.placeSigned([[forged, signed]], { account: opener });
say("simulated", { reasons: result.map((placed) => placed.reason) });
const relaying = await mined(await market.write.placeSigned([[forged, signed]]));
const ordered = event(relaying, "Ordered").args;
const refused = event(relaying, "RefusedOrder").args;
say("relayed", {
  ok: relaying.status === "success", block: relaying.blockNumber, trader: trader.address,
  order: ordered.id, orderOf: ordered.trader, refusedOf: refused.trader, nonce: refused.nonce,
  reason: refused.reason,
});

const log = await heard;
say("heard", fill(log));
const found = await market.getEvents.Filled(
  { question, trader: trader.address }, { fromBlock: relaying.blockNumber },
);
say("logged", { count: found.length, ...fill(found[0]) });
const tick = await reader.getTransactionReceipt({ hash: log.transactionHash });
say("receipt", {
  ok: tick.status === "success", index: tick.transactionIndex, to: tick.to,
  has: parseEventLogs({ abi, logs: tick.logs, eventName: "Filled" })
    .some((l) => l.args.id === ordered.id),
});

const [yes, no] = await market.read.position([question, 0, trader.address]);
say("after", {
  price: (await market.read.price([question, 0]))[0], yes, no,
  balance: await market.read.balanceOf([trader.address]),
  nonces: await market.read.nonceWord([trader.address, nonceWord]),
});
const again = await market.simulate.placeSigned([[signed]], { account: opener });
say("replayed", { reasons: again.result.map((placed) => placed.reason) });

(await live.transport.getRpcClient()).close();
