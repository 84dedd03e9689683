package proxy

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"sync"
	"time"

	"agon/guard/scan"
)

// Limits of what is held: the oldest goes first.
const (
	maxHeld    = 1024
	heldFor    = 30 * time.Minute
	releasedIn = 10 * time.Minute // a released request must come again by then
)

// held is a request that waits for a person.
type held struct {
	report   *scan.Report
	key      [32]byte // of the request's content
	token    string   // that the page holds
	at       time.Time
	released time.Time // zero: not
	sent     bool      // the proxy has sent it itself
	result   string    // of sending
}

// shelf holds requests by the id of their report.
type shelf struct {
	mu    sync.Mutex
	byID  map[string]*held
	order []string
	now   func() time.Time
}

func newShelf(now func() time.Time) *shelf { return &shelf{byID: map[string]*held{}, now: now} }

// keyOf is a fingerprint of what is asked: method, parameters byte by byte,
// chain. A request that differs in anything is another one.
func keyOf(q scan.Query) [32]byte {
	h := sha256.New()
	h.Write([]byte(q.Method))
	h.Write([]byte{0})
	h.Write(q.Params)
	return [32]byte(h.Sum(nil))
}

// put holds a request back.
func (s *shelf) put(r *scan.Report) *held {
	var token [16]byte
	rand.Read(token[:])
	h := &held{report: r, key: keyOf(r.Query), token: hex.EncodeToString(token[:]), at: s.now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[r.ID] = h
	s.order = append(s.order, r.ID)
	for len(s.order) > maxHeld || len(s.order) > 0 && s.expired(s.order[0]) {
		delete(s.byID, s.order[0])
		s.order = s.order[1:]
	}
	return h
}

func (s *shelf) expired(id string) bool {
	h, ok := s.byID[id]
	return !ok || s.now().Sub(h.at) > heldFor
}

// get gives a copy of what is held under an id.
func (s *shelf) get(id string) (held, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.byID[id]
	if !ok || s.now().Sub(h.at) > heldFor {
		return held{}, false
	}
	return *h, true
}

// release lets a request pass once. The token must be the page's.
func (s *shelf) release(id, token string) (*scan.Report, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.byID[id]
	if !ok || s.now().Sub(h.at) > heldFor || !h.released.IsZero() ||
		subtle.ConstantTimeCompare([]byte(token), []byte(h.token)) != 1 {
		return nil, false
	}
	h.released = s.now()
	return h.report, true
}

// take uses up a release for a request with this content.
func (s *shelf) take(q scan.Query) bool {
	key := keyOf(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.byID {
		if h.key == key && !h.released.IsZero() && !h.sent && s.now().Sub(h.released) < releasedIn {
			h.sent = true
			return true
		}
	}
	return false
}

// finish notes what became of a request that the proxy sent itself.
func (s *shelf) finish(id, result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.byID[id]; ok {
		h.sent, h.result = true, result
	}
}
