package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"agon/game/market"
)

func TestPublicAddresses(t *testing.T) {
	for _, c := range []struct {
		address string
		public  bool
	}{
		{"93.184.215.14", true}, {"8.8.8.8", true}, {"1.1.1.1", true}, {"172.15.255.255", true},
		{"172.32.0.0", true}, {"100.63.255.255", true}, {"100.128.0.0", true},
		{"2606:4700:4700::1111", true}, {"2a00:1450:4001::1", true},
		{"64:ff9b::808:808", true}, // NAT64 of 8.8.8.8
		{"::ffff:8.8.8.8", true},

		{"127.0.0.1", false}, {"127.255.255.254", false}, {"0.0.0.0", false}, {"10.1.2.3", false},
		{"172.16.0.1", false}, {"172.31.255.255", false}, {"192.168.1.1", false},
		{"169.254.169.254", false}, {"100.64.0.1", false}, {"100.100.100.200", false},
		{"192.0.0.192", false}, {"198.18.0.1", false}, {"224.0.0.1", false},
		{"255.255.255.255", false}, {"168.63.129.16", false}, {"203.0.113.9", false},
		{"::", false}, {"::1", false}, {"fe80::1", false}, {"fe80::1%eth0", false},
		{"fc00::1", false}, {"fd00:ec2::254", false}, {"ff02::1", false},
		{"::ffff:127.0.0.1", false}, {"::ffff:169.254.169.254", false}, {"::127.0.0.1", false},
		{"64:ff9b::7f00:1", false}, {"64:ff9b::a9fe:a9fe", false}, // NAT64 of private ones
		{"64:ff9b:1::808:808", false}, // local-use NAT64: leads to who knows where
		{"2002:7f00:1::", false}, {"2001:0:1::1", false}, {"2001:db8::1", false},
		{"4000::1", false},
	} {
		if have := Public(netip.MustParseAddr(c.address)); have != c.public {
			t.Errorf("%s: public is %v, want %v", c.address, have, c.public)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

// site is a real server on this machine, with a fetcher that trusts its
// certificate and may connect to it alone.
type site struct {
	*httptest.Server
	hits atomic.Int32
}

func serve(t *testing.T, h http.HandlerFunc) (*site, *Fetcher) {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) { s.hits.Add(1); h(w, r) }))
	t.Cleanup(s.Close)
	at := netip.MustParseAddrPort(s.Listener.Addr().String())
	return s, &Fetcher{
		Timeout:   5 * time.Second,
		Allow:     func(a netip.AddrPort) bool { return a == at },
		Transport: s.Client().Transport.(*http.Transport),
	}
}

// named is the evidence of a document at an address.
func named(uri string, doc []byte) market.Evidence {
	return market.Evidence{URI: uri, Hash: sha256.Sum256(doc), Size: uint64(len(doc))}
}

var doc = []byte("The seller promised blue and delivered green.\n")

func TestFetch(t *testing.T) {
	s, f := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) })
	have, err := f.Fetch(context.Background(), named(s.URL+"/claim.txt", doc))
	if err != nil || !bytes.Equal(have, doc) {
		t.Fatalf("got %q, %v", have, err)
	}

	flipped := named(s.URL, doc)
	flipped.Hash[31] ^= 1
	if _, err := f.Fetch(context.Background(), flipped); !errors.Is(err, ErrHash) {
		t.Errorf("a hash with one bit flipped: %v, want ErrHash", err)
	}
	shorter := named(s.URL, doc)
	shorter.Size--
	if _, err := f.Fetch(context.Background(), shorter); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a byte too long: %v, want ErrTooLarge", err)
	}
	longer := named(s.URL, doc)
	longer.Size++
	if _, err := f.Fetch(context.Background(), longer); !errors.Is(err, ErrSize) {
		t.Errorf("a byte too short: %v, want ErrSize", err)
	}
}

func TestInlineNeedsNoNetwork(t *testing.T) {
	f := &Fetcher{Allow: func(netip.AddrPort) bool { t.Error("connected"); return false }}
	have, err := f.Fetch(context.Background(), market.Evidence{Inline: doc})
	if err != nil || !bytes.Equal(have, doc) {
		t.Errorf("got %q, %v", have, err)
	}
	if _, err := f.Fetch(context.Background(), market.Evidence{}); !errors.Is(err, ErrNone) {
		t.Errorf("no evidence: %v, want ErrNone", err)
	}
}

// TestZeroValueRefusesThisMachine is the rule that the other tests lift.
func TestZeroValueRefusesThisMachine(t *testing.T) {
	s, open := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) })
	safe := &Fetcher{Transport: open.Transport}
	port := s.Listener.Addr().(*net.TCPAddr).Port
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433",
		"0x7f.1", "169.254.169.254", "10.0.0.1",
	} {
		uri := fmt.Sprintf("https://%s:%d/", host, port)
		ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
		_, err := safe.Fetch(ctx, named(uri, doc))
		stop()
		// Odd spellings of addresses may be no name at all to the resolver.
		var unknown *net.DNSError
		if !errors.Is(err, ErrAddress) && !errors.As(err, &unknown) {
			t.Errorf("%s: %v, want ErrAddress", uri, err)
		}
	}
	if n := s.hits.Load(); n != 0 {
		t.Errorf("the server was reached %d times", n)
	}
}

// TestRedirectIsCheckedAgain follows a redirect from a permitted server to one
// that is not.
func TestRedirectIsCheckedAgain(t *testing.T) {
	inside := httptest.NewTLSServer(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) }))
	defer inside.Close()
	s, f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusFound)
	})
	if _, err := f.Fetch(context.Background(), named(s.URL, doc)); !errors.Is(err, ErrAddress) {
		t.Errorf("redirected to a private server: %v, want ErrAddress", err)
	}
}

func TestRedirects(t *testing.T) {
	var plain string
	s, f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, plain, http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/doc", http.StatusFound)
		default:
			w.Write(doc)
		}
	})
	plain = "http://" + s.Listener.Addr().String()
	for path, want := range map[string]error{
		"/once": nil, "/loop": ErrRedirect, "/plain": ErrScheme,
	} {
		if _, err := f.Fetch(context.Background(), named(s.URL+path, doc)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

// TestRebinding resolves a name to a public address when it is looked at and
// to a private one when it is connected to. The rule sits behind the second.
func TestRebinding(t *testing.T) {
	f := &Fetcher{}
	for address, want := range map[string]error{
		"93.184.215.14:443": nil, "127.0.0.1:443": ErrAddress, "[::1]:443": ErrAddress,
		"[fe80::1%lo]:443": ErrAddress, "not an address": ErrAddress,
	} {
		if err := f.control("tcp", address, nil); !errors.Is(err, want) {
			t.Errorf("connecting to %s: %v, want %v", address, err, want)
		}
	}
}

func TestSchemes(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) }))
	defer plain.Close()
	anywhere := func(netip.AddrPort) bool { return true }
	for uri, want := range map[string]error{
		plain.URL: ErrScheme, "file:///etc/passwd": ErrScheme, "ftp://a.example/": ErrScheme,
		"ipfs://bafy": ErrScheme, "//a.example/": ErrScheme, "https://u:p@a.example/": ErrScheme,
	} {
		f := &Fetcher{Allow: anywhere}
		if _, err := f.Fetch(context.Background(), named(uri, doc)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", uri, err, want)
		}
	}
	f := &Fetcher{Allow: anywhere, PlainHTTP: true}
	if _, err := f.Fetch(context.Background(), named(plain.URL, doc)); err != nil {
		t.Errorf("plain HTTP, allowed: %v", err)
	}
}

func TestBounds(t *testing.T) {
	endless := []byte(strings.Repeat("x", 1<<16))
	over := make(chan struct{})
	s, f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless": // no length, no end
			for {
				if _, err := w.Write(endless); err != nil {
					return
				}
			}
		case "/slow":
			w.Write(doc[:3])
			w.(http.Flusher).Flush()
			<-over
		case "/bomb": // small on the wire, large unpacked
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(doc)
		case "/missing":
			http.NotFound(w, r)
		}
	})
	t.Cleanup(func() { close(over) })
	f.Timeout = 300 * time.Millisecond
	for path, want := range map[string]error{
		"/endless": ErrTooLarge, "/slow": context.DeadlineExceeded, "/missing": ErrStatus,
		"/bomb": nil, // taken as the bytes it is
	} {
		start := time.Now()
		_, err := f.Fetch(context.Background(), named(s.URL+path, doc))
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s took %v", path, d)
		}
	}
	huge := market.Evidence{URI: s.URL, Size: market.MaxDocument + 1}
	if _, err := f.Fetch(context.Background(), huge); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a document above the limit: %v, want ErrTooLarge", err)
	}
}

// TestNoProxy sets a proxy in the transport and proves that it is not asked.
func TestNoProxy(t *testing.T) {
	s, f := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(doc) })
	f.Transport.Proxy = func(*http.Request) (*url.URL, error) {
		t.Error("the proxy was asked")
		return nil, nil
	}
	if _, err := f.Fetch(context.Background(), named(s.URL, doc)); err != nil {
		t.Error(err)
	}
}
