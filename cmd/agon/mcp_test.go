package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// command is this test binary, run as the command agon.
func command(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"agon"}, args...)
	cmd.Env = append(os.Environ(), "HOME="+home, "AGON_HOME=", "AGON_KEY=", "AGON_RPC=",
		"AGON_LM_URL=", "AGON_MCP_TOKEN=")
	return cmd
}

// upNode starts "agon up" in a process of its own and gives its address.
func upNode(t *testing.T, home string) string {
	t.Helper()
	cmd := command(t, home, "up", "--json", "--home", filepath.Join(home, "node"),
		"--http", "127.0.0.1:0", "--ws", "127.0.0.1:0", "--block-time", "100ms")
	var logs bytes.Buffer
	cmd.Stderr = &logs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the node: %v\n%s", err, logs.String())
		}
	})
	var v nodeView
	if err := json.NewDecoder(out).Decode(&v); err != nil {
		t.Fatalf("the node said nothing: %v\n%s", err, logs.String())
	}
	go io.Copy(io.Discard, out)
	return v.HTTP
}

// agent starts "agon mcp" and speaks with it over its standard input and output.
func agent(t *testing.T, ctx context.Context, cmd *exec.Cmd) *sdk.ClientSession {
	t.Helper()
	cmd.Stderr = os.Stderr
	c := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := c.Connect(ctx, &sdk.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// use calls a tool and gives its result, or its error, as text.
func use(
	t *testing.T, ctx context.Context, s *sdk.ClientSession, tool string, in map[string]any,
) (text string, ok bool) {
	t.Helper()
	r, err := s.CallTool(ctx, &sdk.CallToolParams{Name: tool, Arguments: in})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return r.Content[0].(*sdk.TextContent).Text, !r.IsError
}

// TestMCPStdio runs the command as agents' programs do. What was spent counts
// in the next process too, and one process at a time acts for a key.
func TestMCPStdio(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a node")
	}
	home := t.TempDir()
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	rpc := upNode(t, home)
	flags := []string{"mcp", "--rpc", rpc, "--key", "dev3", "--per-call", "2", "--per-day", "3"}

	first := agent(t, ctx, command(t, home, flags...))
	text, ok := use(t, ctx, first, "ask", map[string]any{
		"template": "dapp-scam", "fields": []string{"x.example"}, "subsidy": 2, "window": 1000,
	})
	if !ok || !strings.Contains(text, `"question":1`) {
		t.Fatalf("ask: %s", text)
	}
	buy := map[string]any{"question": 1, "action": "buy_no", "amount": 0.75, "limit": 0.9}
	text, ok = use(t, ctx, first, "trade", buy)
	if !ok || !strings.Contains(text, `"filled":true`) {
		t.Errorf("trade: %s", text)
	}
	second := command(t, home, flags...)
	if out, err := second.CombinedOutput(); err == nil ||
		!strings.Contains(string(out), "run one with --http for all agents") {
		t.Errorf("a second process for the key: %v, %s", err, out)
	}
	if err := first.Close(); err != nil {
		t.Errorf("the first ended with %v", err)
	}

	again := agent(t, ctx, command(t, home, flags...))
	if text, ok := use(t, ctx, again, "trade", buy); ok || !strings.Contains(text, "0.25 of 3") {
		t.Errorf("a trade beyond what is left: %s", text)
	}
	if err := again.Close(); err != nil {
		t.Errorf("ended with %v", err)
	}

	reader := agent(t, ctx, command(t, home, "mcp", "--rpc", rpc))
	if text, ok := use(t, ctx, reader, "read", map[string]any{"question": 1}); !ok ||
		!strings.Contains(text, "x.example") {
		t.Errorf("read: %s", text)
	}
	if err := reader.Close(); err != nil {
		t.Errorf("ended with %v", err)
	}
}
