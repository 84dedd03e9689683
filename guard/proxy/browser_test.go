package proxy

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

// sight is what guard/browser/review.mjs saw.
type sight struct {
	Text, Title, Severity, Headline, Lesson, Language string
	Reasons, Requests                                 []string
	Changes                                           [][]string
	Scripts, Overflow                                 int
	Attacked, Held, Framed, Again                     bool
	Contrast                                          float64
	Posted, Read, Focus, Button, Done, Wait           string
}

// browse runs a real browser over a review page.
func browse(t *testing.T, review, hostile, payment string) (v sight) {
	t.Helper()
	args := []string{"review.mjs", review, hostile, payment}
	if to := os.Getenv("AGON_SCREENSHOT"); to != "" {
		args = append(args, to)
	}
	dir := filepath.Join("..", "browser")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no browser: run \"make tools\": ", err)
		}
		t.Skip("no browser: run \"make tools\": ", err)
	}
	script := exec.CommandContext(t.Context(), "node", args...)
	script.Dir, script.WaitDelay = dir, time.Second
	// The browser is unpacked there: a folder that is shared could hold half of one.
	script.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	var faults strings.Builder
	script.Stderr = &faults
	out, err := script.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, faults.String())
	}
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return v
}

// lure is a page of another origin that has learnt the form's token, which it
// cannot: it tries to frame and to read the review page and to post its form.
func lure(t *testing.T, review, token string) string {
	t.Helper()
	page := fmt.Sprintf(`<!doctype html><title>prize</title><body>
<form id=f method=post action="%[1]s/release"><input name=token value="%[2]s"></form>
<script>
if (location.search) f.submit(); else (async () => {
  const frame = document.createElement("iframe");
  frame.src = %[1]q;
  const loaded = new Promise((done) => { frame.onload = done; setTimeout(done, 3000); });
  document.body.append(frame);
  await loaded;
  try { window.framed = !!frame.contentDocument?.querySelector("#release"); } catch {}
  try { window.read = await (await fetch(%[1]q)).text(); } catch {}
  const body = "token=%[2]s", headers = {"content-type": "application/x-www-form-urlencoded"};
  for (const mode of ["no-cors", "cors"]) {
    try { await fetch(%[1]q + "/release", {method: "POST", mode, body, headers}); } catch {}
  }
  window.finished = true;
})();
</script>`, review, token)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestBrowser: a thief's approval for a token whose name is an attack on the page
// is held; the user reads in Chromium what it would do, no other page can let it
// through, and once released it passes a single time, and nothing else does.
func TestBrowser(t *testing.T) {
	s := newStage(t)
	name := `<img src=x onerror="window.attacked=true"><script>window.attacked=true</script>` +
		"\u202egnp.evas"
	token := s.Deploy("Token", name, `<b>"USDC"</b>`, uint8(6))
	token.Send(s.BankKey(), nil, "transfer", s.me, big.NewInt(7_000_000))
	ask := func(amount int64) message {
		return s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": token.Address,
			"data": hexutil.Bytes(token.Data("approve", s.thief, big.NewInt(amount)))})
	}
	first := ask(4_000_000)
	if first.Error == nil || first.Error.Code != codeRejected {
		t.Fatalf("%+v", first)
	}
	review, _ := first.Error.Data.(map[string]any)["review"].(string)
	id := filepath.Base(review)
	held, ok := s.server.shelf.get(id)
	if !ok {
		t.Fatalf("nothing is held under %q", review)
	}
	drainer := s.Deploy("Drainer", s.thief)
	second := s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": drainer.Address,
		"value": (*hexutil.Big)(big.NewInt(5e16)), "data": hexutil.Bytes(drainer.Data("Claim"))})
	if second.Error == nil {
		t.Fatalf("a drainer's claim passed: %+v", second)
	}
	payment, _ := second.Error.Data.(map[string]any)["review"].(string)
	v := browse(t, review, lure(t, review, held.token), payment)

	if v.Severity == "" || v.Headline == "" || len(v.Reasons) == 0 || v.Lesson == "" {
		t.Errorf("the page lacks severity, headline, reasons or lesson: %+v", v)
	}
	if !strings.Contains(v.Title, v.Severity) || v.Language != "en" {
		t.Errorf("title %q, language %q", v.Title, v.Language)
	}
	if rows := fmt.Sprint(v.Changes); len(v.Changes) != 2 || !strings.Contains(rows, "0.05") ||
		!strings.Contains(rows, "before") {
		t.Errorf("balances before and after: %q", v.Changes)
	}
	if v.Attacked || v.Scripts > 0 {
		t.Errorf("the token's name became part of the page: %d elements", v.Scripts)
	}
	if strings.ContainsRune(v.Text, '\u202e') {
		t.Error("text that turns the direction of reading is on the page")
	}
	strange := func(u string) bool { return !strings.HasPrefix(u, review) }
	if slices.ContainsFunc(v.Requests, strange) {
		t.Errorf("the page asks for %q", v.Requests)
	}
	if v.Contrast < 4.5 {
		t.Errorf("contrast of text %.2f, want 4.5", v.Contrast)
	}
	if v.Overflow > 0 {
		t.Errorf("on a screen of 320 pixels %d are out of sight", v.Overflow)
	}
	if v.Framed || v.Read != "" || !v.Held {
		t.Errorf("a page of another origin framed (%t), read (%d bytes) or released (held %t) it",
			v.Framed, len(v.Read), v.Held)
	}
	if !strings.Contains(v.Posted, "only the review page") {
		t.Errorf("its form was answered by %q", v.Posted)
	}
	if v.Focus != "release" || v.Button == "" {
		t.Errorf("the tabulator's first stop is %q (%q)", v.Focus, v.Button)
	}
	if v.Wait != "1.5s" {
		t.Errorf("the button comes after %q", v.Wait)
	}
	if !strings.Contains(v.Done, "Released") || v.Again {
		t.Errorf("after the release the page says %q, offers it again: %t", v.Done, v.Again)
	}

	if m := ask(4_000_001); m.Error == nil || m.Error.Code != codeRejected {
		t.Errorf("another amount passed: %+v", m)
	}
	// The node of the test has no keys: that it was asked shows in its own error.
	if m := ask(4_000_000); m.Error == nil || m.Error.Code == codeRejected {
		t.Errorf("what was released did not reach the node: %+v", m)
	}
	if m := ask(4_000_000); m.Error == nil || m.Error.Code != codeRejected {
		t.Errorf("it passed a second time: %+v", m)
	}
}
