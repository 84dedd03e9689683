// Package client talks to any Agon node over ordinary Ethereum JSON-RPC, HTTP
// or WebSocket. Reading needs a Client; writing needs an Account of it, which
// is a key with its nonces and, if wanted, a journal.
//
//	c, err := client.Dial(ctx, "http://127.0.0.1:8545", client.Options{})
//	alice, err := c.Account(ctx, key, nil)
//	p, err := alice.Place(ctx, []client.Order{{Question: 7, ...}}, client.Tx{Key: "bet-1"})
//	placed, err := p.Placed(ctx) // waits
//
// A transaction is a Pending until its fate is known:
//
//	        node took it        in a block, succeeded
//	Sent ───────────────→ Pending ──────────────────→ Mined
//	  │ node said why not    │ in a block, reverted
//	  └──────→ Refused ←─────┤
//	                         └ its nonce went to another ─→ Dropped
//
// Sent is what remains of a lost connection: the transaction may or may not
// have arrived. It is sent again, the same bytes, until its fate is known; a
// second transaction is never signed for the same idempotency key.
//
// Refusals of the market arrive as *Refused with a market.Reason and a hint.
package client
