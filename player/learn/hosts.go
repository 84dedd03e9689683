package learn

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"agon/game/market"
	"agon/player/host"
	"agon/player/model"
)

// The split. Scams go by the day they were first seen, honest sites by a hash
// of the site, so that nothing of one site is on both sides.
const (
	tuneFrom     = "2025-06-01" // scams from here on rescale what was fitted before
	validateFrom = "2025-09-01" // scams from here on are held out
	tuneShare    = 15           // of honest sites, in per cent
	heldOutShare = 25
)

// Fold is what an example is for.
type Fold uint8

// Fit and Tune together are the training side, Apart is held out, and Unused
// examples are dropped.
const (
	Fit Fold = iota
	Tune
	Apart
	Unused
)

// Host is one labelled example.
type Host struct {
	Name                             host.Name
	Scam                             bool
	Fold                             Fold
	FirstSeen, Kind, Source, Licence string
	Weight                           float64
}

// ErrData is what reading malformed data returns.
var ErrData = errors.New("malformed data")

// machine endpoints, which nobody visits as a dapp, are left out.
var machine = map[string]bool{"rpc": true, "api": true, "asset-host": true}

// Hosts reads the permissively licensed hosts of a data folder and splits
// them, in the order of a hash.
func Hosts(dataDir string) ([]Host, error) {
	dir := filepath.Join(dataDir, "domains")
	scams, err := readHosts(filepath.Join(dir, "scam_permissive.csv"), true)
	if err != nil {
		return nil, err
	}
	honest, err := readHosts(filepath.Join(dir, "benign.csv"), false)
	if err != nil {
		return nil, err
	}
	all := append(scams, honest...)
	separate(all)
	slices.SortFunc(all, func(a, b Host) int {
		x, y := model.Hash64("order", a.Name.Host), model.Hash64("order", b.Name.Host)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return all, nil
}

// separate drops from later folds every site that an earlier one has: a scam
// of a known site held out would be no test.
func separate(all []Host) {
	earliest := map[string]Fold{}
	for _, h := range all {
		if f, ok := earliest[h.Name.Site]; !ok || h.Fold < f {
			earliest[h.Name.Site] = h.Fold
		}
	}
	for i := range all {
		if all[i].Fold != earliest[all[i].Name.Site] {
			all[i].Fold = Unused
		}
	}
}

// Rows reads a CSV file with a header and gives each row's cell by column.
func Rows(path string, row func(cell func(column string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("training data: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%w: %s: header: %w", ErrData, filepath.Base(path), err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[name] = i
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrData, filepath.Base(path), err)
		}
		cell := func(name string) string {
			i, ok := column[name]
			if !ok {
				return ""
			}
			return record[i]
		}
		if err := row(cell); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
}

func readHosts(path string, scam bool) ([]Host, error) {
	var out []Host
	err := Rows(path, func(cell func(string) string) error {
		n, err := host.Parse(cell("host"))
		if err != nil {
			return nil // a few names no browser would open
		}
		h := Host{
			Name: n, Scam: scam, FirstSeen: cell("first_seen"), Kind: cell("kind"),
			Source: cell("source"), Licence: cell("licence"), Weight: 1,
		}
		h.Fold = fold(h)
		out = append(out, h)
		return nil
	})
	return out, err
}

func fold(h Host) Fold {
	if h.Scam {
		switch {
		case h.FirstSeen == "unknown" || h.FirstSeen == "":
			return Unused
		case h.FirstSeen >= validateFrom:
			return Apart
		case h.FirstSeen >= tuneFrom:
			return Tune
		}
		return Fit
	}
	if machine[h.Kind] {
		return Unused
	}
	switch share := int(model.Hash64("agon split", h.Name.Site) % 100); {
	case share < heldOutShare:
		return Apart
	case share < heldOutShare+tuneShare:
		return Tune
	}
	return Fit
}

// pick keeps the examples of some folds and weighs them so that scams and
// honest sites count alike, and one per example in the mean.
func pick(all []Host, folds ...Fold) []Host {
	var out []Host
	var scams int
	for _, h := range all {
		if slices.Contains(folds, h.Fold) {
			out = append(out, h)
			if h.Scam {
				scams++
			}
		}
	}
	n := float64(len(out))
	for i := range out {
		if out[i].Scam {
			out[i].Weight = n / float64(2*scams)
		} else {
			out[i].Weight = n / float64(2*(len(out)-scams))
		}
	}
	return out
}

// How much a scam counts in a fit by its age: all at first, and half of the
// share that fades after every half-life.
const (
	fading   = 0.8
	halfLife = 270 // days
)

// recent weighs examples to fit: a scam counts the less the older it is against
// the latest one, and scams together as much as before.
func recent(train []Host) []Host {
	out := slices.Clone(train)
	latest := ""
	for _, h := range out {
		if h.Scam {
			latest = max(latest, h.FirstSeen)
		}
	}
	end, err := time.Parse(time.DateOnly, latest)
	if err != nil {
		return out
	}
	var before, after float64
	for i, h := range out {
		seen, err := time.Parse(time.DateOnly, h.FirstSeen)
		if !h.Scam || err != nil {
			continue
		}
		age := end.Sub(seen).Hours() / 24
		fresh := model.Exp(-float64(age * math.Ln2 / halfLife))
		before += h.Weight
		out[i].Weight = float64(h.Weight * (1 - fading + float64(fading*fresh)))
		after += out[i].Weight
	}
	for i := range out {
		if out[i].Scam && after > 0 {
			out[i].Weight = float64(out[i].Weight * (before / after))
		}
	}
	return out
}

// heldOutHosts are the questions about held-out hosts; YES is a scam.
func heldOutHosts(all []Host) []Example { return questionsOf(pick(all, Apart)) }

// questionsOf asks about hosts.
func questionsOf(list []Host) []Example {
	var out []Example
	for _, h := range list {
		e := Example{
			Question: ask(market.DappScam, h.Name.Host), Truth: h.Scam, Group: h.Name.Site,
			Kind: h.Kind,
		}
		if h.Scam {
			e.Date, e.Kind = h.FirstSeen, "scam"
		}
		out = append(out, e)
	}
	return out
}

// cryptoOnly leaves out ordinary sites of 2014: the harder half.
func cryptoOnly(list []Example) []Example {
	var out []Example
	for _, e := range list {
		if e.Kind != "general-popular" && e.Kind != "general-random" {
			out = append(out, e)
		}
	}
	finish(out)
	return out
}
