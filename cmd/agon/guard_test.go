package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ran runs a command and gives its output and exit code.
func ran(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	out, err := cmd.Output()
	if err == nil {
		return string(out), 0
	}
	exit, ok := err.(*exec.ExitError)
	if !ok {
		t.Fatal(err)
	}
	return string(out) + string(exit.Stderr), exit.ExitCode()
}

// TestGuardCheck judges sites and signatures without a node.
func TestGuardCheck(t *testing.T) {
	home := t.TempDir()
	const me = "0x1111111111111111111111111111111111111111"
	file := func(name, text string) string {
		path := filepath.Join(home, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first, second := file("a.json", `{"blacklist":["evil.example"],"whitelist":["uniswap.click"]}`),
		file("b.json", `{"blocklist":["worse.example"],"allowlist":["uniswap.top"]}`)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"site", "https://app.uniswap.org"}, exitOK, "SAFE"},
		{[]string{"site", "https://app.uniswap.org", "--block", "uniswap.org"}, exitDanger,
			"You have blocked uniswap.org"},
		{[]string{"tx", "--from", me, "--to", me[:41] + "2", "--block", me[:41] + "2"}, exitDanger,
			"You have blocked"},
		{[]string{"site", "https://uniswap.click", "--phishing", first, "--phishing", second},
			exitOK, "SAFE"}, // both lists' honest sites count
		{[]string{"site", "https://a.evil.example", "--phishing", first, "--phishing", second},
			exitDanger, "reported as a scam"},
		{[]string{"site", "https://unіswap.org", "--limits", file("l.json",
			`{"gap_wraning": 0.5}`)}, exitFailed, "not thresholds"},
		{[]string{"site", "https://uniswap-airdrop-claim.xyz", "--limits", file("m.json",
			`{"scam": {"note": 0.9, "warning": 1, "sure": 1}}`)}, exitOK, "SAFE"},
		{[]string{"message", "hello", "--from", me, "--prices", file("p.json", `{"1":{}}`)},
			exitFailed, "not a file of prices"},
		{[]string{"message", "hello", "--from", me}, exitOK, "Nothing speaks against it."},
		{[]string{"site", "https://unіswap.org"}, exitWarned,
			"written with letters that look like"},
		{[]string{"message", "hello", "--from", me}, exitOK, "it moves nothing by itself"},
		{[]string{"message", "aave.com wants you to sign in with your Ethereum account:\n" + me +
			"\n\nURI: https://aave.com\n", "--from", me, "--origin", "https://evil.example"},
			exitDanger,
			"whoever gets the signature is you there"},
		{[]string{"tx", "--from", me, "--to", me, "--data", "0x123"}, exitFailed, "odd number"},
		{[]string{"raw"}, exitUsage, "what raw is to be judged"},
		{[]string{"nothing", "x", "--from", me}, exitFailed, "none of site, tx"},
	} {
		args := append([]string{"guard", "check"}, c.args...)
		out, code := ran(t, command(t, home, args...))
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%q: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.want, out)
		}
	}
}

// TestGuardAsksTheMarket opens a flash question on a running node about a site
// that nobody knows, while players trade.
func TestGuardAsksTheMarket(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a node")
	}
	home := t.TempDir()
	rpc := upNode(t, home)
	players := command(t, home, "--rpc", rpc, "--key", "dev1", "play", "--count", "20", "--budget",
		"20",
		"--trust-all")
	if err := players.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		players.Process.Signal(syscall.SIGTERM)
		players.Wait()
	})
	ask := func() (r struct {
		Market *struct {
			Probability float64
			Question    uint64
		}
		Verdict struct{ Unknown []string }
	}) {
		t.Helper()
		out, _ := ran(t, command(t, home, "--rpc", rpc, "--key", "dev0", "--json", "guard",
			"check", "site",
			"https://claim-airdrop-uniswap.top", "--ask", "--ask-subsidy", "1", "--ask-per-day",
			"1",
			"--ask-wait", "30s"))
		line, _, _ := strings.Cut(out, "\n")
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return r
	}
	start := time.Now()
	first := ask()
	if first.Market == nil || first.Market.Probability < 0.6 {
		t.Fatalf("after %s: %+v", time.Since(start), first)
	}
	// The day's budget is used up, for a new process too.
	second := ask()
	if second.Market != nil || len(second.Verdict.Unknown) == 0 ||
		!strings.Contains(second.Verdict.Unknown[0], "budget") {
		t.Errorf("%+v", second)
	}
}
