// Package model has the small models that built-in players think with, in the
// form that ships: quantised, bounded, decoded from bytes. Package learn fits
// them; a player turns a question into features and a score into a reason.
//
//	features ──→ Linear, Trees ──→ score (log-odds) ──→ Scale ──→ probability
//
// A score is a log-odds of YES at even odds. Every decoder checks sizes before
// it allocates, because weights may also come from a file the user names.
package model
