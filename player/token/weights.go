package token

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
var Files = [...]string{"list.bin", "names.bin", "counts.bin", "mimic.bin"}

// Load makes the players from their weights; errors are model.ErrWeights.
func Load(read func(name string) ([]byte, error)) ([]player.Forecaster, error) {
	var raw [len(Files)][]byte
	for i, name := range Files {
		b, err := read(name)
		if err != nil {
			return nil, fmt.Errorf("weights of the token players: %w", err)
		}
		raw[i] = b
	}
	list, err := NewList(raw[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[0], err)
	}
	names, err := NewNames(raw[1])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[1], err)
	}
	counts, err := NewCounts(raw[2])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[2], err)
	}
	mimic, err := NewMimic(raw[3], list)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Files[3], err)
	}
	return []player.Forecaster{list, names, counts, mimic}, nil
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

// Builtin gives the token players with the weights that ship.
func Builtin() []player.Forecaster { return builtin() }
