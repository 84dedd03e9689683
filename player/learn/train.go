package learn

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Train fits every built-in model to the data folder and writes the weights
// and the demo's facts under outDir, which has the layout of this repository's
// player folder. It gives the files written. Stopped by ctx it writes nothing.
func Train(ctx context.Context, dataDir, outDir string, say Progress) ([]File, error) {
	files, err := Fitted(ctx, dataDir, say)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		path := filepath.Join(outDir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("writing weights: %w", err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return nil, fmt.Errorf("writing weights: %w", err)
		}
		say(fmt.Sprintf("wrote %s, %d bytes", f.Path, len(f.Data)))
	}
	return files, nil
}

// Fitted is Train without writing.
func Fitted(ctx context.Context, dataDir string, say Progress) ([]File, error) {
	if say == nil {
		say = func(string) {}
	}
	hosts, err := Hosts(dataDir)
	if err != nil {
		return nil, err
	}
	return trainHosts(ctx, hosts, say)
}
