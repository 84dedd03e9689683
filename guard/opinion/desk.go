package opinion

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"agon/client"
	"agon/game/market"
	"agon/guard/clearsign"
	"agon/guard/scan"
)

// Refusals.
var (
	ErrBudget = errors.New("the day's budget for questions is used up")
	ErrQuiet  = errors.New("nobody has traded on the question yet")
)

// maxKept bounds the answers that are kept.
const maxKept = 4096

// Config of a Desk. Amounts are in the smallest unit of the coin.
type Config struct {
	Client  *client.Client
	Account *client.Account // opens the questions, pays and answers for them

	Subsidy market.Amount // of one question: the most that it can cost
	PerDay  market.Amount // of all questions of a day (UTC)
	Window  market.Height // blocks that a question trades
	Wait    time.Duration // the longest to wait for a price
	Keep    time.Duration // how long an answer is good
	File    string        // where spending is kept; "" keeps it in memory
	Now     func() time.Time
}

// Desk asks questions and remembers the answers.
type Desk struct {
	cfg Config

	mu    sync.Mutex
	kept  map[string]answer
	order []string
	day   ledger
}

type answer struct {
	opinion scan.Opinion
	at      time.Time
}

// ledger is what a day's questions have cost.
type ledger struct {
	Day   string        `json:"day"` // 2006-01-02
	Spent market.Amount `json:"spent"`
}

// New opens a desk and reads what was spent today.
func New(cfg Config) (*Desk, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Desk{cfg: cfg, kept: map[string]answer{}}
	if cfg.File == "" {
		return d, nil
	}
	raw, err := os.ReadFile(cfg.File)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &d.day); err != nil {
		return nil, fmt.Errorf("%s does not tell what was spent: %w", cfg.File, err)
	}
	return d, nil
}

// Ask gives the market's probability that a host is a scam: a kept one, or that
// of a new question once somebody has traded on it.
func (d *Desk) Ask(ctx context.Context, host string) (*scan.Opinion, error) {
	if o, ok := d.remembered(host); ok {
		return &o, nil
	}
	if err := d.reserve(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.cfg.Wait)
	defer cancel()
	p, err := d.cfg.Account.Ask(ctx, market.Spec{
		Template: market.DappScam, Fields: []string{host}, Subsidy: d.cfg.Subsidy,
		Window: d.cfg.Window, Resolver: market.Account(d.cfg.Account.Address()),
	}, client.Tx{})
	if err != nil {
		return nil, err
	}
	id, err := p.Asked(ctx)
	if err != nil {
		return nil, err
	}
	o, err := d.watch(ctx, id)
	if err != nil {
		return nil, err
	}
	d.remember(host, *o)
	return o, nil
}

// watch reads the price until it has moved and then stands still for a while,
// or the time is up.
func (d *Desk) watch(ctx context.Context, id uint64) (*scan.Opinion, error) {
	const (
		pause  = 200 * time.Millisecond
		steady = 5 // readings without a change
	)
	var last market.Price
	moved, same := false, 0
	var q client.Question
	for {
		now, err := d.cfg.Client.Question(ctx, id)
		if err == nil {
			q = now
			price := q.Books[0].Price
			if last != 0 && price != last {
				moved, same = true, 0
			} else {
				same++
			}
			last = price
			if moved && same >= steady {
				return view(q), nil
			}
		}
		select {
		case <-ctx.Done():
			if moved {
				return view(q), nil
			}
			return nil, fmt.Errorf("question %d: %w", id, ErrQuiet)
		case <-time.After(pause):
		}
	}
}

// view is a question as an opinion. Depth is what it costs to move the price
// by ten points, up where there is room and else down.
func view(q client.Question) *scan.Opinion {
	const points = market.One / 10
	p := q.Books[0].Price
	to := p + points
	if to > market.MaxPrice {
		to = p - points
	}
	cost := market.CostBetween(q.B, min(p, to), max(p, to))
	return &scan.Opinion{
		Probability: client.Float(p), Question: q.ID,
		Depth: clearsign.Decimal(cost.ToBig(), 18) + " coins",
	}
}

func (d *Desk) remembered(host string) (scan.Opinion, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, ok := d.kept[host]
	return a.opinion, ok && d.cfg.Now().Sub(a.at) < d.cfg.Keep
}

func (d *Desk) remember(host string, o scan.Opinion) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.kept[host]; !ok {
		d.order = append(d.order, host)
	}
	d.kept[host] = answer{o, d.cfg.Now()}
	if len(d.order) > maxKept {
		delete(d.kept, d.order[0])
		d.order = d.order[1:]
	}
}

// reserve counts a question against the day before it is asked: a crash may
// waste some of the budget and never exceeds it.
func (d *Desk) reserve() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	day := d.day
	if today := d.cfg.Now().UTC().Format(time.DateOnly); day.Day != today {
		day = ledger{Day: today}
	}
	day.Spent.Add(&day.Spent, &d.cfg.Subsidy)
	if day.Spent.Gt(&d.cfg.PerDay) {
		return ErrBudget
	}
	if d.cfg.File != "" {
		raw, err := json.Marshal(&day) // by pointer: amounts marshal themselves so
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(d.cfg.File), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(d.cfg.File+".new", raw, 0o600); err != nil {
			return err
		}
		if err := os.Rename(d.cfg.File+".new", d.cfg.File); err != nil {
			return err
		}
	}
	d.day = day
	return nil
}
