package hosts

import (
	"hash/fnv"
	"strings"
)

// Width is the number of features of a host: hashed grams and, at the end, a few
// counts.
const Width = 1024

// counts are the features after the grams.
const counts = 8

// Features are small integers, each at most 15: how often each hashed gram of
// two to four characters occurs in "^host$", and counts of what a name is made
// of. They enter a network of bytes exactly.
func Features(host string) []float64 {
	host = strings.ToLower(host)
	x := make([]float64, Width)
	s := "^" + host + "$"
	for n := 2; n <= 4; n++ {
		for i := 0; i+n <= len(s); i++ {
			h := fnv.New32a()
			h.Write([]byte(s[i : i+n]))
			x[h.Sum32()%(Width-counts)]++
		}
	}
	labels := strings.Split(host, ".")
	longest, digits, hyphens, vowels := 0, 0, 0, 0
	for _, l := range labels {
		longest = max(longest, len(l))
	}
	for i := range len(host) {
		switch c := host[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '-':
			hyphens++
		case strings.IndexByte("aeiou", c) >= 0:
			vowels++
		}
	}
	tail := x[Width-counts:]
	for i, v := range []int{
		len(host) / 4, longest / 2, len(labels), digits, hyphens, vowels / 2,
		len(labels[len(labels)-1]), strings.Count(host, "xn--"),
	} {
		tail[i] = float64(v)
	}
	for i, v := range x {
		x[i] = min(v, 15)
	}
	return x
}
