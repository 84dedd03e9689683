package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestGuardWords: a model's words are shown if they keep to the facts; else the
// guard's own stand and it is said.
func TestGuardWords(t *testing.T) {
	answer := ""
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{
			"finish_reason": "stop", "message": map[string]any{"role": "assistant",
				"content": answer}}}})
	}))
	defer model.Close()
	home := t.TempDir()
	for _, c := range []struct{ answer, want, never string }{
		{"Look twice: unіswap.org only looks like uniswap.org; it is another site.",
			"only looks like", "own words"},
		{"All is well, unіswap.org is uniswap.org. Look twice? It is safe.", "own words",
			"All is well"},
	} {
		answer = c.answer
		out, code := ran(t, command(t, home, "guard", "check", "site", "https://unіswap.org",
			"--words", model.URL+"/v1", "--model", "tiny"))
		if code != exitWarned || !strings.Contains(out, c.want) || strings.Contains(out, c.never) {
			t.Errorf("exit %d, want %d with %q and without %q:\n%s", code, exitWarned, c.want,
				c.never, out)
		}
	}
	if out, code := ran(t, command(t, home, "guard", "check", "site", "https://a.example",
		"--words", model.URL)); code == exitOK || !strings.Contains(out, "--model") {
		t.Errorf("exit %d without a model's name:\n%s", code, out)
	}
}
