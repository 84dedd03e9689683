// Package request reads what a wallet is asked to sign or send: transactions in
// the five envelopes of Ethereum, signed or not yet; typed data; messages,
// sign-in messages among them; batches of calls; user operations. Every form
// becomes one Request, so that what follows need not know where it came from.
//
// Notations that wallets read differently (hex with an odd number of digits,
// padded numbers, addresses in odd letters) are made canonical here, before
// anybody judges them, or refused.
package request
