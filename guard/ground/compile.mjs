// Compiles the contracts of this folder and prints { name: { abi, bytecode } }.
import { readdirSync, readFileSync } from "node:fs";
import solc from "solc";

const folder = new URL("contracts/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".sol"));
const sources = Object.fromEntries(
  names.map((name) => [name, { content: readFileSync(new URL(name, folder), "utf8") }]),
);
const settings = {
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};
const input = JSON.stringify({ language: "Solidity", sources, settings });
const output = JSON.parse(solc.compile(input));
const faults = (output.errors ?? []).filter((e) => e.severity === "error");
if (faults.length > 0) {
  console.error(faults.map((e) => e.formattedMessage).join("\n"));
  process.exit(1);
}
const contracts = names.flatMap((unit) => Object.entries(output.contracts[unit]));
console.log(
  JSON.stringify(
    Object.fromEntries(
      contracts.map(([name, c]) => [name, { abi: c.abi, bytecode: `0x${c.evm.bytecode.object}` }]),
    ),
  ),
);
