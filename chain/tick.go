package chain

import (
	"math/big"

	ethtypes "github.com/ethereum/go-ethereum/core/types"
)

// tickSigner is how tick transactions are signed: EIP-155, no fee fields.
func tickSigner(chainID uint64) ethtypes.Signer {
	return ethtypes.NewEIP155Signer(new(big.Int).SetUint64(chainID))
}
