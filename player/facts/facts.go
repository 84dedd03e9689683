// Package facts has real questions with known answers for the demo: hosts and
// tokens, genuine and not, that no built-in player was trained on. They were
// drawn by hash from the held-out data, never by what a model says of them;
// package learn has the rule, and a test draws them again.
package facts

import _ "embed"

// CSV is the list: one question a row, with the columns template, host,
// address, symbol, chain, name, truth (yes or no), label, kind, first_seen,
// source, licence. A row has the fields of its template only.
//
//go:embed facts.csv
var CSV string
