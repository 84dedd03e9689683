package learn

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"agon/player/facts"
	"agon/player/host"
	"agon/player/model"
	"agon/player/text"
)

// dataDir is the folder of training data: AGON_DATA, or the one beside the
// repository. Only if there is none does a test skip.
func dataDir(t *testing.T) string {
	if dir := os.Getenv("AGON_DATA"); dir != "" {
		return dir
	}
	dir := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no training data: set AGON_DATA to its folder")
	}
	return dir
}

// The weights and facts that ship are what training gives, byte for byte.
func TestTrainingReproduces(t *testing.T) {
	files, err := Fitted(context.Background(), dataDir(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, f := range files {
		want, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.Data, want) {
			t.Errorf("%s: trained anew it differs (%d bytes, %d ship); run agon train", f.Path,
				len(f.Data), len(want))
		}
		total += len(f.Data)
	}
	if total > 3_000_000 {
		t.Errorf("all files take %d bytes, at most 3,000,000", total)
	}
}

// No site, no address and no five words in a row of a post are on both sides,
// and no fact is on the training side.
func TestNoLeak(t *testing.T) {
	hosts, err := Hosts(dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := Tokens(dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	fold := map[string]Fold{}
	trained := map[string]bool{}
	put := func(key string, f Fold) {
		if f == Unused {
			return
		}
		if was, ok := fold[key]; ok && was != f {
			t.Errorf("%s is in folds %d and %d", key, was, f)
		}
		fold[key], trained[key] = f, f != Apart
	}
	for _, h := range hosts {
		put(h.Name.Site, h.Fold)
		if h.Licence == "" || strings.Contains(h.Licence, "GPL") {
			t.Errorf("%s has licence %q", h.Name.Host, h.Licence)
		}
		if h.Scam && h.Fold != Unused && (h.Fold == Apart) != (h.FirstSeen >= validateFrom) {
			t.Errorf("%s, first seen %s, is in fold %d", h.Name.Host, h.FirstSeen, h.Fold)
		}
	}
	for _, k := range tokens {
		put("token "+k.Address, k.Fold)
	}
	addresses, err := Addresses(dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		put("token "+a.Address, a.Fold) // a contract is on one side as token and as address
	}
	posts, err := Posts(dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		words := text.Words(p.Text)
		put("post "+strings.Join(words, " "), p.Fold)
		for i := 0; i+runLength <= len(words); i++ {
			put("run "+strings.Join(words[i:i+runLength], " "), p.Fold)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(facts.CSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		site := "token " + row[2]
		if row[1] != "" {
			n, err := host.Parse(row[1])
			if err != nil {
				t.Fatal(err)
			}
			site = n.Site
		}
		if f, ok := fold[site]; !ok || f != Apart || trained[site] {
			t.Errorf("%s is no held-out example", site)
		}
	}
}

func TestFacts(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(facts.CSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], factHead) {
		t.Errorf("want columns %v, have %v", factHead, rows[0])
	}
	count := map[string]int{}
	for _, row := range rows[1:] {
		count[row[0]+" "+row[6]]++
		if licence := row[len(row)-1]; licence == "" || strings.Contains(licence, "GPL") {
			t.Errorf("%v: licence %q", row, licence)
		}
		if row[6] == "yes" && row[0] == "dapp-scam" && row[9] < validateFrom {
			t.Errorf("%s was first seen on %s, before %s", row[1], row[9], validateFrom)
		}
	}
	for kind, want := range map[string]int{"dapp-scam yes": 24, "dapp-scam no": 24,
		"token-genuine yes": 8, "token-genuine no": 8} {
		if count[kind] != want {
			t.Errorf("%s: want %d, have %d", kind, want, count[kind])
		}
	}
}

func TestBadData(t *testing.T) {
	dir := t.TempDir()
	if _, err := Hosts(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: want fs.ErrNotExist, have %v", err)
	}
	for name, text := range map[string]string{
		"empty": "", "ragged": "a,b\n1,2,3\n", "quote": "a\n\"x\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Rows(path, func(func(string) string) error { return nil })
		if !errors.Is(err, ErrData) {
			t.Errorf("%s: want ErrData, have %v", name, err)
		}
	}
}

func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	out := t.TempDir()
	if _, err := Train(ctx, dataDir(t), out, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, have %v", err)
	}
	if left, _ := os.ReadDir(out); len(left) > 0 {
		t.Errorf("a stopped training wrote %v", left)
	}
}

// synth draws rows whose YES have the odd features: a model must find that.
func synth(n int) (rows []Row, x [][]float32, yes []bool, weight []float64) {
	for i := range n {
		u := mix(uint64(i))
		v := []float32{float32(u % 10), float32(u >> 8 % 10), 1}
		y := v[0] > 4 != (u>>32%10 == 0) // one label in ten is wrong
		f := model.Features{Soft: []uint32{uint32(u % 10), 100 + uint32(u>>8%10)}}
		rows = append(rows, Row{f, y, 1})
		x, yes, weight = append(x, v), append(yes, y), append(weight, 1)
	}
	return rows, x, yes, weight
}

func TestFitsFindTheRule(t *testing.T) {
	rows, x, yes, weight := synth(4000)
	linear := fitLinear(rows, linearFit{bits: 10, firm: 0.3, c: 1, steps: 10})
	bayes := fitCounts(rows, 10, 0.5)
	dense := fitDense(x, yes, weight, 12, 1e-4)
	trees := boost(x, yes, weight, boostFit{
		trees: 20, rate: 0.3, l2: 1, minCover: 2, cuts: 20, sample: 80,
	})
	net := fitNet(rows, netFit{bits: 10, hidden: 4, firm: 0.3, passes: 2, rate: 0.05})
	bins := make([]uint8, 3)
	scores := map[string]func(i int) float64{
		"linear": func(i int) float64 { s, _ := linear.Score(rows[i].Features); return s },
		"bayes":  func(i int) float64 { s, _ := bayes.Score(rows[i].Features); return s },
		"net":    func(i int) float64 { s, _ := net.Score(rows[i].Features); return s },
		"dense":  func(i int) float64 { return host.Dot(dense, x[i]) },
		"trees": func(i int) float64 {
			trees.Bins(x[i], bins)
			s, _ := trees.Score(bins, nil)
			return s
		},
	}
	for name, score := range scores {
		right := 0
		for i := range rows {
			if (score(i) > 0) == (x[i][0] > 4) {
				right++
			}
		}
		if share := float64(right) / float64(len(rows)); share < 0.97 {
			t.Errorf("%s finds the rule in %.3f of cases, want 0.97", name, share)
		}
	}
}

// Scores that are ln 9 times too small come back calibrated: among those
// scaled to p, a share p is YES.
func TestScaleCalibrates(t *testing.T) {
	var list []Scored
	for i := range 20000 {
		u := mix(uint64(i))
		truth := float64(u%1000)/100 - 5
		yes := float64(mix(u)%100000)/100000 < model.Logistic(truth)
		list = append(list, Scored{truth/3 + 1, yes, 1})
	}
	s := fitScale(list)
	if math.Abs(s.Slope-3) > 0.1 || math.Abs(s.Offset+3) > 0.1 {
		t.Errorf("want slope 3 and offset −3, have %+v", s)
	}
}

func TestFiguresByHand(t *testing.T) {
	f := figures([]Scored{{0.9, true, 1}, {0.6, false, 1}, {0.6, true, 1}, {0.2, false, 1}}, true)
	want := (0.01 + 0.36 + 0.16 + 0.04) / 4
	if math.Abs(f.Brier-want) > 1e-12 || f.Accuracy != 0.75 || f.AUC != 0.875 || f.Caught != 0.5 {
		t.Errorf("want Brier %v, accuracy 0.75, AUC 0.875, caught 0.5, have %+v", want, f)
	}
}
