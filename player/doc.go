// Package player says what an AI player is: something that reads a question
// and answers with a probability, how sure it is, and why.
//
//	question ──→ Forecaster ──→ forecast (P, Confidence, Reason) ──→ sizing ──→ order
//	                 │
//	                 └──→ pass (why not)
//
// The package holds only the question as a player sees it and the interface.
// Forecasters of one subject each live in host, token and baseline; roster
// lists the built-in ones; learn trains them; sizing and swarm trade on what
// they say.
package player
