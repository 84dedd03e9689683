// Package track is the record of a player's life as JSON lines: what it
// believed, what it did about it, and what came of it. The swarm and the
// Python SDK write the same lines, and anybody may write them; Read takes them
// in, Score says how good the player was.
//
//	forecast → decision → filled … → settled       one line each, in time order
//
// A line is an object with the fields of Line; unknown fields are left alone.
// Scores are computed from the forecasts and the outcomes, never taken from
// the file: a file that claims a better Brier score than it has is caught.
package track
