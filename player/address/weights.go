package address

import (
	"embed"
	"fmt"
	"path"
	"sync"

	"agon/player"
)

//go:embed weights
var files embed.FS

// Files are the names of the weights.
var Files = [...]string{"list.bin"}

// Load makes the player from its weights; errors are model.ErrWeights.
func Load(read func(name string) ([]byte, error)) ([]player.Forecaster, error) {
	b, err := read(Files[0])
	if err != nil {
		return nil, fmt.Errorf("weights of the player of addresses: %w", err)
	}
	list, err := NewList(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[0], err)
	}
	return []player.Forecaster{list}, nil
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

// Builtin gives the player of addresses with the weights that ship.
func Builtin() []player.Forecaster { return builtin() }
