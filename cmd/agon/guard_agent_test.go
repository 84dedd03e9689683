package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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

// TestGuardPolicy: what was spent is remembered from one run to the next, and
// limits hold for any 24 hours.
func TestGuardPolicy(t *testing.T) {
	home := t.TempDir()
	const me, friend = "0x1111111111111111111111111111111111111111",
		"0x2222222222222222222222222222222222222222"
	policy := filepath.Join(home, "agent.json")
	if err := os.WriteFile(policy, []byte(`{"payees": ["`+friend+`"], "per_day":
		{"0x0000000000000000000000000000000000000000": "100"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		to, value string
		code      int
		want      string
	}{
		{friend, "60", exitWarned, "could not be tried out"}, // no node is named
		{friend, "41", exitDanger, "allows 100 units a day"},
		{me[:41] + "2", "1", exitDanger, "does not allow"},
		{friend, "40", exitWarned, "could not be tried out"},
		{friend, "1", exitDanger, "it would be 101"},
	} {
		out, code := ran(t, command(t, home, "guard", "check", "tx", "--from", me, "--to", c.to,
			"--value", c.value, "--policy", policy, "--book"))
		if code != c.code || !strings.Contains(strings.Join(strings.Fields(out), " "), c.want) {
			t.Errorf("payment %d: exit %d, want %d with %q:\n%s", i, code, c.code, c.want, out)
		}
	}
}
