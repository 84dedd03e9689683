package learn

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"agon/player"
	"agon/player/address"
	"agon/player/baseline"
	"agon/player/host"
	"agon/player/text"
	"agon/player/token"
)

// Train fits every built-in model to the data folder and writes the weights
// and the demo's facts under outDir, which has the layout of this repository's
// player folder. It gives the files written. Stopped by ctx while fitting, it
// writes nothing.
func Train(ctx context.Context, dataDir, outDir string, say Progress) ([]File, error) {
	files, err := Fitted(ctx, dataDir, say)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := filepath.Join(outDir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("writing weights: %w", err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return nil, fmt.Errorf("writing weights: %w", err)
		}
		say.tell(fmt.Sprintf("wrote %s, %d bytes", f.Path, len(f.Data)))
	}
	return files, nil
}

// Fitted is Train without writing.
func Fitted(ctx context.Context, dataDir string, say Progress) ([]File, error) {
	hosts, err := Hosts(dataDir)
	if err != nil {
		return nil, err
	}
	tokens, err := Tokens(dataDir)
	if err != nil {
		return nil, err
	}
	files, err := trainHosts(ctx, hosts, say)
	if err != nil {
		return nil, err
	}
	more, err := trainTokens(ctx, tokens, say)
	if err != nil {
		return nil, err
	}
	files = append(files, more...)
	addresses, err := Addresses(dataDir)
	if err != nil {
		return nil, err
	}
	files = append(files, trainAddresses(addresses, say)...)
	posts, err := Posts(dataDir)
	if err != nil {
		return nil, err
	}
	if more, err = trainPosts(ctx, posts, say); err != nil {
		return nil, err
	}
	files = append(files, more...)
	facts, err := Facts(hosts, tokens)
	if err != nil {
		return nil, err
	}
	return append(files, facts), nil
}

// Report prints the held-out figures of the built-in players' weights among
// files.
func Report(ctx context.Context, w io.Writer, dataDir string, files []File) error {
	read := func(folder string) func(string) ([]byte, error) {
		return func(name string) ([]byte, error) {
			for _, f := range files {
				if f.Path == folder+"/"+name {
					return f.Data, nil
				}
			}
			return nil, fmt.Errorf("%s/%s: %w", folder, name, os.ErrNotExist)
		}
	}
	base := []player.Forecaster{baseline.BaseRate{}, baseline.NewCoin([]byte("report"))}
	for _, t := range []struct {
		set    Set
		load   func(func(string) ([]byte, error)) ([]player.Forecaster, error)
		folder string
	}{
		{SetHosts, host.Load, hostsFolder}, {SetTokens, token.Load, tokensFolder},
		{SetAddresses, address.Load, addressesFolder}, {SetPosts, text.Load, postsFolder},
	} {
		players, err := t.load(read(t.folder))
		if err != nil {
			return err
		}
		h, err := HeldOut(dataDir, t.set)
		if err != nil {
			return err
		}
		if err := table(ctx, w, h, append(players, base...)); err != nil {
			return err
		}
	}
	return nil
}

// table prints the figures of one set.
func table(ctx context.Context, w io.Writer, h Held, players []player.Forecaster) error {
	rows := Measure(ctx, players, h.List, h.Alarm)
	if err := Table(w, fmt.Sprintf("held-out %s: %d", h.Set, len(h.List)), rows); err != nil {
		return err
	}
	if h.Set != SetHosts {
		return nil
	}
	crypto := cryptoOnly(h.List)
	title := fmt.Sprintf("held-out hosts, honest ones of crypto only: %d", len(crypto))
	return Table(w, title, Measure(ctx, players, crypto, h.Alarm))
}
