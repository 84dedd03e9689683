package mcp

import (
	"context"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
)

type askIn struct {
	Template string   `json:"template" jsonschema:"the form: custom, dapp-scam, token-genuine, …"`
	Fields   []string `json:"fields" jsonschema:"in order; custom has question and criteria"`
	Subsidy  float64  `json:"subsidy" jsonschema:"coins: the most it can cost; 0.01 or more"`
	Opening  float64  `json:"opening,omitempty" jsonschema:"opening probability, 0.01 to 0.99"`
	Members  []string `json:"members,omitempty" jsonschema:"makes it a group; other is added"`
	Window   uint64   `json:"window,omitempty" jsonschema:"blocks of trading, each about 0.5 s"`
	Grace    uint64   `json:"grace,omitempty" jsonschema:"blocks the resolver has after the close"`
	Resolver string   `json:"resolver,omitempty" jsonschema:"0x…: who answers; else this account"`
	Evidence string   `json:"evidence,omitempty" jsonschema:"text to judge by, at most 16 KB"`
	Key      string   `json:"key,omitempty" jsonschema:"any word: a repeated call asks once"`
}

type askOut struct {
	Question uint64  `json:"question"`
	Text     string  `json:"text"`
	Opening  float64 `json:"opening"`
	End      uint64  `json:"end" jsonschema:"block of the latest close"`
	Resolver string  `json:"resolver" jsonschema:"must answer it once it has closed"`
	Today    string  `json:"allowance_left" jsonschema:"coins that may still be spent today"`
}

// ask opens a question within the allowance.
func (d *desk) ask(ctx context.Context, in askIn) (out askOut, err error) {
	s := market.Spec{
		Fields: in.Fields, Window: market.Height(in.Window), Grace: market.Height(in.Grace),
		Resolver: market.Account(d.Account.Address()),
	}
	var ok bool
	if s.Template, ok = market.TemplateNamed(in.Template); !ok {
		return out, fault("there are "+templateNames(), "no template %q", in.Template)
	}
	form, _ := s.Template.Form() // it was found by name
	if len(in.Fields) != len(form.Fields) {
		return out, fault("give them in this order: "+strings.Join(form.Fields, ", "),
			"%s has %d fields, have %d", form.Name, len(form.Fields), len(in.Fields))
	}
	if s.Subsidy, err = amount("subsidy", in.Subsidy); err != nil {
		return out, err
	}
	if in.Opening != 0 {
		opening, err := price("opening", in.Opening)
		if err != nil {
			return out, err
		}
		s.Openings = []market.Price{opening}
	}
	if len(in.Members) > 0 {
		s.Kind, s.Members = market.Group, in.Members
	}
	if in.Resolver != "" {
		if !common.IsHexAddress(in.Resolver) {
			return out, fault("it is 0x and 40 hex digits", "resolver %q", in.Resolver)
		}
		s.Resolver = market.Account(common.HexToAddress(in.Resolver))
	}
	if in.Evidence != "" {
		s.Evidence = market.Evidence{Inline: []byte(in.Evidence)}
	}
	p, err := d.spend(ctx, "ask", in.Key, s.Subsidy, func(tx client.Tx) (*client.Pending, error) {
		return d.Account.Ask(ctx, s, tx)
	})
	if err != nil {
		return out, err
	}
	id, err := p.Asked(ctx)
	if err != nil {
		return out, err
	}
	q, err := d.Client.Question(ctx, id)
	if err != nil {
		return out, err
	}
	left, _ := d.Allowance.Left()
	return askOut{
		Question: id, Text: q.Text, Opening: q.Opening(0), End: q.End, Resolver: q.Resolver.Hex(),
		Today: coins(left),
	}, nil
}

type resolveIn struct {
	Question uint64 `json:"question" jsonschema:"its number"`
	Answer   string `json:"answer" jsonschema:"yes, no, invalid, too-early, a member, a number"`
}

type resolveOut struct {
	Question uint64 `json:"question"`
	Phase    string `json:"phase"`
	Answer   string `json:"answer,omitempty"`
}

// resolve answers a question of which the account is the resolver.
func (d *desk) resolve(ctx context.Context, in resolveIn) (out resolveOut, err error) {
	q, err := d.Client.Question(ctx, in.Question)
	if err != nil {
		return out, err
	}
	o, err := outcome(q, in.Answer)
	if err != nil {
		return out, err
	}
	_, err = d.spend(ctx, "resolve", "", market.Amount{},
		func(tx client.Tx) (*client.Pending, error) { return d.Account.Resolve(ctx, q.ID, o, tx) })
	if err != nil {
		return out, err
	}
	if q, err = d.Client.Question(ctx, in.Question); err != nil {
		return out, err
	}
	return resolveOut{q.ID, phaseNames[q.Phase], answer(q)}, nil
}

// outcome reads an answer to a question of its kind.
func outcome(q client.Question, text string) (market.Outcome, error) {
	switch strings.ToLower(text) {
	case "invalid":
		return market.Outcome{Verdict: market.Invalid}, nil
	case "too-early":
		return market.Outcome{Verdict: market.TooEarly}, nil
	case "yes", "no":
		if q.Kind == market.Binary {
			v := market.Yes
			if strings.EqualFold(text, "no") {
				v = market.No
			}
			return market.Outcome{Verdict: v}, nil
		}
	}
	switch q.Kind {
	case market.Group:
		i, err := member(q, text)
		return market.Outcome{Verdict: market.Member, Member: i}, err
	case market.Scalar:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return market.Outcome{Verdict: market.Value, Value: n}, nil
		}
		return market.Outcome{}, fault("give a whole number", "%q is no answer", text)
	}
	return market.Outcome{}, fault("say yes, no, invalid or too-early", "%q is no answer", text)
}
