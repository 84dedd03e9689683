package swarm

import (
	"fmt"
	"reflect"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/game/market"
	"agon/player"
	"agon/player/arbitrage"
	"agon/player/calibrate"
	"agon/player/memory"
	"agon/player/sizing"
)

// Group is players of one kind: the same model, or arbitrageurs.
type Group struct {
	Name  string // unique; its players are "name 1", "name 2", …
	Count int
	// Seed decides the keys, and so the money, of the group's players; one
	// derived from Config.Seed and Name if nil.
	Seed   []byte
	Budget market.Amount // the most each may be out of pocket, ever

	// Make gives the forecaster of player i, from 0, with that key. Players to whom it
	// gives one and the same share its answers.
	Make func(i int, key []byte) (player.Forecaster, error)
	// Arbitrage, if not nil, makes the players arbitrageurs; Make is not used.
	Arbitrage *arbitrage.Style
	// Reader, if not nil, makes the players readers; Make is not used.
	Reader *Reading
	// Adjust may change the temperament that was drawn for a player.
	Adjust func(Temper) Temper
	// Timeout bounds one forecast; Config.Timeout if 0.
	Timeout time.Duration
}

// seat is a player to be: whose seed, which number, and who thinks for it.
type seat struct {
	group  *Group
	name   string
	seed   []byte
	number int
	mind   player.Forecaster // nil for arbitrageurs and readers
	first  bool              // the first of its model
}

// arbitrageModel is the model that arbitrageurs are listed under.
const arbitrageModel = "arbitrage"

// recruit makes the players: those of the groups, or Config.Count of them
// divided among Config.Roster's forecasters in turn.
func (s *Swarm) recruit() error {
	seats, err := s.cfg.seats()
	if err != nil {
		return err
	}
	shared := map[player.Forecaster]*oracle{}
	ears := map[*Group]*ear{}
	for i, seat := range seats {
		a := &agent{
			id: i, name: seat.name, group: seat.group.Name, key: keyOf(seat.seed, seat.number),
			seed: seat.seed, number: seat.number,
			model: arbitrageModel, family: arbitrageModel, arbitrage: seat.group.Arbitrage,
			temper:    temper(random(seat.seed, "temper", seat.number), seat.first),
			limit:     seat.group.Budget,
			budget:    sizing.NewBudget(seat.group.Budget),
			notes:     map[bookKey]*notes{},
			flights:   map[*flight]bool{},
			live:      map[uint64]*flight{},
			unclaimed: map[uint64]int{},
			sets:      map[uint64]string{},
			loose:     map[uint64]market.Amount{},
			tally:     tally{Looks: map[string]int{}},
		}
		a.addr = crypto.PubkeyToAddress(a.key.PublicKey)
		if seat.group.Reader != nil {
			// A reader's word is the others': it adds no mood of its own.
			a.temper.Noise, a.temper.Slope, a.temper.Delay = 0, 1, 0
		}
		if seat.group.Adjust != nil {
			a.temper = seat.group.Adjust(a.temper)
		}
		if seat.mind != nil {
			a.model, a.family = seat.mind.Name(), seat.mind.Family()
			a.oracle = s.oracleOf(seat, a, shared)
			a.mind = memory.NewMind(a.temper.Trust, calibrate.Options{Window: mindWindow})
			s.users[a.oracle] = append(s.users[a.oracle], a)
		}
		if seat.group.Reader != nil {
			e := ears[seat.group]
			if e == nil {
				e = newEar(seat.group)
				ears[seat.group], s.ears = e, append(s.ears, e)
				s.longest = max(s.longest, e.after)
			}
			a.model, a.family, a.ear, a.oracle = readerModel, readerModel, e, e.oracle
			a.mind = memory.NewMind(1, calibrate.Options{Window: mindWindow})
			s.users[a.oracle] = append(s.users[a.oracle], a)
		}
		s.agents = append(s.agents, a)
		if s.byAddr[a.addr] != nil {
			return fmt.Errorf("%w: %s and %s have one key: their groups' seeds are the same",
				ErrConfig, s.byAddr[a.addr].name, a.name)
		}
		s.byAddr[a.addr] = a
	}
	return nil
}

// mindWindow is how many settled forecasts a calibrator fits; with twice as
// many players as asked for, 24 MB in all.
const mindWindow = 512

// oracleOf gives the oracle of a player's forecaster: one for all players who
// were given the same, or the player's own.
func (s *Swarm) oracleOf(st seat, a *agent, shared map[player.Forecaster]*oracle) *oracle {
	comparable := reflect.TypeOf(st.mind).Comparable()
	if comparable && shared[st.mind] != nil {
		return shared[st.mind]
	}
	timeout := st.group.Timeout
	if timeout == 0 {
		timeout = s.cfg.Timeout
	}
	o := newOracle(st.mind, timeout)
	if comparable {
		shared[st.mind] = o
	}
	// The name its forecasts are remembered under.
	o.id = st.mind.Name()
	if s.named[o.id] {
		o.id = fmt.Sprintf("%s/%s", o.id, a.addr)
	}
	s.named[o.id] = true
	s.oracles = append(s.oracles, o)
	if _, learns := st.mind.(player.Learner); learns {
		s.learners = append(s.learners, o)
	}
	return o
}

// seats lists the players to be.
func (c *Config) seats() ([]seat, error) {
	if c.Groups == nil {
		return c.rosterSeats()
	}
	var seats []seat
	for i := range c.Groups {
		g := &c.Groups[i]
		seed := g.Seed
		if seed == nil {
			d := derive(c.Seed, "group/"+g.Name, 0)
			seed = d[:]
		}
		known := map[string]bool{}
		for n := range g.Count {
			st := seat{
				group: g, name: fmt.Sprintf("%s %d", g.Name, n+1), seed: seed, number: n,
			}
			if g.Arbitrage == nil && g.Reader == nil {
				mine := derive(seed, "roster", n)
				f, err := g.Make(n, mine[:])
				if err != nil {
					return nil, fmt.Errorf("%w: group %q: %w", ErrConfig, g.Name, err)
				}
				st.mind, st.first = f, !known[f.Name()]
				known[f.Name()] = true
			}
			seats = append(seats, st)
		}
	}
	return seats, nil
}

// rosterSeats divides Config.Count players among the roster's forecasters.
func (c *Config) rosterSeats() ([]seat, error) {
	everybody := &Group{Name: "", Budget: c.Budget}
	serial := map[string]int{}
	var seats []seat
	for i := range c.Count {
		mine := derive(c.Seed, "roster", i)
		all := c.Roster(mine[:])
		if len(all) == 0 {
			return nil, fmt.Errorf("%w: an empty roster", ErrConfig)
		}
		f := all[i%len(all)]
		serial[f.Name()]++
		n := serial[f.Name()]
		seats = append(seats, seat{
			group: everybody, name: fmt.Sprintf("%s %d", f.Name(), n), seed: c.Seed, number: i,
			mind: f, first: n == 1,
		})
	}
	return seats, nil
}

// check says what is wrong with a group, or nothing.
func (g *Group) check(names map[string]bool) error {
	switch {
	case g.Name == "" || names[g.Name]:
		return fmt.Errorf("%w: a group needs a name of its own, have %q", ErrConfig, g.Name)
	case g.Count < 1:
		return fmt.Errorf("%w: group %q: %d players, want at least 1", ErrConfig, g.Name, g.Count)
	case g.Budget.IsZero() || g.Budget.Gt(&market.MaxAmount):
		return fmt.Errorf("%w: group %q: budget %s", ErrConfig, g.Name, g.Budget.Dec())
	case g.Reader != nil && (g.Arbitrage != nil || g.Reader.After > MaxAfter):
		return fmt.Errorf("%w: group %q: readers do not arbitrage, and wait %d blocks at most",
			ErrConfig, g.Name, MaxAfter)
	case g.Make == nil && g.Arbitrage == nil && g.Reader == nil:
		return fmt.Errorf("%w: group %q has nobody to think for it", ErrConfig, g.Name)
	}
	names[g.Name] = true
	return nil
}
