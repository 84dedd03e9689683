package chain

import (
	"crypto/sha256"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// generationBytes is how many encoded bytes one generation holds; two live at a
// time. At 300 bytes a transaction that is 55,000 transactions. Decoded they
// take some three times as much.
const generationBytes = 16 << 20

// txCache remembers decoded transactions by the hash of their bytes. A
// transaction is decoded when it enters the pool, when it is proposed, when the
// proposal is judged and when it is executed; decoding, and recovering the
// sender that the decoded form remembers, are a third of its cost. Decoded
// transactions are never modified, so sharing them is safe.
type txCache struct {
	decodeBytes sdk.TxDecoder

	mu         sync.RWMutex
	young, old map[[32]byte]sdk.Tx
	youngBytes int // of the transactions in young
}

func newTxCache(decode sdk.TxDecoder) *txCache {
	return &txCache{decodeBytes: decode, young: make(map[[32]byte]sdk.Tx)}
}

// decode returns the transaction in b. Safe for concurrent use.
func (c *txCache) decode(b []byte) (sdk.Tx, error) {
	id := sha256.Sum256(b)
	if tx := c.find(id); tx != nil {
		return tx, nil
	}
	tx, err := c.decodeBytes(b)
	if err != nil {
		return nil, err
	}
	c.put(id, tx, len(b))
	return tx, nil
}

// learn remembers that b decodes to tx.
func (c *txCache) learn(b []byte, tx sdk.Tx) {
	c.put(sha256.Sum256(b), tx, len(b))
}

func (c *txCache) find(id [32]byte) sdk.Tx {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if tx := c.young[id]; tx != nil {
		return tx
	}
	return c.old[id]
}

// put adds to the young generation, which becomes the old one when it is full.
func (c *txCache) put(id [32]byte, tx sdk.Tx, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.youngBytes+size > generationBytes {
		c.old, c.young, c.youngBytes = c.young, make(map[[32]byte]sdk.Tx), 0
	}
	c.young[id] = tx
	c.youngBytes += size
}
