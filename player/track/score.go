package track

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Score is how good one player was, over the books it forecast.
type Score struct {
	Player    string  `json:"player"`
	Forecasts int     `json:"forecasts"` // books with a forecast
	Passed    int     `json:"passed"`    // books it had no opinion on
	Settled   int     `json:"settled"`   // forecast and answered, INVALID left out
	Brier     float64 `json:"brier"`     // mean of (p − x)², NaN-free: 0 if none is settled
	Price     float64 `json:"price"`     // the same for the price it saw when it forecast
	Priced    int     `json:"priced"`    // settled books whose price is known
	Log       float64 `json:"log"`       // mean −ln of the probability of what came, nats
	Accuracy  float64 `json:"accuracy"`  // of those answered YES or NO
	Error     float64 `json:"error"`     // calibration error: Σ |mean p − mean x|·n/N, ten bins
	Trades    int     `json:"trades"`    // fills
	Paid      float64 `json:"paid"`      // for shares, coins
	Got       float64 `json:"got"`       // for shares sold and from settled questions, coins
	Profit    float64 `json:"profit"`    // Got − Paid: shares of open questions count nothing
}

// Book is one book of one question, as one player saw it.
type Book struct {
	Player   string   `json:"player"`
	Question uint64   `json:"question"`
	Book     uint8    `json:"book"`
	Text     string   `json:"text,omitempty"`
	P        *float64 `json:"p,omitempty"` // the last forecast
	Price    *float64 `json:"price,omitempty"`
	Verdict  string   `json:"verdict,omitempty"`
	Outcome  *float64 `json:"outcome,omitempty"`
	Brier    *float64 `json:"brier,omitempty"`
	Paid     float64  `json:"paid"`
	Got      float64  `json:"got"`
	Trades   int      `json:"trades"`
	passed   bool
	told     map[fill]bool // fills that are counted
	paidOut  float64       // of Got, what the settled question pays
}

// fill names a fill: a player that starts again may read from the chain, and
// write, what it wrote in an earlier life.
type fill struct{ block, order uint64 }

// again reports whether a fill has been told before; those without an order's
// number are all taken for new.
func (b *Book) again(l Line) bool {
	f := fill{l.Block, l.Order}
	if l.Order == 0 || b.told[f] {
		return l.Order != 0
	}
	if b.told == nil {
		b.told = map[fill]bool{}
	}
	b.told[f] = true
	return false
}

// Profit is what the book brought, in coins; shares of an open question count
// nothing.
func (b *Book) Profit() float64 { return b.Got - b.Paid }

// invalid tells that the question had no answer, so that no forecast of it was
// right or wrong.
func (b *Book) invalid() bool { return strings.EqualFold(b.Verdict, "invalid") }

// Tolerance is by how much a score that a file states may differ from what its
// own lines give.
const Tolerance = 1e-6

// Books gathers lines by player, question and book, in the order they begin.
// The second result lists where a file contradicts itself.
func Books(lines []Line) ([]*Book, []string) {
	type key struct {
		player   string
		question uint64
		book     uint8
	}
	at := map[key]*Book{}
	var books []*Book
	var faults []string
	for _, l := range lines {
		k := key{l.Player, l.Question, l.Book}
		b := at[k]
		if b == nil {
			b = &Book{Player: l.Player, Question: l.Question, Book: l.Book}
			at[k], books = b, append(books, b)
		}
		faults = append(faults, b.add(l)...)
	}
	return books, faults
}

// add takes in one line and says what about it cannot be.
func (b *Book) add(l Line) (faults []string) {
	if l.Text != "" {
		b.Text = l.Text
	}
	complain := func(format string, args ...any) {
		where := fmt.Sprintf("%s, question %d: ", b.Player, b.Question)
		faults = append(faults, where+fmt.Sprintf(format, args...))
	}
	switch l.What {
	case Forecast:
		switch {
		case b.Outcome != nil:
			complain("a forecast after the answer does not count")
		case l.P == nil:
			b.passed = true
		default:
			b.P = l.P
		}
		if l.Price > 0 && b.Outcome == nil {
			b.Price = &l.Price
		}
	case Filled:
		if b.again(l) {
			return faults
		}
		b.Trades++
		switch {
		case strings.HasPrefix(l.Action, "buy"):
			b.Paid += l.Coins
		case strings.HasPrefix(l.Action, "sell"):
			b.Got += l.Coins
		default:
			complain("a fill whose action is %q", l.Action)
		}
	case Settled:
		b.Got += l.Coins - b.paidOut
		b.paidOut = l.Coins
		b.Verdict, b.Outcome = l.Verdict, l.Outcome
		if b.P != nil && l.Outcome != nil && !b.invalid() {
			brier := square(*b.P - *l.Outcome)
			b.Brier = &brier
		}
		if b.Brier != nil && l.Brier != nil && math.Abs(*l.Brier-*b.Brier) > Tolerance {
			complain("it states a Brier score of %.4f, its forecast gives %.4f", *l.Brier, *b.Brier)
		}
		if l.Profit != nil && math.Abs(*l.Profit-b.Profit()) > Tolerance*(1+b.Paid+b.Got) {
			complain("it states a profit of %.4f, its fills give %.4f", *l.Profit, b.Profit())
		}
	}
	return faults
}

// Scores gives every player's score, best Brier first; who has none comes last.
func Scores(books []*Book) []Score {
	at := map[string][]*Book{}
	var names []string
	for _, b := range books {
		if at[b.Player] == nil {
			names = append(names, b.Player)
		}
		at[b.Player] = append(at[b.Player], b)
	}
	var scores []Score
	for _, name := range names {
		scores = append(scores, score(name, at[name]))
	}
	slices.SortStableFunc(scores, func(a, b Score) int {
		switch {
		case (a.Settled > 0) != (b.Settled > 0):
			if a.Settled > 0 {
				return -1
			}
			return 1
		case a.Brier < b.Brier:
			return -1
		case a.Brier > b.Brier:
			return 1
		}
		return strings.Compare(a.Player, b.Player)
	})
	return scores
}

// bins of the calibration error.
const bins = 10

// score is one player's.
func score(name string, books []*Book) Score {
	s := Score{Player: name}
	var right, sure int
	var sumP, sumX, n [bins]float64
	for _, b := range books {
		s.Paid, s.Got, s.Trades = s.Paid+b.Paid, s.Got+b.Got, s.Trades+b.Trades
		if b.P == nil {
			if b.passed {
				s.Passed++
			}
			continue
		}
		s.Forecasts++
		if b.Brier == nil {
			continue
		}
		p, x := *b.P, *b.Outcome
		s.Settled++
		s.Brier += *b.Brier
		s.Log += loss(p, x)
		if b.Price != nil {
			s.Priced++
			s.Price += square(*b.Price - x)
		}
		if x == 0 || x == 1 {
			sure++
			if (p > 0.5) == (x == 1) {
				right++
			}
		}
		i := min(bins-1, int(p*bins))
		sumP[i], sumX[i], n[i] = sumP[i]+p, sumX[i]+x, n[i]+1
	}
	for i := range bins {
		s.Error += math.Abs(sumP[i] - sumX[i])
	}
	count := max(1, float64(s.Settled))
	s.Brier, s.Log, s.Error = s.Brier/count, s.Log/count, s.Error/count
	s.Price /= max(1, float64(s.Priced))
	s.Accuracy = float64(right) / max(1, float64(sure))
	s.Profit = s.Got - s.Paid
	return s
}

func square(x float64) float64 { return x * x }

// floor keeps the log score of a forecast that was sure and wrong finite: ln of
// it is what such a forecast loses.
const floor = 1e-6

// loss is −x·ln p − (1−x)·ln(1−p), p kept within [floor, 1−floor].
func loss(p, x float64) float64 {
	p = min(max(p, floor), 1-floor)
	return -x*math.Log(p) - (1-x)*math.Log1p(-p)
}
