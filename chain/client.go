package chain

import (
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// newClient is the context by which the EVM's JSON-RPC reads the node it is
// part of. Its keyring is empty: the node signs for nobody.
func newClient(a *app, node *recent, c Config) client.Context {
	e := a.encoding
	return client.Context{}.
		WithClient(node).
		WithChainID(chainIDString(a.chainID)).
		WithCodec(e.Codec).
		WithInterfaceRegistry(e.InterfaceRegistry).
		WithTxConfig(cachedTxConfig{e.TxConfig, a.seen}).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithKeyring(keyring.NewInMemory(e.Codec)).
		WithHomeDir(c.Home)
}

// cachedTxConfig decodes through the cache.
type cachedTxConfig struct {
	client.TxConfig
	seen *txCache
}

func (c cachedTxConfig) TxDecoder() sdk.TxDecoder { return c.seen.decode }
