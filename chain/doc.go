// Package chain hosts the game: CometBFT for replication, the Cosmos SDK for
// accounts and state, cosmos/evm for the EVM and the Ethereum JSON-RPC, and the
// native contracts of this house, all in one process.
//
//	InitHome/Testnet → home directory → Start → Node (JSON-RPC, metrics, peers)
//	                        ↑  ↓
//	           Snapshot, Restore, Export
//
// A block begins with one tick transaction, which the proposer must build and
// everybody else rebuilds and compares (proposal.go); then come Ethereum
// transactions and nothing else (ante.go). State lives under Config.Home and a
// committed block survives the death of the process at any instant.
//
// Some of the EVM's settings are global to the process, so a process hosts one
// Node, and tests of several nodes run several processes.
package chain
