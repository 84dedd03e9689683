package swarm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/player/lineup"
	"agon/player/swarm"
)

// chat is an endpoint that speaks the OpenAI chat protocol on a real socket:
// each prompt gets an answer of its own, and 1,000 tokens in and 100 out.
type chat struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int // by system prompt
}

func newChat(t *testing.T) *chat {
	c := &chat{asked: map[string]int{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Messages []struct{ Role, Content string }
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) != 2 {
			http.Error(w, "no chat", http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		c.asked[in.Messages[0].Content]++
		p := 0.8 + 0.05*float64(len(c.asked))
		c.mu.Unlock()
		said, err := json.Marshal(fmt.Sprintf(
			`{"reasoning": "it imitates a wallet", "p_yes": %g, "confidence": 0.9}`, p))
		if err != nil {
			panic(err) // a string
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": "1", "object": "chat.completion", "created": 1, "model": "m",
			"choices": [{"index": 0, "finish_reason": "stop",
				"message": {"role": "assistant", "content": %s}}],
			"usage": {"prompt_tokens": 1000, "completion_tokens": 100,
			"total_tokens": 1100}}`, said)
	}))
	t.Cleanup(c.Close)
	return c
}

// requests is how often each prompt was put.
func (c *chat) requests() (counts []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.asked {
		counts = append(counts, n)
	}
	return counts
}

// TestLanguageModelsOnANode: a roster's language models play on a real node,
// each prompt a player, asked once about each question however many play it;
// what they cost comes out of their players' budgets; and one that costs more
// than there is to earn is never asked.
func TestLanguageModelsOnANode(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	relayer, opener := dial(t, ctx, 2), dial(t, ctx, 3)
	cheap, dear := newChat(t), newChat(t)
	file, err := lineup.Parse([]byte(strings.NewReplacer("CHEAP", cheap.URL, "DEAR", dear.URL).
		Replace(`
seed: language models on a node
budget: 5
timeout: 10s
defaults: {noise: 0, slope: 1, trust: 1, delay: 0}
players:
  - name: readers of prompts
    count: 4
    language: {url: "CHEAP/v1", model: m, prompts: [plain, sceptic],
      price_in: 10, price_out: 100, spend: 5}
  - name: spendthrifts
    language: {url: "DEAR/v1", model: m, prompts: plain,
      price_in: 10, price_out: 100000, spend: 5000}
`)))
	if err != nil {
		t.Fatal(err)
	}
	groups, err := file.Groups(lineup.Kitchen{Makers: map[string]lineup.Maker{
		"language": lineup.Language(func(string) string { return "" }),
	}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := swarm.New(swarm.Config{
		Chain: swarm.Live(relayer), Seed: []byte(file.Seed), Groups: groups,
		Resolvers: []common.Address{opener.Address()}, Timeout: file.Patience(),
	})
	if err != nil {
		t.Fatal(err)
	}
	playing, stopPlaying := context.WithCancel(ctx)
	defer stopPlaying()
	done := make(chan error, 1)
	go func() { done <- s.Run(playing) }()
	until := func(what string, cond func() bool) {
		for !cond() {
			if ctx.Err() != nil {
				t.Fatalf("waiting until %s: %+v", what, s.Progress())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	until("they may trade", func() bool { return s.Progress().Ready })
	const questions = 3
	var last uint64
	for _, f := range someFacts(t, questions, opener.Address()) {
		f.spec.Window = 1000
		p, err := opener.Ask(ctx, f.spec, client.Tx{})
		if err == nil {
			last, err = p.Asked(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	until("everybody has looked", func() bool { return len(s.Why(last, 0)) == 5 })
	until("they have traded", func() bool { return s.Progress().Fills >= 2*questions })
	stopPlaying()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if have := fmt.Sprint(cheap.requests()); have != "[3 3]" {
		t.Errorf("two prompts were put %s times about three questions, want [3 3]", have)
	}
	if n := len(dear.requests()); n != 0 {
		t.Errorf("the dear model was asked %d times", n)
	}
	// 1,000 tokens at 10 and 100 at 100 coins a million, three questions, by two.
	const each = 3 * (1000*10 + 100*100) / 1e6 / 2
	for _, p := range s.Report().Players {
		want, budget := each, 5-p.Paid+p.Got-p.Reserved
		if p.Group == "spendthrifts" {
			want = 0
			if p.Reason != "not-worth" || p.Orders != 0 {
				t.Errorf("%s: %d orders, usual reason %s", p.Name, p.Orders, p.Reason)
			}
		}
		if math.Abs(p.Looking-want) > 1e-9 || math.Abs(p.Free-(budget-want)) > 1e-9 {
			t.Errorf("%s paid %.6f for looking and has %.6f left, want %.6f and %.6f",
				p.Name, p.Looking, p.Free, want, budget-want)
		}
	}
	checkBooks(t, ctx, opener.Client(), s.Report(), 5)
}

// TestNobodyLooksBeyondTheBudget: what looking costs and what trading costs
// come out of one budget, and whoever has no money left does not look.
func TestNobodyLooksBeyondTheBudget(t *testing.T) {
	w := newWorld(51)
	running(t, w)
	m := &meteredMind{}
	m.mind = sure("metered", 0.9)
	g := play(t, w, swarm.Config{Groups: []swarm.Group{group("m", 2, m)}, Budget: coins(5)})
	g.until("they may trade", func() bool { return g.Progress().Ready })
	var ids []uint64
	for i := range 30 {
		if i == 4 {
			g.until("they have traded", func() bool { return g.Progress().Fills > 4 })
		}
		s := custom(1_000_000)
		s.Subsidy = coins(20)
		ids = append(ids, g.ask(s))
	}
	g.until("all is looked at", func() bool {
		for _, id := range ids {
			if len(g.Why(id, 0)) < 2 {
				return false
			}
		}
		return true
	})
	g.stop()
	broke := 0
	for _, id := range ids {
		for _, why := range g.Why(id, 0) {
			if strings.Contains(why, "does not cover asking") {
				broke++
			}
		}
	}
	if calls := m.calls.Load(); calls > 10 || broke == 0 {
		t.Errorf("asked %d times at 1 coin with 10 coins, %d answers were not to be paid",
			calls, broke)
	}
	for _, p := range g.Report().Players {
		if p.Looking <= 0 || p.Looking+p.Paid-p.Got+p.Reserved > 5+1e-9 {
			t.Errorf("%s: %.3f for looking and %.3f for shares, its budget is 5", p.Name,
				p.Looking, p.Paid)
		}
	}
	g.withinBudget(coins(5))
}

// meteredMind costs a coin a look.
type meteredMind struct{ *mind }

func (*meteredMind) Cost() float64    { return 1 }
func (m *meteredMind) Spent() float64 { return float64(m.calls.Load()) }
