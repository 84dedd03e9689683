package learn

import (
	"context"
	"fmt"
	"io/fs"
	"path"

	"agon/player"
	"agon/player/host"
)

// Choosing fits the host players to the Fit side alone and gives them with the
// questions of the Tune side, in playing order: there a user of the players
// may choose thresholds, for all that they have seen of it is the two numbers
// of each scale. Those that ship were fitted to both sides.
func Choosing(ctx context.Context, dataDir string, say Progress) (
	[]player.Forecaster, []Example, error,
) {
	all, err := Hosts(dataDir)
	if err != nil {
		return nil, nil, err
	}
	fit, tune := pick(all, Fit), pick(all, Tune)
	lexicon := countLexicon(fit)
	files := map[string][]byte{"lexicon.bin": lexicon.Encode()}
	fit = recent(fit)
	for _, f := range hostFitters(lexicon) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		say.tell("hosts before " + tuneFrom + ": " + path.Base(f.file))
		score, encode := f.fit(fit)
		var list []Scored
		for _, h := range tune {
			list = append(list, Scored{score(h.Name), h.Scam, h.Weight})
		}
		files[f.file] = encode(fitScale(list))
	}
	players, err := host.Load(func(name string) ([]byte, error) {
		b, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		}
		return b, nil
	})
	if err != nil {
		return nil, nil, err
	}
	list := questionsOf(tune)
	finish(list)
	return players, list, nil
}

// Listed gives the scams that lists had by the day from which scams are held
// out, also those of sites that no side has.
func Listed(dataDir string) ([]string, error) {
	all, err := Hosts(dataDir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, h := range all {
		if h.Scam && h.FirstSeen != "" && h.FirstSeen < validateFrom {
			out = append(out, h.Name.Host)
		}
	}
	return out, nil
}
