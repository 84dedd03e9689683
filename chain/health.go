package chain

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// staleAfter is the age of the last block from which a node is not healthy.
const staleAfter = 30 * time.Second

// Health is what /health answers: with status 200 if Status is "ok", 503
// otherwise.
type Health struct {
	Status  string  `json:"status"` // "ok", "syncing", "starting" or "stalled"
	ChainID uint64  `json:"chain_id"`
	Height  int64   `json:"height"`
	Age     float64 `json:"block_age_seconds"`
	Peers   int     `json:"peers"`
	Pending int     `json:"pending_transactions"`
}

// Health tells how the node is.
func (n *Node) Health(ctx context.Context) Health {
	pending, _ := n.app.pool.GetTxPool().Stats()
	h := Health{
		Status: "ok", ChainID: n.chainID, Height: n.Height(),
		Peers: n.comet.Switch().Peers().Size(), Pending: pending,
	}
	status, err := n.client.Status(ctx)
	if err != nil {
		h.Status = "starting"
		return h
	}
	h.Age = time.Since(status.SyncInfo.LatestBlockTime).Seconds()
	switch {
	case h.Height == 0:
		h.Status = "starting"
	case status.SyncInfo.CatchingUp:
		h.Status = "syncing"
	case h.Age > staleAfter.Seconds():
		h.Status = "stalled"
	}
	return h
}

func (n *Node) serveHealth(w http.ResponseWriter, r *http.Request) {
	h := n.Health(r.Context())
	w.Header().Set("Content-Type", "application/json")
	if h.Status != "ok" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := json.NewEncoder(w).Encode(h); err != nil {
		n.log.Debug("health", "error", err)
	}
}
