package lab_test

import (
	"math"
	"testing"

	"agon/game/market"
	"agon/lab"
	"agon/lab/stage"
	"agon/player/learn"
	"agon/player/roster"
)

// targets are aims at the opposite of what is so.
func targets(list []learn.Example, at ...int) lab.Aims {
	aims := lab.Aims{}
	for _, i := range at {
		aims[market.QuestionID(i+1)] = lab.Aim{Up: !list[i].Truth}
	}
	return aims
}

// TestFloor: a standing bid at the price that its money holds is there in the
// answer, whatever the real players do against it with all theirs.
func TestFloor(t *testing.T) {
	list := factHosts(t)
	aims := targets(list, 15, 28, 41)
	r := rules(4)
	r.Void = func(q market.QuestionID) bool { _, is := aims[q]; return is }
	honest := lab.Cast(ctx, roster.Builtin([]byte("lab")), list)
	// Nobody can have more than the budgets and all the subsidies.
	others := 1000*float64(len(honest)) + r.Subsidy*float64(len(list))
	const sum = 2500.0
	limit := lab.Holds(sum, others, r.Subsidy)
	m := lab.NewManipulator("manipulator", aims, sum, lab.StandingBid, limit)
	r.Budget = func(name string) float64 {
		if name == m.Name() {
			return sum * float64(len(aims))
		}
		return 1000
	}
	g, err := lab.NewGame(r, append(honest, m))
	if err != nil {
		t.Fatal(err)
	}
	answers, err := g.Play(ctx, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	for q, aim := range aims {
		held := answers[q-1].Median
		if !aim.Up {
			held = 1 - held
		}
		if held < limit-1.5e-3 { // the median's bins are a thousandth wide
			t.Errorf("question %d: %.4f is held, want %.4f at least", q, held, limit)
		}
		if lost := -answers[q-1].Profits[len(honest)]; lost < 0 || lost > sum+1e-9 {
			t.Errorf("question %d: lost %v of %v", q, lost, sum)
		}
	}
	for _, s := range g.Standings() {
		if s.Name == m.Name() && s.Profit != 0 {
			t.Errorf("what is void cost %v", s.Profit)
		}
	}
}

// TestHolds: what holds a price is what Needs says, more money holds more, and
// nobody is moved who is there already.
func TestHolds(t *testing.T) {
	last := 0.0
	for m := 1.0; m < 1e6; m *= 3 {
		p := lab.Holds(m, 9000, 5)
		if p <= last || p >= 1 || math.Abs(lab.Needs(p, 9000, 5)-m) > 1e-6*m {
			t.Errorf("%v coins hold %v, which needs %v", m, p, lab.Needs(p, 9000, 5))
		}
		if lab.Floor(p, m, 9000, 5) != 0 || math.Abs(lab.Floor(0, m, 9000, 5)-p) > 1e-12 {
			t.Errorf("%v coins: floors of %v and 0 are wrong", m, p)
		}
		last = p
	}
	if lab.Holds(0, 9000, 5) != 0 || lab.Holds(-1, 9000, 5) != 0 {
		t.Error("no money holds a price")
	}
}

// TestCopycats: they trade once a question, within their stake, and the answer
// is no worse for them than by a little.
func TestCopycats(t *testing.T) {
	list := factHosts(t)
	quiet := play(t, 6, list)
	cat := lab.NewCopycat("cat", stage.AccountOf("reader"), 1)
	answers := play(t, 6, list, cat)
	traded, moved := 0, 0.0
	for i, a := range answers {
		profit := a.Profits[len(a.Profits)-1]
		if profit < -1-1e-9 {
			t.Errorf("question %d: lost %v of a stake of 1", i, -profit)
		}
		if profit != 0 {
			traded++
		}
		moved += math.Abs(a.Median-quiet[i].Median) / float64(len(answers))
	}
	if traded == 0 || moved > 0.05 {
		t.Errorf("a copycat traded on %d questions and moved answers by %.3f", traded, moved)
	}
}
