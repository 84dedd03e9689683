package chain

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/ethereum/go-ethereum/ethclient"
)

// A process hosts one node, so tests of nodes run this binary again with a
// task in the environment: the first word says what, the rest with what.
const (
	envTask = "AGON_TEST_TASK"
	envHome = "AGON_TEST_HOME"
	envFile = "AGON_TEST_FILE"
	envLog  = "AGON_TEST_LOG" // not empty: nodes' warnings go to standard error
)

// tasks are what the test binary does besides testing.
var tasks = map[string]func(home, file string) error{
	"node":     hostNode,
	"snapshot": func(home, file string) error { return printed(Snapshot(home, file)) },
	"restore": func(home, file string) error {
		return printed(Restore(Config{Home: home, HTTPAddr: anyPort, WSAddr: anyPort}, file))
	},
	"export":   func(home, file string) error { return printed(Export(home, file)) },
	"reimport": reimport,
}

const anyPort = "127.0.0.1:0"

func TestMain(m *testing.M) {
	task, ok := tasks[os.Getenv(envTask)]
	if !ok {
		code := m.Run()
		endShared()
		os.Exit(code)
	}
	if err := task(os.Getenv(envHome), os.Getenv(envFile)); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func printed(height int64, err error) error {
	if err == nil {
		fmt.Println(height)
	}
	return err
}

// hostNode runs a node until it is told to end, and says where it listens.
func hostNode(home, _ string) error {
	c, err := LoadConfig(home)
	if err != nil {
		return err
	}
	c.LogLevel = silent
	if os.Getenv(envLog) != "" {
		c.LogLevel = slog.LevelWarn
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	n, err := Start(ctx, c)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode([]string{n.HTTPURL(), n.WSURL()}); err != nil {
		return err
	}
	return n.Wait()
}

// process is a node in a process of its own.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	http string
	ws   string
	eth  *ethclient.Client
	gone chan error // receives the exit status once
}

// spawn starts the node of home. It is killed when the test ends.
func spawn(t testing.TB, home string) *process {
	t.Helper()
	cmd := task(t, "node", home, "")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, gone: make(chan error, 1)}
	t.Cleanup(p.kill)
	lines := bufio.NewScanner(out)
	var urls [2]string
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &urls) != nil {
		t.Fatalf("node of %s: want its addresses, have %q", home, lines.Text())
	}
	go func() { p.gone <- cmd.Wait() }()
	p.http, p.ws = urls[0], urls[1]
	if p.eth, err = ethclient.Dial(p.http); err != nil {
		t.Fatal(err)
	}
	return p
}

// task prepares this binary to do something else.
func task(t testing.TB, name, home, file string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envTask+"="+name, envHome+"="+home, envFile+"="+file)
	cmd.Stderr = os.Stderr
	return cmd
}

// run does a task to its end and returns what it printed.
func run(t testing.TB, name, home, file string) string {
	t.Helper()
	out, err := task(t, name, home, file).Output()
	if err != nil {
		t.Fatalf("%s of %s: %v", name, home, err)
	}
	return string(out)
}

// kill ends the process as a power cut would, as far as it can tell.
func (p *process) kill() { p.end(syscall.SIGKILL) }

// stop ends the process in good order.
func (p *process) stop() {
	p.t.Helper()
	if err := p.end(syscall.SIGTERM); err != nil {
		p.t.Errorf("orderly end: %v", err)
	}
}

func (p *process) end(s syscall.Signal) error {
	if p.cmd.ProcessState != nil {
		return nil
	}
	if err := p.cmd.Process.Signal(s); err != nil {
		return nil // it is gone already
	}
	err := <-p.gone
	p.gone <- err
	return err
}

// newHomeDir prepares a chain of one validator in a temporary directory.
func newHomeDir(t testing.TB) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if err := InitHome(Config{Home: home, HTTPAddr: anyPort, WSAddr: anyPort}); err != nil {
		t.Fatal(err)
	}
	return home
}

// freePorts finds a base for n nodes' ports such that all are free now.
func freePorts(t testing.TB, n int) int {
	t.Helper()
	for base := 21_000; base < 60_000; base += 500 {
		if portsFree(base, n) {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

func portsFree(base, n int) bool {
	for i := range n * portStride {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+i))
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}

// eventually polls until ok, and fails the test with what it waited for.
func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("waited %s in vain for %s", within, what)
}

// height is the last block p knows, or 0 if it does not answer.
func (p *process) height() uint64 {
	h, err := p.eth.BlockNumber(context.Background())
	if err != nil {
		return 0
	}
	return h
}

// reach waits for a block.
func (p *process) reach(h uint64) {
	p.t.Helper()
	eventually(p.t, 30*time.Second, fmt.Sprintf("block %d", h), func() bool {
		return p.height() >= h
	})
}

// peerAddress is what others put into their Peers to reach the node of c.
func peerAddress(t testing.TB, c Config) string {
	t.Helper()
	key, err := p2p.LoadNodeKey(c.nodeKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	return string(key.ID()) + "@" + c.P2PAddr
}
