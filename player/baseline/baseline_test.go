package baseline

import (
	"context"
	"math"
	"testing"

	"agon/player"
)

// A coin is fair: its mean is ½ and its mean square ⅓, each within four
// standard errors.
func TestCoinIsFair(t *testing.T) {
	const n = 20000
	c := NewCoin([]byte("fair"))
	var sum, square float64
	for i := range n {
		f, err := c.Forecast(context.Background(), player.Question{ID: uint64(i)})
		if err != nil {
			t.Fatal(err)
		}
		sum += f.P
		square += f.P * f.P
	}
	if d := math.Abs(sum/n - 0.5); d > 4*0.289/math.Sqrt(n) {
		t.Errorf("mean %v is %v off ½", sum/n, d)
	}
	if d := math.Abs(square/n - 1.0/3); d > 4*0.299/math.Sqrt(n) {
		t.Errorf("mean square %v is %v off ⅓", square/n, d)
	}
}

func TestCoinDependsOnKeyAndBook(t *testing.T) {
	q := player.Question{ID: 3}
	other := q
	other.Book = 1
	toss := func(key string, q player.Question) float64 {
		f, _ := NewCoin([]byte(key)).Forecast(context.Background(), q)
		return f.P
	}
	if toss("a", q) != toss("a", q) {
		t.Error("the same coin on the same question changed its mind")
	}
	if toss("a", q) == toss("b", q) || toss("a", q) == toss("a", other) {
		t.Error("another key, or another book, gave the same toss")
	}
}

func TestBaseRate(t *testing.T) {
	for prior, want := range map[float64]float64{0.15: 0.15, 0: player.MinP, 7: player.MaxP} {
		f, err := BaseRate{}.Forecast(context.Background(), player.Question{Prior: prior})
		if err != nil || f.P != want {
			t.Errorf("prior %v: want %v, have %v, %v", prior, want, f.P, err)
		}
	}
}
