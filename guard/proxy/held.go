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
	sent     bool      // the release is used up
	result   string    // of sending
	changes  []string  // in the outcome, since the request was first held
	former   []string  // tokens of pages that showed another outcome
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

// newToken cannot be guessed.
func newToken() string {
	var token [16]byte
	rand.Read(token[:]) // never fails: crypto/rand
	return hex.EncodeToString(token[:])
}

// put holds a request back.
func (s *shelf) put(r *scan.Report) *held {
	h := &held{report: r, key: keyOf(r.Query), token: newToken(), at: s.now()}
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

// may reports whether a page's token may release a request, and whether the
// page is one that showed another outcome.
func (s *shelf) may(id, token string) (h held, ok, stale bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.byID[id]
	if !found || s.now().Sub(p.at) > heldFor || !p.released.IsZero() {
		return held{}, false, false
	}
	for _, t := range p.former {
		stale = stale || equal(t, token)
	}
	return *p, equal(p.token, token), stale
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// release lets a request pass once. The token must be the page's. What the
// proxy itself is about to send is used up by it.
func (s *shelf) release(id, token string, sending bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.byID[id]
	if !ok || s.now().Sub(h.at) > heldFor || !h.released.IsZero() || !equal(h.token, token) {
		return false
	}
	h.released, h.sent = s.now(), sending
	return true
}

// take uses up a release for a request with this content.
func (s *shelf) take(q scan.Query) (held, bool) {
	key := keyOf(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.byID {
		if h.key == key && !h.released.IsZero() && !h.sent && s.now().Sub(h.released) < releasedIn {
			h.sent = true
			return *h, true
		}
	}
	return held{}, false
}

// maxFormer bounds the tokens of pages with former outcomes.
const maxFormer = 16

// withdraw notes that the outcome is not what the holder of a token has read:
// a release counts no more, and the page needs to be read again. A nil report
// leaves the old one. What has been sent stays sent, unless it is the very
// release that was just taken and has not passed (result is still empty).
func (s *shelf) withdraw(id, token string, r *scan.Report, changes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.byID[id]
	if !ok || h.token != token || h.result != "" {
		return // somebody has withdrawn it before
	}
	if r != nil {
		r.ID = id
		h.report = r
	}
	h.former = append(h.former, h.token)
	h.former = h.former[max(0, len(h.former)-maxFormer):]
	h.token, h.changes = newToken(), changes
	h.released, h.sent = time.Time{}, false
}

// waiting gives copies of what waits for a person or for its wallet, the newest
// first.
func (s *shelf) waiting(most int) []held {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []held
	for i := len(s.order) - 1; i >= 0 && len(out) < most; i-- {
		if h := s.byID[s.order[i]]; h != nil && !h.sent && s.now().Sub(h.at) <= heldFor {
			out = append(out, *h)
		}
	}
	return out
}

// finish notes what became of a request that the proxy sent itself.
func (s *shelf) finish(id, result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.byID[id]; ok {
		h.sent, h.result = true, result
	}
}
