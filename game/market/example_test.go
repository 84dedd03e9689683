package market_test

import (
	"fmt"
	"math/big"

	"github.com/holiman/uint256"

	"agon/game/market"
)

// short prints an amount with three digits behind the point.
func short(a market.Amount) string {
	return new(big.Rat).SetFrac(a.ToBig(), big.NewInt(int64(market.One))).FloatString(3)
}

func whole(n uint64) (a market.Amount) {
	return *a.Mul(uint256.NewInt(n), uint256.NewInt(uint64(market.One)))
}

// The batch of docs/market.md. A and B buy YES; D, who holds 5 YES, sells at
// the first price; C's NO is wanted once YES costs 0.55.
func ExampleCurve_Clear() {
	const percent = market.One / 100
	half := []market.Price{market.One / 2}
	c := market.Curve{B: market.Liquidity(whole(10), half), Opening: half[0]}
	names := []string{"A buys YES", "B buys YES", "C buys NO", "D sells YES"}
	trades := []market.Trade{
		{Action: market.BuyYes, Amount: whole(12), Limit: 70 * percent},
		{Action: market.BuyYes, Amount: whole(6), Limit: 60 * percent},
		{Action: market.BuyNo, Amount: whole(4), Limit: 45 * percent},
		{Action: market.SellYes, Amount: whole(5), Limit: 50 * percent},
	}
	out := c.Clear(trades, 0)
	fmt.Printf("b = %s\n", short(c.B))
	for i, f := range out.Fills {
		fmt.Printf("%-11s %s shares for %s coins\n", names[i], short(f.Shares), short(f.Coins))
	}
	fmt.Printf("price %s → %s\n",
		short(*uint256.NewInt(uint64(out.From))), short(*uint256.NewInt(uint64(out.To))))
	// Output:
	// b = 14.427
	// A buys YES  19.533 shares for 11.222 coins
	// B buys YES  6.580 shares for 3.536 coins
	// C buys NO   8.889 shares for 4.000 coins
	// D sells YES 5.000 shares for 2.500 coins
	// price 0.500 → 0.700
}

// A question from the first coin to the last.
func Example() {
	memory := market.NewMemory()
	m := market.Market{Store: memory.Store, Emit: func(market.Event) {}}
	opener, player, resolver := market.Account{1}, market.Account{2}, market.Account{3}
	for _, a := range []market.Account{opener, player} {
		if err := m.Deposit(a, whole(100)); err != nil {
			fmt.Println(err)
		}
	}
	now := market.Height(1)
	q, err := m.Ask(now, opener, market.Spec{
		Template: market.DappScam, Fields: []string{"wallet-airdrop.example"},
		Subsidy: whole(5), Window: 60, Resolver: resolver,
	})
	if err != nil {
		fmt.Println(err)
	}
	_, err = m.Place(now, market.Order{
		Trader: player, Question: q, Action: market.BuyYes,
		Amount: whole(20), Limit: market.One / 10 * 9,
	})
	if err != nil {
		fmt.Println(err)
	}
	for question, _ := m.Question(q); question.Phase == market.Open; question, _ = m.Question(q) {
		now++
		for _, due := range m.Due(now, 100) {
			if err := m.Advance(now, market.Hash{byte(now)}, due); err != nil {
				fmt.Println(err)
			}
		}
	}
	question, _ := m.Question(q)
	price, provisional := m.Price(q, 0)
	fmt.Println(question.Text)
	fmt.Println(short(*uint256.NewInt(uint64(price))), "provisional:", provisional)
	if err := m.Resolve(now, resolver, q, market.Outcome{Verdict: market.Yes}); err != nil {
		fmt.Println(err)
	}
	paid, _ := m.Claim(now, player, q)
	fmt.Printf("the player gets %s, of 100 has %s\n", short(paid), short(m.Balance(player)))
	fmt.Printf("the opener has %s\n", short(m.Balance(opener)))
	// Output:
	// Is the dapp at wallet-airdrop.example a scam?
	// 0.900 provisional: true
	// the player gets 15.850, of 100 has 104.240
	// the opener has 95.760
}
