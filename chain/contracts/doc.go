// Package contracts is the Solidity face of the game: each contract is a thin
// list of functions over a state machine of game, at a fixed address.
//
//	IClock  0x…a600  the tick: what begins every block
//	IMarket 0x…a601  questions, orders, positions, answers
//
// A call opens the market's tables on the block's desk, lets the state
// machine decide, turns its events into logs and its refusals into the custom
// error Refused:
//
//	calldata → native → Market → game/market
//	                       ↑         │ desk: read once, written when the block ends
//	logs, revert ← native ─┴─────────┘
//
// Coins reach a market balance only with a payable call and leave it only by
// withdraw, so the coins IMarket owns are at least what the ledger holds.
//
// The interfaces and ABIs in this folder are generated from what the functions
// register; go generate rewrites them and a test proves them current.
package contracts

//go:generate go run ./generate
