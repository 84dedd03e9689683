package player

import (
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClamp(t *testing.T) {
	for _, c := range []struct{ in, want float64 }{
		{0.3, 0.3}, {0, MinP}, {-1, MinP}, {1, MaxP}, {math.Inf(1), MaxP}, {math.NaN(), 0.5},
	} {
		if have := Clamp(c.in); have != c.want {
			t.Errorf("Clamp(%v): want %v, have %v", c.in, c.want, have)
		}
	}
}

// A sign that is nine times likelier among scams makes 0.9 of even odds, and
// 0.5 where one in ten is a scam.
func TestShift(t *testing.T) {
	if have := Shift(0.9, 0.5, 0.1); math.Abs(have-0.5) > 1e-12 {
		t.Errorf("want 0.5, have %v", have)
	}
	for _, p := range []float64{0.01, 0.4, 0.93} {
		if back := Shift(Shift(p, 0.5, 0.2), 0.2, 0.5); math.Abs(back-p) > 1e-12 {
			t.Errorf("there and back: want %v, have %v", p, back)
		}
	}
}

func TestPass(t *testing.T) {
	err := Pass("host-trees", "not a question about a host")
	if !errors.Is(err, ErrPass) {
		t.Errorf("%v is not ErrPass", err)
	}
	if errors.Is(errors.New("no opinion"), ErrPass) {
		t.Error("another error with the same words is taken for ErrPass")
	}
	want := "host-trees: no opinion: not a question about a host"
	if err.Error() != want {
		t.Errorf("want %q, have %q", want, err)
	}
}

func TestClip(t *testing.T) {
	for in, want := range map[string]string{
		"plain":          "plain",
		"two\nlines":     "two?lines",
		"\x1b[2Jcleared": "?[2Jcleared",
		"\u202egnp.exe":  "?gnp.exe",
		"bad \xff byte":  "bad ? byte",
	} {
		if have := Clip(in); have != want {
			t.Errorf("%q: want %q, have %q", in, want, have)
		}
	}
	long := Clip(strings.Repeat("é", MaxReason))
	if len(long) > MaxReason || !utf8.ValidString(long) {
		t.Errorf("cut to %d bytes, valid: %v", len(long), utf8.ValidString(long))
	}
}

func TestField(t *testing.T) {
	q := Question{Fields: []string{"a"}}
	if q.Field(0) != "a" || q.Field(1) != "" || q.Field(-1) != "" {
		t.Errorf("have %q, %q, %q", q.Field(0), q.Field(1), q.Field(-1))
	}
}
