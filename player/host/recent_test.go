package host

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"agon/player"
)

func recent(t testing.TB) *Recent {
	t.Helper()
	return Learners()[0].(*Recent)
}

func says(t testing.TB, p player.Forecaster, h string) float64 {
	t.Helper()
	f, err := p.Forecast(context.Background(), about(h))
	if err != nil {
		t.Fatal(err)
	}
	return f.P
}

// Fresh it says what its model says; a burst of settled scams makes the next of
// the burst suspicious and leaves other names as they were.
func TestRecentLearnsABurst(t *testing.T) {
	p := recent(t)
	const next, other = "studio-quorvex9.org", "gardenhose.org"
	if a, b := says(t, p, next), says(t, p.from, next); math.Abs(a-b) > 1e-12 {
		t.Errorf("fresh it says %v, its model %v", a, b)
	}
	before, calm := says(t, p, next), says(t, p, other)
	for i := range 8 {
		p.Settle(about(fmt.Sprintf("studio-quorvex%d.org", i)), true)
	}
	if after := says(t, p, next); after < before+0.2 {
		t.Errorf("after eight of a burst the ninth is at %v, was at %v", after, before)
	}
	if now := says(t, p, other); math.Abs(now-calm) > 0.1 {
		t.Errorf("another name went from %v to %v", calm, now)
	}
	// And honest names of the kind, once they settle, take it back.
	for i := range 30 {
		p.Settle(about(fmt.Sprintf("studio-quorvex%d.org", i%10)), false)
	}
	if after := says(t, p, next); after > 0.5 {
		t.Errorf("after thirty honest ones it is still at %v", after)
	}
}

// The same answers in the same order make the same player: one that is taught
// anew after a restart goes on where it stopped.
func TestRecentAfterARestart(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	a, b := recent(t), recent(t)
	type lesson struct {
		host string
		yes  bool
	}
	var lessons []lesson
	for range 200 {
		lessons = append(lessons, lesson{
			fmt.Sprintf("w%dx-%d.com", r.IntN(30), r.IntN(9)), r.IntN(2) == 0})
	}
	for _, l := range lessons {
		a.Settle(about(l.host), l.yes)
	}
	for _, l := range lessons {
		b.Settle(about(l.host), l.yes)
	}
	for _, l := range lessons {
		if x, y := says(t, a, l.host), says(t, b, l.host); x != y {
			t.Fatalf("seed %d: %s: %v, taught anew %v", seed, l.host, x, y)
		}
	}
}

// Whoever decides answers can teach it nonsense, within bounds: it never leaves
// its model by more than maxLearnt, and one answer moves a name by less than that.
func TestRecentPoisoned(t *testing.T) {
	p := recent(t)
	for range 3000 {
		p.Settle(about("uniswap.org"), true)
	}
	x := player.Logit(says(t, p, "uniswap.org")) - player.Logit(says(t, p.from, "uniswap.org"))
	if x > maxLearnt+1e-9 || x < 0 {
		t.Errorf("3,000 wrong answers move it by %v, at most %v", x, maxLearnt)
	}
	q := recent(t)
	was := player.Logit(says(t, q, "aave.com"))
	q.Settle(about("aave.com"), true)
	if moved := player.Logit(says(t, q, "aave.com")) - was; moved > maxLearnt || moved < 0 {
		t.Errorf("one wrong answer moves it by %v", moved)
	}
	for _, other := range []string{"", "not a host", "127.0.0.1"} {
		q.Settle(about(other), true) // what it cannot read teaches nothing
	}
	token := about("uniswap.org")
	token.Template++
	settled := q.settled
	q.Settle(token, true)
	if q.settled != settled {
		t.Error("it learns from questions it would not answer")
	}
}

func BenchmarkRecent(b *testing.B) {
	p := recent(b)
	for i := range 500 {
		p.Settle(about(fmt.Sprintf("claim%d-airdrop.com", i)), i%2 == 0)
	}
	q := about("claim-uniswap-airdrop.pages.dev")
	b.Run("forecast", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.Forecast(context.Background(), q); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("settle", func(b *testing.B) {
		for b.Loop() {
			p.Settle(q, true)
		}
	})
}
