package term

import (
	"bytes"
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "is it?", "is it?"},
		{"escape sequence", "a\x1b[2Jb", "a [2Jb"},
		{"lines", "a\r\nb\tc", "a b c"},
		{"right to left override", "app\u202egpj.exe", "appgpj.exe"},
		{"zero width", "go\u200bogle", "google"},
		{"C1 control", "a\u009bb", "a b"},
		{"invalid bytes", "a\xffb", "a?b"},
		{"letters stay", "пример 例え", "пример 例え"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// FuzzClean: whatever comes in, one line without control characters goes out,
// and cleaning twice changes nothing.
func FuzzClean(f *testing.F) {
	f.Add("a\x1b]0;title\x07b")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if i := strings.IndexFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
			t.Errorf("control character at %d of %q", i, got)
		}
		if again := Clean(got); again != got {
			t.Errorf("cleaned again: %q, before %q", again, got)
		}
	})
}

func TestFit(t *testing.T) {
	uni, ascii := Screen{Unicode: true}, Screen{}
	for _, c := range []struct {
		s     Screen
		in    string
		width int
		want  string
	}{
		{uni, "abc", 3, "abc"},
		{uni, "abcd", 3, "ab…"},
		{ascii, "abcd", 3, "ab~"},
		{uni, "例え話", 4, "例…"}, // two columns a letter
		{uni, "abc", 0, ""},
		{uni, "e\u0301e\u0301e", 3, "e\u0301e\u0301e"}, // accents take no column
	} {
		if got := c.s.Fit(c.in, c.width); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	const text = "0x12…ab ≤ 5 – пример"
	if got := (Screen{Unicode: true}).Plain(text); got != text {
		t.Errorf("with Unicode: %q", got)
	}
	if got, want := (Screen{}).Plain(text), "0x12...ab <= 5 - пример"; got != want {
		t.Errorf("without: %q, want %q", got, want)
	}
}

func TestWrap(t *testing.T) {
	s := Screen{Width: 12}
	for _, c := range []struct {
		in     string
		indent int
		want   string
	}{
		{"", 2, ""},
		{"one", 2, "  one"},
		{"one two three four", 2, "  one two\n  three four"},
		{"exactly ten!", 0, "exactly ten!"},
		{"a averyveryverylongword b", 1, " a\n averyveryverylongword\n b"},
	} {
		if got := s.Wrap(c.in, c.indent); got != c.want {
			t.Errorf("wrapped %q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	tab := Table{Columns: []Column{{Name: "id", Right: true}, {Name: "question", Grow: true},
		{Name: "price", Right: true}}}
	tab.Row(7, "is the dapp at a-very-long-name.example.org a scam?", "37.0%")
	tab.Row(12, "short\nand broken", "4%")
	tab.Draw(Screen{W: &b, Width: 40})
	want := `id  question                       price
 7  is the dapp at a-very-long-n~  37.0%
12  short and broken                  4%
`
	if b.String() != want {
		t.Errorf("drawn:\n%s\nwant:\n%s", b.String(), want)
	}
}

// A price of 20% that jumps to 80% half way through.
var jump = []Point{{100, 0.2}, {150, 0.8}}

func TestPlotASCII(t *testing.T) {
	var b bytes.Buffer
	Screen{W: &b, Width: 40}.Plot(jump, 199)
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	if len(lines) != plotRows+2 {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), plotRows+2, b.String())
	}
	if !strings.HasPrefix(lines[0], " 80% +") || !strings.HasSuffix(lines[0], "*") {
		t.Errorf("top line %q: want 80%% and the end of the history", lines[0])
	}
	bottom := lines[plotRows-1]
	if !strings.HasPrefix(bottom, " 20% +****") {
		t.Errorf("bottom line %q: want 20%% and the start of the history", bottom)
	}
	for i, line := range lines[:plotRows] {
		if n := len(line); n > 40 {
			t.Errorf("line %d is %d wide, screen is 40", i, n)
		}
		if !strings.Contains(line, "*") {
			t.Errorf("line %d has no part of the jump: %q", i, line)
		}
	}
	if last := lines[plotRows+1]; !strings.Contains(last, "100") ||
		!strings.HasSuffix(last, "199") {
		t.Errorf("time axis %q, want 100 to 199", last)
	}
}

func TestPlotBraille(t *testing.T) {
	var b bytes.Buffer
	Screen{W: &b, Width: 60, Unicode: true}.Plot(jump, 199)
	top, _, _ := strings.Cut(b.String(), "\n")
	// A level line along the top of the cells is two dots of the first row.
	if !strings.HasSuffix(top, "⠉⠉⠉") {
		t.Errorf("top line %q, want a level line at its end", top)
	}
}

func TestPlotEmpty(t *testing.T) {
	var b bytes.Buffer
	Screen{W: &b, Width: 60}.Plot(nil, 10)
	if !strings.Contains(b.String(), "no price yet") {
		t.Errorf("drawn %q", b.String())
	}
}

func TestPriceRange(t *testing.T) {
	for _, c := range []struct{ a, b, lo, hi float64 }{
		{0.21, 0.79, 0.2, 0.8},
		{0.5, 0.5, 0.4, 0.6},
		{0.0001, 0.0001, 0, 0.2},
		{0.9999, 0.9999, 0.8, 1},
		{0, 1, 0, 1},
		{0.3, 0.6, 0.3, 0.6},
	} {
		lo, hi := priceRange([]Point{{1, c.a}, {2, c.b}})
		if lo != c.lo || hi != c.hi {
			t.Errorf("prices %v, %v: range %v to %v, want %v to %v", c.a, c.b, lo, hi, c.lo, c.hi)
		}
	}
}

func TestSpark(t *testing.T) {
	uni, ascii := Screen{Unicode: true}, Screen{}
	if got := uni.Spark(jump, 199, 8); got != "▂▂▂▂▇▇▇▇" {
		t.Errorf("sparkline %q", got)
	}
	if got := ascii.Spark(jump, 199, 4); got != "..**" {
		t.Errorf("plain sparkline %q", got)
	}
	if got := uni.Spark([]Point{{5, 1}}, 5, 3); got != "███" {
		t.Errorf("certain: %q", got)
	}
}

func TestProgress(t *testing.T) {
	var b bytes.Buffer
	quiet := NewProgress(Screen{W: &b, Width: 60})
	quiet.Set(1, 2, "asking")
	quiet.Done()
	if b.Len() != 0 {
		t.Errorf("wrote %q to what is no terminal", b.String())
	}
	live := NewProgress(Screen{W: &b, Width: 60, Live: true})
	live.Set(1, 2, "asking\nabout")
	want := "\r" + strings.Repeat("#", 12) + strings.Repeat(".", 12) + " 1/2 asking about\x1b[K"
	if b.String() != want {
		t.Errorf("wrote %q, want %q", b.String(), want)
	}
	live.Done()
	if !strings.HasSuffix(b.String(), "\r\x1b[K") {
		t.Errorf("the line was left behind: %q", b.String())
	}
}

func TestOpen(t *testing.T) {
	env := func(vars map[string]string) func(string) string {
		return func(name string) string { return vars[name] }
	}
	for _, c := range []struct {
		vars    map[string]string
		unicode bool
	}{
		{map[string]string{"LANG": "en_GB.UTF-8"}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, false},
		{map[string]string{"LC_CTYPE": "C.utf8"}, true},
		{map[string]string{"LANG": "en_GB.UTF-8", "AGON_ASCII": "1"}, false},
		{nil, false},
	} {
		s := Open(&bytes.Buffer{}, env(c.vars))
		if s.Unicode != c.unicode || s.Live || s.Width != defaultWidth {
			t.Errorf("%v: %+v, want Unicode %v, not live", c.vars, s, c.unicode)
		}
	}
}
