package mcp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/evidence"
	"agon/player/quote"
)

type forecastIn struct {
	Question uint64 `json:"question" jsonschema:"its number"`
	Member   string `json:"member,omitempty" jsonschema:"of a group: name or number of the member"`
}

type forecastOut struct {
	Text      string    `json:"text" jsonschema:"the question, in a stranger's words"`
	Member    string    `json:"member,omitempty"`
	Price     float64   `json:"price" jsonschema:"the market's probability of YES"`
	Prior     float64   `json:"prior" jsonschema:"the base rate it opened at"`
	Pooled    *float64  `json:"pooled,omitempty" jsonschema:"log odds averaged by confidence"`
	Forecasts []opinion `json:"forecasts"`
	Passed    []opinion `json:"passed" jsonschema:"who knows nothing of such questions, and why"`
	Note      string    `json:"note,omitempty"`
}

// opinion is what one forecaster says.
type opinion struct {
	Player     string  `json:"player"`
	Family     string  `json:"family" jsonschema:"forecasters of one family err together"`
	P          float64 `json:"p,omitempty" jsonschema:"probability of YES"`
	Confidence float64 `json:"confidence,omitempty" jsonschema:"0: only the base rate, 1: sure"`
	Reason     string  `json:"reason"`
}

// forecast asks every player about one book.
func (d *desk) forecast(ctx context.Context, in forecastIn) (out forecastOut, err error) {
	q, err := d.Client.Question(ctx, in.Question)
	if err != nil {
		return out, err
	}
	i, err := member(q, in.Member)
	if err != nil {
		return out, err
	}
	view, note, err := d.view(ctx, q, int(i))
	if err != nil {
		return out, err
	}
	out = forecastOut{
		Text: quote.Clean(q.Text, 400), Member: quote.Clean(view.Member, market.MaxMember),
		Price: view.Price, Prior: view.Prior, Note: note,
		Forecasts: []opinion{}, Passed: []opinion{},
	}
	var odds, weight float64
	for _, p := range d.Players {
		o := opinion{Player: p.Name(), Family: p.Family()}
		f, err := ask(ctx, p, view)
		switch {
		case err != nil:
			var pass *player.PassError
			o.Reason = player.Clip(err.Error())
			if errors.As(err, &pass) {
				o.Reason = player.Clip(pass.Why)
			}
			out.Passed = append(out.Passed, o)
			continue
		case ctx.Err() != nil:
			return out, ctx.Err()
		}
		o.P, o.Confidence, o.Reason = player.Clamp(f.P), f.Confidence, player.Clip(f.Reason)
		out.Forecasts = append(out.Forecasts, o)
		if c := f.Confidence; c > 0 && c <= 1 {
			odds, weight = odds+c*player.Logit(o.P), weight+c
		}
	}
	if weight > 0 {
		pooled := player.Sigmoid(odds / weight)
		out.Pooled = &pooled
	}
	return out, nil
}

// view is a book as players see it, with the document fetched and checked.
func (d *desk) view(
	ctx context.Context, q client.Question, i int,
) (v player.Question, note string, err error) {
	v = player.Question{
		ID: q.ID, Template: q.Template, Kind: q.Kind, Book: i, Member: q.Books[i].Name,
		Fields: q.Fields, Text: q.Text, Criteria: q.Criteria, Lo: q.Lo, Hi: q.Hi,
		Price: probability(q.Books[i].Price), Trusted: q.Trusted,
	}
	if v.Prior, err = d.Client.Opening(ctx, q, i); err != nil {
		return v, "", err
	}
	doc, err := d.Evidence.Fetch(ctx, q.Evidence)
	switch {
	case err == nil:
		v.Evidence = doc
	case !errors.Is(err, evidence.ErrNone):
		return v, "its document was not taken: " + player.Clip(err.Error()), nil
	}
	return v, "", nil
}

// ask is Forecast of a player that may panic or answer nonsense.
func ask(
	ctx context.Context, p player.Forecaster, q player.Question,
) (f player.Forecast, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = player.Forecast{}, fmt.Errorf("it panicked: %v", r)
		}
	}()
	f, err = p.Forecast(ctx, q)
	if err == nil && (!(f.P > 0 && f.P < 1) || math.IsNaN(f.Confidence)) {
		return f, fmt.Errorf("it answered nonsense: p = %v", f.P)
	}
	return f, err
}

// member finds a book by the name or number of its member.
func member(q client.Question, which string) (uint8, error) {
	if which == "" {
		if q.Kind == market.Group {
			return 0, fault("say which member: "+members(q), "question %d is a group", q.ID)
		}
		return 0, nil
	}
	for i, b := range q.Books {
		if strings.EqualFold(b.Name, which) || which == strconv.Itoa(i) {
			return uint8(i), nil
		}
	}
	return 0, fault("it has "+members(q), "question %d has no member %q", q.ID, which)
}

func members(q client.Question) string {
	if q.Kind != market.Group {
		return "no members: leave member out"
	}
	var names []string
	for _, b := range q.Books {
		names = append(names, quote.Clean(b.Name, market.MaxMember))
	}
	return strings.Join(names, ", ")
}
