package lab_test

import (
	"slices"
	"testing"

	"agon/lab"
	"agon/player"
	"agon/player/learn"
	"agon/player/roster"
)

// Two attackers with the same seed find the same; of what escapes the player,
// no more than all escapes the market; and letters that stay where they are keep
// host-core from being talked round where nothing is taken from the name.
func TestEvade(t *testing.T) {
	held := learn.Held{Set: learn.SetHosts, Alarm: true}
	for _, e := range factHosts(t) {
		e.Group = e.Question.Field(0)
		held.List = append(held.List, e)
	}
	all := func() []player.Forecaster {
		return keepOnly(roster.Builtin([]byte("lab")), "host-core", "host-markov", "host-ngram")
	}
	o := lab.EvadeOptions{Seed: 1, Warm: 16, Hosts: 5, Told: 4, Subsidy: 5, Budget: 1000}
	found, err := lab.Evade(ctx, held, all, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := lab.Evade(ctx, held, all, o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, again) {
		t.Errorf("the same seed gives %+v, then %+v", found, again)
	}
	if len(found) != 6 {
		t.Fatalf("want three players by two rules, have %d", len(found))
	}
	for _, e := range found {
		if e.Market > e.Alone || e.Alone > 1 || e.Market < 0 {
			t.Errorf("%s: of %v that escape it %v escape the market", e.Open, e.Alone, e.Market)
		}
		if e.Told > e.Alone || e.Told < 0 {
			t.Errorf("%s: of %v that escape it %v escape one told", e.Open, e.Alone, e.Told)
		}
		if e.Rule == lab.AtHalf && e.Open == "host-core" && e.Hosts > 0 && e.Alone > 0.5 {
			t.Errorf("host-core is talked round in %v of %d cases", e.Alone, e.Hosts)
		}
	}
	o.Warm = 1000
	if _, err := lab.Evade(ctx, held, all, o); err == nil {
		t.Error("a warm-up longer than the set is no error")
	}
}

func keepOnly(all []player.Forecaster, names ...string) []player.Forecaster {
	return slices.DeleteFunc(slices.Clone(all), func(f player.Forecaster) bool {
		return !slices.Contains(names, f.Name())
	})
}
