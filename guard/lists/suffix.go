package lists

import "golang.org/x/net/publicsuffix"

// isSuffix reports whether a host is a public suffix of its own: a list that
// names one by mistake would match the sites of strangers.
func isSuffix(host string) bool {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}
