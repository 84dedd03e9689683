package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"agon/guard/scan"
)

// A verdict ages: between review and signing a proxy may get other code and a
// price may be moved. What is held is therefore tried out again at every new
// block, and once more just before it passes.
const (
	lookEvery = 3 * time.Second // as the quickest of wallets do
	lookMost  = 32              // requests at one block, the newest first
	lookLimit = 20 * time.Second
)

// again judges a held request anew and reports whether it is what was read. If
// it is not, or cannot be told, its release is withdrawn.
func (s *Server) again(ctx context.Context, h held) bool {
	report, err := s.Scanner.Scan(ctx, h.report.Query)
	if err != nil { // it could be read before
		s.shelf.withdraw(h.report.ID, h.token, nil, []string{
			fmt.Sprintf("It cannot be judged again: %v.", err)})
		return false
	}
	changes := scan.Changed(h.report, report)
	if len(changes) == 0 {
		return true
	}
	s.shelf.withdraw(h.report.ID, h.token, report, changes)
	if s.Log != nil {
		s.Log.Warn("changed while held", "id", h.report.ID, "change", changes[0])
	}
	return false
}

// watch looks at everything that waits whenever the chain has a new block. The
// node is asked for nothing while nothing waits.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(s.lookEvery)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		waiting := s.shelf.waiting(lookMost)
		if len(waiting) == 0 {
			continue
		}
		head := s.forward(ctx, message{ID: json.RawMessage("1"), Method: "eth_blockNumber"})
		if head.Error != nil || string(head.Result) == last {
			continue // a node that is away is dealt with when the request is to pass
		}
		last = string(head.Result)
		for _, h := range waiting {
			if ctx.Err() != nil {
				return
			}
			limited, cancel := context.WithTimeout(ctx, lookLimit)
			s.again(limited, h)
			cancel()
		}
	}
}
