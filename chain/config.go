package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Config says where a node keeps its state and how it talks. The zero value of
// each field but Home means its default.
type Config struct {
	Home string `json:"-"` // state directory; required

	HTTPAddr string `json:"http"` // JSON-RPC, /health and /metrics; 127.0.0.1:8545
	WSAddr   string `json:"ws"`   // JSON-RPC over WebSocket; 127.0.0.1:8546
	P2PAddr  string `json:"p2p"`  // consensus; 127.0.0.1, any free port
	// CometAddr serves CometBFT's own RPC, which nodes that join by state sync
	// ask for headers. Off when empty.
	CometAddr string   `json:"comet,omitempty"`
	Peers     []string `json:"peers,omitempty"` // node id@host:port, always kept connected

	// BlockTime is the pause after a commit, to which execution adds; 450 ms.
	BlockTime time.Duration `json:"block_time"`
	// SnapshotEvery is the number of blocks between state-sync snapshots; 1000.
	SnapshotEvery uint64 `json:"snapshot_every"`
	// KeepStates is how many past states answer historical queries; 10,000.
	KeepStates uint64 `json:"keep_states"`

	Log      io.Writer  `json:"-"` // standard error
	LogLevel slog.Level `json:"-"` // Info
	LogJSON  bool       `json:"-"`
}

// Defaults of Config.
const (
	DefaultHTTPAddr  = "127.0.0.1:8545"
	DefaultWSAddr    = "127.0.0.1:8546"
	defaultP2PAddr   = "127.0.0.1:0"
	DefaultBlockTime = 450 * time.Millisecond

	defaultSnapshotEvery = 1000
	snapshotsKept        = 2
	defaultKeepStates    = 10_000
	pruneEvery           = 100 // blocks between prunings
)

// ErrNoHome reports a Config without Home.
var ErrNoHome = errors.New("no home directory given")

// withDefaults fills the fields left at zero.
func (c Config) withDefaults() Config {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&c.HTTPAddr, DefaultHTTPAddr)
	set(&c.WSAddr, DefaultWSAddr)
	set(&c.P2PAddr, defaultP2PAddr)
	if c.BlockTime == 0 {
		c.BlockTime = DefaultBlockTime
	}
	if c.SnapshotEvery == 0 {
		c.SnapshotEvery = defaultSnapshotEvery
	}
	if c.KeepStates == 0 {
		c.KeepStates = defaultKeepStates
	}
	return c
}

// Files of a home directory.
func (c Config) path(name ...string) string {
	return filepath.Join(append([]string{c.Home}, name...)...)
}

func (c Config) genesisFile() string    { return c.path("config", "genesis.json") }
func (c Config) settingsFile() string   { return c.path("config", "node.json") }
func (c Config) beaconFile() string     { return c.path("config", "beacon_key.json") }
func (c Config) nodeKeyFile() string    { return c.path("config", "node_key.json") }
func (c Config) voterFile() string      { return c.path("config", "validator_key.json") }
func (c Config) voterStateFile() string { return c.path("data", "validator_state.json") }
func (c Config) snapshotDir() string    { return c.path("data", "snapshots") }

// LoadConfig reads the settings that InitHome, Join or Testnet left in home. A
// home without settings has the defaults.
func LoadConfig(home string) (Config, error) {
	c := Config{Home: home}
	b, err := os.ReadFile(c.settingsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return c.withDefaults(), nil
	}
	if err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return Config{}, fmt.Errorf("settings %s: %w", c.settingsFile(), err)
	}
	return c.withDefaults(), nil
}

// save writes the settings LoadConfig reads.
func (c Config) save() error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return os.WriteFile(c.settingsFile(), append(b, '\n'), 0o644)
}
