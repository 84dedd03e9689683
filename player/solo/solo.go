// Package solo lets one forecaster of somebody's own play on a running node:
// ten lines of Go are a player.
//
//	err := solo.Play(ctx, Vowels{}, solo.Options{Key: key, Budget: 5, TrustAll: true})
//
// It is a swarm of one: sizing, budget, signed orders, claims and survival of
// restarts are package swarm's. The player has a key of its own, derived from
// Options.Key, which funds it, carries its orders and pays for gas.
package solo

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/client"
	"agon/player"
	"agon/player/sizing"
	"agon/player/swarm"
)

// Options say where and with what a player plays. Key and Budget are needed.
type Options struct {
	// URL is a node's JSON-RPC address; http://127.0.0.1:8545 if empty.
	URL string
	// Key is the private key that pays: 64 hex digits, with or without 0x.
	Key string
	// Budget is the most the player may be out of pocket, ever, in coins.
	Budget float64
	// Trust lists accounts (0x…) whose answers to questions are believed;
	// TrustAll believes all. Other questions are left alone.
	Trust    []string
	TrustAll bool

	Timeout time.Duration // of one forecast; 30 s
	Record  io.Writer     // a track record; none if nil
	Log     *slog.Logger  // nothing is logged if nil
	// Done, if not nil, is called with the player's account of itself at the
	// end.
	Done func(swarm.Standing)
}

// ErrOptions reports options no player can play with.
var ErrOptions = errors.New("options of a player")

// DefaultURL is where "agon up" listens.
const DefaultURL = "http://127.0.0.1:8545"

// Play plays f until ctx ends, and then returns nil. The same key and the same
// name of f are the same player, with the money it had, after a restart.
func Play(ctx context.Context, f player.Forecaster, o Options) error {
	key, err := o.key()
	if err != nil {
		return err
	}
	if !(o.Budget > 0) {
		return fmt.Errorf("%w: a budget of %v coins, want more than 0", ErrOptions, o.Budget)
	}
	cfg := swarm.Config{
		Seed: seed(key, f), Count: 1, Budget: sizing.Amount(o.Budget),
		Roster:   func([]byte) []player.Forecaster { return []player.Forecaster{f} },
		TrustAll: o.TrustAll, Timeout: o.Timeout, Record: o.Record, Log: o.Log,
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	for _, who := range o.Trust {
		if !common.IsHexAddress(who) {
			return fmt.Errorf("%w: trust %q, want 0x and 40 hex digits", ErrOptions, who)
		}
		cfg.Resolvers = append(cfg.Resolvers, common.HexToAddress(who))
	}
	if o.URL == "" {
		o.URL = DefaultURL
	}
	c, err := client.Dial(ctx, o.URL, client.Options{})
	if err != nil {
		return fmt.Errorf("%s: %w", o.URL, err)
	}
	defer c.Close()
	account, err := c.Account(ctx, key, nil)
	if err != nil {
		return err
	}
	cfg.Chain = swarm.Live(account)
	s, err := swarm.New(cfg)
	if err != nil {
		return err
	}
	err = s.Run(ctx)
	if players := s.Report().Players; o.Done != nil && len(players) > 0 {
		o.Done(players[0])
	}
	return err
}

// key reads the private key; its digits never show up in an error.
func (o Options) key() (*ecdsa.PrivateKey, error) {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(o.Key, "0x"))
	if err != nil {
		return nil, fmt.Errorf("%w: Key is not a private key: 64 hex digits, as "+
			`"agon keys export NAME" or "agon keys --dev" print them`, ErrOptions)
	}
	return key, nil
}

// seed decides the player's own key: SHA-256("agon solo" ‖ key ‖ name).
func seed(key *ecdsa.PrivateKey, f player.Forecaster) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "agon solo %s %s", hex.EncodeToString(crypto.FromECDSA(key)), f.Name())
	return h.Sum(nil)
}
