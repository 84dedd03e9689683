package learn

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"agon/player/host"
	"agon/player/model"
)

// How each host model is fitted. Set by custom, not by the held-out figures.
var (
	ngramFit    = linearFit{bits: 18, firm: 0.3, c: 4, steps: 12}
	hostNetFit  = netFit{bits: 15, hidden: 12, firm: 0.3, passes: 1, rate: 0.05}
	hostCoreFit = coreFit{bits: 17, passes: 3, rate: 0.05}
	treesFit    = boostFit{trees: 320, rate: 0.08, l2: 4, minCover: 8, cuts: 60, sample: 60}
)

const (
	bayesBits   = 17
	bayesSmooth = 1
	remembered  = 4000 // hosts of each label that Neighbours keeps

	denseSteps   = 12
	denseL2      = 1e-4
	hostsFolder  = "host/weights"
	tokensFolder = "token/weights"
)

// File is one file that training writes, by its path under the player folder.
type File struct {
	Path string
	Data []byte
}

// Progress hears what training is doing: one line of plain words a step.
// A nil Progress is deaf.
type Progress func(step string)

func (p Progress) tell(step string) {
	if p != nil {
		p(step)
	}
}

// hostFitter fits one model to examples, leaving its scale open.
type hostFitter struct {
	file string
	// fit gives the scoring of hosts it has not seen, and the file for a scale.
	fit func(train []Host) (score func(host.Name) float64, encode func(model.Scale) []byte)
}

// trainHosts fits every host model twice: on Fit alone, to find its scale on
// Tune, which it then has not seen; and on both, to ship.
func trainHosts(ctx context.Context, all []Host, say Progress) ([]File, error) {
	fit, tune, both := pick(all, Fit), pick(all, Tune), pick(all, Fit, Tune)
	say.tell(fmt.Sprintf("hosts: %d to fit, %d to rescale, %d held out",
		len(fit), len(tune), len(pick(all, Apart))))
	early, late := countLexicon(fit), countLexicon(both)
	files := []File{{hostsFolder + "/lexicon.bin", late.Encode()}}
	final := hostFitters(late)
	fit, both = recent(fit), recent(both)
	for i, f := range hostFitters(early) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		say.tell("hosts: " + strings.TrimSuffix(f.file, ".bin"))
		score, _ := f.fit(fit)
		var list []Scored
		for _, h := range tune {
			list = append(list, Scored{score(h.Name), h.Scam, h.Weight})
		}
		_, encode := final[i].fit(both)
		files = append(files, File{hostsFolder + "/" + f.file, encode(fitScale(list))})
	}
	return files, nil
}

func hostFitters(x *host.Lexicon) []hostFitter {
	return []hostFitter{
		{"ngram.bin", fitNgram}, {"bayes.bin", fitBayes},
		{"trees.bin", func(t []Host) (func(host.Name) float64, func(model.Scale) []byte) {
			return fitTrees(t, x)
		}},
		{"lookalike.bin", func(t []Host) (func(host.Name) float64, func(model.Scale) []byte) {
			return fitLookalike(t, x)
		}},
		{"neighbours.bin", fitNeighbours}, {"markov.bin", fitMarkov},
		{"net.bin", fitHostNet}, {"core.bin", fitCore},
	}
}

func rowsOf(train []Host, features func(host.Name) model.Features) []Row {
	rows := make([]Row, len(train))
	for i, h := range train {
		rows[i] = Row{features(h.Name), h.Scam, h.Weight}
	}
	return rows
}

func linearScorer(
	m *model.Linear, features func(host.Name) model.Features,
) (func(host.Name) float64, func(model.Scale) []byte) {
	score := func(n host.Name) float64 {
		s, _ := m.Score(features(n))
		return s
	}
	return score, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}
}

func ngrams(n host.Name) model.Features {
	return model.Features{Soft: host.Grams(n, nil), Firm: host.Signs(n, nil)}
}

func fitNgram(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	return linearScorer(fitLinear(rowsOf(train, ngrams), ngramFit), ngrams)
}

func fitBayes(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	return linearScorer(fitCounts(rowsOf(train, host.Pieces), bayesBits, bayesSmooth), host.Pieces)
}

// blocks is into how many parts the examples are cut for the counts that Trees
// looks at: each part gets the counts of the others.
const blocks = 6

// apart assigns every example to a block: scams by time, so that a burst of
// similar names stays together, honest sites by a hash.
func apart(train []Host) []int {
	block := make([]int, len(train))
	var scams []int
	for i, h := range train {
		if h.Scam {
			scams = append(scams, i)
		} else {
			block[i] = int(model.Hash64("agon block", h.Name.Site) % blocks)
		}
	}
	slices.SortStableFunc(scams, func(a, b int) int {
		return cmp.Compare(train[a].FirstSeen, train[b].FirstSeen)
	})
	for k, i := range scams {
		block[i] = k * blocks / len(scams)
	}
	return block
}

// shapes gives the features of Trees, the counts for each example from other
// blocks than its own, and the counts of all examples for later.
func shapes(train []Host, x *host.Lexicon) (rows [][]float32, counts host.Counts) {
	pieces := rowsOf(train, host.Pieces)
	block := apart(train)
	rows = make([][]float32, len(train))
	for b := range blocks {
		var others []Row
		var names []Host
		for i, row := range pieces {
			if block[i] != b {
				others, names = append(others, row), append(names, train[i])
			}
		}
		counts = host.Counts{
			Pieces:    fitCounts(others, bayesBits, bayesSmooth),
			Spellings: spellings(names),
		}
		for i, h := range train {
			if block[i] == b {
				rows[i] = make([]float32, host.Shapes)
				x.Shape(h.Name, counts, rows[i])
			}
		}
	}
	return rows, host.Counts{
		Pieces: fitCounts(pieces, bayesBits, bayesSmooth), Spellings: spellings(train),
	}
}

func fitTrees(
	train []Host, x *host.Lexicon,
) (func(host.Name) float64, func(model.Scale) []byte) {
	rows, counts := shapes(train, x)
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, h := range train {
		yes[i], weight[i] = h.Scam, h.Weight
	}
	m := boost(rows, yes, weight, treesFit)
	score := func(n host.Name) float64 {
		var f [host.Shapes]float32
		var bins [host.Shapes]uint8
		x.Shape(n, counts, f[:])
		m.Bins(f[:], bins[:])
		s, _ := m.Score(bins[:], nil)
		return s
	}
	return score, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}
}

func fitLookalike(
	train []Host, x *host.Lexicon,
) (func(host.Name) float64, func(model.Scale) []byte) {
	rows := make([][]float32, len(train))
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, h := range train {
		rows[i] = make([]float32, host.Likenesses)
		x.Likeness(h.Name, rows[i])
		yes[i], weight[i] = h.Scam, h.Weight
	}
	w := fitDense(rows, yes, weight, denseSteps, denseL2)
	score := func(n host.Name) float64 {
		var f [host.Likenesses]float32
		x.Likeness(n, f[:])
		return host.Dot(w, f[:])
	}
	return score, func(s model.Scale) []byte { return host.EncodeLookalike(w, s) }
}

// fitNeighbours remembers the latest scams, one of each pattern of digits, and
// honest hosts by hash.
func fitNeighbours(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	var scams, honest []Host
	pattern := map[string]bool{}
	late := slices.Clone(train)
	slices.SortStableFunc(late, func(a, b Host) int {
		return cmp.Compare(b.FirstSeen, a.FirstSeen)
	})
	for _, h := range late {
		if !h.Scam {
			honest = append(honest, h)
			continue
		}
		if p := digitless(h.Name.Host); !pattern[p] {
			pattern[p] = true
			scams = append(scams, h)
		}
	}
	var list []host.Example
	for _, h := range slices.Concat(
		scams[:min(remembered, len(scams))], honest[:min(remembered, len(honest))]) {
		list = append(list, host.Example{Host: h.Name.Host, Scam: h.Scam})
	}
	m, err := host.NewNeighbours(host.EncodeNeighbours(list, model.Scale{Slope: 1}))
	if err != nil {
		panic(err) // our own bug: it was encoded on the line above
	}
	return m.Score, func(s model.Scale) []byte { return host.EncodeNeighbours(list, s) }
}

func fitHostNet(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	m := fitNet(rowsOf(train, ngrams), hostNetFit)
	score := func(n host.Name) float64 {
		s, _ := m.Score(ngrams(n))
		return s
	}
	return score, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}
}

// spell counts spellings seen at least twice, and single letters always.
func spell(train []Host) []host.Spelling {
	counts := map[uint32][2]int{}
	sizes := map[uint32]int{}
	for _, h := range train {
		side := 0
		if h.Scam {
			side = 1
		}
		host.Spell(h.Name, func(hash uint32, size int) {
			c := counts[hash]
			c[side]++
			counts[hash], sizes[hash] = c, size
		})
	}
	var list []host.Spelling
	for hash, c := range counts {
		if sizes[hash] == 1 || c[0]+c[1] >= 2 {
			list = append(list, host.Spelling{Hash: hash,
				Honest: host.CountCode(float64(c[0])), Scam: host.CountCode(float64(c[1]))})
		}
	}
	return list
}

// spellings is the player of what spell counts, without a scale.
func spellings(train []Host) *host.Markov {
	m, err := host.NewMarkov(host.EncodeMarkov(spell(train), model.Scale{Slope: 1}))
	if err != nil {
		panic(err) // our own bug: it was encoded on the line above
	}
	return m
}

func fitMarkov(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	m, list := spellings(train), spell(train)
	return m.Score, func(s model.Scale) []byte { return host.EncodeMarkov(list, s) }
}

// digitless is a host with its digits taken out: names that differ only in a
// serial number become one.
func digitless(h string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, h)
}
