package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Export writes the state of the stopped node of home as the genesis of a
// network that goes on where this one stands: same accounts, contracts and
// questions, next height, same validators. The file out must not exist.
func Export(home, out string) (height int64, err error) {
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
	state, _, err := consensusAt(c, height)
	if err != nil {
		return 0, err
	}
	ctx := a.NewUncachedContext(true, cmtproto.Header{
		ChainID: state.ChainID, Height: height, Time: state.LastBlockTime,
	})
	exported, err := a.exportState(ctx)
	if err != nil {
		return 0, err
	}
	params := state.ConsensusParams
	doc := &cmttypes.GenesisDoc{
		ChainID:         state.ChainID,
		GenesisTime:     state.LastBlockTime,
		InitialHeight:   height + 1,
		ConsensusParams: &params,
		AppState:        exported,
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	b, err := cmtjson.MarshalIndent(doc, "", "  ")
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	_, err = file.Write(b)
	return height, errors.Join(err, file.Close())
}

// exportState is every module's genesis, keys sorted.
func (a *app) exportState(ctx sdk.Context) (json.RawMessage, error) {
	modules, err := a.modules.ExportGenesisForModules(ctx, a.codec(), nil)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	b, err := json.Marshal(modules)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return b, nil
}

// openStopped opens the state of a node that does not run. It counts as this
// process's node.
func openStopped(c Config) (*app, *stores, error) {
	if !hosted.TryLock() {
		return nil, nil, ErrSecondNode
	}
	own, library, _ := newLoggers(c)
	return openApp(c, own, library)
}

// shut closes an app that serves nobody.
func (a *app) shut() error { return errors.Join(a.pool.Close(), a.Close()) }
