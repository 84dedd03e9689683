package lab_test

import (
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agon/game/market"
	"agon/lab"
	"agon/lab/score"
	"agon/player"
	"agon/player/facts"
	"agon/player/learn"
	"agon/player/roster"
)

var ctx = context.Background()

// factHosts are the hosts the repository ships with their answers.
func factHosts(t *testing.T) []learn.Example {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(facts.CSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []learn.Example
	for _, row := range rows[1:] {
		if row[0] == "dapp-scam" {
			list = append(list, learn.Example{
				Question: player.Question{
					Template: market.DappScam, Kind: market.Binary, Fields: []string{row[1]},
					Prior: 0.5, Price: 0.5,
				},
				Truth: row[6] == "yes", Weight: 1,
			})
		}
	}
	return list
}

func rules(seed uint64) lab.Rules {
	return lab.Rules{
		Seed: seed, Subsidy: 5, Window: 30, Delay: 30, Every: 1,
		Budget: func(string) float64 { return 1000 },
	}
}

func play(t *testing.T, seed uint64, list []learn.Example, more ...lab.Seat) []lab.Answer {
	t.Helper()
	seats := append(lab.Cast(ctx, roster.Builtin([]byte("lab")), list), more...)
	g, err := lab.NewGame(rules(seed), seats)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := g.Play(ctx, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// TestGame: money is conserved, the market knows more than the base rate, and
// one seed plays one game.
func TestGame(t *testing.T) {
	list := factHosts(t)
	answers, again := play(t, 7, list), play(t, 7, list)
	e, s := &score.Exam{Alarm: true}, score.Series{}
	for i, a := range answers {
		sum := a.Fund
		for _, p := range a.Profits {
			sum += p
		}
		if math.Abs(sum-a.Spent) > 1e-9 || a.Spent > 5 {
			t.Errorf("question %d: %v spent of a subsidy of 5, %v received", i, a.Spent, sum)
		}
		if a.Median != again[i].Median || a.Orders != again[i].Orders {
			t.Errorf("question %d: %v with %d orders, then %v with %d", i, a.Median, a.Orders,
				again[i].Median, again[i].Orders)
		}
		e.Truth, s.P = append(e.Truth, a.Example.Truth), append(s.P, a.Median)
	}
	if got := score.Of(e, s)[score.Log]; got > 0.5 {
		t.Errorf("the market's log score is %.3f on %d facts, want below 0.5", got, len(list))
	}
}

// TestNobodySeesTheAnswer: turning the answers around changes nothing before
// the first of them is out.
func TestNobodySeesTheAnswer(t *testing.T) {
	list := factHosts(t)
	turned := make([]learn.Example, len(list))
	for i, x := range list {
		x.Truth = !x.Truth
		turned[i] = x
	}
	a, b := play(t, 3, list), play(t, 3, turned)
	for i := range a[:20] { // the first closes when 28 are open at the earliest
		for k, p := range a[i].Path {
			if i+k < 50 && p != b[i].Path[k] {
				t.Fatalf("question %d, block %d: %v, with other answers %v", i, k, p, b[i].Path[k])
			}
		}
	}
}

// TestPush: one push, however rich, loses money and moves the answer little; a
// manipulator only trades on its targets and within its sum.
func TestPush(t *testing.T) {
	list := factHosts(t)
	aims := lab.Aims{}
	for _, at := range []int{15, 25, 35, 45} {
		aims[market.QuestionID(at+1)] = lab.Aim{Up: !list[at].Truth}
	}
	quiet := play(t, 2, list)
	for _, timing := range lab.Timings[1:3] {
		m := lab.NewManipulator("manipulator", aims, 200, timing, 0.999)
		answers := play(t, 2, list, m)
		moved := 0.0
		for i, a := range answers {
			profit := a.Profits[len(a.Profits)-1]
			if _, target := aims[market.QuestionID(i+1)]; !target {
				if profit != 0 {
					t.Errorf("%s: traded on question %d, which is no target", timing.Name, i)
				}
				continue
			}
			if profit >= 0 || profit < -200 {
				t.Errorf("%s: question %d: a profit of %v on 200", timing.Name, i, profit)
			}
			moved += math.Abs(a.Median-quiet[i].Median) / float64(len(aims))
		}
		if moved > 0.12 { // by players who have seen little settle
			t.Errorf("%s: the answer moved by %.3f on average", timing.Name, moved)
		}
	}
}

// TestTruth plays the beginning of the hosts, where there is data: the market
// is to beat the mean and the log pool of its players.
func TestTruth(t *testing.T) {
	dir := os.Getenv("AGON_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			t.Skip("no data: set AGON_DATA to its folder")
		}
	}
	h, err := learn.HeldOut(dir, learn.SetHosts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lab.RunTruth(ctx, h, roster.Builtin([]byte("lab")),
		lab.TruthOptions{Seed: 1, Limit: 2000, Early: 0.4, Draws: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows[2:] {
		less := row.Less["log"]
		t.Logf("%-20s %.4f, market less it %+.4f", row.Name, row.Scores["log"].Value, less.Value)
		// A reader and its minds rest on the others.
		rests := row.Role == lab.RoleReader || row.Role == lab.RoleMind
		if !rests && less.Value >= 0 {
			t.Errorf("the market is no better than %s: %+.4f nats", row.Name, less.Value)
		}
	}
	for name, p := range map[string]interface {
		Save(dir, name string) ([]string, error)
	}{"reliability": r.Reliability(), "convergence": r.Convergence()} {
		files, err := p.Save(t.TempDir(), name)
		if err != nil || len(files) != 2 {
			t.Errorf("%s: wrote %v: %v", name, files, err)
		}
	}
}
