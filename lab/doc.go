// Package lab asks whether the market finds out what is so, and what it costs
// to make it say something else.
//
//	examples in time order ──→ Game ──→ answers ──→ score, figure
//	                            │ ↑
//	       game/market in lab/stage  seats: forecasters, readers, attackers
//
// A Game is a table: the rules of the chain's market in memory, one question
// opened after the other, and seats whose orders of one block trade in one
// batch. Players are the real ones: a forecaster's opinion is mended by
// player/calibrate from what of its own has settled, weighed against the price
// by the same package, and staked by player/sizing; a reader learns by
// player/reader whom to believe. Nobody at the table knows anything before it
// has happened there, and the same seed plays the same game.
package lab
