package contracts

import (
	"github.com/holiman/uint256"

	"agon/chain/native"
	"agon/game/market"
)

func (m *Market) resolve(c *native.Ctx, in resolveArgs) (none native.None, err error) {
	outcome := market.Outcome{
		Verdict: market.Verdict(in.Verdict), Member: in.Member, Value: in.Value,
	}
	who, q := market.Account(c.Caller()), market.QuestionID(in.Question)
	if outcome.Verdict == market.TooEarly {
		c.Charge(gasTrading)
	}
	return none, refused(0, m.open(c).Resolve(m.now(c), who, q, outcome))
}

func (m *Market) lapse(c *native.Ctx, in questionRef) (none native.None, err error) {
	who, q := market.Account(c.Caller()), market.QuestionID(in.Question)
	return none, refused(0, m.open(c).Lapse(m.now(c), who, q))
}

func (m *Market) claim(c *native.Ctx, in questionList) (out amountValue, err error) {
	if len(in.Questions) > maxRefs {
		return out, malformed("%d questions, want at most %d", len(in.Questions), maxRefs)
	}
	g, now, who := m.open(c), m.now(c), market.Account(c.Caller())
	for i, q := range in.Questions {
		paid, err := g.Claim(now, who, market.QuestionID(q))
		if err != nil {
			return out, refused(i, err)
		}
		// No overflow: what is paid was deposited, in all less than 2²⁵⁶.
		out.Amount.Add(&out.Amount, &paid)
	}
	return out, nil
}

func (m *Market) deposit(c *native.Ctx, _ native.None) (none native.None, err error) {
	return none, refused(0, m.open(c).Deposit(market.Account(c.Caller()), c.Paid()))
}

func (m *Market) depositFor(c *native.Ctx, in depositsArgs) (none native.None, err error) {
	if len(in.Accounts) != len(in.Amounts) {
		return none, malformed("%d accounts and %d amounts", len(in.Accounts), len(in.Amounts))
	}
	if len(in.Accounts) > maxRefs {
		return none, malformed("%d accounts, want at most %d", len(in.Accounts), maxRefs)
	}
	g, left := m.open(c), c.Paid()
	for i := range in.Amounts {
		if _, short := left.SubOverflow(&left, &in.Amounts[i]); short {
			return none, malformed("the amounts exceed what was sent")
		}
		if err := g.Deposit(in.Accounts[i], in.Amounts[i]); err != nil {
			return none, refused(i, err)
		}
	}
	if left != (uint256.Int{}) {
		return none, malformed("%s more was sent than the amounts say", left.Dec())
	}
	return none, nil
}

func (m *Market) withdraw(c *native.Ctx, in amountValue) (none native.None, err error) {
	if err := m.open(c).Withdraw(market.Account(c.Caller()), in.Amount); err != nil {
		return none, refused(0, err)
	}
	return none, c.Pay(c.Caller(), in.Amount)
}
