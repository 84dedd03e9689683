package learn

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"agon/player/host"
	"agon/player/model"
)

// Bounds of the lexicon.
const (
	maxBrands    = 3000
	minImitation = 3 // scams that imitate a brand before it counts as one
	minSuffix    = 4 // examples before a suffix has a tally
)

// countLexicon counts what the players look up: brands, suffixes, letter
// pairs, known sites.
func countLexicon(train []Host) *host.Lexicon {
	list := candidates(train)
	suffixes, bigrams, sites, ratio := counts(train)
	rough := host.NewLexicon(list, suffixes, bigrams, sites, ratio)
	tally := tallies(rough, train)
	var kept []host.Brand
	for _, b := range list {
		if tally[b.Label].Scam >= minImitation {
			kept = append(kept, b)
		}
	}
	slices.SortStableFunc(kept, func(a, b host.Brand) int {
		return cmp.Compare(tally[b.Label].Scam, tally[a.Label].Scam)
	})
	kept = kept[:min(len(kept), maxBrands)]
	fine := host.NewLexicon(kept, suffixes, bigrams, sites, ratio)
	tally = tallies(fine, train)
	for i := range kept {
		t := tally[kept[i].Label]
		kept[i].Scam, kept[i].Benign = t.Scam, t.Benign
	}
	return host.NewLexicon(kept, suffixes, bigrams, sites, ratio)
}

// candidates are the labels of honest sites, in alphabetical order.
func candidates(train []Host) []host.Brand {
	var sites []host.Name
	known := map[string]int{} // how many sources name a site
	seen := map[string]bool{}
	for _, h := range train {
		n := h.Name
		if h.Scam || n.Platform || n.Exotic || len(n.Label) < 4 || seen[n.Site] ||
			strings.ContainsAny(n.Label, "-_0123456789") || h.Kind == "general-random" {
			continue
		}
		seen[n.Site] = true
		known[n.Site] = strings.Count(h.Source, "+")
		sites = append(sites, n)
	}
	slices.SortFunc(sites, func(a, b host.Name) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label),
			cmp.Compare(known[b.Site], known[a.Site]), cmp.Compare(a.Site, b.Site))
	})
	var list []host.Brand
	for _, n := range sites {
		if k := len(list) - 1; k >= 0 && list[k].Label == n.Label {
			list[k].Sites = append(list[k].Sites, n.Site)
		} else {
			list = append(list, host.Brand{Label: n.Label, Sites: []string{n.Site}})
		}
	}
	return list
}

func tallies(x *host.Lexicon, train []Host) map[string]host.Tally {
	out := map[string]host.Tally{}
	for _, h := range train {
		m := x.Match(h.Name)
		if m.How == host.Unlike {
			continue
		}
		t := out[m.Brand.Label]
		if h.Scam {
			t.Scam++
		} else {
			t.Benign++
		}
		out[m.Brand.Label] = t
	}
	return out
}

func counts(train []Host) (list []host.SuffixTally, bigrams []int8, sites []uint64, ratio float64) {
	suffix := map[string]host.Tally{}
	var pairs [27 * 27]float64
	var scams int
	for _, h := range train {
		t := suffix[h.Name.Suffix]
		if h.Scam {
			scams++
			t.Scam++
		} else {
			t.Benign++
			sites = append(sites, host.SiteHash(h.Name.Site))
			last := byte(0)
			for i := range len(h.Name.Rest) {
				pairs[host.Bigram(last, h.Name.Rest[i])]++
				last = h.Name.Rest[i]
			}
			pairs[host.Bigram(last, 0)]++
		}
		suffix[h.Name.Suffix] = t
	}
	for s, t := range suffix {
		if t.Scam+t.Benign >= minSuffix {
			list = append(list, host.SuffixTally{Suffix: s, Tally: t})
		}
	}
	slices.SortFunc(list, func(a, b host.SuffixTally) int {
		return cmp.Compare(a.Suffix, b.Suffix)
	})
	slices.Sort(sites)
	return list, fluencies(pairs), slices.Compact(sites),
		round32(float64(len(train)-scams) / float64(scams))
}

// fluencies turns counts of pairs into how much likelier each is after its
// first letter than a letter drawn blindly, in sixteenths of a nat.
func fluencies(pairs [27 * 27]float64) []int8 {
	out := make([]int8, 27*27)
	for a := range 27 {
		row := pairs[27*a : 27*a+27]
		sum := 27.0
		for _, c := range row {
			sum += c
		}
		for b, c := range row {
			v := float64(16 * model.Log(float64(27*(c+1))/sum))
			out[27*a+b] = int8(min(max(math.RoundToEven(v), -127), 127))
		}
	}
	return out
}
