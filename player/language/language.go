package language

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"golang.org/x/sync/singleflight"

	"agon/player"
	"agon/player/quote"
	"agon/player/sizing"
)

// Player is a forecaster: one prompt put to one model. It is safe for
// concurrent use, and the same question is asked once however many ask it.
type Player struct {
	prompt Prompt
	model  *model
	spent  atomic.Uint64 // coins, the bits of a float64; written under the meter's lock
}

// model is what the players of one configuration share.
type model struct {
	config   Config
	endpoint *endpoint
	search   Searcher
	meter    *meter
	cache    *cache
	flights  singleflight.Group
}

// New makes a player of each prompt of the configuration. Nothing is contacted
// before the first question.
func New(c Config) ([]player.Forecaster, error) {
	c.complete()
	if err := c.check(); err != nil {
		return nil, err
	}
	e, err := newEndpoint(c)
	if err != nil {
		return nil, err
	}
	kept, err := newCache(c)
	if err != nil {
		return nil, err
	}
	m := &model{config: c, endpoint: e, search: c.Searcher, meter: newMeter(c), cache: kept}
	if m.search == nil && c.Search != "" {
		if m.search, err = NewHTTPSearch(c.Search); err != nil {
			return nil, err
		}
	}
	var players []player.Forecaster
	for _, name := range c.Prompts {
		p, _ := promptNamed(name) // check found it
		players = append(players, &Player{prompt: p, model: m})
	}
	return players, nil
}

// Name is "lm-" and the prompt's name.
func (p *Player) Name() string { return "lm-" + p.prompt.Name }

// Family is "language": the prompts of one model err together.
func (p *Player) Family() string { return "language" }

// Cost is what the next forecast is expected to cost, in coins: part of the
// cost of looking, below whose expected profit nobody should look.
func (p *Player) Cost() float64 {
	return p.model.meter.expected(p.model.config.MaxTokens, p.model.search != nil)
}

// Spent is what this player's forecasts have cost so far, in coins.
func (p *Player) Spent() float64 { return math.Float64frombits(p.spent.Load()) }

// Forecast asks the model, unless it was asked before. It passes where the
// budget does not cover the cost or the answer is no forecast; an endpoint that
// cannot be reached is an error, and may be tried again.
func (p *Player) Forecast(ctx context.Context, q player.Question) (player.Forecast, error) {
	d := quoted(q)
	text, err := d.message()
	if err != nil {
		return player.Forecast{}, err
	}
	key := keyOf(p.model.config.URL, p.model.config.Model, p.prompt.system(), text)
	if k, ok := p.model.cache.get(key); ok {
		return p.take(k)
	}
	for {
		result := p.model.flights.DoChan(key, func() (any, error) { return p.pay(ctx, key, d) })
		select {
		case r := <-result:
			if r.Err == nil {
				return p.take(r.Val.(kept))
			}
			// The first to ask gave up, and took the answer from those who waited
			// with it: they ask again.
			if r.Shared && ctx.Err() == nil && gaveUp(r.Err) {
				continue
			}
			return player.Forecast{}, r.Err
		case <-ctx.Done():
			return player.Forecast{}, ctx.Err()
		}
	}
}

// gaveUp reports that a caller's context ended.
func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// take turns what is kept into the player's word.
func (p *Player) take(k kept) (player.Forecast, error) {
	if k.Pass != "" {
		return player.Forecast{}, player.Pass(p.Name(), k.Pass)
	}
	return k.Forecast, nil
}

// pay searches, asks and keeps the answer, within the budget.
func (p *Player) pay(ctx context.Context, key string, d document) (kept, error) {
	m := p.model
	system := p.prompt.system()
	most := usage{answerTokens: m.config.MaxTokens, requests: 1 + m.config.Retries}
	if m.search != nil {
		most.searches = 1
	}
	plain, err := d.message()
	if err != nil {
		return kept{}, err
	}
	most.promptBytes = len(system) + len(plain) + most.searches*m.config.Results*searchBytes
	settle, err := m.meter.reserve(most, &p.spent)
	if errors.Is(err, sizing.ErrOverBudget) {
		return kept{Pass: "its budget does not cover asking the model"}, nil // not kept: it may
	}
	if err != nil {
		return kept{}, err
	}
	used := usage{promptBytes: most.promptBytes, answerTokens: most.answerTokens}
	k, err := p.ask(ctx, d, most.promptBytes, &used)
	if paid := settle(used); paid != nil {
		return kept{}, errors.Join(err, paid)
	}
	if err != nil {
		return kept{}, err
	}
	return k, m.cache.put(key, k)
}

// searchBytes bounds what one search result adds to a prompt: every byte may be
// escaped to six.
const searchBytes = 6*(200+300+maxSnippet) + 80

// ask searches, asks, and reads the answer.
func (p *Player) ask(ctx context.Context, d document, most int, used *usage) (kept, error) {
	m := p.model
	if m.search != nil {
		used.searches++
		found, err := m.search.Search(ctx, d.Question, m.config.Results)
		if err != nil {
			// The model can judge without: a search that fails is not its end.
			d.Note += fmt.Sprintf(" (the search failed: %s)", quote.Clean(err.Error(), 120))
		}
		for _, r := range found[:min(len(found), m.config.Results)] {
			d.Search = append(d.Search, r.clean())
		}
	}
	text, err := d.message()
	if err != nil {
		return kept{}, err
	}
	if system := p.prompt.system(); len(system)+len(text) > most {
		return kept{}, fmt.Errorf("a prompt of %d bytes, at most %d were paid for",
			len(system)+len(text), most)
	}
	said, err := m.endpoint.ask(ctx, p.prompt.system(), text, used)
	if errors.Is(err, ErrAnswer) {
		return kept{Pass: player.Clip(err.Error())}, nil
	}
	if err != nil {
		return kept{}, err
	}
	a, err := parse(said)
	if err != nil {
		return kept{Pass: player.Clip(err.Error())}, nil
	}
	return kept{Forecast: a.forecast(d.givesOrders())}, nil
}
