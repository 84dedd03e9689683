// Package calldata reads what a call to a contract says: the human-readable
// signatures that descriptors and tables carry, and the bytes that wallets send.
//
//	f, err := calldata.ParseFunction("transfer(address to, uint256 value)")
//	v, err := f.Decode(data)            // data begins with the selector
//	v.Field("to").Address()
//
// The reader is written for hostile input: depth, number of values and length
// are bounded before anything is allocated, offsets that point outside the data
// or backwards are errors, and bytes that a contract may read in another way
// (dirty padding, left-over bytes, overlapping tails) are reported, not hidden.
//
// Encoding: Contract ABI Specification of Solidity 0.8, "Formal Specification
// of the Encoding".
package calldata
