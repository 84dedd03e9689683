// Package swarm runs hundreds of AI players in one process. Each has its own
// key, budget, temperament and memory; they share the connection, a relayer
// that carries their signed orders, and the models they think with.
//
//	events of the chain ─→ memory of each player ─┐
//	question ─→ forecasters, each on its own ─────┼─→ sizing ─→ reserve ─→ sign ─→ relay
//	                                              └─→ why not
//
// One goroutine owns all memory and takes every decision; forecasts, signing
// and sending happen beside it. A forecaster that panics, hangs or answers
// nonsense harms only the players that use it.
//
// Money: a coin is reserved in the player's Budget before the order that may
// spend it is signed, and freed only when the chain shows that the order has
// ended or, its signed window over, can no longer begin. The chain is the
// swarm's memory: after a crash it is read again, from the first block or from
// the last checkpoint, which says what had been read until then, and for as long
// as an order signed by the dead process could still be placed, nothing is
// signed. So no budget is exceeded, whatever is lost and whenever.
package swarm
