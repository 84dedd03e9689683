// Package outlay keeps what has left an agent's wallet in the last 24 hours, so
// that its policy's limits hold across restarts, in several processes and for
// requests that come at the same time.
//
//	Policy ──→ rules judge a request against the sums
//	Book   ──→ the sums are checked again and written, under a lock; then it passes
package outlay
