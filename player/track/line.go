package track

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// What a line tells.
const (
	Forecast = "forecast" // P and Confidence, or Words why there is no opinion
	Decision = "decision" // Reason, and the order if there is one
	Refused  = "refused"  // the market or a limit said no; Words say why
	Filled   = "filled"   // Shares traded for Coins
	Settled  = "settled"  // Outcome, and Coins that the shares held pay
)

// Line is one line of a record. Prices and probabilities are of YES and lie in
// [0, 1]; money is in whole coins. Which fields a line has depends on What.
type Line struct {
	Time     time.Time `json:"time,omitzero"`   // when it was written, RFC 3339
	Block    uint64    `json:"block,omitempty"` // the chain's height then
	What     string    `json:"what"`
	Player   string    `json:"player"`
	Question uint64    `json:"question"`
	Book     uint8     `json:"book"` // the member of a group; 0 otherwise

	Text   string `json:"text,omitempty"`   // the question in words
	Reason string `json:"reason,omitempty"` // one word
	Words  string `json:"words,omitempty"`  // the reason in plain words

	P          *float64 `json:"p,omitempty"`          // forecast
	Confidence *float64 `json:"confidence,omitempty"` // forecast, 0 to 1
	Price      float64  `json:"price,omitempty"`      // at the forecast or decision

	Belief   float64 `json:"belief,omitempty"`   // decision: P after shrinking
	Action   string  `json:"action,omitempty"`   // "buy YES", "buy NO", "sell YES", "sell NO"
	Amount   float64 `json:"amount,omitempty"`   // coins of a buy, shares of a sell
	Limit    float64 `json:"limit,omitempty"`    // worst price of the share traded
	Expected float64 `json:"expected,omitempty"` // profit, by the belief

	Order  uint64  `json:"order,omitempty"`  // filled: the order's number on the chain
	Shares float64 `json:"shares,omitempty"` // filled
	Coins  float64 `json:"coins,omitempty"`  // filled: paid or got; settled: what shares pay

	Verdict string   `json:"verdict,omitempty"` // yes, no, member, value, invalid
	Outcome *float64 `json:"outcome,omitempty"` // settled: what a YES pays, 0 to 1
	Brier   *float64 `json:"brier,omitempty"`   // (last P − Outcome)²
	Profit  *float64 `json:"profit,omitempty"`  // of this book: got + Coins − paid
}

// maxLine bounds a line, in bytes.
const maxLine = 64 << 10

// ErrLine reports a line that is not one of a record; its number goes with it.
var ErrLine = errors.New("not a line of a track record")

// Write appends lines to w.
func Write(w io.Writer, lines ...Line) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, l := range lines {
		if err := l.check(); err != nil {
			return err
		}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("%w: %w", ErrLine, err)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Read reads a record. The end of a file that a crash tore, a last line without
// its newline that does not parse, is dropped; anything else that is no line is
// an error that wraps ErrLine.
func Read(r io.Reader) ([]Line, error) {
	var lines []Line
	if _, err := scan(r, func(l Line) { lines = append(lines, l) }); err != nil {
		return nil, err
	}
	return lines, nil
}

// scan reads a record like Read, and counts its bytes without a torn end.
func scan(r io.Reader, take func(Line)) (whole int64, err error) {
	in := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		text, err := in.ReadSlice('\n')
		torn := errors.Is(err, io.EOF)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return whole, fmt.Errorf("line %d: %w: longer than %d bytes", n, ErrLine, maxLine)
		case err != nil && !torn:
			return whole, fmt.Errorf("line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(text)) > 0 {
			l, err := parse(text)
			if err != nil && torn {
				return whole, nil
			}
			if err != nil {
				return whole, fmt.Errorf("line %d: %w", n, err)
			}
			take(l)
		}
		whole += int64(len(text))
		if torn {
			return whole, nil
		}
	}
}

// parse reads and checks one line.
func parse(text []byte) (Line, error) {
	var l Line
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("%w: %w", ErrLine, err)
	}
	return l, l.check()
}

// check finds what no record can say.
func (l *Line) check() error {
	if l.What == "" {
		return fmt.Errorf(`%w: it has no "what"`, ErrLine)
	}
	for _, f := range []struct {
		name string
		p    *float64
	}{
		{"p", l.P}, {"confidence", l.Confidence}, {"price", &l.Price}, {"belief", &l.Belief},
		{"outcome", l.Outcome}, {"limit", &l.Limit},
	} {
		if f.p != nil && !(*f.p >= 0 && *f.p <= 1) {
			return fmt.Errorf("%w: %q is %v, want 0 to 1", ErrLine, f.name, *f.p)
		}
	}
	for _, f := range []struct {
		name string
		x    float64
	}{{"amount", l.Amount}, {"shares", l.Shares}, {"coins", l.Coins}} {
		if !(f.x >= 0) || math.IsInf(f.x, 1) {
			return fmt.Errorf("%w: %q is %v, want a number from 0 up", ErrLine, f.name, f.x)
		}
	}
	return nil
}
