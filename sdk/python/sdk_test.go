// Package python_test runs the tests of the Python SDK: its own, by pytest,
// against the agon binary as users run it, and against what the Go players'
// sizing decides; and its linters.
package python_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"agon/player/sizing"
)

// The package ships the market's ABI; its own test says when this was forgotten.
//
//go:generate cp ../../chain/contracts/IMarket.abi.json src/agon/IMarket.abi.json

// Time limits: of building the binary on a cold cache, of all Python tests.
const (
	buildLimit = 15 * time.Minute
	toolLimit  = 8 * time.Minute
)

// venv is where "make tools" puts Python and the packages of requirements.txt.
const venv = ".venv/bin"

// need says how to install what is missing: in CI it must be there, elsewhere
// the test is skipped.
func need(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(".venv/.stamp"); err != nil {
		report := t.Skipf
		if os.Getenv("CI") == "true" {
			report = t.Fatalf
		}
		report("%v; install python3 with venv, then run \"make tools\"", err)
	}
}

// run runs a tool of the virtual environment in this folder.
func run(t *testing.T, env []string, tool string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), toolLimit)
	defer cancel()
	at, err := filepath.Abs(filepath.Join(venv, tool))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, at, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s %v\n%s", tool, args, out)
	if err != nil {
		t.Errorf("%s %v: %v", tool, args, err)
	}
}

func TestTypes(t *testing.T) {
	need(t)
	run(t, nil, "mypy", "--cache-dir", t.TempDir())
}

func TestLint(t *testing.T) {
	need(t)
	run(t, nil, "ruff", "check", "--no-cache", "src", "tests", "examples")
}

// TestPackage builds what would be published, installs it into a folder of its
// own, and imports it from there: with its types and the market's ABI, and
// nothing else.
func TestPackage(t *testing.T) {
	need(t)
	dir := t.TempDir()
	run(t, nil, "python", "-m", "hatchling", "build", "-d", dir)
	wheels, _ := filepath.Glob(filepath.Join(dir, "agon_market-*.whl"))
	sources, _ := filepath.Glob(filepath.Join(dir, "agon_market-*.tar.gz"))
	if len(wheels) != 1 || len(sources) != 1 {
		t.Fatalf("built %v and %v, want a wheel and an sdist", wheels, sources)
	}
	site := filepath.Join(dir, "site")
	run(t, nil, "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-index",
		"--target", site, wheels[0])
	run(t, []string{"PYTHONPATH=" + site}, "python", "-c", `
import agon, pathlib
at = pathlib.Path(agon.__file__).parent
assert at.parent == pathlib.Path("`+site+`"), at
assert (at / "py.typed").exists() and (at / "IMarket.abi.json").exists()
from agon.market import load_abi
assert len(load_abi()) > 10 and agon.Market and agon.Player and agon.Trader
`)
	found, err := os.ReadDir(site)
	if err != nil || len(found) != 2 { // the package, and what pip notes of it
		t.Errorf("the wheel brings %v, %v", found, err)
	}
}

// TestPytest runs the tests in tests/, with a node of the present binary.
func TestPytest(t *testing.T) {
	need(t)
	dir := t.TempDir()
	binary, vectors := filepath.Join(dir, "agon"), filepath.Join(dir, "vectors.json")
	ctx, cancel := context.WithTimeout(t.Context(), buildLimit)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "agon/cmd/agon")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building agon: %v\n%s", err, out)
	}
	if err := writeVectors(vectors); err != nil {
		t.Fatal(err)
	}
	run(t, []string{
		"AGON_BINARY=" + binary, "AGON_VECTORS=" + vectors, "PYTHONDONTWRITEBYTECODE=1",
		"AGON_KEY=", "AGON_RPC=", "OPENBLAS_NUM_THREADS=1",
	}, "python", "-m", "pytest", "--durations=5")
}

// vector is one decision of the Go players' sizing.
type vector struct {
	Style    map[string]float64 `json:"style"`
	Bet      map[string]float64 `json:"bet"`
	Wealth   float64            `json:"wealth"`
	Budget   float64            `json:"budget"`
	Reason   string             `json:"reason"`
	Action   string             `json:"action"`
	Amount   float64            `json:"amount"`
	Limit    float64            `json:"limit"`
	Expected float64            `json:"expected"`
}

// writeVectors decides on random bets, some with shares held, some beyond every
// bound.
func writeVectors(path string) error {
	const seed, count = 3, 800
	r := rand.New(rand.NewPCG(seed, seed))
	between := func(low, high float64) float64 { return low + (high-low)*r.Float64() }
	sometimes := func(x float64) float64 {
		if r.IntN(3) > 0 {
			return 0
		}
		return x
	}
	actions := [...]string{"buy YES", "buy NO", "sell YES", "sell NO"}
	var all []vector
	for range count {
		s := sizing.Style{
			Kelly: between(0.05, 1), Share: between(0.1, 1), Look: sometimes(between(0, 0.01)),
			MaxStake: between(0.01, 1),
		}
		b := sizing.Bet{
			Price: between(0.01, 0.99), B: math.Exp(between(-3, 6)), Fee: sometimes(0.01),
			Belief: between(0.001, 0.999), Yes: sometimes(between(0, 20)),
			No: sometimes(between(0, 20)), Staked: sometimes(between(0, 5)),
		}
		budget := math.Exp(between(-2, 6))
		wealth := budget * r.Float64()
		d := sizing.Size(s, b, wealth, budget)
		v := vector{
			Style: map[string]float64{
				"kelly": s.Kelly, "share": s.Share, "look": s.Look, "max_stake": s.MaxStake,
			},
			Bet: map[string]float64{
				"price": b.Price, "b": b.B, "fee": b.Fee, "belief": b.Belief, "yes": b.Yes,
				"no": b.No, "staked": b.Staked,
			},
			Wealth: wealth, Budget: budget, Reason: d.Reason.String(),
		}
		if d.Reason.Trades() {
			v.Action, v.Amount, v.Limit = actions[d.Action], d.Amount, d.Limit
			v.Expected = d.Expected
		}
		all = append(all, v)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	return os.WriteFile(path, text, 0o600)
}
