// Package guard stands between a wallet and a chain. Its packages answer, in
// this order, what a request says (decode), what it would do (simulate), what
// is suspicious about it (rules), and how to say so in plain words (explain):
//
//	request ─ calldata, typed ─ clearsign ─→ simulate ─→ rules ─→ explain
//
// Deterministic rules decide; nothing leaves the machine unless the user says so.
package guard
