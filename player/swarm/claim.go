package swarm

import (
	"context"
	"slices"
)

// claimed is what became of one player's claim.
type claimed struct {
	agent     *agent
	questions []uint64
	err       error
}

const (
	maxClaiming = 64 // claims on their way at a time
	maxTries    = 3  // to claim from one question
	maxClaims   = 50
)

// claim sends players for what settled questions owe them, a few at a time.
func (s *Swarm) claim(ctx context.Context) {
	if !s.live || !s.ready {
		return
	}
	for _, a := range s.agents {
		if s.claiming >= maxClaiming {
			return
		}
		list := a.claimable()
		if len(list) == 0 {
			continue
		}
		s.claiming++
		for _, id := range list {
			a.unclaimed[id] |= underway
		}
		s.bg.Go(func() {
			c := claimed{a, list, s.cfg.Chain.Claim(ctx, a.key, list)}
			select {
			case s.claims <- c:
			case <-ctx.Done():
			}
		})
	}
}

// underway marks, in agent.unclaimed, a question whose claim is on its way.
const underway = 1 << 16

// claimable lists the questions to claim from now, in order.
func (a *agent) claimable() []uint64 {
	var list []uint64
	for id, tries := range a.unclaimed {
		if tries&underway == 0 && tries < maxTries {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list[:min(len(list), maxClaims)]
}

// onClaimed notes what became of a claim. The money is booked by the event.
func (s *Swarm) onClaimed(c claimed) {
	s.claiming--
	for _, id := range c.questions {
		tries, owed := c.agent.unclaimed[id]
		if !owed {
			continue // the event came first
		}
		c.agent.unclaimed[id] = tries&^underway + 1
		if c.err == nil {
			delete(c.agent.unclaimed, id)
		}
	}
	if c.err != nil {
		s.cfg.Log.Warn("claiming", "player", c.agent.name, "error", c.err)
	}
}
