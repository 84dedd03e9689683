package chain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"

	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/rpc/client/local"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"github.com/cosmos/cosmos-sdk/baseapp"
	pruning "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"

	"agon/chain/beacon"
)

// Errors of Start.
var (
	ErrNotInitialised = errors.New("home holds no chain")
	ErrSecondNode     = errors.New("this process already hosts a node")
)

// iavlCache is how many state tree nodes stay in memory: some 100 bytes each.
const iavlCache = 500_000

// Node is a running node.
type Node struct {
	config  Config
	chainID uint64
	log     *slog.Logger
	quiet   *slog.LevelVar // of the libraries' log

	app    *app
	stores *stores
	comet  *cmtnode.Node
	client *recent
	rpc    *rpcServer
	index  *indexer

	stop context.CancelFunc
	once sync.Once
	done chan struct{} // closed when everything has stopped
	err  error         // why, valid after done
}

// hosted guards the process-wide settings of the EVM.
var hosted sync.Mutex

// Start runs the node of c.Home until ctx ends or Stop is called. It returns
// when JSON-RPC answers; the first block follows. Errors wrap ErrNotInitialised
// or ErrSecondNode where those are the cause.
func Start(ctx context.Context, c Config) (*Node, error) {
	c = c.withDefaults()
	if c.Home == "" {
		return nil, ErrNoHome
	}
	if !hosted.TryLock() {
		return nil, ErrSecondNode
	}
	n := &Node{config: c, done: make(chan struct{})}
	if err := n.start(ctx); err != nil {
		n.close()
		return nil, err
	}
	return n, nil
}

// Garbage collection of a node: a heap that may grow to five times what lives,
// some 50 MB, costs a fifth less time under load; near memoryLimit the runtime
// collects as often as it must. The operator's GOGC and GOMEMLIMIT prevail.
const (
	heapGrowth  = 400 // percent
	memoryLimit = 1 << 30
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

func (n *Node) start(ctx context.Context) error {
	tuneMemory()
	own, library, quiet := newLoggers(n.config)
	n.log, n.quiet = own, quiet
	var err error
	if n.app, n.stores, err = openApp(n.config, own, library); err != nil {
		return err
	}
	n.chainID = n.app.chainID
	if n.comet, err = newComet(n.config, n.app, library); err != nil {
		return err
	}
	ctx, n.stop = context.WithCancel(ctx)
	if n.client, err = newRecent(local.New(n.comet)); err != nil {
		return err
	}
	client := newClient(n.app, n.client, n.config)
	if n.index, err = newIndexer(
		n.stores.index, client, n.Height, n.app.metrics.observe, own, library,
	); err != nil {
		return err
	}
	if n.rpc, err = newRPC(n, client, library); err != nil {
		return err
	}
	if err := n.comet.Start(); err != nil {
		return fmt.Errorf("consensus: %w", err)
	}
	n.app.pool.SetEventBus(n.comet.EventBus())
	n.app.pool.SetClientCtx(client)
	go n.index.run(ctx)
	n.rpc.serve()
	own.Info("node started", "chain", n.chainID, "height", n.comet.BlockStore().Height(),
		"http", n.HTTPURL(), "ws", n.WSURL(), "peer", n.PeerAddress())
	go func() {
		<-ctx.Done()
		n.Stop()
	}()
	return nil
}

// Stop ends the node: requests first, then consensus, then the stores. It
// returns when all state is on disk. Calling it again waits for the first call.
func (n *Node) Stop() {
	n.once.Do(func() {
		n.log.Info("node stopping")
		n.quiet.Set(silent)
		n.close()
		n.log.Info("node stopped")
		close(n.done)
	})
	<-n.done
}

// Wait blocks until the node has stopped.
func (n *Node) Wait() error {
	<-n.done
	return n.err
}

// Done is closed when the node has stopped.
func (n *Node) Done() <-chan struct{} { return n.done }

// close releases whatever start acquired, in reverse.
func (n *Node) close() {
	if n.stop != nil {
		n.stop()
	}
	if n.rpc != nil {
		n.err = errors.Join(n.err, n.rpc.close())
	}
	if n.comet != nil && n.comet.IsRunning() {
		n.err = errors.Join(n.err, n.comet.Stop())
		n.comet.Wait()
	}
	if n.index != nil {
		n.index.wait()
	}
	if n.app != nil {
		n.err = errors.Join(n.err, n.app.pool.Close(), n.app.Close())
	}
	if n.stores != nil {
		n.err = errors.Join(n.err, n.stores.close())
	}
}

// ChainID is the EIP-155 chain id.
func (n *Node) ChainID() uint64 { return n.chainID }

// Height is that of the last committed block.
func (n *Node) Height() int64 { return n.app.LastBlockHeight() }

// HTTPURL is where JSON-RPC answers; /health and /metrics are beside it.
func (n *Node) HTTPURL() string { return "http://" + n.rpc.httpAddr() }

// WSURL is where JSON-RPC answers over WebSocket.
func (n *Node) WSURL() string { return "ws://" + n.rpc.wsAddr() }

// PeerAddress is what others put into Config.Peers.
func (n *Node) PeerAddress() string {
	return string(n.comet.NodeInfo().ID()) + "@" + n.config.P2PAddr
}

// stores are the databases of a home directory that are not CometBFT's own.
type stores struct {
	state, index, snapshots dbm.DB
}

func (s *stores) close() error {
	var errs []error
	// The app closes state and snapshots with itself.
	if s.index != nil {
		errs = append(errs, s.index.Close())
	}
	return errors.Join(errs...)
}

// closeAll closes what no app owns yet.
func (s *stores) closeAll() error {
	var errs []error
	for _, db := range []dbm.DB{s.state, s.snapshots, s.index} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// openApp opens the state of c.Home.
func openApp(c Config, own *slog.Logger, library logger) (a *app, s *stores, err error) {
	doc, err := cmttypes.GenesisDocFromFile(c.genesisFile())
	if errors.Is(err, fs.ErrNotExist) || !Exists(c.Home) {
		return nil, nil, fmt.Errorf("%w: %s", ErrNotInitialised, c.Home)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("genesis: %w", err)
	}
	id, err := parseChainID(doc.ChainID)
	if err != nil {
		return nil, nil, err
	}
	key, err := beacon.Load(c.beaconFile())
	if err != nil {
		return nil, nil, err
	}
	s = new(stores)
	defer func() {
		if err != nil {
			a, s, err = nil, nil, errors.Join(err, s.closeAll())
		}
	}()
	open := func(db *dbm.DB, name, dir string) {
		if err == nil {
			*db, err = dbm.NewDB(name, dbm.GoLevelDBBackend, dir)
		}
	}
	open(&s.state, "application", c.path("data"))
	open(&s.index, "index", c.path("data"))
	open(&s.snapshots, "metadata", c.snapshotDir())
	if err != nil {
		return nil, s, fmt.Errorf("open state (does another node use it?): %w", err)
	}
	shots, err := snapshots.NewStore(s.snapshots, c.snapshotDir())
	if err != nil {
		return nil, s, fmt.Errorf("open snapshots: %w", err)
	}
	a, err = newApp(s.state, appOptions{
		chainID: id, log: own, library: library, beacon: key,
		base: []func(*baseapp.BaseApp){
			baseapp.SetChainID(doc.ChainID),
			baseapp.SetPruning(pruning.NewCustomPruningOptions(c.KeepStates, pruneEvery)),
			baseapp.SetIAVLCacheSize(iavlCache),
			// The flat copy of the tree's leaves costs a second write of each key.
			// Most keys that are read here are written next, along the same path.
			baseapp.SetIAVLDisableFastNode(true),
			baseapp.SetSnapshot(shots,
				snapshottypes.NewSnapshotOptions(c.SnapshotEvery, snapshotsKept)),
		},
	})
	return a, s, err
}
