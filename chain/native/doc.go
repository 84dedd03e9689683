// Package native binds Go functions with typed arguments to an Ethereum ABI,
// so that a state machine written in Go is a contract at a fixed address: a
// stateful precompile of cosmos/evm.
//
//	c := native.New(address, "ICounter", "Counts.")
//	count := native.View(c, "count", "How often add was called.", s.count)
//	native.Write(c, "add", "Adds n.", s.add)   // func(*Ctx, struct{ N uint64 }) (None, error)
//	native.Event[Added](c, "Something was added.")
//
// From what is registered the package derives the ABI (JSON) and the Solidity
// interface with NatSpec; there is no second description to keep in step.
//
// A call runs like this:
//
//	selector → guards (static, value) → decode → function → flush → encode
//	    │            every step is paid for from the call's gas,     │
//	    └── whatever fails reverts, and reverts leave no trace ──────┘
//
// Gas is deducted as work is done, so a call that fails has paid for what it
// did. A panic in a function reverts with Solidity's Panic(1) and takes the
// rest of the gas; the node goes on. State, logs and payments are undone with
// the EVM call that made them, whoever reverts. Ctx.Try gives part of a call
// its own snapshot.
//
// One transaction may make 20 calls that write: cosmos/evm's limit on snapshots
// of the whole state. Calls that only read take none and are not counted.
package native
