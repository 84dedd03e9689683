package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Time limits: of building the binary on a cold cache, of the node's start and
// end, of one tool's run.
const (
	buildLimit = 15 * time.Minute
	startLimit = 60 * time.Second
	stopLimit  = 20 * time.Second
	toolLimit  = 60 * time.Second
)

// The addresses at which every Agon chain keeps its native contracts.
var (
	marketAddress = common.HexToAddress("0x000000000000000000000000000000000000A601")
	clockAddress  = common.HexToAddress("0x000000000000000000000000000000000000A600")
)

// node is a running "agon up".
type node struct {
	binary  string
	ChainID uint64         `json:"chain_id"`
	HTTP    string         `json:"http"`
	WS      string         `json:"ws"`
	Market  common.Address `json:"market"`
	keys    []string       // of the development accounts, in hex with 0x
}

// shared is the node of all tests here: built and started by the first that
// asks for it, stopped by TestMain.
var shared struct {
	once sync.Once
	node *node
	err  error
	stop func() error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		if err := shared.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the node:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// sharedNode gives the node that all tests talk to.
func sharedNode(t *testing.T) *node {
	t.Helper()
	shared.once.Do(func() { shared.node, shared.stop, shared.err = up() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.node
}

// up builds the binary as users do and runs a chain on free ports, in a
// directory that stop removes.
func up() (n *node, stop func() error, err error) {
	dir, err := os.MkdirTemp("", "agon-interop-")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if stop == nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	n = &node{binary: filepath.Join(dir, "agon")}
	if err := goBuild(n.binary, "agon/cmd/agon"); err != nil {
		return nil, nil, err
	}
	if err := n.loadKeys(); err != nil {
		return nil, nil, err
	}
	end, err := n.start(filepath.Join(dir, "node"))
	if err != nil {
		return nil, nil, err
	}
	return n, func() error { return errors.Join(end(), os.RemoveAll(dir)) }, nil
}

// goBuild builds a package into a file.
func goBuild(file, pkg string, flags ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	args := append(append([]string{"build", "-o", file}, flags...), pkg)
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// start runs the node until its first block. stop asks it to end and wants it
// to have ended well.
func (n *node) start(home string) (stop func() error, err error) {
	cmd := exec.Command(n.binary, "up", "--json", "--home", home,
		"--http", "127.0.0.1:0", "--ws", "127.0.0.1:0", "--block-time", "200ms")
	var logs bytes.Buffer
	cmd.Stderr = &logs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan error, 1)
	ended := make(chan error, 1)
	go func() {
		ready <- json.NewDecoder(out).Decode(n)
		io.Copy(io.Discard, out)
		ended <- cmd.Wait()
	}()
	select {
	case err = <-ready:
	case <-time.After(startLimit):
		err = fmt.Errorf("no block after %s", startLimit)
	}
	if err != nil {
		cmd.Process.Kill()
		<-ended
		return nil, fmt.Errorf("agon up: %w\n%s", err, logs.String())
	}
	return func() error {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		select {
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("want an orderly end, have %w\n%s", err, logs.String())
			}
			return nil
		case <-time.After(stopLimit):
			cmd.Process.Kill()
			return fmt.Errorf("still running %s after SIGTERM\n%s", stopLimit, logs.String())
		}
	}, nil
}

// loadKeys asks the binary for the development accounts.
func (n *node) loadKeys() error {
	out, err := exec.Command(n.binary, "keys", "--dev", "--json").Output()
	if err != nil {
		return fmt.Errorf("agon keys: %w", err)
	}
	var list []struct{ Private string }
	if err := json.Unmarshal(out, &list); err != nil {
		return fmt.Errorf("agon keys: %w", err)
	}
	for _, k := range list {
		n.keys = append(n.keys, k.Private)
	}
	return nil
}

// need finds a program and what it imports, a path below this folder, or says
// how to install them: where CI is "true", everything must be there; elsewhere
// the test is skipped.
func need(t *testing.T, program, packages string) string {
	t.Helper()
	found, err := exec.LookPath(program)
	if err == nil {
		_, err = os.Stat(filepath.FromSlash(packages))
	}
	if err == nil {
		return found
	}
	report := t.Skipf
	if os.Getenv("CI") == "true" {
		report = t.Fatalf
	}
	report("%v; install node, npm and python3 with venv, then run \"make tools\"", err)
	return ""
}
