package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"agon/client/imarket"
	"agon/game/market"
)

// swarmScale is how large the swarm of the benchmark is.
type swarmScale struct{ players, questions int }

// swarmSize is the target's size, or a tenth of both for a quick look.
func swarmSize(size scale) swarmScale {
	if size == quickScale {
		return swarmScale{200, 20}
	}
	return swarmScale{2000, 200}
}

// swarmPatience bounds the whole measurement.
const swarmPatience = 10 * time.Minute

// benchSwarm plays many questions with many players in one process, beside a
// node in another, and measures that process from its start.
func benchSwarm(ctx context.Context, _ *app, size scale) []figure {
	s := swarmSize(size)
	first := figure{
		Name: fmt.Sprintf("first decisions, %s players × %d questions",
			thousands(float64(s.players)), s.questions),
		Target: "≤ 120 s", Unit: "s", Floor: "–",
	}
	ram := figure{Name: "resident memory of the swarm, at most", Target: "≤ 1,500 MB",
		Unit: "MB", Floor: "–"}
	ctx, stop := context.WithTimeout(ctx, swarmPatience)
	defer stop()
	n, err := spawn(ctx)
	if err != nil {
		return failure(first, err)
	}
	run, err := measureSwarm(ctx, n, s)
	if err := errors.Join(err, n.stop()); err != nil {
		return failure(first, err)
	}
	first.Value, ram.Value = run.decided.Seconds(), float64(run.resident)/1e6
	first.Met, ram.Met = run.decided <= 120*time.Second, ram.Value > 0 && ram.Value <= 1500
	first.Note = fmt.Sprintf("from the start of the process, funding and forecasts included; "+
		"%s orders signed and %s filled by then; %.0f s of CPU; node beside it, block %d",
		thousands(run.orders), thousands(run.fills), run.cpu.Seconds(), int(run.height))
	ram.Note = "peak, until half a minute after the last first decision"
	return []figure{first, ram}
}

// swarmRun is what was measured.
type swarmRun struct {
	decided, cpu          time.Duration
	resident              int64
	orders, fills, height float64
}

// measureSwarm asks the questions, then starts the swarm and watches it.
func measureSwarm(ctx context.Context, n *spawned, s swarmScale) (r swarmRun, err error) {
	if err := askForSwarm(ctx, n, s.questions); err != nil {
		return r, err
	}
	address, err := freeAddress()
	if err != nil {
		return r, err
	}
	file := filepath.Join(n.home, "roster.yaml")
	arbitrageurs := max(1, s.players/200)
	text := fmt.Sprintf("budget: 20\nplayers:\n"+
		"  - {name: models, model: builtin, count: %d}\n"+
		"  - {name: evens, arbitrage: {}, count: %d}\n",
		s.players-arbitrageurs, arbitrageurs)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return r, err
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	cmd := exec.Command(self, "play", "--json", "--rpc", n.view.WS, "--roster", file,
		"--trust-all", "--seed", "bench", "--metrics", address,
		"--memory", filepath.Join(n.home, "memory"))
	var out, logs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &logs
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	// Arbitrageurs look at links only, and these questions have none.
	want := float64((s.players - arbitrageurs) * s.questions)
	err = r.watch(ctx, cmd.Process.Pid, address, began, want, done)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, lastLine(logs.String()))
	}
	stopErr := cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(stopErr, os.ErrProcessDone) {
		return r, err
	}
	err = errors.Join(err, stopErr, <-done)
	var v struct {
		Players []json.RawMessage `json:"players"`
	}
	if err == nil && json.Unmarshal(out.Bytes(), &v) == nil && len(v.Players) != s.players {
		err = fmt.Errorf("%d players in its account, want %d", len(v.Players), s.players)
	}
	return r, err
}

// askForSwarm opens questions on hosts that differ, open for long.
func askForSwarm(ctx context.Context, n *spawned, count int) error {
	l, err := newLoad(ctx, n, loaders)
	if err != nil {
		return err
	}
	defer l.close()
	words := []string{"swap", "claim", "bridge", "vault", "stake", "mint", "wallet", "airdrop",
		"farm", "lend"}
	tails := []string{"finance", "app", "network", "exchange", "io"}
	coins := milli(5000)
	subsidy := coins.ToBig()
	txs := map[*loadAccount][]hexutil.Bytes{}
	for i := range count {
		host := fmt.Sprintf("%s-%s%d.%s", words[i%len(words)], words[i/len(words)%len(words)], i,
			tails[i%len(tails)])
		data, err := l.abi.TryPackAsk(imarket.Spec{
			Template: uint8(market.DappScam), Fields: []string{host}, Subsidy: subsidy,
			Window: 100_000, Resolver: l.accounts[0].address,
			Members: []string{}, Openings: []uint64{},
			Evidence: imarket.Evidence{Inlined: []byte{}},
		})
		if err != nil {
			return err
		}
		a := l.accounts[i%len(l.accounts)]
		const askGas = 1_000_000
		tx, err := l.sign(a, data, subsidy, askGas)
		if err != nil {
			return err
		}
		txs[a] = append(txs[a], tx)
	}
	_, err = l.run(ctx, txs)
	return err
}

// lingering is for how long memory is watched after the last first decision.
const lingering = 30 * time.Second

// watch reads the swarm's metrics until every player has decided once on every
// question, and its memory for a while longer.
func (r *swarmRun) watch(
	ctx context.Context, pid int, address string, began time.Time, want float64, done chan error,
) error {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var until time.Time
	for until.IsZero() || time.Now().Before(until) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-done:
			done <- err
			return fmt.Errorf("the swarm ended: %w", errors.Join(err, errEnded))
		case <-tick.C:
		}
		r.resident = max(r.resident, processKB(pid, "VmHWM:")<<10)
		if !until.IsZero() {
			continue
		}
		m, err := scrape(ctx, "http://"+address)
		if err != nil {
			continue // it does not serve yet
		}
		if m["agon_swarm_first_decisions_total"] >= want {
			r.decided, r.cpu = time.Since(began), processCPU(pid)
			r.orders, r.fills = m["agon_swarm_orders_total"], m["agon_swarm_fills_total"]
			r.height = m["agon_swarm_height"]
			until = time.Now().Add(lingering)
		}
	}
	return nil
}

var errEnded = errors.New("before it was told to")
