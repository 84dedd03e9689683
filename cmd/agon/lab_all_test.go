package main

import (
	"strings"
	"testing"
)

// TestInscribed: a table replaces what stands in its block and nothing else, also
// where the block was empty, and twice is as good as once.
func TestInscribed(t *testing.T) {
	const text = "# A\n\n<!-- agon lab all: keep -->\n```\nold\nrows\n```\nwords\n" +
		"<!-- agon lab all: node -->\n```\n```\n```\nnot mine\n```\n"
	once, err := inscribed(text, "keep", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(text, "old\nrows\n", "new\n", 1); once != want {
		t.Errorf("have %q, want %q", once, want)
	}
	if twice, err := inscribed(once, "keep", "new\n"); err != nil || twice != once {
		t.Errorf("twice: %q, %v", twice, err)
	}
	empty, err := inscribed(text, "node", "x\n")
	if want := strings.Replace(text, "```\n```\n```\n", "```\nx\n```\n```\n", 1); empty != want {
		t.Errorf("have %q (%v), want %q", empty, err, want)
	}
	for name, bad := range map[string]string{
		"manipulate": text, "keep": "<!-- agon lab all: keep -->\nwords\n",
		"open": "<!-- agon lab all: open -->\n```\nno end\n",
	} {
		if out, err := inscribed(bad, name, "x\n"); err == nil || out != "" {
			t.Errorf("%s: %q and no error", name, out)
		}
	}
}
