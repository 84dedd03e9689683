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
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// watcher finds out what becomes of transactions. It reads the hashes of each
// new block once, whoever waits, and asks for the receipts of those it knows;
// what has no receipt for long it sends again.
type watcher struct {
	c    *Client
	wake chan struct{}

	mu   sync.Mutex
	live map[*Pending]bool // true: to be asked for by hash at the next round

	head uint64 // last block whose hashes were read; 0: none yet
}

func newWatcher(c *Client) *watcher {
	return &watcher{c: c, wake: make(chan struct{}, 1), live: map[*Pending]bool{}}
}

// add watches p. If it may be in a block already, ask is true.
func (w *watcher) add(p *Pending, ask bool) {
	w.mu.Lock()
	w.live[p] = ask
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// remove forgets a transaction.
func (w *watcher) remove(p *Pending) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.live, p)
}

// idle reports whether there is nothing to watch.
func (w *watcher) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.live) == 0
}

// run looks every Options.Poll while there is something to watch.
func (w *watcher) run(ctx context.Context) {
	for {
		if w.idle() {
			w.head = 0
			select {
			case <-ctx.Done():
				return
			case <-w.wake:
			}
		}
		w.round(ctx)
		if !sleep(ctx, w.c.opts.Poll) {
			return
		}
	}
}

// round is one look. A node that cannot be reached is asked again in the next.
func (w *watcher) round(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	head, err := w.c.eth.BlockNumber(ctx)
	if err != nil {
		return
	}
	if w.head == 0 || head > w.head+maxBatch {
		// Too far behind to read every block: ask for each by its hash.
		w.lookAtAll()
		w.head = head
	}
	w.scan(ctx, head)
	w.receipts(ctx)
	w.resend(ctx)
}

// lookAtAll marks everything for a look by hash.
func (w *watcher) lookAtAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.live {
		w.live[p] = true
	}
}

// scan reads the hashes of the blocks up to head and marks those it knows.
func (w *watcher) scan(ctx context.Context, head uint64) {
	if head <= w.head {
		return
	}
	type block struct {
		Transactions []common.Hash `json:"transactions"`
	}
	blocks := make([]*block, head-w.head)
	batch := make([]rpc.BatchElem, len(blocks))
	for i := range batch {
		number := hexutil.EncodeBig(new(big.Int).SetUint64(w.head + 1 + uint64(i)))
		batch[i] = rpc.BatchElem{
			Method: "eth_getBlockByNumber", Args: []any{number, false}, Result: &blocks[i],
		}
	}
	if err := w.c.rpc.BatchCallContext(ctx, batch); err != nil {
		return
	}
	mined := map[common.Hash]bool{}
	for i, b := range blocks {
		if batch[i].Error != nil || b == nil {
			break // not there yet: the next round begins with it
		}
		for _, hash := range b.Transactions {
			mined[hash] = true
		}
		w.head++
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.live {
		w.live[p] = w.live[p] || mined[p.Hash()]
	}
}

// receipts asks for those marked and settles the ones that have a receipt.
func (w *watcher) receipts(ctx context.Context) {
	w.mu.Lock()
	var asked []*Pending
	for p, ask := range w.live {
		if ask {
			asked = append(asked, p)
		}
	}
	w.mu.Unlock()
	for first := 0; first < len(asked); first += maxBatch {
		part := asked[first:min(first+maxBatch, len(asked))]
		found := make([]*types.Receipt, len(part))
		batch := make([]rpc.BatchElem, len(part))
		for i, p := range part {
			batch[i] = rpc.BatchElem{
				Method: "eth_getTransactionReceipt", Args: []any{p.Hash()}, Result: &found[i],
			}
		}
		if err := w.c.rpc.BatchCallContext(ctx, batch); err != nil {
			return
		}
		for i, p := range part {
			if found[i] != nil && batch[i].Error == nil {
				w.settle(ctx, p, found[i])
			}
		}
	}
}

// settle ends a transaction that is in a block.
func (w *watcher) settle(ctx context.Context, p *Pending, r *types.Receipt) {
	w.remove(p)
	if r.Status == types.ReceiptStatusSuccessful {
		p.account.finish(p, StateMined, r, nil)
		return
	}
	p.account.finish(p, StateRefused, r, w.c.whyReverted(ctx, p, r))
}

// whyReverted runs a reverted transaction again on the state before its block
// to hear why. What came before it in the block, the close of a question or
// another transaction, may have been the cause: then that run succeeds, and one
// on the state after the block tells. If that succeeds too, the error says only
// that it reverted.
func (c *Client) whyReverted(ctx context.Context, p *Pending, r *types.Receipt) error {
	tx := p.transaction()
	if tx == nil {
		return &Refused{Detail: "reverted"}
	}
	msg := ethereum.CallMsg{
		From: p.account.Address(), To: tx.To(), Gas: tx.Gas(), Value: tx.Value(), Data: tx.Data(),
	}
	before := new(big.Int).Sub(r.BlockNumber, big.NewInt(1))
	_, err := c.eth.CallContract(ctx, msg, before)
	if err = c.decodeRevert(err); err == nil {
		_, err = c.eth.CallContract(ctx, msg, r.BlockNumber)
		if err = c.decodeRevert(err); !errors.As(err, new(*Refused)) {
			err = nil // of the later state only the market's word counts
		}
	}
	if err != nil {
		return fmt.Errorf("transaction %s in block %v: %w", tx.Hash(), r.BlockNumber, err)
	}
	return fmt.Errorf("transaction %s reverted in block %v, used %d of %d gas: %w",
		tx.Hash(), r.BlockNumber, r.GasUsed, tx.Gas(), &Refused{Detail: "reverted"})
}

// missesToDrop is how many looks must find a transaction's nonce spent, and no
// receipt of it, before it counts as dropped: a node may show the nonce before
// the receipt.
const missesToDrop = 3

// resend sends again, the same bytes, what has had no receipt for long.
func (w *watcher) resend(ctx context.Context) {
	now := time.Now()
	w.mu.Lock()
	var late []*Pending
	for p := range w.live {
		p.mu.Lock()
		wait := w.c.opts.ResendAfter
		if p.state == StateSent {
			wait /= 4
		}
		if p.tx != nil && now.Sub(p.sent) > wait {
			late = append(late, p)
			w.live[p] = true
		}
		p.mu.Unlock()
	}
	w.mu.Unlock()
	for _, p := range late {
		p.account.resubmit(ctx, p)
	}
}
