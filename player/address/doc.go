// Package address has players that answer "does this address belong to an
// attacker?" from the address alone. An address is a hash, so that little can
// be known of one that nobody has named; docs/players.md has the figures.
package address
