// Package term draws for people who read a terminal: tables, price histories
// and progress. It fits the width it finds, falls back to plain ASCII where
// Unicode is not announced, moves the cursor only on a real terminal, and makes
// text that strangers wrote harmless before printing it.
//
//	60% ┤      ╭
//	40% ┤ ⣀⡠⠤⠒⠉
//	20% ┤⠉
//	    └────────
//	     120   160
package term
