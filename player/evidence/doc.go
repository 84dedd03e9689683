// Package evidence fetches the document a question is judged by. Whoever asks
// a question chooses the address, so the fetch is bounded in size and time,
// checked against the hash on the chain, and kept off private networks:
//
//	URI ─ https only ─→ resolve ─→ every address public? ─→ connect to just
//	     that address ─→ redirects: the same again ─→ at most Size bytes ─→ SHA-256
//
// The address is checked where the connection is made, after the name was
// resolved, so a name that resolves anew to a private address gains nothing.
// What comes back is data to judge, never instructions.
package evidence
