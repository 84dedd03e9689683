// Package typed reads EIP-712 typed data as wallets are handed it: JSON from a
// site that may be hostile. It yields the message as the same tree of values as
// a call (package calldata), the domain, and the digest that would be signed.
//
// A site's JSON may say things that are not signed: members that the types do
// not name, a second value under one key, a number in an odd notation. The
// first two are how a page shows one thing and has another signed, so they are
// errors or are reported; the last is made canonical before anybody looks.
//
// Encoding: EIP-712, "Definition of hashStruct" and "Definition of domainSeparator".
package typed
