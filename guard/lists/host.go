package lists

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// ErrHost says that a text names no host.
var ErrHost = errors.New("not a host")

// maxHost bounds a host's name: RFC 1035 §2.3.4, in ASCII.
const maxHost = 253

// Site is a host in canonical form: ASCII (punycode), lower case, no port.
type Site struct {
	Host   string // "app.example.co.uk"
	Domain string // the registrable part, "example.co.uk"; Host itself for addresses
	Suffix string // the public suffix, "co.uk"; "" for addresses
	Shared bool   // the suffix is a platform's, below which anybody may publish
	Path   string // from "/", without query
	IP     bool
}

// ParseSite reads a URL or a bare host as a browser would: user names, ports
// and queries are dropped, IP addresses in odd notations made plain.
func ParseSite(text string) (Site, error) {
	const longest = 8 << 10
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longest {
		return Site{}, fmt.Errorf("%w: %d characters", ErrHost, len(text))
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return Site{}, fmt.Errorf("%w: %w", ErrHost, err)
	}
	s := Site{Path: u.EscapedPath()}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		s.Host, s.Domain, s.IP = ip.Unmap().String(), ip.Unmap().String(), true
		return s, nil
	}
	if s.Host, err = idna.Lookup.ToASCII(host); err != nil {
		// Names that the standard forbids may still resolve: keep what a
		// resolver would be asked for, if it is plain ASCII.
		if s.Host = strings.ToLower(host); !plain(s.Host) {
			return Site{}, fmt.Errorf("%w: %q: %w", ErrHost, clip(host), err)
		}
	}
	if s.Host == "" || len(s.Host) > maxHost {
		return Site{}, fmt.Errorf("%w: %q", ErrHost, clip(host))
	}
	icann := false
	s.Suffix, icann = publicsuffix.PublicSuffix(s.Host)
	s.Shared = !icann && strings.Contains(s.Suffix, ".")
	if s.Domain, err = publicsuffix.EffectiveTLDPlusOne(s.Host); err != nil {
		s.Domain = s.Host // a suffix itself, or a name without dots
	}
	return s, nil
}

// plain reports whether a name has only letters, digits, hyphens, underscores
// and dots.
func plain(host string) bool {
	for _, c := range []byte(host) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return host != ""
}

// Unicode gives the host as a reader would see it.
func (s Site) Unicode() string {
	u, err := idna.ToUnicode(s.Host)
	if err != nil {
		return s.Host
	}
	return u
}

func clip(s string) string {
	const longest = 80
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
