package chain

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/ethereum/go-ethereum/common"

	"agon/chain/beacon"
	"agon/chain/validators"
)

// ErrExists reports a home directory that already belongs to a node.
var ErrExists = errors.New("home already holds a chain")

// validatorPower is the voting power of each validator of a new network.
const validatorPower = 10

// Exists tells whether home holds a node: its own chain or one it joined.
func Exists(home string) bool {
	_, err := os.Stat(Config{Home: home}.genesisFile())
	return err == nil
}

// InitHome prepares c.Home for a chain of its own with this node as the only
// validator and the development accounts funded. Errors wrap ErrExists if
// there is one already.
func InitHome(c Config) error {
	c = c.withDefaults()
	v, err := newHome(c)
	if err != nil {
		return err
	}
	doc, err := newGenesis(DefaultChainID, time.Now(), []validators.Validator{v}, devAddresses())
	if err != nil {
		return err
	}
	return writeHome(c, doc)
}

// Join prepares c.Home for a node that follows the network of a genesis file.
// It votes only if the genesis names its keys.
func Join(c Config, genesis string) error {
	c = c.withDefaults()
	doc, err := cmttypes.GenesisDocFromFile(genesis)
	if err != nil {
		return fmt.Errorf("genesis %s: %w", genesis, err)
	}
	if _, err := parseChainID(doc.ChainID); err != nil {
		return fmt.Errorf("genesis %s: %w", genesis, err)
	}
	if _, err := newHome(c); err != nil {
		return err
	}
	return writeHome(c, doc)
}

// Ports of a Testnet: validator i listens on base + i·portStride + these.
const (
	TestnetBasePort = 20_000
	portStride      = 10
	portHTTP        = 0
	portWS          = 1
	portP2P         = 2
	portComet       = 3
)

// Testnet writes n home directories, dir/node0 to dir/node<n-1>, whose nodes
// form one network on this machine: 1 ≤ n ≤ validators.MaxValidators. base is
// the first port; 0 means TestnetBasePort. c gives the settings that all share;
// its Home and addresses are not used.
func Testnet(dir string, n, base int, c Config) ([]Config, error) {
	if n < 1 || n > validators.MaxValidators {
		return nil, fmt.Errorf("testnet: want 1..%d validators, have %d",
			validators.MaxValidators, n)
	}
	if base == 0 {
		base = TestnetBasePort
	}
	local := func(i, port int) string {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(base+i*portStride+port))
	}
	configs := make([]Config, n)
	set := make([]validators.Validator, n)
	peers := make([]string, n)
	for i := range configs {
		node := c.withDefaults()
		node.Home = filepath.Join(dir, "node"+strconv.Itoa(i))
		node.HTTPAddr, node.WSAddr = local(i, portHTTP), local(i, portWS)
		node.P2PAddr, node.CometAddr = local(i, portP2P), local(i, portComet)
		var err error
		if set[i], err = newHome(node); err != nil {
			return nil, err
		}
		key, err := p2p.LoadNodeKey(node.nodeKeyFile())
		if err != nil {
			return nil, fmt.Errorf("node key: %w", err)
		}
		peers[i] = string(key.ID()) + "@" + node.P2PAddr
		configs[i] = node
	}
	doc, err := newGenesis(DefaultChainID, time.Now(), set, devAddresses())
	if err != nil {
		return nil, err
	}
	for i := range configs {
		configs[i].Peers = append(append([]string{}, peers[:i]...), peers[i+1:]...)
		if err := writeHome(configs[i], doc); err != nil {
			return nil, err
		}
	}
	return configs, nil
}

// newHome makes the directories and keys of c.Home and returns the validator
// that the keys can be.
func newHome(c Config) (validators.Validator, error) {
	if c.Home == "" {
		return validators.Validator{}, ErrNoHome
	}
	if _, err := os.Stat(c.voterFile()); !errors.Is(err, fs.ErrNotExist) {
		return validators.Validator{}, fmt.Errorf("%w: %s", ErrExists, c.Home)
	}
	for _, dir := range []string{c.path("config"), c.path("data"), c.snapshotDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return validators.Validator{}, fmt.Errorf("home: %w", err)
		}
	}
	secret, err := beacon.Generate(rand.Reader)
	if err != nil {
		return validators.Validator{}, err
	}
	public, err := secret.Public()
	if err != nil {
		return validators.Validator{}, err
	}
	if err := secret.Save(c.beaconFile()); err != nil {
		return validators.Validator{}, fmt.Errorf("beacon key: %w", err)
	}
	if _, err := p2p.LoadOrGenNodeKey(c.nodeKeyFile()); err != nil {
		return validators.Validator{}, fmt.Errorf("node key: %w", err)
	}
	voter := privval.GenFilePV(c.voterFile(), c.voterStateFile())
	voter.Save()
	key := voter.Key.PubKey.(ed25519.PubKey)
	return validators.Validator{
		Key: key, Beacon: public, Power: validatorPower,
		// Blocks pay their proposer nothing yet; the address is there to be told
		// apart in block.coinbase.
		Operator: common.BytesToAddress(key.Address()),
	}, nil
}

// writeHome adds the genesis and the settings.
func writeHome(c Config, doc *cmttypes.GenesisDoc) error {
	if err := c.save(); err != nil {
		return err
	}
	if err := doc.SaveAs(c.genesisFile()); err != nil {
		return fmt.Errorf("genesis: %w", err)
	}
	return nil
}

func devAddresses() []common.Address {
	var addresses []common.Address
	for _, account := range DevAccounts() {
		addresses = append(addresses, account.Address)
	}
	return addresses
}
