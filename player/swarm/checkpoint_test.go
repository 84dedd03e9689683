package swarm_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/memory"
	"agon/player/swarm"
)

// remember opens a memory of the test's own.
func remember(t *testing.T, name string) *memory.Store {
	t.Helper()
	m, err := memory.Open(filepath.Join(t.TempDir(), name), memory.Options{Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// travellers are a swarm of every kind of player that keeps track of the chain.
func travellers() swarm.Config {
	return swarm.Config{
		Seed: []byte("travellers"), Window: 8, Drain: time.Nanosecond, Save: time.Nanosecond,
		Groups: []swarm.Group{
			group("hopeful", 5, sure("hopeful", 0.8)), group("gloomy", 3, sure("gloomy", 0.3)),
			evens(2), readers(2),
		},
	}
}

// readTo has a swarm read the chain up to where it stands and do nothing: it
// trusts nobody. It gives the checkpoint that the swarm leaves.
func readTo(
	t *testing.T, w *world, cfg swarm.Config, m *memory.Store,
) (c memory.Checkpoint, past []memory.Past) {
	t.Helper()
	cfg.Memory, cfg.Resolvers = m, []common.Address{{1}}
	g := play(t, w, cfg)
	qs, err := w.Questions(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	open := 0
	for _, q := range qs {
		if q.Phase == market.Open {
			open++
		}
	}
	height := func() uint64 {
		n, err := w.Height(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	g.until("it has read all", func() bool {
		p := g.Progress()
		return p.Height == height() && p.Refused == open
	})
	g.stop()
	c, past, ok, err := m.Resume(g.Owner())
	if err != nil || !ok || c.Block != height() {
		t.Fatalf("it leaves a checkpoint of block %d at %d: %v, %v", c.Block, height(), ok, err)
	}
	return c, past
}

// differ is what follows in two texts from shortly before they differ.
func differ(a, b []byte) (string, string) {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	from := max(0, n-120)
	return string(a[from:min(len(a), n+120)]), string(b[from:min(len(b), n+120)])
}

// endGroups answers every group: until then a life that reads from the first block
// does not know how many books the sets of a closed group fill, and keeps them apart.
func endGroups(t *testing.T, w *world) {
	t.Helper()
	for range 80 {
		w.block()
	}
	qs, err := w.Questions(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range qs {
		if q.Kind != market.Group || q.Phase == market.Settled {
			continue
		}
		err := w.do(func(m *market.Market, now market.Height) error {
			return m.Resolve(now, opener, market.QuestionID(q.ID),
				market.Outcome{Verdict: market.Member, Member: 2})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCheckpointsAreTheChain plays several lives with a memory, on a chain whose
// post loses, lies and dawdles and whose node often will not name a block's
// hash. What a life that goes on from the memory knows at the end is, to the
// last byte, what one that reads from the first block knows.
func TestCheckpointsAreTheChain(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(100 + seed)
		w.lose, w.lie, w.delay = 0.2, 0.2, 6
		dice := rand.New(rand.NewPCG(seed, 1))
		ctx, halt := context.WithCancel(context.Background())
		halted := make(chan struct{})
		go func() { w.run(ctx, 2*time.Millisecond); close(halted) }()
		cfg := travellers()
		cfg.Memory = remember(t, "memory")
		spec := custom(60)
		spec.Kind, spec.Members = market.Group, []string{"a", "b", "c"}
		for range 4 {
			g := play(t, w, cfg)
			g.until("it is ready", func() bool { return g.Progress().Ready })
			ids := []uint64{g.ask(spec), g.ask(custom(40)), g.ask(custom(4000))}
			before := g.Progress().Fills
			g.until("it trades", func() bool { return g.Progress().Fills > before })
			if dice.IntN(2) == 0 {
				g.resolve(ids[0], market.Outcome{Verdict: market.Member, Member: 1})
				g.resolve(ids[1], market.Outcome{Verdict: market.Yes})
			}
			time.Sleep(time.Duration(dice.IntN(20)) * time.Millisecond)
			g.stop()
		}
		halt()
		<-halted
		w.lose = 0
		endGroups(t, w)
		began := len(w.followed)
		resumed, taught := readTo(t, w, cfg, cfg.Memory)
		first := w.followed[began]
		whole, all := readTo(t, w, cfg, remember(t, "whole"))
		if first <= 1 || w.followed[len(w.followed)-1] != 1 {
			t.Errorf("seed %d: read from block %d with a memory, want later than 1; %v",
				seed, first, w.followed)
		}
		if a, b := differ(resumed.State, whole.State); a != b {
			t.Errorf("seed %d: resumed\n%s\nread from the first block\n%s", seed, a, b)
		}
		if len(all) == 0 || !reflect.DeepEqual(taught, all) {
			t.Errorf("seed %d: %d settled questions kept, %d on the chain", seed, len(taught),
				len(all))
		}
	}
}

// TestCheckpointsOfOthers: who finds a memory that is another chain's, another
// swarm's or broken reads the chain from its first block.
func TestCheckpointsOfOthers(t *testing.T) {
	m := remember(t, "memory")
	w, other := newWorld(110), newWorld(111)
	for range 40 {
		w.block()
		other.block()
	}
	cfg := travellers()
	mine, _ := readTo(t, w, cfg, m)
	reads := func(what string, w *world, cfg swarm.Config, want uint64) {
		t.Helper()
		readTo(t, w, cfg, m)
		if from := w.followed[len(w.followed)-1]; from != want {
			t.Errorf("%s: read from block %d, want %d", what, from, want)
		}
	}
	reads("the same", w, cfg, mine.Block+1)
	more := travellers()
	more.Groups[0].Count++
	reads("another player", w, more, 1)
	reads("the others again", w, cfg, 1)
	reads("another chain", other, cfg, 1)
	reads("the first chain again", w, cfg, 1)
	for name, state := range map[string]string{
		"no JSON": "{", "nobody": `{"players":[]}`,
		"half a word": `{"players":[{},{},{},{},{},{},{},{},{},{},{},{}],
			"courses":[{"q":1,"books":[{"words":"AAAA"}]}]}`,
	} {
		mine, _ = readTo(t, w, cfg, m)
		mine.State = []byte(state)
		if err := m.Advance(mine, nil, 10, false); err != nil {
			t.Fatal(err)
		}
		reads(name, w, cfg, 1)
	}
}

// TestCheckpointOnANode: the second life on a real node reads on where the first
// ended, and has the money it had.
func TestCheckpointOnANode(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	// Its question stays open: those who play later on this node must not trust its resolver.
	relayer, opener := dial(t, ctx, 0), dial(t, ctx, 6)
	m := remember(t, "memory")
	life := func() (log string, free float64) {
		var said bytes.Buffer
		s, err := swarm.New(swarm.Config{
			Chain: swarm.Live(relayer), Seed: []byte("checkpoints"), Count: 4, Budget: coins(3),
			Resolvers: []common.Address{opener.Address()}, Memory: m,
			Log: slog.New(slog.NewTextHandler(&said, nil)), Roster: minds(sure("sure", 0.9)),
		})
		if err != nil {
			t.Fatal(err)
		}
		playing, end := context.WithCancel(ctx)
		defer end()
		done := make(chan error, 1)
		go func() { done <- s.Run(playing) }()
		for !s.Progress().Ready || s.Progress().Fills == 0 {
			select {
			case err := <-done:
				t.Fatalf("it ended: %v", err)
			case <-time.After(20 * time.Millisecond):
			}
		}
		end()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Report().Players {
			free += p.Free
		}
		return said.String(), free
	}
	spec := custom(100_000)
	spec.Resolver = market.Account(opener.Address())
	if p, err := opener.Ask(ctx, spec, client.Tx{}); err != nil {
		t.Fatal(err)
	} else if _, err := p.Asked(ctx); err != nil {
		t.Fatal(err)
	}
	first, before := life()
	second, after := life()
	const words = "reading on where the memory ends"
	if strings.Contains(first, words) || !strings.Contains(second, words) {
		t.Errorf("the first life says\n%s\nthe second\n%s", first, second)
	}
	if before >= 12 || after > before {
		t.Errorf("%.4f coins free of 12 after the first life, %.4f after the second", before, after)
	}
}

// FuzzCheckpoint resumes from anything: no panic, and a state that is taken up
// is one for these players.
func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte(`{"players":[{"spent":"5","orders":[{"id":3,"order":{"Question":1}}]},{}]}`))
	f.Add([]byte(`{"players":[{"holdings":[{"q":1,"yes":"7"}]},{}],"settled":[{"q":1}],
		"courses":[{"q":1,"books":[{"words":"AAAA"}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := swarm.New(swarm.Config{Chain: newWorld(1), Seed: []byte{1}, Count: 2,
			Budget: coins(1), Roster: minds(sure("x", 0.5))})
		if err != nil {
			t.Fatal(err)
		}
		if s.Decode(b) == nil && len(s.Report().Players) != 2 {
			t.Error("players were lost")
		}
	})
}
