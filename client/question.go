package client

import (
	"context"
	"fmt"
	"math"

	"github.com/ethereum/go-ethereum/common"

	"agon/client/imarket"
	"agon/game/market"
)

// Question is everything the chain tells of one question.
type Question struct {
	ID       uint64
	Opener   common.Address
	Template market.Template
	Kind     market.Kind
	Phase    market.Phase
	Text     string
	Criteria string // when the answer is YES
	Fields   []string
	Lo, Hi   int64 // scalar: LONG pays (x−Lo)/(Hi−Lo)

	Subsidy market.Amount // the opener's worst-case loss
	B       market.Amount // liquidity
	Fee     uint16        // on what a taker pays or gets, in 10⁻⁴

	Opened    uint64 // first block of the present window
	End       uint64 // the latest close
	ClosedAt  uint64 // 0 while open
	ResolveBy uint64 // from here on anyone may call Lapse
	Reopened  uint8

	Resolver common.Address
	Trusted  bool           // one account resolves it, not a court
	Outcome  market.Outcome // once settled
	Evidence market.Evidence
	Books    []Book
}

// Book is one binary market of a question; groups have one per member.
type Book struct {
	Name    string // the member's; empty otherwise
	Yes, No market.Amount
	Price   market.Price // of YES; provisional until the question settles
	Median  market.Price // over the last third; 0 until there
	Payoff  market.Price // of a YES, once settled
}

// Opening is the price at which book i opened, its base rate, recomputed from
// the curve and so exact to about 10⁻⁹:
//
//	logit π = logit p − (Yes − No)/b
//
// Shares that were claimed have left the curve: of a settled question it tells
// nothing; see Client.Opening.
func (q Question) Opening(i int) float64 {
	k := q.Books[i]
	p := Float(k.Price)
	d := (k.Yes.Float64() - k.No.Float64()) / q.B.Float64()
	return 1 / (1 + math.Exp(d-math.Log(p/(1-p))))
}

// Float is a price as a probability.
func Float(p market.Price) float64 { return float64(p) / float64(market.One) }

// question turns the contract's view into a Question.
func question(v imarket.QuestionView) (Question, error) {
	q := Question{
		ID: v.Id, Opener: v.Opener, Template: market.Template(v.Template),
		Kind: market.Kind(v.Kind), Phase: market.Phase(v.Phase),
		Text: v.Text, Criteria: v.Criteria, Fields: v.Fields, Lo: v.Lo, Hi: v.Hi, Fee: v.Fee,
		Opened: v.Opened, End: v.End, ClosedAt: v.ClosedAt, ResolveBy: v.ResolveBy,
		Reopened: v.Reopened, Resolver: v.Resolver, Trusted: v.Trusted,
		Outcome: market.Outcome{
			Verdict: market.Verdict(v.Verdict), Member: v.Member, Value: v.Value,
		},
		Evidence: market.Evidence{
			Inline: v.Evidence.Inlined, URI: v.Evidence.Uri,
			Hash: v.Evidence.Hash, Size: v.Evidence.Size,
		},
		Books: make([]Book, len(v.Books)),
	}
	var f fold
	q.Subsidy, q.B = f.amount(v.Subsidy), f.amount(v.B)
	for i, k := range v.Books {
		q.Books[i] = Book{
			Name: k.Name, Yes: f.amount(k.Yes), No: f.amount(k.No), Price: market.Price(k.Price),
			Median: market.Price(k.Median), Payoff: market.Price(k.Payoff),
		}
	}
	if f.err != nil {
		return Question{}, fmt.Errorf("question %d: %w", v.Id, f.err)
	}
	return q, nil
}

// Question reads one question.
func (c *Client) Question(ctx context.Context, id uint64) (Question, error) {
	out, err := c.view(ctx, c.abi.PackQuestion(id))
	if err != nil {
		return Question{}, fmt.Errorf("question %d: %w", id, err)
	}
	v, err := c.abi.UnpackQuestion(out)
	if err != nil {
		return Question{}, fmt.Errorf("question %d: %w", id, err)
	}
	return question(v)
}

// QuestionCount is the id of the newest question, 0 if there is none.
func (c *Client) QuestionCount(ctx context.Context) (uint64, error) {
	out, err := c.view(ctx, c.abi.PackQuestionCount())
	if err != nil {
		return 0, fmt.Errorf("counting questions: %w", err)
	}
	return c.abi.UnpackQuestionCount(out)
}

// Questions reads up to limit questions whose ids are above after, in order.
func (c *Client) Questions(ctx context.Context, after uint64, limit int) ([]Question, error) {
	var all []Question
	for len(all) < limit {
		page := min(limit-len(all), maxPage)
		out, err := c.view(ctx, c.abi.PackQuestions(after, uint16(page)))
		if err != nil {
			return nil, fmt.Errorf("questions after %d: %w", after, err)
		}
		ids, err := c.abi.UnpackQuestions(out)
		if err != nil {
			return nil, fmt.Errorf("questions after %d: %w", after, err)
		}
		if len(ids) == 0 {
			break
		}
		part, err := c.QuestionsByID(ctx, ids)
		if err != nil {
			return nil, err
		}
		all, after = append(all, part...), ids[len(ids)-1]
	}
	return all, nil
}

// QuestionsByID reads the questions named, in the order of ids.
func (c *Client) QuestionsByID(ctx context.Context, ids []uint64) ([]Question, error) {
	calls := make([][]byte, len(ids))
	for i, id := range ids {
		calls[i] = c.abi.PackQuestion(id)
	}
	outs, err := c.views(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("reading %d questions: %w", len(ids), err)
	}
	qs := make([]Question, len(ids))
	for i, out := range outs {
		v, err := c.abi.UnpackQuestion(out)
		if err != nil {
			return nil, fmt.Errorf("question %d: %w", ids[i], err)
		}
		if qs[i], err = question(v); err != nil {
			return nil, err
		}
	}
	return qs, nil
}

// Price reads the YES price of one book. It is provisional until the question
// is settled.
func (c *Client) Price(ctx context.Context, id uint64, book uint8) (market.Price, bool, error) {
	out, err := c.view(ctx, c.abi.PackPrice(id, book))
	if err != nil {
		return 0, false, fmt.Errorf("price of question %d, book %d: %w", id, book, err)
	}
	p, err := c.abi.UnpackPrice(out)
	return market.Price(p.Price), p.Provisional, err
}
