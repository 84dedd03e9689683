package chain

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/consensus"
	cmtstateproto "github.com/cometbft/cometbft/proto/tendermint/state"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtstate "github.com/cometbft/cometbft/state"
	cmtstore "github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"
)

// Errors of Snapshot and Restore.
var (
	ErrSnapshot  = errors.New("not a snapshot of this house")
	ErrUnsettled = errors.New("the node ended in mid-block: start it, stop it, and try again")
)

// A snapshot is a tar archive of
//
//	genesis.json   the network
//	state          CometBFT's state after the last block
//	commit         the validators' signatures on that block
//	snapshot.json  what the chunks are: height, format, hashes
//	chunk-0 …      the app's state, compressed
//
// It holds no keys, no old blocks and no receipts.
const (
	entryGenesis  = "genesis.json"
	entryState    = "state"
	entryCommit   = "commit"
	entrySnapshot = "snapshot.json"
	entryChunk    = "chunk-"

	maxChunks = 10_000
	maxEntry  = 256 << 20 // bytes; the SDK writes chunks of 10 MB
)

// Snapshot writes the state of the stopped node of home to the file out, which
// must not exist. It fails if the node runs, and with ErrUnsettled if it died
// between executing a block and recording it.
func Snapshot(home, out string) (height int64, err error) {
	c, err := LoadConfig(home)
	if err != nil {
		return 0, err
	}
	a, stores, err := openStopped(c)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.shut(), stores.close()) }()
	height = a.LastBlockHeight()
	state, commit, err := consensusAt(c, height)
	if err != nil {
		return 0, err
	}
	scratch, err := os.MkdirTemp(c.path("data"), "snapshot-*")
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	shots, err := snapshots.NewStore(dbm.NewMemDB(), scratch)
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	_, library, _ := newLoggers(c)
	manager := snapshots.NewManager(shots, snapshottypes.NewSnapshotOptions(0, 1),
		a.CommitMultiStore(), nil, library)
	shot, err := manager.Create(uint64(height))
	if err != nil {
		return 0, fmt.Errorf("snapshot of height %d: %w", height, err)
	}
	file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := writeSnapshot(file, c, state, commit, manager, shot); err != nil {
		return 0, errors.Join(err, os.Remove(out))
	}
	return height, nil
}

func writeSnapshot(
	w io.Writer, c Config, state cmtstate.State, commit *cmttypes.Commit,
	manager *snapshots.Manager, shot *snapshottypes.Snapshot,
) error {
	archive := tar.NewWriter(w)
	add := func(name string, b []byte) error {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(b))}
		if err := archive.WriteHeader(h); err != nil {
			return fmt.Errorf("snapshot: %s: %w", name, err)
		}
		if _, err := archive.Write(b); err != nil {
			return fmt.Errorf("snapshot: %s: %w", name, err)
		}
		return nil
	}
	genesis, err := os.ReadFile(c.genesisFile())
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	signatures, err := commit.ToProto().Marshal()
	if err != nil {
		return fmt.Errorf("snapshot: commit: %w", err)
	}
	description, err := json.Marshal(shot)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := errors.Join(add(entryGenesis, genesis), add(entryState, state.Bytes()),
		add(entryCommit, signatures), add(entrySnapshot, description)); err != nil {
		return err
	}
	for i := range shot.Chunks {
		chunk, err := manager.LoadChunk(shot.Height, shot.Format, i)
		if err != nil {
			return fmt.Errorf("snapshot: chunk %d: %w", i, err)
		}
		if err := add(entryChunk+strconv.Itoa(int(i)), chunk); err != nil {
			return err
		}
	}
	return archive.Close()
}

// Restore makes a node in c.Home from a snapshot file. Keys already in
// c.Home/config are kept, so that a validator can be brought back from its
// keys and a snapshot; without keys the node gets new ones and follows. The
// home must hold no state (ErrExists).
//
// Restore checks that the state is the one the validators in the snapshot
// signed. It cannot check that those are the network's: take snapshots from
// people you trust. Never run two nodes with one validator's keys.
func Restore(c Config, in string) (height int64, err error) {
	c = c.withDefaults()
	if _, err := os.Stat(c.path("data", "application.db")); err == nil {
		return 0, fmt.Errorf("%w: %s", ErrExists, c.Home)
	}
	file, err := os.Open(in)
	if err != nil {
		return 0, fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := tar.NewReader(file)
	var head [4][]byte
	for i, name := range []string{entryGenesis, entryState, entryCommit, entrySnapshot} {
		if head[i], err = readEntry(archive, name); err != nil {
			return 0, err
		}
	}
	state, commit, shot, err := decodeHead(head[1], head[2], head[3])
	if err != nil {
		return 0, err
	}
	if err := restoreHome(c, head[0], state.ChainID); err != nil {
		return 0, err
	}
	a, stores, err := openStopped(c)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.shut(), stores.close()) }()
	if err := restoreState(a, archive, shot); err != nil {
		return 0, err
	}
	if have := a.CommitMultiStore().LastCommitID().Hash; !bytes.Equal(have, state.AppHash) {
		return 0, fmt.Errorf("%w: state hash %X, want %X", ErrSnapshot, have, state.AppHash)
	}
	return state.LastBlockHeight, bootstrap(c, state, commit)
}

// readEntry reads the next entry, which must have this name.
func readEntry(archive *tar.Reader, name string) ([]byte, error) {
	h, err := archive.Next()
	if err != nil {
		return nil, fmt.Errorf("%w: want %s: %w", ErrSnapshot, name, err)
	}
	if h.Name != name || h.Size > maxEntry {
		return nil, fmt.Errorf("%w: want %s, have %q of %d bytes",
			ErrSnapshot, name, h.Name, h.Size)
	}
	b, err := io.ReadAll(archive)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrSnapshot, name, err)
	}
	return b, nil
}

// decodeHead reads the consensus part of a snapshot and checks that it agrees
// with itself: the commit is the validators' on the state's last block.
func decodeHead(stateBytes, commitBytes, shotBytes []byte) (
	state cmtstate.State, commit *cmttypes.Commit, shot snapshottypes.Snapshot, err error,
) {
	fail := func(what string, err error) error {
		return fmt.Errorf("%w: %s: %w", ErrSnapshot, what, err)
	}
	var stateProto cmtstateproto.State
	if err := stateProto.Unmarshal(stateBytes); err != nil {
		return state, nil, shot, fail(entryState, err)
	}
	decoded, err := cmtstate.FromProto(&stateProto)
	if err != nil {
		return state, nil, shot, fail(entryState, err)
	}
	state = *decoded
	var commitProto cmtproto.Commit
	if err := commitProto.Unmarshal(commitBytes); err != nil {
		return state, nil, shot, fail(entryCommit, err)
	}
	if commit, err = cmttypes.CommitFromProto(&commitProto); err != nil {
		return state, nil, shot, fail(entryCommit, err)
	}
	if err := state.LastValidators.VerifyCommit(state.ChainID, state.LastBlockID,
		state.LastBlockHeight, commit); err != nil {
		return state, nil, shot, fail(entryCommit, err)
	}
	if err := json.Unmarshal(shotBytes, &shot); err != nil {
		return state, nil, shot, fail(entrySnapshot, err)
	}
	if shot.Height != uint64(state.LastBlockHeight) || shot.Chunks > maxChunks ||
		int(shot.Chunks) != len(shot.Metadata.ChunkHashes) {
		return state, nil, shot, fmt.Errorf(
			"%w: %s describes height %d in %d chunks, want height %d", ErrSnapshot, entrySnapshot,
			shot.Height, shot.Chunks, state.LastBlockHeight)
	}
	return state, commit, shot, nil
}

// restoreHome writes the genesis and, if there are none, keys.
func restoreHome(c Config, genesis []byte, chainID string) error {
	doc, err := cmttypes.GenesisDocFromJSON(genesis)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrSnapshot, entryGenesis, err)
	}
	if doc.ChainID != chainID {
		return fmt.Errorf("%w: the genesis of %q with the state of %q",
			ErrSnapshot, doc.ChainID, chainID)
	}
	if _, err := newHome(c); errors.Is(err, ErrExists) {
		if err := ensureVoterState(c); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := c.save(); err != nil {
		return err
	}
	return os.WriteFile(c.genesisFile(), genesis, 0o644)
}

// restoreState feeds the chunks to the app, which checks each one's hash.
func restoreState(a *app, archive *tar.Reader, shot snapshottypes.Snapshot) error {
	manager := a.SnapshotManager()
	if err := manager.Restore(shot); err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	for i := range shot.Chunks {
		chunk, err := readEntry(archive, entryChunk+strconv.Itoa(int(i)))
		if err != nil {
			return err
		}
		done, err := manager.RestoreChunk(chunk)
		if err != nil {
			return fmt.Errorf("%w: chunk %d: %w", ErrSnapshot, i, err)
		}
		if last := i == shot.Chunks-1; done != last {
			return fmt.Errorf("%w: complete after chunk %d of %d", ErrSnapshot, i+1, shot.Chunks)
		}
	}
	return nil
}

// cometStores opens CometBFT's databases of a stopped node.
func cometStores(c Config) (cmtstate.Store, *cmtstore.BlockStore, error) {
	cfg := cometConfig(c)
	open := cmtcfg.DefaultDBProvider
	blocks, err := open(&cmtcfg.DBContext{ID: "blockstore", Config: cfg})
	if err != nil {
		return nil, nil, fmt.Errorf("open blocks: %w", err)
	}
	states, err := open(&cmtcfg.DBContext{ID: "state", Config: cfg})
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open consensus state: %w", err), blocks.Close())
	}
	return cmtstate.NewStore(states, cmtstate.StoreOptions{}), cmtstore.NewBlockStore(blocks), nil
}

// consensusAt reads CometBFT's state after height and the signatures on it.
func consensusAt(c Config, height int64) (
	state cmtstate.State, commit *cmttypes.Commit, err error,
) {
	states, blocks, err := cometStores(c)
	if err != nil {
		return state, nil, err
	}
	defer func() { err = errors.Join(err, states.Close(), blocks.Close()) }()
	if state, err = states.Load(); err != nil {
		return state, nil, fmt.Errorf("consensus state: %w", err)
	}
	if height == 0 || state.LastBlockHeight != height {
		return state, nil, fmt.Errorf("%w: state of block %d, consensus of block %d",
			ErrUnsettled, height, state.LastBlockHeight)
	}
	if commit = blocks.LoadSeenCommit(height); commit == nil {
		return state, nil, fmt.Errorf("%w: no signatures on block %d", ErrUnsettled, height)
	}
	return state, commit, nil
}

// bootstrap gives CometBFT the state to go on from.
func bootstrap(c Config, state cmtstate.State, commit *cmttypes.Commit) (err error) {
	states, blocks, err := cometStores(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, states.Close(), blocks.Close()) }()
	if err := states.Bootstrap(state); err != nil {
		return fmt.Errorf("consensus state: %w", err)
	}
	if err := states.SetOfflineStateSyncHeight(state.LastBlockHeight); err != nil {
		return fmt.Errorf("consensus state: %w", err)
	}
	if err := blocks.SaveSeenCommit(state.LastBlockHeight, commit); err != nil {
		return fmt.Errorf("signatures: %w", err)
	}
	return beginJournal(c, state.LastBlockHeight)
}

// beginJournal tells consensus, in its write-ahead log, that height is done.
func beginJournal(c Config, height int64) error {
	wal, err := consensus.NewWAL(cometConfig(c).Consensus.WalFile())
	if err != nil {
		return fmt.Errorf("consensus journal: %w", err)
	}
	if err := wal.Start(); err != nil {
		return fmt.Errorf("consensus journal: %w", err)
	}
	err = wal.WriteSync(consensus.EndHeightMessage{Height: height})
	err = errors.Join(err, wal.Stop())
	wal.Wait()
	return err
}

// ensureVoterState gives keys that came without their signing state a fresh one.
func ensureVoterState(c Config) error {
	for _, dir := range []string{c.path("data"), c.snapshotDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("home: %w", err)
		}
	}
	if _, err := os.Stat(c.voterStateFile()); err == nil {
		return nil
	}
	return os.WriteFile(filepath.Clean(c.voterStateFile()),
		[]byte(`{"height":"0","round":0,"step":0}`+"\n"), 0o600)
}
