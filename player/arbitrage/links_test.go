package arbitrage_test

import (
	"fmt"
	"testing"

	"agon/game/market"
	"agon/player/arbitrage"
)

var judge = market.Account{7}

// scam is a question whether a host is a scam.
func scam(id uint64, host string) arbitrage.Fact {
	return arbitrage.Fact{
		Question: id, Template: market.DappScam, Fields: []string{host}, Resolver: judge,
	}
}

func above(id uint64, price string) arbitrage.Fact {
	return arbitrage.Fact{Question: id, Template: market.PriceAbove, Resolver: judge,
		Fields: []string{"BTC", price, "2027-01-01 00:00 UTC"}}
}

func below(id uint64, price string) arbitrage.Fact {
	f := above(id, price)
	f.Template = market.PriceBelow
	return f
}

func with(f arbitrage.Fact, change func(*arbitrage.Fact)) arbitrage.Fact {
	change(&f)
	return f
}

func TestFind(t *testing.T) {
	group := arbitrage.Fact{Question: 3, Kind: market.Group, Members: 3, Fields: []string{"Who?"}}
	for _, c := range []struct {
		name     string
		facts    []arbitrage.Fact
		declared []arbitrage.Link
		want     string
	}{
		{"nothing", nil, nil, "[]"},
		{"a group", []arbitrage.Fact{group}, nil, "[group 3]"},
		{"the same host twice", []arbitrage.Fact{scam(9, "a.example"), scam(4, " A.Example ")},
			nil, "[twins 4 9]"},
		{"two hosts", []arbitrage.Fact{scam(1, "a.example"), scam(2, "b.example")}, nil, "[]"},
		{"look-alike letters", []arbitrage.Fact{scam(1, "a.example"), scam(2, "а.example")},
			nil, "[]"},
		{"other judges", []arbitrage.Fact{scam(1, "a.example"),
			with(scam(2, "a.example"), func(f *arbitrage.Fact) { f.Resolver[0]++ })}, nil, "[]"},
		{"other evidence", []arbitrage.Fact{scam(1, "a.example"),
			with(scam(2, "a.example"), func(f *arbitrage.Fact) { f.Evidence[0]++ })}, nil, "[]"},
		{"above and below", []arbitrage.Fact{above(1, "100"), below(2, "$100.0")}, nil,
			"[twins 1 -2]"},
		{"a ladder", []arbitrage.Fact{above(1, "90,000"), below(2, "95000"), above(3, "120000")},
			nil, "[ladder 3 -2 1]"},
		{"a ladder with twins", []arbitrage.Fact{
			above(1, "90"), above(2, "95"), above(3, "95.0"), above(4, "99"),
		}, nil, "[twins 2 3 ladder 4 1]"},
		{"prices in words", []arbitrage.Fact{above(1, "1e5"), above(2, "100000")}, nil, "[]"},
		{"declared", []arbitrage.Fact{scam(1, "a.example"), scam(2, "a.example"), scam(3, "c.d")},
			[]arbitrage.Link{
				{Relation: arbitrage.Laddered,
					Items: []arbitrage.Item{{3, 0, false}, {1, 0, true}}},
				{Relation: arbitrage.Twinned,
					Items: []arbitrage.Item{{3, 0, false}, {2, 0, false}}},
			}, "[ladder 3 -1]"},
		{"declared, but not there", []arbitrage.Fact{scam(1, "a.example")}, []arbitrage.Link{
			{Relation: arbitrage.Twinned, Items: []arbitrage.Item{{1, 0, false}, {2, 0, false}}},
		}, "[]"},
		{"declared with itself", []arbitrage.Fact{scam(1, "a.example")}, []arbitrage.Link{
			{Relation: arbitrage.Twinned, Items: []arbitrage.Item{{1, 0, false}, {1, 0, true}}},
		}, "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if have := fmt.Sprint(arbitrage.Find(c.facts, c.declared)); have != c.want {
				t.Errorf("found %s, want %s", have, c.want)
			}
		})
	}
}
