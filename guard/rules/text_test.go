package rules

import (
	"strings"
	"testing"
)

// TestPlain: what strangers wrote cannot hide, turn or cover anything.
func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"USD Coin":                         "USD Coin",
		"safe\u202egnp.exe":                "safegnp.exe",
		"U\u200bS\u2060D\ufeffC":           "USDC",
		"a\u061cb\u00adc\u180ed":           "abcd",
		"line\u2028one\u2029two":           "line one two",
		"tag\U000e0041\U000e007f":          "tag",
		"x\u0085y\x00z\x1b[31m":            "xyz[31m",
		"fill\u3164\u2800\u115f":           "fill",
		"wide\u2003space\u00a0!":           "wide space !",
		`say "yes"`:                        "say yes",
		"bad\xff\xfebytes":                 "badbytes",
		"e\u0301t\u00e9":                   "e\u0301t\u00e9",
		"z" + strings.Repeat("\u0336", 50): "z\u0336\u0336",
		"日本語 العربية":                      "日本語 العربية",
	} {
		if have := Plain(text); have != want {
			t.Errorf("%q: %q, want %q", text, have, want)
		}
	}
	if have := Plain(strings.Repeat("é", 100)); len([]rune(have)) != 41 {
		t.Errorf("%d characters", len([]rune(have)))
	}
}
