package text

import (
	"embed"
	"fmt"
	"path"
	"sync"

	"agon/player"
)

//go:embed weights
var files embed.FS

// Load makes the players from their weights; errors are model.ErrWeights.
func Load(read func(name string) ([]byte, error)) ([]player.Forecaster, error) {
	var out []player.Forecaster
	for _, f := range Forms {
		b, err := read(f.File)
		if err != nil {
			return nil, fmt.Errorf("weights of the players of posts: %w", err)
		}
		j, err := NewJudge(f, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.File, err)
		}
		out = append(out, j)
	}
	return out, nil
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

// Builtin gives the players of posts with the weights that ship.
func Builtin() []player.Forecaster { return builtin() }
