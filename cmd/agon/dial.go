package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"agon/chain"
	"agon/client"
)

// dialPatience bounds how long a verb waits for a node to answer at all.
const dialPatience = 10 * time.Second

// dial connects to the node of --rpc.
func (a *app) dial(ctx context.Context) (*client.Client, error) {
	dialing, stop := context.WithTimeout(ctx, dialPatience)
	defer stop()
	// A person waits for the answer: no node is news, not a reason to wait.
	c, err := client.Dial(dialing, a.rpc, client.Options{Retry: -1})
	if errors.Is(err, client.ErrNotAgon) {
		return nil, hint(err, "--rpc wants the JSON-RPC address of an Agon node")
	}
	return c, err
}

// isUnreachable reports that no node answered.
func isUnreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// actor is the key that acts: --key, or dev0 where the chain is for development.
func (a *app) actor(c *client.Client) (*ecdsa.PrivateKey, error) {
	if a.key != "" {
		return a.loadKey(a.key)
	}
	if c.ChainID().Uint64() != chain.DefaultChainID {
		err := wrong("whose key? chain %d is no development chain", c.ChainID())
		return nil, hint(err, `--key NAME or AGON_KEY says who acts; "agon keys" lists the names`)
	}
	return chain.DevAccounts()[0].Key, nil
}

// account is the actor as an account of the node.
func (a *app) account(ctx context.Context, c *client.Client) (*client.Account, error) {
	key, err := a.actor(c)
	if err != nil {
		return nil, err
	}
	return c.Account(ctx, key, nil)
}

// acting dials and finds the actor's account, the start of every verb that
// changes something. The caller closes the client.
func (a *app) acting(ctx context.Context) (*client.Client, *client.Account, error) {
	c, err := a.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	acc, err := a.account(ctx, c)
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return c, acc, nil
}

// address reads an account: 0x…, a name of the key ring or of development.
func (a *app) address(s string) (common.Address, error) {
	if common.IsHexAddress(s) {
		return common.HexToAddress(s), nil
	}
	for i, acc := range chain.DevAccounts() {
		if s == devName(i) {
			return acc.Address, nil
		}
	}
	e, err := a.ring().Find(s)
	if err != nil {
		return common.Address{}, hint(&coded{fmt.Errorf("account %w", err), exitUsage},
			"an account is 0x and 40 hex digits, dev0 to dev9, or a name of \"agon keys\"")
	}
	return e.Address, nil
}

// self is the address of the actor, without decrypting its key.
func (a *app) self(c *client.Client) (common.Address, error) {
	if a.key != "" && !isPrivate(a.key) {
		return a.address(a.key)
	}
	key, err := a.actor(c)
	if err != nil {
		return common.Address{}, err
	}
	return crypto.PubkeyToAddress(key.PublicKey), nil
}

// isPrivate tells a private key from an address: both begin with 0x.
func isPrivate(s string) bool { return len(s) > 2+2*common.AddressLength && s[:2] == "0x" }

// questionID reads the number of a question, "7" or "#7".
func questionID(s string) (uint64, error) {
	if len(s) > 0 && s[0] == '#' {
		s = s[1:]
	}
	id, err := strconv.ParseUint(s, 10, 64)
	if err != nil || id == 0 {
		return 0, hint(wrong("%q is not the number of a question", s),
			`"agon list" shows the numbers`)
	}
	return id, nil
}

// usualBlock is the time of a block where there are too few to measure it.
const usualBlock = 500 * time.Millisecond

// blockTime measures how long blocks take, from the timestamps, in whole
// seconds, of a recent one and of one about measureSpan before it.
func (a *app) blockTime(ctx context.Context) (time.Duration, error) {
	const measureSpan = 60
	eth, err := ethclient.DialContext(ctx, a.rpc)
	if err != nil {
		return 0, err
	}
	defer eth.Close()
	height, err := eth.BlockNumber(ctx)
	if err != nil {
		return 0, err
	}
	if height <= measureSpan {
		return usualBlock, nil
	}
	first, err := eth.HeaderByNumber(ctx, new(big.Int).SetUint64(height-measureSpan))
	if err != nil {
		return 0, err
	}
	// The newest block may not be readable in full yet; the one before is.
	last, err := eth.HeaderByNumber(ctx, new(big.Int).SetUint64(height-1))
	if err != nil {
		return 0, err
	}
	return spanTime(first, last), nil
}

// spanTime is the mean time of the blocks from first to last, or usualBlock if
// they came suspiciously fast or slow.
func spanTime(first, last *types.Header) time.Duration {
	blocks := new(big.Int).Sub(last.Number, first.Number).Int64()
	mean := time.Duration(last.Time-first.Time) * time.Second / time.Duration(blocks)
	if mean < 50*time.Millisecond || mean > time.Minute {
		return usualBlock
	}
	return mean
}
