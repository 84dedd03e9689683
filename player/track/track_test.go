package track

import (
	"bytes"
	_ "embed"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// life is one player's record of three questions: right, wrong, and INVALID.
//
//go:embed testdata/life.jsonl
var life string

func read(t *testing.T, text string) []Line {
	t.Helper()
	lines, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestScores(t *testing.T) {
	books, faults := Books(read(t, life))
	if len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
	scores := Scores(books)
	if len(scores) != 2 || scores[0].Player != "bob" || scores[1].Player != "ann" {
		t.Fatalf("have %+v, want bob (0.01) before ann (0.2)", scores)
	}
	ann := scores[1]
	want := Score{
		Player: "ann", Forecasts: 3, Passed: 1, Settled: 2, Priced: 2,
		Brier: (0.04 + 0.36) / 2, Price: 0.25, Log: (-math.Log(0.8) - math.Log(0.4)) / 2,
		Accuracy: 0.5, Error: (0.2 + 0.6) / 2,
		Trades: 3, Paid: 3, Got: 3.4, Profit: 0.4,
	}
	for _, c := range []struct {
		name       string
		have, want float64
	}{
		{"brier", ann.Brier, want.Brier}, {"price", ann.Price, want.Price},
		{"log", ann.Log, want.Log}, {"accuracy", ann.Accuracy, want.Accuracy},
		{"error", ann.Error, want.Error}, {"paid", ann.Paid, want.Paid},
		{"got", ann.Got, want.Got}, {"profit", ann.Profit, want.Profit},
		{"forecasts", float64(ann.Forecasts), float64(want.Forecasts)},
		{"passed", float64(ann.Passed), float64(want.Passed)},
		{"settled", float64(ann.Settled), float64(want.Settled)},
		{"trades", float64(ann.Trades), float64(want.Trades)},
	} {
		if math.Abs(c.have-c.want) > 1e-12 {
			t.Errorf("%s: want %v, have %v", c.name, c.want, c.have)
		}
	}
}

// A player that starts again may write what the chain tells it a second time: a
// fill is counted once, and so is what a settled question pays. Fills without
// an order's number are all different.
func TestToldTwice(t *testing.T) {
	const told = `{"what":"filled","player":"cy","question":1,"book":0,"block":4,"order":9,` +
		`"action":"buy YES","shares":2,"coins":1}
{"what":"filled","player":"cy","question":1,"book":0,"block":5,"order":9,` +
		`"action":"buy YES","shares":2,"coins":1}
{"what":"settled","player":"cy","question":1,"book":0,"block":8,"verdict":"yes","outcome":1,` +
		`"coins":4,"profit":2}
`
	nameless := strings.ReplaceAll(told, `"order":9,`, "")
	for text, want := range map[string]Score{
		told:        {Trades: 2, Paid: 2, Got: 4, Profit: 2},
		told + told: {Trades: 2, Paid: 2, Got: 4, Profit: 2},
		nameless:    {Trades: 2, Paid: 2, Got: 4, Profit: 2},
	} {
		books, faults := Books(read(t, text))
		have := Scores(books)[0]
		want.Player = "cy"
		if len(faults) > 0 || have != want {
			t.Errorf("have %+v, %q; want %+v", have, faults, want)
		}
	}
}

// A record that flatters itself is caught, and its own figures are not used.
func TestContradictions(t *testing.T) {
	flattered := strings.NewReplacer(`"brier":0.04`, `"brier":0.01`, `"profit":1`, `"profit":9`)
	late := `{"what":"forecast","player":"ann","question":1,"book":0,"p":0.99}` + "\n"
	books, faults := Books(read(t, flattered.Replace(life)+late))
	if len(faults) != 3 {
		t.Errorf("want three faults, have %q", faults)
	}
	if b := *books[0].Brier; math.Abs(b-0.04) > 1e-12 {
		t.Errorf("Brier of question 1: want 0.04, have %v", b)
	}
}

func TestRoundTrip(t *testing.T) {
	var b bytes.Buffer
	lines := read(t, life)
	lines[0].Time = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	if err := Write(&b, lines...); err != nil {
		t.Fatal(err)
	}
	again := read(t, b.String())
	if len(again) != len(lines) || !again[0].Time.Equal(lines[0].Time) || *again[0].P != 0.8 {
		t.Errorf("want %d lines, first %+v; have %d, first %+v",
			len(lines), lines[0], len(again), again[0])
	}
}

func TestBadLines(t *testing.T) {
	good := `{"what":"forecast","player":"a","question":1,"book":0,"p":0.5}` + "\n"
	for name, text := range map[string]string{
		"not JSON":      "p = 0.5\n",
		"no what":       `{"p":0.5}` + "\n",
		"p above 1":     `{"what":"forecast","p":87}` + "\n",
		"p below 0":     `{"what":"forecast","p":-0.1}` + "\n",
		"negative coin": `{"what":"filled","coins":-1}` + "\n",
		"endless":       `{"what":"` + strings.Repeat("x", maxLine) + "\"}\n",
	} {
		_, err := Read(strings.NewReader(good + text + good))
		if !errors.Is(err, ErrLine) || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v, want ErrLine on line 2", name, err)
		}
	}
	nan := math.NaN()
	if err := Write(&bytes.Buffer{}, Line{What: Forecast, P: &nan}); !errors.Is(err, ErrLine) {
		t.Errorf("writing NaN: %v, want ErrLine", err)
	}
}

// A file that a crash tore is read up to there; a whole last line without its
// newline counts.
func TestTorn(t *testing.T) {
	good := `{"what":"forecast","player":"a","question":1,"book":0,"p":0.5}`
	for cut := range len(good) + 1 {
		lines := read(t, good+"\n"+good[:cut])
		want := 1
		if cut == len(good) {
			want = 2
		}
		if len(lines) != want {
			t.Fatalf("cut at %d: %d lines, want %d", cut, len(lines), want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(life))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		books, _ := Books(lines)
		for _, s := range Scores(books) {
			if math.IsNaN(s.Brier) || math.IsNaN(s.Log) || s.Brier < 0 || s.Brier > 1 {
				t.Errorf("score %+v", s)
			}
		}
		var b bytes.Buffer
		if err := Write(&b, lines...); err != nil {
			t.Fatalf("read and not written: %v", err)
		}
	})
}

// TestOpen goes on with a record: its torn end goes, a last line without its end
// gets one, and what is no record is left alone.
func TestOpen(t *testing.T) {
	const line = `{"what":"forecast","player":"ann","question":1,"book":0,"block":7,"p":0.5}`
	for name, c := range map[string]struct {
		was, is string
		last    uint64
		err     error
	}{
		"new":        {"", "", 0, nil},
		"whole":      {line + "\n", line + "\n", 7, nil},
		"torn":       {line + "\n" + line[:20], line + "\n", 7, nil},
		"torn alone": {line[:20], "", 0, nil},
		"unended":    {line + "\n" + line, line + "\n" + line + "\n", 7, nil},
		"no record":  {"dear diary\n" + line, "dear diary\n" + line, 0, ErrLine},
	} {
		path := filepath.Join(t.TempDir(), "record")
		if err := os.WriteFile(path, []byte(c.was), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if !errors.Is(err, c.err) {
			t.Fatalf("%s: %v, want %v", name, err, c.err)
		}
		want := c.is
		if err == nil {
			if f.Last != c.last {
				t.Errorf("%s: last block %d, want %d", name, f.Last, c.last)
			}
			f.WriteString(line + "\n")
			f.Close()
			want += line + "\n"
		}
		if have, _ := os.ReadFile(path); string(have) != want {
			t.Errorf("%s: the file is %q, want %q", name, have, want)
		}
	}
}
