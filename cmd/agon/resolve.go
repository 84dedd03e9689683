package main

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// settledView is the answer of a question and where its pool went.
type settledView struct {
	Question uint64        `json:"question"`
	Answer   string        `json:"answer"`
	Payoffs  []json.Number `json:"payoffs"` // of YES, one a book
	ToOpener string        `json:"to_opener"`
	ToFund   string        `json:"to_fund"`
	Reopened uint64        `json:"reopened_until,omitempty"`
}

func (a *app) resolve() *cobra.Command {
	c := &cobra.Command{
		Use:     "resolve N ANSWER",
		GroupID: "market",
		Short:   "Answer a question you are the resolver of",
		Long: `Answers a question whose trading has closed: yes or no; the name of a group's member;
the value of a scalar; invalid (pays the median price of the last third); too-early
(trading reopens, at most twice).

When the resolver has been silent past its time, --lapse lets anyone end the question
as invalid.`,
		Example: examples("agon resolve 7 yes", "agon resolve 9 Alice", "agon resolve 10 120",
			"agon resolve 7 too-early", "agon resolve 7 --lapse"),
		Args: cobra.RangeArgs(1, 2),
	}
	lapse := c.Flags().Bool("lapse", false, "end as invalid: the resolver's time is up")
	c.ValidArgsFunction = choices(nil, []string{"yes", "no", "invalid", "too-early"})
	c.RunE = func(c *cobra.Command, args []string) error {
		if *lapse == (len(args) == 2) {
			return misuse(c, wrong("give an answer, or --lapse"))
		}
		id, err := questionID(args[0])
		if err != nil {
			return err
		}
		return a.resolveQuestion(c.Context(), id, args[1:])
	}
	return c
}

// resolveQuestion answers question id, or lapses it if there is no answer.
func (a *app) resolveQuestion(ctx context.Context, id uint64, words []string) error {
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	q, err := cl.Question(ctx, id)
	if err != nil {
		return err
	}
	var p *client.Pending
	if len(words) == 0 {
		p, err = acc.Lapse(ctx, id, client.Tx{})
	} else {
		var o market.Outcome
		if o, err = outcome(q, words[0]); err != nil {
			return err
		}
		p, err = acc.Resolve(ctx, id, o, client.Tx{})
	}
	if err != nil {
		return err
	}
	events, err := p.Events(ctx)
	if err != nil {
		return err
	}
	v := settledView{Question: id, Payoffs: []json.Number{}}
	for _, e := range events {
		switch b := e.Body.(type) {
		case client.Settled:
			v.Answer = outcomeWords(q, b.Outcome)
			v.ToOpener, v.ToFund = coins(b.ToOpener), coins(b.ToFund)
			for _, p := range b.Payoffs {
				v.Payoffs = append(v.Payoffs, json.Number(exact(p)))
			}
		case client.Reopened:
			v.Answer, v.Reopened = "TOO EARLY", b.End
		}
	}
	return a.emit(v, v.draw)
}

func (v settledView) draw(s term.Screen) {
	if v.Reopened > 0 {
		say(s, "#%d trades again, until block %d at the latest", v.Question, v.Reopened)
		return
	}
	say(s, "#%d is answered: %s", v.Question, term.Clean(v.Answer))
	say(s, "    back to the opener %s, to the audit fund %s", v.ToOpener, v.ToFund)
	say(s, `    holders of shares: "agon claim %d"`, v.Question)
}

// outcome reads an answer as the question's kind wants it.
func outcome(q client.Question, word string) (market.Outcome, error) {
	switch strings.ToLower(word) {
	case "invalid":
		return market.Outcome{Verdict: market.Invalid}, nil
	case "too-early":
		return market.Outcome{Verdict: market.TooEarly}, nil
	}
	switch q.Kind {
	case market.Group:
		m, err := book(q, word)
		return market.Outcome{Verdict: market.Member, Member: m}, err
	case market.Scalar:
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return market.Outcome{}, hint(wrong("%q is no whole number", word),
				"the value, from %d to %d, or invalid, or too-early", q.Lo, q.Hi)
		}
		return market.Outcome{Verdict: market.Value, Value: n}, nil
	}
	switch strings.ToLower(word) {
	case "yes":
		return market.Outcome{Verdict: market.Yes}, nil
	case "no":
		return market.Outcome{Verdict: market.No}, nil
	}
	return market.Outcome{}, hint(wrong("%q is no answer to a binary question", word),
		"yes, no, invalid or too-early")
}
