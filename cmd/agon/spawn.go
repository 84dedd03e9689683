package main

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
	"strings"
	"syscall"
	"time"
)

// spawned is a node in a process of its own, with a temporary home.
type spawned struct {
	view nodeView
	took time.Duration // from the start of the process to its first block
	cmd  *exec.Cmd
	home string
}

// spawnPatience bounds the start of a node.
const spawnPatience = time.Minute

// spawn runs "agon up" from this very binary on free ports.
func spawn(ctx context.Context, extra ...string) (*spawned, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp("", "agon-bench-")
	if err != nil {
		return nil, err
	}
	args := append([]string{"up", "--json", "--home", filepath.Join(home, "node"),
		"--http", "127.0.0.1:0", "--ws", "127.0.0.1:0"}, extra...)
	s := &spawned{cmd: exec.Command(self, args...), home: home}
	var logs bytes.Buffer
	s.cmd.Stderr = &logs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	ready := make(chan error, 1)
	go func() { ready <- json.NewDecoder(out).Decode(&s.view) }()
	select {
	case err = <-ready:
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(spawnPatience):
		err = fmt.Errorf("no block after %s", spawnPatience)
	}
	s.took = time.Since(begin)
	if err != nil {
		return nil, fmt.Errorf("node: %w: %s", errors.Join(err, s.stop()), lastLine(logs.String()))
	}
	go io.Copy(io.Discard, out)
	return s, nil
}

// lastLine is the end of a log, where the reason usually stands.
func lastLine(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return lines[len(lines)-1]
}

// stop ends the node in good order and removes its home.
func (s *spawned) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, s.cmd.Wait(), os.RemoveAll(s.home))
}

// resident is the node's memory in bytes, 0 where the system does not say.
func (s *spawned) resident() int64 { return processKB(s.cmd.Process.Pid, "VmRSS:") << 10 }

// metrics reads the node's Prometheus page: plain names and their values.
func (s *spawned) metrics(ctx context.Context) (map[string]float64, error) {
	return scrape(ctx, s.view.HTTP)
}
