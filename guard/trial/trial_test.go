package trial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"agon/guard/rules"
)

// world draws hosts whose models and market know something, independently.
func world(seed uint64, n int) []Host {
	r := rand.New(rand.NewPCG(seed, 1))
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	out := make([]Host, n)
	for i := range out {
		scam := r.IntN(2) == 0
		sign := -1.0
		if scam {
			sign = 1
		}
		out[i] = Host{
			Scam: scam, Group: fmt.Sprint(i), Day: fmt.Sprintf("day %03d", i/50),
			Own: sigmoid(2*sign + 2*r.NormFloat64()), Market: sigmoid(3*sign + 2*r.NormFloat64()),
			Cost: 0.5,
		}
	}
	return out
}

// What is chosen on some hosts keeps its share of false alarms on others, and a
// market that knows more catches more.
func TestChosenHolds(t *testing.T) {
	l := ChooseJoint(Choose(world(1, 40000)), world(2, 40000))
	if !(l.Note < l.Warning && l.Warning < l.Sure) {
		t.Fatalf("thresholds out of order: %+v", l)
	}
	test := world(3, 40000)
	alone := Count("alone", test, Alone(l, test), 100, 1)
	asked := WithMarket(l, test, 1, 1e9)
	both := Count("both", test, asked.Alarms, 100, 1)
	for _, r := range []Row{alone, both} {
		if r.FalseShare.Value < 0.006 || r.FalseShare.Value > 0.012 {
			t.Errorf("%s: want about 1 %% false alarms, have %.4f", r.Name, r.FalseShare.Value)
		}
		if r.Caught+r.Missed+r.FalseAlarms+r.Quiet != len(test) {
			t.Errorf("%s: %+v does not count every host once", r.Name, r)
		}
		if v := r.CaughtShare; !(v.Low <= v.Value && v.Value <= v.High && v.Low < v.High) {
			t.Errorf("%s: interval %+v", r.Name, v)
		}
	}
	if both.CaughtShare.Low <= alone.CaughtShare.High {
		t.Errorf("the market adds nothing: %+v, alone %+v", both.CaughtShare, alone.CaughtShare)
	}
}

// Hosts that are judged more harshly lift the thresholds, milder ones do not.
func TestRaise(t *testing.T) {
	l := Choose(world(1, 20000))
	harsh, mild := world(2, 20000), world(2, 20000)
	for i := range harsh {
		harsh[i].Own = math.Sqrt(harsh[i].Own)
		mild[i].Own *= mild[i].Own
	}
	if have := Raise(l, mild); have != l {
		t.Errorf("mild: %+v became %+v", l, have)
	}
	have := Raise(l, harsh)
	if have.Warning <= l.Warning {
		t.Fatalf("harsh: %+v became %+v", l, have)
	}
	r := Count("", harsh, Alone(have, harsh), 0, 1)
	if r.FalseShare.Value > alarmShare {
		t.Errorf("%v of the honest hosts are still flagged", r.FalseShare.Value)
	}
}

// A day's budget is never exceeded, and without one the market changes nothing.
func TestBudget(t *testing.T) {
	l := ChooseJoint(Choose(world(1, 5000)), world(2, 5000))
	test := world(4, 5000)
	a := WithMarket(l, test, 5, 12)
	if a.Questions > 2*a.Days || a.Questions == 0 || a.Refuse == 0 {
		t.Errorf("%d questions in %d days, %d refused", a.Questions, a.Days, a.Refuse)
	}
	none := WithMarket(l, test, 5, 4)
	for i, alarm := range Alone(l, test) {
		if none.Alarms[i] != alarm {
			t.Fatalf("host %d: want %v without a market, have %v", i, alarm, none.Alarms[i])
		}
	}
}

// Ties at a threshold are never flagged beyond the share.
func TestTies(t *testing.T) {
	var hosts []Host
	for i := range 1000 {
		hosts = append(hosts, Host{Own: 0.9, Scam: i%2 == 0, Market: math.NaN()})
	}
	l := Choose(hosts)
	for i, alarm := range Alone(l, hosts) {
		if alarm {
			t.Fatalf("host %d is flagged at %+v", i, l)
		}
	}
}

// A market that is asked changes the verdict both ways, and a danger needs both.
func TestSeverity(t *testing.T) {
	l := rules.ScamLimits{Note: 0.5, Warning: 0.9, Sure: 0.98, Weight: 0.5, Joint: 0.9}
	p := func(x float64) *float64 { return &x }
	for _, row := range []struct {
		own    float64
		market *float64
		want   rules.Severity
	}{
		{0.4, nil, rules.Safe}, {0.4, p(0.99), rules.Safe}, {0.6, nil, rules.Safe},
		{0.6, p(0.999), rules.Warning}, {0.93, nil, rules.Warning}, {0.93, p(0.3), rules.Safe},
		{0.93, p(0.99), rules.Danger}, {0.99, nil, rules.Warning}, {0.99, p(0.1), rules.Warning},
		{0.99, p(0.99), rules.Danger},
	} {
		if have := l.Severity(row.own, row.market); have != row.want {
			t.Errorf("%v with %v: want %s, have %s", row.own, row.market, row.want, have)
		}
	}
}
