package memory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// Store is the file. It is safe for concurrent use; one process at a time may
// have it open.
type Store struct {
	db   *bbolt.DB
	opts Options
}

// Options of a Store; the zero value of a field means its default.
type Options struct {
	Keep     int // settled forecasts kept of each player, the newest; 1024
	Settled  int // settled books of which it is known that they were learnt; 2²⁰
	Forecast int // forecasts of models kept for questions that have not settled; 2²⁰
	// Fast leaves out waiting for the disk: a crash of the machine may then
	// lose the file. For measurements.
	Fast bool
}

// ErrBusy reports a file that another process has open.
var ErrBusy = errors.New("memory is open in another process")

// The buckets at the top of the file.
var (
	playersBucket   = []byte("players")   // player → its bucket: sequence → Record
	settledBucket   = []byte("settled")   // Name → sequence
	orderBucket     = []byte("order")     // sequence → Name: the oldest first
	forecastsBucket = []byte("forecasts") // Name ‖ model → Forecast
)

const (
	defaultKeep     = 1 << 10
	defaultSettled  = 1 << 20
	defaultForecast = 1 << 20
	lockPatience    = time.Second
)

// Open opens the store at path, making it if there is none.
func Open(path string, o Options) (*Store, error) {
	if o.Keep <= 0 {
		o.Keep = defaultKeep
	}
	if o.Settled <= 0 {
		o.Settled = defaultSettled
	}
	if o.Forecast <= 0 {
		o.Forecast = defaultForecast
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockPatience, NoSync: o.Fast, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", path, ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the memory %s: %w; moved away, a new one is begun",
			path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{
			playersBucket, settledBucket, orderBucket, forecastsBucket, checkpointBucket,
			pastBucket,
		} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the memory %s: %w", path, err), db.Close())
	}
	return &Store{db, o}, nil
}

// Close ends the use of the file.
func (s *Store) Close() error { return s.db.Close() }

// Entry is a record and the player whose it is.
type Entry struct {
	Player string
	Record Record
}

// Learn commits what a settled book teaches: for each player at most one
// record. It reports false, and changes nothing, if the book was learnt from
// before. The models' forecasts about it are no longer kept.
func (s *Store) Learn(book Name, list []Entry) (bool, error) {
	fresh := false
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if fresh = tx.Bucket(settledBucket).Get(book[:]) == nil; !fresh {
			return nil
		}
		if err := s.settle(tx, book); err != nil {
			return err
		}
		players := tx.Bucket(playersBucket)
		for _, e := range list {
			b, err := players.CreateBucketIfNotExists([]byte(e.Player))
			if err != nil {
				return fmt.Errorf("player %q: %w", e.Player, err)
			}
			value, err := e.Record.AppendBinary(nil)
			if err == nil {
				err = push(b, value, s.opts.Keep)
			}
			if err != nil {
				return fmt.Errorf("player %q: %w", e.Player, err)
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("remembering a settled book: %w", err)
	}
	return fresh, nil
}

// settle notes that a book was learnt from and drops the forecasts about it.
func (s *Store) settle(tx *bbolt.Tx, book Name) error {
	settled, order := tx.Bucket(settledBucket), tx.Bucket(orderBucket)
	seq, err := order.NextSequence()
	if err != nil {
		return err
	}
	key := binary.BigEndian.AppendUint64(nil, seq)
	if err := order.Put(key, book[:]); err != nil {
		return err
	}
	if err := settled.Put(book[:], key); err != nil {
		return err
	}
	if first, name := order.Cursor().First(); seq-binary.BigEndian.Uint64(first) >=
		uint64(s.opts.Settled) {
		if err := settled.Delete(name); err != nil {
			return err
		}
		if err := order.Delete(first); err != nil {
			return err
		}
	}
	return forget(tx, book)
}

// push appends a value to a bucket of sequences and drops what is beyond keep.
func push(b *bbolt.Bucket, value []byte, keep int) error {
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	if err := b.Put(binary.BigEndian.AppendUint64(nil, seq), value); err != nil {
		return err
	}
	for {
		first, _ := b.Cursor().First()
		if seq-binary.BigEndian.Uint64(first) < uint64(keep) {
			return nil
		}
		if err := b.Delete(first); err != nil {
			return err
		}
	}
}

// Records gives a player's records, the first settled first. One that cannot
// be read is passed over and counted in broken.
func (s *Store) Records(player string) (list []Record, broken int, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(playersBucket).Bucket([]byte(player))
		if b == nil {
			return nil
		}
		return b.ForEach(func(_, value []byte) error {
			var r Record
			if r.UnmarshalBinary(value) != nil {
				broken++
				return nil
			}
			list = append(list, r)
			return nil
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("reading the memory of %q: %w", player, err)
	}
	return list, broken, nil
}

// Settled reports whether a book was learnt from.
func (s *Store) Settled(book Name) (yes bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		yes = tx.Bucket(settledBucket).Get(book[:]) != nil
		return nil
	})
	return yes, err
}
