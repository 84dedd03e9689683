package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this test binary as the command agon.
func TestMain(m *testing.M) { testscript.Main(m, programs) }

// programs are what this test binary is by other names.
var programs = map[string]func(){"agon": main}

// TestScript runs the stories of testdata/script against the real command.
// Besides testscript's own commands they have
//
//	node NAME            start "agon up" with the home NAME, point AGON_RPC at it
//	stop NAME            end it in good order
//	eventually RE CMD…   run CMD until its output matches RE
//	digits               write a network and samples of handwritten digits
//	spoil FILE N         change byte N of a file (from its end if negative)
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"node": scriptNode, "stop": scriptStop, "eventually": scriptEventually,
			"digits": scriptDigits, "spoil": scriptSpoil,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Values[running{}] = map[string]*exec.Cmd{}
			return nil
		},
	})
}

// running is the key under which a script keeps its nodes.
type running struct{}

func nodes(ts *testscript.TestScript) map[string]*exec.Cmd {
	return ts.Value(running{}).(map[string]*exec.Cmd)
}

// scriptNode starts a node and waits for its first block.
func scriptNode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: node NAME [flags]")
	}
	path, err := exec.LookPath("agon")
	ts.Check(err)
	flags := append([]string{"up", "--json", "--home", ts.MkAbs(args[0]), "--http", "127.0.0.1:0",
		"--ws", "127.0.0.1:0", "--block-time", "100ms"}, args[1:]...)
	cmd := exec.Command(path, flags...)
	var logs bytes.Buffer
	cmd.Stderr = &logs
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	nodes(ts)[args[0]] = cmd
	ts.Defer(func() { end(ts, args[0]) })
	ready := make(chan error, 1)
	var v nodeView
	go func() { ready <- json.NewDecoder(out).Decode(&v) }()
	select {
	case err = <-ready:
	case <-time.After(time.Minute):
		ts.Fatalf("no block after a minute\n%s", logs.String())
	}
	if err != nil {
		ts.Fatalf("the node said nothing: %v\n%s", err, logs.String())
	}
	ts.Setenv("AGON_RPC", v.HTTP)
}

// scriptStop ends a node and wants it to have ended well.
func scriptStop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stop NAME")
	}
	end(ts, args[0])
}

func end(ts *testscript.TestScript, name string) {
	cmd := nodes(ts)[name]
	if cmd == nil {
		return
	}
	delete(nodes(ts), name)
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("node %s ended with %v\n%s", name, err, cmd.Stderr)
	}
}

// scriptEventually runs a command again and again: things take blocks.
func scriptEventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually RE CMD...")
	}
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	var last string
	const patience, pause = 2 * time.Minute, 100 * time.Millisecond
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(pause) {
		if ts.Exec(args[1], args[2:]...) == nil {
			if last = ts.ReadFile("stdout"); re.MatchString(last) {
				return
			}
		}
	}
	ts.Fatalf("%s never printed %s, last:\n%s", strings.Join(args[1:], " "), re, last)
}

// TestHelp wants of every verb a summary, an example and, in each example, a
// verb that exists.
func TestHelp(t *testing.T) {
	a := &app{env: environment{Get: func(string) string { return "" }}}
	root := a.root()
	known := map[string]bool{}
	for _, c := range root.Commands() {
		known[c.Name()] = true
	}
	for _, c := range family(root) {
		if c == root {
			continue
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: summary %q: want one, without a full stop", c.CommandPath(), c.Short)
		}
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for _, m := range regexp.MustCompile(`agon (?:--\w+ \w+ )?([a-z]+)`).FindAllStringSubmatch(
			c.Example, -1) {
			if !known[m[1]] {
				t.Errorf("%s: the example %q names no verb", c.CommandPath(), m[0])
			}
		}
	}
}

// TestScriptsExist keeps the folder of stories from being lost unnoticed.
func TestScriptsExist(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) < 4 {
		t.Errorf("%d scripts, %v; want at least 4", len(files), err)
	}
}
