package quote

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":                "plain text",
		"two\nlines\tand a tab":     "two\nlines\tand a tab",
		"\x1b[2Jcleared":            "[2Jcleared",
		"a\u200bb\u202ec\U000e0041": "abc",
		"no\u00a0break":             "no break",
		"bad \xff byte":             "bad ? byte",
	} {
		if have := Clean(in, 100); have != want {
			t.Errorf("%q: want %q, have %q", in, want, have)
		}
	}
}

// Of long text the beginning and the end are left, within the limit, valid.
func TestCleanCuts(t *testing.T) {
	long := "BEGIN" + strings.Repeat("é", 1000) + "END"
	for limit := range 300 {
		s := Clean(long, limit)
		if !utf8.ValidString(s) || len(s) > max(limit, len("\n[...]\n")) {
			t.Fatalf("limit %d: %d bytes, valid %v", limit, len(s), utf8.ValidString(s))
		}
		if limit > 40 && !(strings.HasPrefix(s, "BEGIN") && strings.HasSuffix(s, "END")) {
			t.Fatalf("limit %d: %q", limit, s)
		}
	}
}

func TestBinary(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "words": false, "Straße\n": false, "a\x00b": true, "\xff\xfe\xfd": true,
		"\x1b[31mred, and then a good many words\x1b[0m": false,
	} {
		if have := Binary([]byte(text)); have != want {
			t.Errorf("%q: want %v, have %v", text, want, have)
		}
	}
}
