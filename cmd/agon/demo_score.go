package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"agon/client"
	"agon/cmd/agon/quiz"
	"agon/cmd/agon/term"
	"agon/player"
)

// demoRow is one question of the demo.
type demoRow struct {
	ID       uint64   `json:"id"`
	Text     string   `json:"text"`
	Template string   `json:"template"`
	Fields   []string `json:"fields"`
	Opening  float64  `json:"opening"`
	Market   float64  `json:"market"` // median of the last third: the published answer
	Truth    bool     `json:"truth"`
	Trades   int      `json:"trades"`
	Answer   float64  `json:"answer_seconds,omitempty"` // until the price moved by a point
}

// short names a question in a table: templates put the same words around what
// is asked about.
func (r demoRow) short() string {
	switch {
	case r.Template == "dapp-scam" && len(r.Fields) == 1:
		return "a scam? " + r.Fields[0]
	case r.Template == "token-genuine" && len(r.Fields) == 3:
		return fmt.Sprintf("genuine? %s at %s on %s", r.Fields[1], shortAddress(r.Fields[0]),
			r.Fields[2])
	}
	return r.Text
}

// scoreRow is a way to forecast and how well it did on all questions.
type scoreRow struct {
	Name     string `json:"name"`
	Family   string `json:"family,omitempty"`
	Answered int    `json:"answered"` // on the rest it keeps the opening price
	quiz.Score
}

// demoView is the demo's result.
type demoView struct {
	Questions []demoRow  `json:"questions"`
	Scores    []scoreRow `json:"scores"`  // market, best player, mean, base rate
	Singles   []scoreRow `json:"players"` // each kind of player alone
	Models    []modelRow `json:"models"`  // what each kind earned
	Swarm     int        `json:"swarm"`   // how many players traded
	Orders    int        `json:"orders"`  // placed
	Seconds   float64    `json:"seconds"` // of the whole demo
	Answer    float64    `json:"answer_seconds_median"`
	RPC       string     `json:"rpc"`
}

// judge scores the market, each forecaster alone, their plain mean and the
// opening prices.
func judge(ctx context.Context, rows []demoRow, qs []client.Question,
	crowd []player.Forecaster) (scores, singles []scoreRow, err error) {
	truths, prices := make([]bool, len(rows)), make([]float64, len(rows))
	openings, means := make([]float64, len(rows)), make([]float64, len(rows))
	voters := make([]int, len(rows))
	for i, r := range rows {
		truths[i], prices[i], openings[i] = r.Truth, r.Market, r.Opening
	}
	for _, f := range crowd {
		row := scoreRow{Name: f.Name(), Family: f.Family()}
		alone := slices.Clone(openings)
		for i, q := range qs {
			forecast, err := f.Forecast(ctx, asPlayer(q))
			if errors.Is(err, player.ErrPass) {
				continue
			}
			if err != nil {
				return nil, nil, fmt.Errorf("%s on question %d: %w", f.Name(), q.ID, err)
			}
			alone[i] = forecast.P
			row.Answered++
			if f.Family() != "baseline" {
				means[i] += forecast.P
				voters[i]++
			}
		}
		row.Score = quiz.Rate(alone, truths)
		singles = append(singles, row)
	}
	polled := 0
	for i := range means {
		if voters[i] == 0 {
			means[i] = openings[i]
			continue
		}
		means[i] /= float64(voters[i])
		polled++
	}
	scores = []scoreRow{{Name: "the market", Answered: len(rows), Score: quiz.Rate(prices, truths)}}
	if best, ok := bestOf(singles); ok {
		best.Name = "best player: " + best.Name
		scores = append(scores, best)
	}
	return append(scores,
		scoreRow{
			Name: "plain mean of the models", Answered: polled, Score: quiz.Rate(means, truths),
		},
		scoreRow{Name: "base rate", Score: quiz.Rate(openings, truths)},
	), singles, nil
}

// bestOf is the row with the lowest Brier score.
func bestOf(singles []scoreRow) (scoreRow, bool) {
	if len(singles) == 0 {
		return scoreRow{}, false
	}
	return slices.MinFunc(singles, func(a, b scoreRow) int {
		switch {
		case a.Brier < b.Brier:
			return -1
		case a.Brier > b.Brier:
			return 1
		}
		return 0
	}), true
}

// asPlayer is the first book of a question as forecasters see it, at its
// opening: what they said before anybody had traded.
func asPlayer(q client.Question) player.Question {
	return player.Question{
		ID: q.ID, Template: q.Template, Kind: q.Kind, Fields: q.Fields, Text: q.Text,
		Criteria: q.Criteria, Evidence: q.Evidence.Inline, Prior: q.Opening(0), Price: q.Opening(0),
		Trusted: q.Trusted,
	}
}

func (v demoView) draw(s term.Screen) {
	t := term.Table{Columns: []term.Column{
		{Name: "question", Grow: true}, {Name: "market", Right: true}, {Name: "truth"}, {Name: ""},
		{Name: "trades", Right: true}, {Name: "answer after", Right: true},
	}}
	for _, r := range v.Questions {
		truth, mark, after := "no", "", "–"
		if r.Truth {
			truth = "yes"
		}
		if r.Market != 0.5 && (r.Market > 0.5) != r.Truth {
			mark = "wrong"
		}
		if r.Answer > 0 {
			after = fmt.Sprintf("%.1f s", r.Answer)
		}
		t.Row(r.short(), fmt.Sprintf("%.1f%%", 100*r.Market), truth, mark, r.Trades, after)
	}
	t.Draw(s)
	say(s, "")
	scores := term.Table{Columns: []term.Column{
		{Name: "who"}, {Name: "Brier", Right: true}, {Name: "accuracy", Right: true},
		{Name: "answered", Right: true},
	}}
	for _, r := range v.Scores {
		scores.Row(r.Name, fmt.Sprintf("%.3f", r.Brier), fmt.Sprintf("%.0f%%", 100*r.Accuracy),
			fmt.Sprintf("%d of %d", r.Answered, r.N))
	}
	scores.Draw(s)
	say(s, "")
	legend := fmt.Sprintf("Brier is the mean squared error: 0 is perfect, 0.25 is always saying "+
		"50%%. The market is the median price of the last third of trading; an answer is a move "+
		"of a point or more. %d players placed %d orders; half the questions had an answer "+
		"after %.1f s; all of it took %.0f s.", v.Swarm, v.Orders, v.Answer, v.Seconds)
	say(s, "%s", s.Wrap(legend, 0))
}
