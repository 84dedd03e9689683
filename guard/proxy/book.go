package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"agon/guard/intent"
	"agon/guard/scan"
)

// Booker counts what leaves a wallet before it passes. An error says that it
// must not: another request was quicker, or the sums cannot be written.
type Booker interface {
	Book(in *intent.Intent, id string, forced bool) error
}

// book counts a request that is about to pass; false with a refusal if it must
// not. What a person has released is forced.
func (s *Server) book(id json.RawMessage, r *scan.Report, forced bool) (message, bool) {
	if s.Ledger == nil {
		return message{}, true
	}
	once := ""
	if r.Query.Method == "eth_sendRawTransaction" { // sent twice, it takes effect once
		sum := sha256.Sum256(r.Query.Params)
		once = hex.EncodeToString(sum[:])
	}
	if err := s.Ledger.Book(r.Intent, once, forced); err != nil {
		if s.Log != nil {
			s.Log.Warn("not passed", "id", r.ID, "reason", err)
		}
		return refusal(id, codeUnauthorized, "The guard does not let this pass: "+err.Error()+".",
			nil), false
	}
	return message{}, true
}
