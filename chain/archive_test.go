package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/ethereum/go-ethereum/common"

	"github.com/cosmos/cosmos-sdk/baseapp"

	"agon/chain/contracts"
)

// lived runs a chain for some blocks, with transfers and a contract, and stops
// it. It returns its home and an account that was paid.
func lived(t *testing.T) (home string, paid common.Address) {
	t.Helper()
	home, paid = newHomeDir(t), common.HexToAddress("0xbeef")
	p := spawn(t, home)
	p.reach(1)
	from := DevAccounts()[0]
	for i := range uint64(5) {
		send(t, p.eth, transfer(from, i, paid, 10))
	}
	// PUSH1 42, PUSH1 1, SSTORE: a contract with storage and no code, and one
	// whose code is a STOP.
	tx := deploy(from, 5, common.FromHex("602a60015560016000f3"))
	send(t, p.eth, tx)
	if r := mined(t, p.eth, tx); r.Status != 1 {
		t.Fatalf("deployment: status %d", r.Status)
	}
	p.stop()
	return home, paid
}

// A snapshot brings a validator back from its keys: same state, and the chain
// goes on.
func TestSnapshotAndRestore(t *testing.T) {
	t.Parallel()
	home, paid := lived(t)
	file := filepath.Join(t.TempDir(), "snapshot.tar")
	height := run(t, "snapshot", home, file)

	restored := filepath.Join(t.TempDir(), "restored")
	copyConfig(t, home, restored)
	if have := run(t, "restore", restored, file); have != height {
		t.Errorf("restored height: want %s, have %s", height, have)
	}
	original, again := run(t, "export", home, filepath.Join(home, "a.json")),
		run(t, "export", restored, filepath.Join(restored, "b.json"))
	if original != again {
		t.Errorf("exported heights: %s and %s", original, again)
	}
	if a, b := appState(t, filepath.Join(home, "a.json")),
		appState(t, filepath.Join(restored, "b.json")); !bytes.Equal(a, b) {
		t.Errorf("the restored state is another one:\n%.2000s\n%.2000s", a, b)
	}
	p := spawn(t, restored)
	var last uint64
	if err := json.Unmarshal([]byte(height), &last); err != nil {
		t.Fatal(err)
	}
	p.reach(last + 2)
	if have := balance(t, p.eth, paid); have.Int64() != 50 {
		t.Errorf("balance after restoring: want 50, have %s", have)
	}
	tx := transfer(DevAccounts()[0], 6, paid, 1)
	send(t, p.eth, tx)
	if r := mined(t, p.eth, tx); r.Status != 1 {
		t.Errorf("a transfer after restoring: status %d", r.Status)
	}
	p.stop()
}

// A snapshot that was damaged or altered is refused.
func TestDamagedSnapshotIsRefused(t *testing.T) {
	t.Parallel()
	home, _ := lived(t)
	file := filepath.Join(t.TempDir(), "snapshot.tar")
	run(t, "snapshot", home, file)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut short":        func(b []byte) []byte { return b[:len(b)/2] },
		"empty":            func([]byte) []byte { return nil },
		"a bit of a chunk": func(b []byte) []byte { b[len(b)-3000] ^= 1; return b },
		"another commit": func(b []byte) []byte {
			i := bytes.Index(b, []byte("commit\x00"))
			b[i+512+80] ^= 1
			return b
		},
		"no archive": func([]byte) []byte { return []byte(strings.Repeat("snapshot ", 1000)) },
	} {
		bad := filepath.Join(t.TempDir(), "bad.tar")
		if err := os.WriteFile(bad, damage(bytes.Clone(good)), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := task(t, "restore", filepath.Join(t.TempDir(), "home"), bad)
		cmd.Stderr = nil
		if out, err := cmd.Output(); err == nil {
			t.Errorf("%s: restored %s", name, out)
		}
	}
}

// The exported genesis, imported, exports the same: nothing is left out and
// nothing is counted twice.
func TestExportComesBack(t *testing.T) {
	t.Parallel()
	home, _ := lived(t)
	out := filepath.Join(t.TempDir(), "genesis.json")
	run(t, "export", home, out)
	again := run(t, "reimport", home, out)
	if want := appState(t, out); strings.TrimSpace(again) != string(want) {
		t.Errorf("a second export differs from the first:\nwant %.3000s\nhave %.3000s", want, again)
	}
	// A network can start from it, one block on.
	var state struct {
		Agon json.RawMessage `json:"agon"`
	}
	if err := json.Unmarshal(appState(t, out), &state); err != nil || len(state.Agon) == 0 {
		t.Errorf("the native contracts' state is missing: %v", err)
	}
	continued := filepath.Join(t.TempDir(), "continued")
	copyConfig(t, home, continued)
	doc, err := cmttypes.GenesisDocFromFile(out)
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Home: continued}
	if err := ensureVoterState(c); err != nil {
		t.Fatal(err)
	}
	if err := doc.SaveAs(c.genesisFile()); err != nil {
		t.Fatal(err)
	}
	p := spawn(t, continued)
	p.reach(uint64(doc.InitialHeight) + 1)
	code, err := p.eth.CodeAt(context.Background(), contracts.MarketAddress, nil)
	if err != nil || len(code) != 1 {
		t.Errorf("the market's code after import: %x (%v)", code, err)
	}
	p.stop()
}

// copyConfig brings keys and settings from one home to another.
func copyConfig(t *testing.T, from, to string) {
	t.Helper()
	keys := os.DirFS(filepath.Join(from, "config"))
	if err := os.CopyFS(filepath.Join(to, "config"), keys); err != nil {
		t.Fatal(err)
	}
}

// appState is the app's part of a genesis file, compact and sorted.
func appState(t *testing.T, file string) []byte {
	t.Helper()
	doc, err := cmttypes.GenesisDocFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, doc.AppState); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reimport starts a chain from a genesis file, in memory, and prints what it
// would export before its first block.
func reimport(_, file string) error {
	doc, err := cmttypes.GenesisDocFromFile(file)
	if err != nil {
		return err
	}
	id, err := parseChainID(doc.ChainID)
	if err != nil {
		return err
	}
	own, library, _ := newLoggers(Config{})
	a, err := newApp(dbm.NewMemDB(), appOptions{
		chainID: id, log: own, library: library,
		base: []func(*baseapp.BaseApp){baseapp.SetChainID(doc.ChainID)},
	})
	if err != nil {
		return err
	}
	params := doc.ConsensusParams.ToProto()
	if _, err := a.InitChain(&abci.RequestInitChain{
		ChainId: doc.ChainID, Time: doc.GenesisTime, InitialHeight: doc.InitialHeight,
		ConsensusParams: &params, AppStateBytes: doc.AppState,
	}); err != nil {
		return err
	}
	state, err := a.exportState(a.NewContextLegacy(false, cmtproto.Header{ChainID: doc.ChainID}))
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(state)
	return err
}
