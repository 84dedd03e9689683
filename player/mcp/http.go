package mcp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// ErrNotLoopback reports an address that others could reach.
var ErrNotLoopback = errors.New("not an address of this machine alone")

// Limits of the HTTP transport.
const (
	maxRequest  = 1 << 20 // bytes
	idleSession = 30 * time.Minute
	goodbye     = 2 * time.Second // for requests under way at the end
)

// Listen opens a port for agents on this machine. Any address but a loopback
// one is refused: whoever reaches the port can spend the allowance.
func Listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listening on %q: %w", address, err)
	}
	if a, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !a.IsLoopback()) {
		return nil, fmt.Errorf("listening on %q: %w", address, ErrNotLoopback)
	}
	return net.Listen("tcp", address)
}

// Handler serves MCP over streamable HTTP. With a token, every request must
// carry it as a bearer token. Requests that a web page of another origin makes,
// or that name another host (DNS rebinding), are refused.
func Handler(s *sdk.Server, token string) http.Handler {
	stream := sdk.NewStreamableHTTPHandler(
		func(*http.Request) *sdk.Server { return s },
		&sdk.StreamableHTTPOptions{SessionTimeout: idleSession, MaxRequestBodyBytes: maxRequest})
	inner := http.NewCrossOriginProtection().Handler(stream)
	if token == "" {
		return inner
	}
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		have := sha256.Sum256([]byte(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
		if subtle.ConstantTimeCompare(want[:], have[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send the token as Authorization: Bearer TOKEN", http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// Serve answers on l until ctx ends.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() {
		ending, stop := context.WithTimeout(context.Background(), goodbye)
		defer stop()
		if server.Shutdown(ending) != nil {
			server.Close() // streams that stay open end here
		}
	})
	defer stopped()
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
