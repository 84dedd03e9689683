package memory

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"
)

// Answer is what one model said of one book.
type Answer struct {
	Book     Name
	Model    string
	Forecast Forecast
}

// maxReason bounds a reason in the file, in bytes.
const maxReason = 240

// Keep remembers forecasts until their questions settle. Beyond
// Options.Forecast none is added: a model that is asked again costs time, not
// correctness.
func (s *Store) Keep(list []Answer) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(forecastsBucket)
		for _, a := range list {
			if b.Sequence() >= uint64(s.opts.Forecast) {
				return nil
			}
			key := append(a.Book[:], a.Model...)
			if b.Get(key) == nil {
				if err := b.SetSequence(b.Sequence() + 1); err != nil {
					return err
				}
			}
			f := a.Forecast
			f.Reason = f.Reason[:min(len(f.Reason), maxReason)]
			if err := b.Put(key, f.encode()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remembering %d forecasts: %w", len(list), err)
	}
	return nil
}

// Forecasts gives what models said of a book, by model. What cannot be read is
// as if it were not there.
func (s *Store) Forecasts(book Name) (map[string]Forecast, error) {
	said := map[string]Forecast{}
	err := s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(forecastsBucket).Cursor()
		for k, v := c.Seek(book[:]); bytes.HasPrefix(k, book[:]); k, v = c.Next() {
			if f, err := decodeForecast(v); err == nil {
				said[string(k[len(book):])] = f
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading forecasts: %w", err)
	}
	return said, nil
}

// forget drops all forecasts about a book. The bucket's sequence counts what
// is in it.
func forget(tx *bbolt.Tx, book Name) error {
	b := tx.Bucket(forecastsBucket)
	c := b.Cursor()
	var keys [][]byte
	for k, _ := c.Seek(book[:]); bytes.HasPrefix(k, book[:]); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return b.SetSequence(b.Sequence() - min(b.Sequence(), uint64(len(keys))))
}
