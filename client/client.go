package client

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"agon/client/imarket"
	"agon/game/market"
)

// MarketAddress is where the market lives on every Agon chain.
var MarketAddress = common.HexToAddress("0x000000000000000000000000000000000000A601")

var (
	// ErrNotAgon reports a node on whose chain there is no market.
	ErrNotAgon = errors.New("not an Agon node")
	// ErrNoBlock reports a chain that does not begin.
	ErrNoBlock = errors.New("the chain has no block yet")
)

// Options tune a Client. The zero value of each field means its default.
type Options struct {
	// Poll is the pause between looks at the chain where no subscription
	// tells of new blocks; 150 ms.
	Poll time.Duration
	// ResendAfter is how long a transaction may go without a receipt before
	// the same bytes are sent again; 3 s.
	ResendAfter time.Duration
	// MaxTxBytes bounds a transaction; 128 KiB, what nodes accept.
	MaxTxBytes int
	// Retry is how long reading is tried again after the connection is lost;
	// 10 s. Negative: not at all.
	Retry time.Duration
}

// Defaults of Options, and bounds of one request.
const (
	defaultPoll        = 150 * time.Millisecond
	defaultResendAfter = 3 * time.Second
	defaultMaxTxBytes  = 128 << 10
	defaultRetry       = 10 * time.Second

	maxBatch      = 100 // calls in one JSON-RPC batch
	maxPage       = 256 // questions or orders in one page
	maxBlockRange = 5_000
)

// Client reads a node. It is safe for concurrent use.
type Client struct {
	rpc     *rpc.Client
	eth     *ethclient.Client
	abi     *imarket.IMarket
	dec     decoder
	opts    Options
	chainID *big.Int
	domain  [32]byte // EIP-712 separator
	push    bool     // the connection carries subscriptions

	watch *watcher
	fees  feeCache
	stop  context.CancelFunc
	bg    sync.WaitGroup
}

// Dial connects to a node by its URL (http, https, ws or wss) and checks that
// its chain has the market this package knows.
func Dial(ctx context.Context, url string, opts Options) (*Client, error) {
	raw, err := rpc.DialContext(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", url, err)
	}
	c := newClient(raw, opts)
	if err := c.identify(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return c, nil
}

// newClient fills in the defaults and starts the watcher of receipts.
func newClient(raw *rpc.Client, opts Options) *Client {
	if opts.Poll == 0 {
		opts.Poll = defaultPoll
	}
	if opts.ResendAfter == 0 {
		opts.ResendAfter = defaultResendAfter
	}
	if opts.MaxTxBytes == 0 {
		opts.MaxTxBytes = defaultMaxTxBytes
	}
	if opts.Retry == 0 {
		opts.Retry = defaultRetry
	}
	ctx, stop := context.WithCancel(context.Background())
	abi := imarket.NewIMarket()
	c := &Client{
		rpc: raw, eth: ethclient.NewClient(raw), abi: abi, dec: newDecoder(abi),
		opts: opts, push: raw.SupportsSubscriptions(), stop: stop,
	}
	c.watch = newWatcher(c)
	c.bg.Go(func() { c.watch.run(ctx) })
	return c
}

// identify learns the chain's id and checks the market's signing domain.
func (c *Client) identify(ctx context.Context) error {
	id, err := c.eth.ChainID(ctx)
	if err != nil {
		return fmt.Errorf("asking for the chain's id: %w", err)
	}
	c.chainID = id
	c.domain = Domain(id)
	if err := c.begun(ctx); err != nil {
		return err
	}
	out, err := c.view(ctx, c.abi.PackDomainSeparator())
	if err != nil {
		return fmt.Errorf("%w: no market at %s: %w", ErrNotAgon, MarketAddress, err)
	}
	have, err := c.abi.UnpackDomainSeparator(out)
	if err != nil || have != c.domain {
		return fmt.Errorf("%w: signing domain is %x, want %x", ErrNotAgon, have, c.domain)
	}
	return nil
}

// begun waits, for at most Options.Retry, until the chain has a block: a node
// answers before its first, though with errors.
func (c *Client) begun(ctx context.Context) error {
	deadline := time.Now().Add(c.opts.Retry)
	for {
		height, err := c.eth.BlockNumber(ctx)
		if err == nil && height > 0 {
			return nil
		}
		if time.Now().After(deadline) || !sleep(ctx, c.opts.Poll) {
			return errors.Join(ErrNoBlock, err, ctx.Err())
		}
	}
}

// Close ends the connection. What is Pending stays in the journals.
func (c *Client) Close() {
	c.stop()
	c.bg.Wait()
	c.rpc.Close()
}

// ChainID is the chain's EIP-155 id.
func (c *Client) ChainID() *big.Int { return new(big.Int).Set(c.chainID) }

// Height is the number of the last block.
func (c *Client) Height(ctx context.Context) (uint64, error) {
	var n uint64
	err := c.retry(ctx, func() (err error) { n, err = c.eth.BlockNumber(ctx); return })
	return n, err
}

// BlockHash is the hash of a block, which commits to all before it. A node that
// does not have the block says ethereum.NotFound.
func (c *Client) BlockHash(ctx context.Context, block uint64) (common.Hash, error) {
	var hash common.Hash
	err := c.retry(ctx, func() error {
		header, err := c.eth.HeaderByNumber(ctx, new(big.Int).SetUint64(block))
		if err == nil {
			hash = header.Hash()
		}
		return err
	})
	if err != nil {
		return hash, fmt.Errorf("block %d: %w", block, err)
	}
	return hash, nil
}

// Coins is what account has outside the market, in 10⁻¹⁸ coin.
func (c *Client) Coins(ctx context.Context, account common.Address) (market.Amount, error) {
	var b *big.Int
	err := c.retry(ctx, func() (err error) {
		b, err = c.eth.BalanceAt(ctx, account, nil)
		return
	})
	if err != nil {
		return market.Amount{}, fmt.Errorf("coins of %s: %w", account, err)
	}
	return amount(b)
}

// view calls the market without a transaction, on the newest state.
func (c *Client) view(ctx context.Context, data []byte) ([]byte, error) {
	var out []byte
	err := c.retry(ctx, func() (err error) {
		msg := ethereum.CallMsg{To: &MarketAddress, Data: data}
		out, err = c.eth.CallContract(ctx, msg, nil)
		return c.decodeRevert(err)
	})
	return out, err
}

// views makes many calls in as few round trips as batches allow; results are
// in the order of calls.
func (c *Client) views(ctx context.Context, calls [][]byte) ([][]byte, error) {
	out := make([][]byte, 0, len(calls))
	for first := 0; first < len(calls); first += maxBatch {
		part := calls[first:min(first+maxBatch, len(calls))]
		results := make([]hexutil.Bytes, len(part))
		batch := make([]rpc.BatchElem, len(part))
		for i, data := range part {
			call := map[string]any{"to": MarketAddress, "input": hexutil.Bytes(data)}
			batch[i] = rpc.BatchElem{
				Method: "eth_call", Args: []any{call, "latest"}, Result: &results[i],
			}
		}
		err := c.retry(ctx, func() error { return c.rpc.BatchCallContext(ctx, batch) })
		if err != nil {
			return nil, err
		}
		for i := range batch {
			if err := batch[i].Error; err != nil {
				return nil, fmt.Errorf("call %d: %w", first+i, c.decodeRevert(err))
			}
			out = append(out, results[i])
		}
	}
	return out, nil
}

// retry runs f again while the connection is down, for at most Options.Retry.
// An answer of the node, be it an error, ends it.
func (c *Client) retry(ctx context.Context, f func() error) error {
	deadline := time.Now().Add(c.opts.Retry)
	pause := 20 * time.Millisecond
	for {
		err := f()
		if err == nil || answered(err) || time.Now().Add(pause).After(deadline) {
			return err
		}
		if !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// answered reports whether err is the node's word and not the network's.
func answered(err error) bool {
	var refused *Refused
	var coded rpc.Error
	return errors.As(err, &refused) || errors.As(err, &coded) ||
		errors.Is(err, ethereum.NotFound) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, rpc.ErrClientQuit)
}

// sleep waits for d and reports false if ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// amount checks that b is an unsigned 256-bit number.
func amount(b *big.Int) (market.Amount, error) {
	var a market.Amount
	if b == nil || b.Sign() < 0 || a.SetFromBig(b) {
		return a, fmt.Errorf("amount %v is not an unsigned 256-bit number", b)
	}
	return a, nil
}
