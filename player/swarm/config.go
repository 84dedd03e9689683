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
	"agon/player/evidence"
	"agon/player/roster"
)

// Config says who plays and by which rules.
type Config struct {
	Chain Chain
	// Seed decides the players' keys, temperaments and gambles: the same seed
	// gives the same players, with the same money, after a restart.
	Seed  []byte
	Count int // players; at least 1, at most MaxPlayers
	// Budget is the most each player may be out of pocket, ever.
	Budget market.Amount

	// Roster gives the forecasters among which players are divided; the
	// built-in ones if nil.
	Roster func(key []byte) []player.Forecaster
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
	// From is the block from which the chain is read; 1 if 0. With a Seed
	// that was used before, it must not be later than that use.
	From uint64
	// Drain is how long a stopping swarm waits for what is on its way; 5 s.
	Drain time.Duration

	Evidence *evidence.Fetcher // the safe one if nil
	Record   io.Writer         // JSON lines of everything decided; none if nil
	Log      *slog.Logger      // nothing is logged if nil
}

// Bounds of a swarm.
const (
	MaxPlayers = 10_000

	defaultTimeout = 5 * time.Second
	defaultWindow  = 20
	defaultDrain   = 5 * time.Second
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
	case c.Count < 1 || c.Count > MaxPlayers:
		return c, fmt.Errorf("%w: %d players, want 1 to %d", ErrConfig, c.Count, MaxPlayers)
	case c.Budget.IsZero() || c.Budget.Gt(&market.MaxAmount):
		return c, fmt.Errorf("%w: budget %s", ErrConfig, c.Budget.Dec())
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
	if c.Evidence == nil {
		c.Evidence = &evidence.Fetcher{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
