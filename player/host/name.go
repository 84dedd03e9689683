package host

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// MaxHost is the longest host name, in bytes (RFC 1035, section 2.3.4).
const MaxHost = 253

// maxField bounds what Parse looks at: a URL somewhat longer than its host.
const maxField = 2048

// ErrHost is what Parse returns for text that names no host.
var ErrHost = errors.New("no host name")

// Name is a host name taken apart. For claim-uniswap.pages.dev:
//
//	Host claim-uniswap.pages.dev   Rest claim-uniswap   Label claim-uniswap
//	Suffix pages.dev               Site claim-uniswap.pages.dev
type Name struct {
	Host   string // lower case, ASCII (punycode), without a leading www.
	Rest   string // what is left of the suffix, without the last dot
	Label  string // the registered label: the last of Rest
	Suffix string // public suffix, or the platform on which anybody gets a name
	Site   string // Label.Suffix: what one owner controls
	Plain  string // Rest with punycode undone and look-alike letters as Latin

	Platform bool // the suffix is a hosting platform
	Exotic   bool // the name has letters outside ASCII
}

// Parse finds the host in a bare name or a URL. Its errors are ErrHost.
func Parse(field string) (Name, error) {
	h, err := bare(field)
	if err != nil {
		return Name{}, err
	}
	n := Name{Host: h}
	n.Suffix, n.Platform = suffix(h)
	n.Rest = strings.TrimSuffix(strings.TrimSuffix(h, n.Suffix), ".")
	if n.Rest == "" { // a platform's own apex: take it as an ordinary name
		n.Rest, n.Suffix, _ = strings.Cut(h, ".")
		n.Platform = false
	}
	n.Label = n.Rest[strings.LastIndexByte(n.Rest, '.')+1:]
	n.Site = n.Label + "." + n.Suffix
	n.Plain = n.Rest
	if strings.Contains(n.Rest, "xn--") {
		n.Exotic = true
		if u, err := idna.Punycode.ToUnicode(n.Rest); err == nil {
			n.Plain = Latin(u)
		}
	}
	return n, nil
}

// bare cuts scheme, user, port, path and www. away and checks what is left.
func bare(field string) (string, error) {
	s := strings.TrimSpace(field)
	if len(s) > maxField {
		return "", fmt.Errorf("%w: want at most %d bytes, have %d", ErrHost, maxField, len(s))
	}
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	if i := strings.IndexAny(s, "/?#\\"); i >= 0 {
		s = s[:i]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.Contains(s, "]") {
		s = s[:i]
	}
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	if !isASCII(s) {
		a, err := idna.Punycode.ToASCII(s)
		if err != nil {
			return "", fmt.Errorf("%w: %q has letters no name may have", ErrHost, clip(s))
		}
		s = a
	}
	s = strings.TrimPrefix(s, "www.")
	return s, check(s)
}

func check(s string) error {
	switch {
	case s == "" || len(s) > MaxHost:
		return fmt.Errorf("%w: want 1 to %d bytes, have %d", ErrHost, MaxHost, len(s))
	case !strings.Contains(s, ".") || strings.Contains(s, "..") || s[0] == '.',
		s[len(s)-1] == '.':
		return fmt.Errorf("%w: %q is not labels joined by dots", ErrHost, clip(s))
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			return fmt.Errorf("%w: %q has a %q", ErrHost, clip(s), c)
		}
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return fmt.Errorf("%w: %s is a bare IP address", ErrHost, s)
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// clip keeps an error short whatever was typed.
func clip(s string) string { return s[:min(len(s), 60)] }

// platforms are hosting platforms beyond the public suffix list, from the
// Polkadot phishing list's own (Apache-2.0). Ascending.
var platforms = []string{
	"amplifyapp.com", "ddns.net", "ddns.us", "duckdns.org", "eth.limo", "firebaseapp.com",
	"fleek.co", "github.io", "herokuapp.com", "hopto.org", "js.org", "netlify.app",
	"on.fleek.co", "pagekite.me", "pages.dev", "plesk.page", "r2.dev", "servehttp.com",
	"square.site", "surge.sh", "sytes.net", "timeweb.ru", "vercel.app", "web.app",
	"webflow.io", "weebly.com", "wixsite.com", "wuaze.com", "zapto.org",
}

// suffix is the longest ending under which strangers get names.
func suffix(h string) (s string, platform bool) {
	s, icann := publicsuffix.PublicSuffix(h)
	platform = !icann && strings.Contains(s, ".")
	for i := range len(h) {
		if h[i] != '.' || len(h)-i-1 <= len(s) {
			continue
		}
		if _, ok := slices.BinarySearch(platforms, h[i+1:]); ok {
			return h[i+1:], true
		}
	}
	return s, platform
}
