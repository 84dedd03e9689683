package lab_test

import (
	"testing"

	"agon/lab"
	"agon/player/roster"
)

// TestLaterDay: with the answers of each day turned around, nobody says anything
// else on that day, if nothing may be learnt from the same day; otherwise somebody
// does.
func TestLaterDay(t *testing.T) {
	said := func(later, turn bool) []float64 {
		list := factHosts(t)
		list = append(list, list...)
		for i := range list {
			list[i].Date = "2026-01-01"
			list[i].Truth = list[i].Truth != turn
		}
		r := rules(5)
		r.LaterDay = later
		g, err := lab.NewGame(r, lab.Cast(ctx, roster.Builtin([]byte("lab")), list))
		if err != nil {
			t.Fatal(err)
		}
		answers, err := g.Play(ctx, list, nil)
		if err != nil {
			t.Fatal(err)
		}
		var out []float64
		for _, a := range answers {
			out = append(out, a.Beliefs...)
		}
		return out
	}
	differ := func(a, b []float64) (n int) {
		for i := range a {
			if a[i] != b[i] && a[i] == a[i] {
				n++
			}
		}
		return n
	}
	if n := differ(said(true, false), said(true, true)); n != 0 {
		t.Errorf("%d beliefs rest on answers of the same day", n)
	}
	if n := differ(said(false, false), said(false, true)); n == 0 {
		t.Error("nobody learns from answers of the same day though all may: the test sees nothing")
	}
}
