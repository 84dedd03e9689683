package chain

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/server"
	serverlog "github.com/cosmos/cosmos-sdk/server/log"
)

// Timeouts of consensus: how long a validator waits for a proposal and for
// votes before it goes on without them. A proposer that is down costs the
// others proposeTimeout and a round.
const (
	proposeTimeout = time.Second
	voteTimeout    = 300 * time.Millisecond
	timeoutStep    = 200 * time.Millisecond // added each round
	// gossipPause is how often a node looks for something its peer lacks. A
	// tenth of CometBFT's: blocks are half a second, not six.
	gossipPause = 10 * time.Millisecond
	// reapPause is how often new transactions are sent to the peers.
	reapPause = 50 * time.Millisecond
)

// cometConfig is CometBFT's configuration. What is stored on disk is synced as
// CometBFT decides; nothing here relaxes it.
func cometConfig(c Config) *cmtcfg.Config {
	cfg := cmtcfg.DefaultConfig()
	cfg.SetRoot(c.Home)
	cfg.Genesis = relative(c, c.genesisFile())
	cfg.PrivValidatorKey = relative(c, c.voterFile())
	cfg.PrivValidatorState = relative(c, c.voterStateFile())
	cfg.NodeKey = relative(c, c.nodeKeyFile())
	cfg.RPC.ListenAddress = ""
	if c.CometAddr != "" {
		cfg.RPC.ListenAddress = "tcp://" + c.CometAddr
	}
	cfg.P2P.ListenAddress = "tcp://" + c.P2PAddr
	cfg.P2P.PersistentPeers = strings.Join(c.Peers, ",")
	// A node that names no peers waits for others to find it.
	cfg.P2P.PexReactor = len(c.Peers) > 0
	// Nodes of one network may share a machine, and addresses may be private.
	cfg.P2P.AllowDuplicateIP = true
	cfg.P2P.AddrBookStrict = false
	cfg.P2P.FlushThrottleTimeout = 5 * time.Millisecond
	cfg.Mempool.Type = cmtcfg.MempoolTypeApp
	cfg.Mempool.MaxTxBytes = maxTxBytes
	cfg.Mempool.ReapInterval = reapPause
	cfg.Consensus.TimeoutPropose = proposeTimeout
	cfg.Consensus.TimeoutPrevote = voteTimeout
	cfg.Consensus.TimeoutPrecommit = voteTimeout
	cfg.Consensus.TimeoutProposeDelta = timeoutStep
	cfg.Consensus.TimeoutPrevoteDelta = timeoutStep
	cfg.Consensus.TimeoutPrecommitDelta = timeoutStep
	cfg.Consensus.TimeoutCommit = c.BlockTime
	cfg.Consensus.PeerGossipSleepDuration = gossipPause
	// Transactions are indexed by index.go, by their Ethereum hash.
	cfg.TxIndex.Indexer = "null"
	// The node serves the metrics; CometBFT only registers its own.
	cfg.Instrumentation.Prometheus = true
	cfg.Instrumentation.PrometheusListenAddr = ""
	cfg.Instrumentation.Namespace = "cometbft"
	return cfg
}

// relative names a file the way CometBFT wants it, from the root. Both lie in
// the home directory.
func relative(c Config, file string) string {
	name, err := filepath.Rel(c.Home, file)
	if err != nil {
		return file
	}
	return name
}

// newComet builds the replication engine around the app. It replays into the
// app whatever block was committed and not executed when the process died.
func newComet(c Config, a *app, library logger) (*cmtnode.Node, error) {
	cfg := cometConfig(c)
	if err := cfg.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	key, err := p2p.LoadNodeKey(c.nodeKeyFile())
	if err != nil {
		return nil, fmt.Errorf("node key: %w", err)
	}
	genesis := func() (*cmttypes.GenesisDoc, error) {
		return cmttypes.GenesisDocFromFile(c.genesisFile())
	}
	// Consensus, the pool and queries each have a lock of their own on the app:
	// under a common one, a slow eth_call would hold up the block. A query reads
	// committed versions only, as the SDK's gRPC server does beside consensus.
	node, err := cmtnode.NewNode(cfg,
		privval.LoadFilePV(c.voterFile(), c.voterStateFile()), key,
		proxy.NewConnSyncLocalClientCreator(server.NewCometABCIWrapper(a)),
		genesis, cmtcfg.DefaultDBProvider,
		cmtnode.DefaultMetricsProvider(cfg.Instrumentation),
		serverlog.CometLoggerWrapper{Logger: library})
	if err != nil {
		return nil, fmt.Errorf("consensus: %w", err)
	}
	return node, nil
}
