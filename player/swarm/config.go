package swarm

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/game/market"
	"agon/player"
	"agon/player/arbitrage"
	"agon/player/evidence"
	"agon/player/memory"
	"agon/player/roster"
)

// Config says who plays and by which rules.
type Config struct {
	Chain Chain
	// Seed decides the players' keys, temperaments and gambles: the same seed
	// gives the same players, with the same money, after a restart.
	Seed []byte

	// Groups are the players. Without any, there are Count players with the
	// same Budget, divided among the forecasters that Roster gives: the
	// built-in ones if it is nil.
	Groups []Group
	Count  int           // players; at least 1, at most MaxPlayers
	Budget market.Amount // the most each may be out of pocket, ever
	Roster func(key []byte) []player.Forecaster

	// Memory is where settled forecasts are kept, and those of questions that
	// have not settled; nil: nothing outlives the process, but what the chain
	// has.
	Memory *memory.Store
	// Save is how often, at least, the memory notes how far the chain has been
	// read, so that the next life reads on from there; 30 s.
	Save time.Duration
	// Links are questions that bind each other, besides those that say so
	// themselves; for arbitrageurs.
	Links []arbitrage.Link
	// Flow bounds the orders that are signed and neither placed nor lapsed;
	// 2048. Of those that wait, the ones that expect most go first.
	Flow int
	// Crowd bounds the orders signed for one book in one block; 64.
	Crowd int

	// Resolvers are the accounts trusted to answer questions. Questions any
	// other account answers alone are refused, unless TrustAll is set.
	Resolvers []common.Address
	TrustAll  bool
	// Only, if not nil, says which questions to look at.
	Only func(id uint64) bool

	// Timeout bounds one forecast; 5 s.
	Timeout time.Duration
	// Window is for how many blocks a signed order may be placed; 20.
	Window uint64
	// From is the block from which the chain is read, where the memory has no
	// checkpoint; 1 if 0. With a Seed
	// that was used before, it must not be later than that use.
	From uint64
	// Drain is how long a stopping swarm waits for what is on its way; 5 s.
	Drain time.Duration

	Evidence *evidence.Fetcher // the safe one if nil
	Record   io.Writer         // JSON lines of everything decided; none if nil
	// Recorded is the block of the last line that an earlier life wrote to Record:
	// what came before it is not written again.
	Recorded uint64
	Log      *slog.Logger // nothing is logged if nil
}

// Bounds of a swarm.
const (
	MaxPlayers = 10_000

	defaultFlow    = 2048
	defaultCrowd   = 64
	defaultTimeout = 5 * time.Second
	defaultWindow  = 20
	defaultDrain   = 5 * time.Second
	defaultSave    = 30 * time.Second
)

// ErrConfig reports a configuration no swarm can run by.
var ErrConfig = errors.New("swarm configuration")

// withDefaults fills in what is zero and checks the rest.
func (c Config) withDefaults() (Config, error) {
	switch {
	case c.Chain == nil:
		return c, fmt.Errorf("%w: no chain", ErrConfig)
	case len(c.Seed) == 0:
		return c, fmt.Errorf("%w: no seed", ErrConfig)
	}
	if c.Groups != nil {
		c.Count = 0
		names := map[string]bool{}
		for i := range c.Groups {
			if err := c.Groups[i].check(names); err != nil {
				return c, err
			}
			c.Count = min(MaxPlayers+1, c.Count+min(MaxPlayers+1, c.Groups[i].Count))
		}
	} else if c.Budget.IsZero() || c.Budget.Gt(&market.MaxAmount) {
		return c, fmt.Errorf("%w: budget %s", ErrConfig, c.Budget.Dec())
	}
	if c.Count < 1 || c.Count > MaxPlayers {
		return c, fmt.Errorf("%w: %d players, want 1 to %d", ErrConfig, c.Count, MaxPlayers)
	}
	if c.Flow <= 0 {
		c.Flow = defaultFlow
	}
	if c.Crowd <= 0 {
		c.Crowd = defaultCrowd
	}
	if c.Roster == nil {
		c.Roster = roster.Builtin
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Window == 0 {
		c.Window = defaultWindow
	}
	if c.From == 0 {
		c.From = 1
	}
	if c.Drain == 0 {
		c.Drain = defaultDrain
	}
	if c.Save == 0 {
		c.Save = defaultSave
	}
	if c.Evidence == nil {
		c.Evidence = &evidence.Fetcher{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
