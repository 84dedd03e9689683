package memory

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Checkpoint is how far a swarm had read the chain, and what it knew by then,
// so that the next life goes on from there.
type Checkpoint struct {
	Block uint64   // the last one read
	Hash  [32]byte // that block's: another chain has another
	Owner [32]byte // who reads: another swarm knows other things
	State []byte   // what it knew, as its owner writes it
}

// Past is a question that has settled, kept for those who learn of it after a
// restart.
type Past struct {
	Block, Question uint64 // when it settled, and which
	Data            []byte
}

// The buckets of checkpoints.
var (
	checkpointBucket = []byte("checkpoint") // checkpointKey → Checkpoint
	pastBucket       = []byte("past")       // block ‖ question → Past.Data
	checkpointKey    = []byte("latest")
)

// checkpointHead is what a stored checkpoint has besides its state: version,
// block, hash, owner.
const (
	checkpointVersion = 1
	checkpointHead    = 1 + 8 + 32 + 32
)

// Advance commits a checkpoint together with what settled since the last one.
// Of the questions that settled the newest keep are kept; if fresh, none of
// those from before.
func (s *Store) Advance(c Checkpoint, settled []Past, keep int, fresh bool) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if fresh {
			if err := tx.DeleteBucket(pastBucket); err != nil {
				return err
			}
		}
		past, err := tx.CreateBucketIfNotExists(pastBucket)
		if err != nil {
			return err
		}
		for _, p := range settled {
			key := binary.BigEndian.AppendUint64(nil, p.Block)
			key = binary.BigEndian.AppendUint64(key, p.Question)
			if err := put(past, key, p.Data); err != nil {
				return err
			}
		}
		if err := trim(past, keep); err != nil {
			return err
		}
		value, err := c.AppendBinary(make([]byte, 0, checkpointHead+len(c.State)))
		if err != nil {
			return err
		}
		return tx.Bucket(checkpointBucket).Put(checkpointKey, value)
	})
	if err != nil {
		return fmt.Errorf("remembering the checkpoint of block %d: %w", c.Block, err)
	}
	return nil
}

// put sets a value. The bucket's sequence counts what is in it.
func put(b *bbolt.Bucket, key, value []byte) error {
	if b.Get(key) == nil {
		if err := b.SetSequence(b.Sequence() + 1); err != nil {
			return err
		}
	}
	return b.Put(key, value)
}

// trim drops the first of a bucket until keep are left.
func trim(b *bbolt.Bucket, keep int) error {
	for b.Sequence() > uint64(keep) {
		first, _ := b.Cursor().First()
		if err := b.Delete(first); err != nil {
			return err
		}
		if err := b.SetSequence(b.Sequence() - 1); err != nil {
			return err
		}
	}
	return nil
}

// Resume gives the last checkpoint of owner and the questions that had settled
// by then, the first first; ok is false if there is none.
func (s *Store) Resume(owner [32]byte) (c Checkpoint, settled []Past, ok bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket(checkpointBucket).Get(checkpointKey)
		if value == nil {
			return nil
		}
		if err := c.UnmarshalBinary(value); err != nil || c.Owner != owner {
			return err
		}
		ok = true
		return tx.Bucket(pastBucket).ForEach(func(key, data []byte) error {
			if len(key) != 16 {
				return fmt.Errorf("%w: a settled question's key of %d bytes", ErrRecord, len(key))
			}
			settled = append(settled, Past{
				Block:    binary.BigEndian.Uint64(key),
				Question: binary.BigEndian.Uint64(key[8:]), Data: bytes.Clone(data),
			})
			return nil
		})
	})
	if err != nil {
		return Checkpoint{}, nil, false, fmt.Errorf("reading the checkpoint: %w", err)
	}
	return c, settled, ok, nil
}

// Retreat forgets the checkpoint: the next life reads from the beginning.
func (s *Store) Retreat() error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(checkpointBucket).Delete(checkpointKey)
	})
	if err != nil {
		return fmt.Errorf("forgetting the checkpoint: %w", err)
	}
	return nil
}

// AppendBinary appends the checkpoint's encoding.
func (c Checkpoint) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, checkpointVersion)
	b = binary.BigEndian.AppendUint64(b, c.Block)
	b = append(append(b, c.Hash[:]...), c.Owner[:]...)
	return append(b, c.State...), nil
}

// UnmarshalBinary reads what AppendBinary wrote; anything else is ErrRecord.
func (c *Checkpoint) UnmarshalBinary(b []byte) error {
	if len(b) < checkpointHead || b[0] != checkpointVersion {
		return fmt.Errorf("%w: a checkpoint of %d bytes, want %d or more of version %d",
			ErrRecord, len(b), checkpointHead, checkpointVersion)
	}
	c.Block, b = binary.BigEndian.Uint64(b[1:]), b[9:]
	b = b[copy(c.Hash[:], b):]
	b = b[copy(c.Owner[:], b):]
	c.State = bytes.Clone(b)
	return nil
}
