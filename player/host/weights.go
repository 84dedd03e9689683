package host

import (
	"embed"
	"fmt"
	"path"
	"sync"

	"agon/player"
)

//go:embed weights
var files embed.FS

// Files are the names of the weights in the order that Load takes them.
var Files = [...]string{
	"ngram.bin", "bayes.bin", "lexicon.bin", "trees.bin", "lookalike.bin", "neighbours.bin",
	"markov.bin", "net.bin", "core.bin",
}

// Load makes the players from their weights; errors are model.ErrWeights.
func Load(read func(name string) ([]byte, error)) ([]player.Forecaster, error) {
	var raw [len(Files)][]byte
	for i, name := range Files {
		b, err := read(name)
		if err != nil {
			return nil, fmt.Errorf("weights of the host players: %w", err)
		}
		raw[i] = b
	}
	lexicon, err := DecodeLexicon(raw[2])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[2], err)
	}
	ngram, err1 := NewNgram(raw[0])
	bayes, err2 := NewBayes(raw[1])
	markov, err6 := NewMarkov(raw[6])
	trees, err3 := NewTrees(raw[3], lexicon, bayes, markov)
	like, err4 := NewLookalike(raw[4], lexicon)
	near, err5 := NewNeighbours(raw[5])
	net, err7 := NewNet(raw[7])
	core, err8 := NewCore(raw[8])
	for i, err := range [...]error{err1, err2, nil, err3, err4, err5, err6, err7, err8} {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", Files[i], err)
		}
	}
	ngram.floor, bayes.floor = floor{core, wideLeeway}, floor{core, wideLeeway}
	trees.floor, net.floor = floor{core, wideLeeway}, floor{core, fairLeeway}
	like.floor, near.floor = floor{core, narrowLeeway}, floor{core, narrowLeeway}
	markov.floor = floor{core, narrowLeeway}
	return []player.Forecaster{ngram, bayes, trees, like, near, markov, net, core}, nil
}

// builtin decodes the embedded weights once, when first asked for.
var builtin = sync.OnceValue(func() []player.Forecaster {
	list, err := Load(func(name string) ([]byte, error) {
		return files.ReadFile(path.Join("weights", name))
	})
	if err != nil {
		panic(fmt.Sprintf("embedded weights: %v", err)) // our own bug: a test decodes them
	}
	return list
})

// Builtin gives the host players with the weights that ship.
func Builtin() []player.Forecaster { return builtin() }
