// Package host has players that answer "is the dapp at this host a scam?" from
// the host's name alone. They differ in what they look at, so that they err on
// different hosts:
//
//	Ngram       linear      which letter sequences and words are in the name
//	Bayes       bayes       the same, by counting, look-alike letters undone
//	Trees       trees       shape: lengths, hyphens, digits, suffix, wording; and the counts
//	Lookalike   lookalike   whose name it imitates, and how
//	Neighbours  neighbours  what became of the most similar hosts
//	Markov      sequence    whose spelling the letters follow
//	Net         neural      what Ngram looks at, where one thing may change another
//	Core        monotone    its most suspicious run of letters, whatever is around it
//
// What the others say is never far below what Core says, so that a scam's name is
// not made harmless by what is put around it. None fetches anything. All are fitted
// by package learn on openly licensed lists; docs/players.md has the figures and
// how each one fails.
package host
