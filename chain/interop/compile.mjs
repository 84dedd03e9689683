// Compiles the contracts here against the market's generated interface and
// prints { name: { abi, bytecode } } of each.
import { readdirSync, readFileSync } from "node:fs";
import solc from "solc";

// Source units are named from the folder above, as their imports see them.
const read = (unit) => readFileSync(new URL(`../${unit}`, import.meta.url), "utf8");
const units = readdirSync(new URL("contracts", import.meta.url))
  .filter((name) => name.endsWith(".sol"))
  .map((name) => `interop/contracts/${name}`);

const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources: Object.fromEntries(units.map((unit) => [unit, { content: read(unit) }])),
      settings: {
        evmVersion: "cancun",
        optimizer: { enabled: true, runs: 200 },
        outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
      },
    }),
    { import: (unit) => ({ contents: read(unit) }) },
  ),
);
const complaints = output.errors ?? [];
if (complaints.length > 0) {
  console.error(complaints.map((c) => c.formattedMessage).join("\n"));
  process.exit(1);
}
const compiled = units.flatMap((unit) =>
  Object.entries(output.contracts[unit]).map(([name, contract]) => [
    name, { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` },
  ]),
);
console.log(JSON.stringify(Object.fromEntries(compiled)));
