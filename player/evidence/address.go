package evidence

import "net/netip"

// forbidden lists what is not the public internet: IANA's special-purpose
// registries (RFC 6890 and its updates), in which cloud metadata services
// live too (169.254.169.254, fd00:ec2::254).
var forbidden = prefixes(
	"0.0.0.0/8",        // this network
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // carrier-grade NAT; 100.100.100.200 is a metadata service
	"127.0.0.0/8",      // loopback
	"169.254.0.0/16",   // link-local
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments; 192.0.0.192 is a metadata service
	"192.0.2.0/24",     // documentation
	"192.31.196.0/24",  // AS112
	"192.52.193.0/24",  // AMT
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"192.175.48.0/24",  // AS112
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, broadcast
	"168.63.129.16/32", // a metadata service outside any reserved range
)

// global is the only block from which public IPv6 addresses are given out,
// and within it what is not public.
var (
	global    = netip.MustParsePrefix("2000::/3")
	notGlobal = prefixes(
		"2001::/23",     // protocol assignments, Teredo, ORCHID
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4: carries an IPv4 address
		"3fff::/20",     // documentation
	)
	// translated are the prefixes of NAT64 (RFC 6052, RFC 8215): the last four
	// bytes are an IPv4 address, which decides.
	translated = prefixes("64:ff9b::/96")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public reports whether an address belongs to the public internet. An IPv4
// address inside an IPv6 one, mapped or translated, is judged as itself.
func Public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if within(a, translated) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if a.Is4() {
		return !within(a, forbidden)
	}
	return a.IsValid() && global.Contains(a) && !within(a, notGlobal)
}

// within reports whether any of the prefixes contains a.
func within(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
