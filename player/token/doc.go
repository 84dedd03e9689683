// Package token has players that answer "is this address the genuine token of
// that symbol?" from the address, the symbol and the chain.
//
//	List   list    is the address on a token list, or does it borrow a symbol?
//	Names  linear  how the symbol is written
//
// Neither fetches anything. The lists are from 2022 to 2026 and openly
// licensed; docs/players.md has the figures and how each player fails.
package token
