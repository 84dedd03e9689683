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
	ngramFit = linearFit{bits: 17, passes: 4, rate: 0.3, l1: 0.4, l2: 2}
	treesFit = boostFit{trees: 160, rate: 0.15, l2: 2, minCover: 5, cuts: 40, sample: 50}
)

const (
	bayesBits    = 16
	bayesSmooth  = 0.3
	remembered   = 9000 // hosts of each label that Neighbours keeps
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
	fitters := func(x *host.Lexicon) []hostFitter {
		return []hostFitter{
			{"ngram.bin", fitNgram}, {"bayes.bin", fitBayes},
			{"trees.bin", func(t []Host) (func(host.Name) float64, func(model.Scale) []byte) {
				return fitTrees(t, x)
			}},
			{"lookalike.bin", func(t []Host) (func(host.Name) float64, func(model.Scale) []byte) {
				return fitLookalike(t, x)
			}},
			{"neighbours.bin", fitNeighbours},
		}
	}
	final := fitters(late)
	for i, f := range fitters(early) {
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

func rowsOf(train []Host, features func(host.Name, []uint32) []uint32) []Row {
	rows := make([]Row, len(train))
	for i, h := range train {
		rows[i] = Row{features(h.Name, nil), h.Scam, h.Weight}
	}
	return rows
}

func linearScorer(
	m *model.Linear, features func(host.Name, []uint32) []uint32,
) (func(host.Name) float64, func(model.Scale) []byte) {
	score := func(n host.Name) float64 {
		s, _ := m.Score(features(n, nil))
		return s
	}
	return score, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}
}

func fitNgram(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	return linearScorer(fitLinear(rowsOf(train, host.Grams), ngramFit), host.Grams)
}

func fitBayes(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	return linearScorer(fitCounts(rowsOf(train, host.Folded), bayesBits, bayesSmooth), host.Folded)
}

func fitTrees(
	train []Host, x *host.Lexicon,
) (func(host.Name) float64, func(model.Scale) []byte) {
	rows := make([][]float32, len(train))
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, h := range train {
		rows[i] = make([]float32, host.Lexicals)
		x.Lexical(h.Name, rows[i])
		yes[i], weight[i] = h.Scam, h.Weight
	}
	m := boost(rows, yes, weight, treesFit)
	score := func(n host.Name) float64 {
		var f [host.Lexicals]float32
		var bins [host.Lexicals]uint8
		x.Lexical(n, f[:])
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
