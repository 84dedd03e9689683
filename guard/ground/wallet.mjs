// A wallet whose node is the guard's proxy, made of viem: an honest payment goes
// through, an approval of a thief does not.
import { createWalletClient, http, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const [url, key, token, thief, friend] = process.argv.slice(2);
const account = privateKeyToAccount(key);
const transport = http(url, { retryCount: 0 });
const id = Number(await createWalletClient({ transport }).request({ method: "eth_chainId" }));
const chain = {
  id,
  name: "ground",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [url] } },
};
const wallet = createWalletClient({ account, chain, transport });

const hash = await wallet.sendTransaction({ to: friend, value: 1n });
console.log("payment sent", hash);
for (let tries = 0; ; tries++) {
  const receipt = await wallet.request({ method: "eth_getTransactionReceipt", params: [hash] });
  if (receipt) break;
  if (tries > 200) throw new Error("no receipt");
  await new Promise((done) => setTimeout(done, 50));
}
try {
  await wallet.writeContract({
    address: token,
    abi: parseAbi(["function approve(address spender, uint256 value) returns (bool)"]),
    functionName: "approve",
    args: [thief, 5n],
  });
  console.log("approval sent");
} catch (error) {
  const refusal = error.walk((e) => typeof e.code === "number");
  console.log("approval refused", refusal.code);
  console.log("review", error.message.match(/http:\S+\/review\/\w+/)?.[0]);
}
