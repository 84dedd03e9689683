package chain

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Account is an address and the key that controls it.
type Account struct {
	Address common.Address
	Key     *ecdsa.PrivateKey
}

// devAccounts is how many accounts DevAccounts returns.
const devAccounts = 10

// wellKnown derives a key everybody can derive: SHA-256(label ‖ i), hashed
// again in the case, of probability 2⁻¹²⁸, that it is not a valid scalar.
func wellKnown(label string, i uint32) Account {
	seed := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(label), i))
	for {
		if key, err := crypto.ToECDSA(seed[:]); err == nil {
			return Account{crypto.PubkeyToAddress(key.PublicKey), key}
		}
		seed = sha256.Sum256(seed[:])
	}
}

// DevAccounts are the accounts InitHome and Testnet fund. Their keys are public:
// they are for development only.
func DevAccounts() []Account {
	accounts := make([]Account, devAccounts)
	for i := range accounts {
		accounts[i] = wellKnown("agon/dev/1", uint32(i))
	}
	return accounts
}

// ticker signs tick transactions. Its key is public on purpose: what makes a
// tick valid is its place, its bytes and the proposer's beacon signature.
var ticker = wellKnown("agon/ticker/1", 0)

// Ticker is the account that sends the tick transaction.
func Ticker() common.Address { return ticker.Address }
