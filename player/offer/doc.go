// Package offer guards a price against whoever pushes it. A price that is pushed
// away comes back a block later, when those who know better have answered;
// whoever pushes in every block has it away half of the time, for no more than
// the curve costs. So a player that has a belief of its own answers beforehand:
// on a book under alarm it offers, in every block, to take the other side of a
// push, more of it the further the price is pushed. What is not filled comes
// back after the batch and has cost nothing.
//
//	prices of a book ──→ Trace ─┐
//	belief ─────────────────────┴──→ Guard.Watch ──→ alarm ──→ Guard.Offers ──→ orders
//
// Everything here is pure: no clock, no chain, no randomness. Prices are of YES,
// in (0, 1); money is in coins.
package offer
