// Package stage hosts game/market in memory: the same code the chain runs, with
// heights for time, no node, no signatures and no gas.
//
//	Block ──→ due work: batches, draws of the close ──→ events
//	  ↑                                                   │
//	  └── Ask, Place, Resolve, Claim in that block ←──────┘
//
// An order placed in block h trades at the head of block h+1, as on the chain.
// One seed decides every beacon. A stage is not safe for concurrent use.
package stage

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"agon/game/market"
)

// Stage is one market and its clock.
type Stage struct {
	market.Market
	height market.Height
	seed   uint64
	events []market.Event
}

// New gives an empty market at height 1. The seed decides the beacons, and so
// at which of its draws each question closes.
func New(seed uint64) *Stage {
	s := &Stage{height: 1, seed: seed}
	s.Market = market.Market{
		Store: market.NewMemory().Store,
		Emit:  func(e market.Event) { s.events = append(s.events, e) },
	}
	return s
}

// Height is the present block.
func (s *Stage) Height() market.Height { return s.height }

// Block ends the present block and does the work that is due at the head of
// the next. An error means that the market's rules are broken.
func (s *Stage) Block() error {
	s.height++
	for {
		due := s.Due(s.height, dueChunk)
		for _, q := range due {
			if err := s.Advance(s.height, s.beacon(), q); err != nil {
				return fmt.Errorf("stage: %w", err)
			}
		}
		if len(due) < dueChunk {
			return nil
		}
	}
}

// dueChunk is how many questions are read from the wheel at a time.
const dueChunk = 1024

// beacon is SHA-256("agon/lab/beacon" ‖ seed ‖ height).
func (s *Stage) beacon() market.Hash {
	b := append([]byte("agon/lab/beacon"), make([]byte, 0, 16)...)
	b = binary.BigEndian.AppendUint64(b, s.seed)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(s.height)))
}

// Events gives what has happened since it was last called, in order.
func (s *Stage) Events() []market.Event {
	out := s.events
	s.events = nil
	return out
}

// AccountOf makes the address of somebody by name.
func AccountOf(name string) market.Account {
	digest := sha256.Sum256([]byte("agon/lab/account/" + name))
	return market.Account(digest[:20])
}
