package evidence

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"agon/game/market"
)

// Why a document was not fetched, or not taken.
var (
	ErrScheme   = errors.New("only https addresses are fetched")
	ErrAddress  = errors.New("address is not on the public internet")
	ErrTooLarge = errors.New("document is larger than its question says")
	ErrSize     = errors.New("document is not as long as its question says")
	ErrHash     = errors.New("document is not the one its question names")
	ErrStatus   = errors.New("server did not give the document")
	ErrRedirect = errors.New("too many redirects")
	ErrNone     = errors.New("question names no document")
)

// Limits of one fetch.
const (
	DefaultTimeout = 10 * time.Second
	maxRedirects   = 3
	maxHeaderBytes = 32 << 10
)

// Fetcher gets documents. The zero value is the safe one; it is safe for
// concurrent use.
type Fetcher struct {
	// Timeout bounds a fetch from the first packet to the last; 10 s.
	Timeout time.Duration
	// PlainHTTP also fetches from http addresses. The hash still decides what
	// is taken, but others on the way see what is asked for.
	PlainHTTP bool
	// Allow replaces the rule of which addresses may be connected to. Nil is
	// Public; anything else is for tests and closed networks.
	Allow func(netip.AddrPort) bool
	// Transport replaces the rest of the connection, such as the certificates
	// that are trusted. Its dialer is always this package's.
	Transport *http.Transport
}

// Fetch gets the document e names, checked against its size and hash. Inline
// evidence is returned as it is.
func (f *Fetcher) Fetch(ctx context.Context, e market.Evidence) ([]byte, error) {
	if e.URI == "" {
		if len(e.Inline) == 0 {
			return nil, ErrNone
		}
		return e.Inline, nil
	}
	if e.Size > market.MaxDocument {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, e.Size, market.MaxDocument)
	}
	timeout := f.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	doc, err := f.get(ctx, e.URI, e.Size)
	if err != nil {
		return nil, fmt.Errorf("evidence at %s: %w", e.URI, err)
	}
	if uint64(len(doc)) != e.Size {
		return nil, fmt.Errorf("evidence at %s: %w: %d bytes, want %d",
			e.URI, ErrSize, len(doc), e.Size)
	}
	if have := market.Hash(sha256.Sum256(doc)); have != e.Hash {
		return nil, fmt.Errorf("evidence at %s: %w: SHA-256 %x, want %x",
			e.URI, ErrHash, have, e.Hash)
	}
	return doc, nil
}

// get reads at most size bytes from an address.
func (f *Fetcher) get(ctx context.Context, uri string, size uint64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, err
	}
	if err := f.allowed(req.URL); err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", "agon-evidence")
	client := f.client()
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: status %s", ErrStatus, resp.Status)
	}
	if resp.ContentLength > int64(size) {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrTooLarge, resp.ContentLength, size)
	}
	doc, err := io.ReadAll(io.LimitReader(resp.Body, int64(size)+1))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if uint64(len(doc)) > size {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, size)
	}
	return doc, nil
}

// allowed checks an address before anything is resolved.
func (f *Fetcher) allowed(u *url.URL) error {
	switch {
	case u.User != nil:
		return fmt.Errorf("%w: it carries a user name", ErrScheme)
	case u.Scheme == "https", u.Scheme == "http" && f.PlainHTTP:
		return nil
	}
	return fmt.Errorf("%w: not %q", ErrScheme, u.Scheme)
}

// client makes an HTTP client for one fetch: no proxy, no cookies, no
// compression (the size is that of the bytes sent), own dialer.
func (f *Fetcher) client() *http.Client {
	t := &http.Transport{}
	if f.Transport != nil {
		t = f.Transport.Clone()
	}
	dialer := &net.Dialer{Control: f.control}
	t.Proxy, t.DialContext, t.DialTLSContext = nil, dialer.DialContext, nil
	t.DisableCompression = true
	t.MaxResponseHeaderBytes = maxHeaderBytes
	return &http.Client{
		Transport: t,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("%w: more than %d", ErrRedirect, maxRedirects)
			}
			return f.allowed(req.URL)
		},
	}
}

// control runs after a name was resolved and before a packet is sent to one of
// its addresses.
func (f *Fetcher) control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s %s", ErrAddress, network, address)
	}
	ok := Public(at.Addr())
	if f.Allow != nil {
		ok = f.Allow(at)
	}
	if !ok {
		return fmt.Errorf("%w: %s", ErrAddress, at.Addr())
	}
	return nil
}
