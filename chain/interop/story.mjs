// What the scripts of both JavaScript libraries share: what the Go test hands
// over on standard input, how they report, and what they ask for.
import { readFileSync } from "node:fs";

/** Of the node under test: addresses, the market's address and ABI, a funded key. */
export const { http, ws, market, abi, key, host } = JSON.parse(readFileSync(0, "utf8"));

/** Reports what was seen in a step. Whole numbers beyond a float's go as text. */
export const say = (step, seen) =>
  console.log(
    JSON.stringify({ step, ...seen }, (_, v) => (typeof v === "bigint" ? v.toString() : v)),
  );

export const coin = 10n ** 18n;

/** Milliseconds between looks for a receipt. */
export const pollingInterval = 100;

/** Gas for transactions that are sent although they will be reverted. */
export const plenty = 3_000_000n;

/** A question on a host, with a subsidy of 100 coins. */
export const spec = (resolver) => ({
  template: 4, // is the dapp at this host a scam?
  kind: 0, // binary
  fields: [host],
  members: [],
  openings: [],
  lo: 0n,
  hi: 0n,
  subsidy: 100n * coin,
  window: 10_000n,
  grace: 0n,
  resolver,
  evidence: { inlined: "0x", uri: "", hash: `0x${"00".repeat(32)}`, size: 0n },
});

/** A buy of YES for 5 coins, at most at 0.9, in the next batch only. */
export const buy = (question) => ({
  question,
  book: 0,
  action: 0,
  amount: 5n * coin,
  limit: (9n * coin) / 10n,
  expiry: 0n,
});

/** The same at a limit that no price can have. */
export const bad = (question) => ({ ...buy(question), limit: 0n });

/** The EIP-712 domain and type of a signed order, as wallets show them. */
export const domain = (chainId) => ({
  name: "Agon Market", version: "1", chainId, verifyingContract: market,
});
export const orderType = {
  Order: [
    { name: "trader", type: "address" },
    { name: "question", type: "uint64" },
    { name: "book", type: "uint8" },
    { name: "action", type: "uint8" },
    { name: "amount", type: "uint128" },
    { name: "limit", type: "uint64" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint256" },
    { name: "fromBlock", type: "uint64" },
    { name: "toBlock", type: "uint64" },
  ],
};

/** An unordered nonce: bit 5 of word 3. */
export const nonce = 3n * 256n + 5n;
export const nonceWord = 3n;
