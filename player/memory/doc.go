// Package memory is what players remember after their process has ended: the
// forecasts they made, what became of them, and what they learnt from it.
//
//	forecast ─→ Store: models ──────────┐ (asked again after a restart? no: read)
//	settled  ─→ Store: players, at once ┴─→ Mind ─→ Learn, Believe
//
// A Store is one file (bbolt: pages written aside, then one root switched), so
// that whatever was committed before a crash is there after it and whatever was
// not is not, never half of it. Each player has a bucket of its own, bounded:
// the oldest records go first. A question is learnt from once: that it was, is
// committed together with the records.
//
// A Checkpoint says how far the chain has been read, and is committed together
// with what settled before it, so that a restart reads only what is new.
//
// A Mind is what one player makes of its records: a calibrator for its
// forecasts and a pool that weighs them against the price. It is rebuilt from
// the records, in the order in which they settled, and so never knows of an
// answer before it was given.
package memory
