package language

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	lru "github.com/hashicorp/golang-lru/v2"

	"agon/player"
)

// cache keeps answers, so that a question is paid for once. What a model made
// no forecast of is kept too: at temperature 0 it would say the same again.
type cache struct {
	recent *lru.Cache[string, kept]
	dir    string
}

// kept is an answer, or why there is none.
type kept struct {
	Forecast player.Forecast `json:"forecast"`
	Pass     string          `json:"pass,omitempty"`
}

func newCache(c Config) (*cache, error) {
	recent, err := lru.New[string, kept](c.Cached)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if c.CacheDir != "" {
		if err := os.MkdirAll(c.CacheDir, 0o700); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrConfig, err)
		}
	}
	return &cache{recent, c.CacheDir}, nil
}

// keyOf names what was asked: model, prompt and document, without what a
// search found, which is part of the answer.
func keyOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// get finds an answer. A file that does not parse is as good as none.
func (c *cache) get(key string) (kept, bool) {
	if k, ok := c.recent.Get(key); ok {
		return k, true
	}
	if c.dir == "" {
		return kept{}, false
	}
	text, err := os.ReadFile(c.file(key))
	if err != nil {
		return kept{}, false
	}
	var k kept
	if json.Unmarshal(text, &k) != nil || k.Pass == "" && !(k.Forecast.P > 0 && k.Forecast.P < 1) {
		return kept{}, false
	}
	c.recent.Add(key, k)
	return k, true
}

// put keeps an answer. It is whole on disk or not there.
func (c *cache) put(key string, k kept) error {
	c.recent.Add(key, k)
	if c.dir == "" {
		return nil
	}
	text, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	f, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.file(key))
	}
	if err != nil {
		if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

func (c *cache) file(key string) string { return filepath.Join(c.dir, key+".json") }
