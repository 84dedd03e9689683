// Package intent says what a request gives away: payments, grants of rights over
// tokens, orders that others may fill, changes of who controls an account or a
// contract. It looks at what is signed and not at what it would lead to today:
// that is the simulation's part, and a signature may be used tomorrow.
//
//	in := intent.Read(req, chain, reader)
//	in.Grants[0].Spender, in.Grants[0].Unlimited
//
// Payments and grants by name alone (a function found by its selector) are
// marked as likely: a contract may do anything under any name.
package intent
