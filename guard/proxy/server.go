package proxy

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"agon/guard/rules"
	"agon/guard/scan"
)

// Time limits of the server.
const (
	readLimit  = 15 * time.Second
	writeLimit = 60 * time.Second
)

// Server is the proxy with its pages. The exported members are set before it
// serves.
type Server struct {
	Scanner  *scan.Scanner
	Upstream string         // URL of the node
	HoldFrom rules.Severity // requests with this verdict and worse are held
	Log      *slog.Logger   // may be nil
	Ledger   Booker         // counts what leaves an agent's wallet; may be nil

	shelf     *shelf
	client    *http.Client
	chainID   atomic.Uint64
	address   string // host:port that it listens on
	lookEvery time.Duration
}

// New makes a server that holds dangers back.
func New(s *scan.Scanner, upstream string) *Server {
	return &Server{
		Scanner: s, Upstream: upstream, HoldFrom: rules.Danger,
		shelf: newShelf(time.Now), client: &http.Client{Timeout: writeLimit},
		lookEvery: lookEvery,
	}
}

// Serve answers on a listener until the context ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.address = l.Addr().String()
	s.HoldFrom = max(s.HoldFrom, rules.Warning) // all would be held otherwise
	server := &http.Server{
		Handler: s.handler(), ReadTimeout: readLimit, ReadHeaderTimeout: readLimit,
		WriteTimeout: writeLimit, MaxHeaderBytes: 64 << 10,
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() { defer close(watched); s.watch(watching) }()
	defer func() { stop(); <-watched }()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.Background(), readLimit)
		defer cancel()
		return server.Shutdown(last)
	}
}

// handler routes requests. Only the loopback names are answered: a page that
// has its own name point here (DNS rebinding) is not.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.root)
	mux.HandleFunc("GET /review/{id}", s.page)
	mux.HandleFunc("POST /review/{id}/release", s.releaseHeld)
	mux.HandleFunc("POST /v0/evm/transaction/scan", fromHere(s.scanTransaction))
	mux.HandleFunc("POST /v0/evm/json-rpc/scan", fromHere(s.scanRPC))
	mux.HandleFunc("POST /v0/site/scan", fromHere(s.scanSite))
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		write(w, map[string]any{"ok": true, "upstream": s.chain(r.Context()) != 0})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this server answers under its loopback address only",
				http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// fromHere keeps web pages from having things scanned: each scan may put a question
// to the market, which costs the user's money. Programs and extensions of browsers
// send no address of a page.
func fromHere(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		o := r.Header.Get("Origin")
		page := o == "null" || strings.HasPrefix(o, "http://") || strings.HasPrefix(o, "https://")
		if page && o != "http://"+r.Host {
			http.Error(w, "web pages may not scan", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

// root is JSON-RPC for wallets and a page for people.
func (s *Server) root(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		http.Error(w, "the guard speaks HTTP and no WebSocket: give your wallet http://"+r.Host,
			http.StatusNotImplemented)
		return
	}
	switch r.Method {
	case http.MethodPost, http.MethodOptions:
		s.rpc(w, r)
	case http.MethodGet:
		s.home(w, r)
	default:
		http.Error(w, "use POST for JSON-RPC", http.StatusMethodNotAllowed)
	}
}

// review is the address of a report's page.
func (s *Server) review(id string) string {
	return fmt.Sprintf("http://%s/review/%s", s.address,
		id)
}
