package market

import "github.com/holiman/uint256"

// Height is a block number. Intervals of heights are half-open.
type Height uint64

// Amount is money, or shares, in 10⁻¹⁸. Amounts taken from callers are bounded
// by MaxAmount before any arithmetic.
type Amount = uint256.Int

// Price is a probability in 10⁻¹⁸: One is certainty. The price of NO is exactly
// One minus the price of YES.
type Price uint64

// Prices a limit may name, and between which the curve stays.
const (
	One      Price = 1e18
	MinPrice Price = 1e14       // 10⁻⁴
	MaxPrice Price = One - 1e14 // 1 − 10⁻⁴
)

// MaxAmount bounds every amount that enters: 2⁹⁶−1, about 79 billion coins.
var MaxAmount = *new(uint256.Int).SubUint64(new(uint256.Int).Lsh(uint256.NewInt(1), 96), 1)

// Account is an address: of an opener, a trader or a resolver.
type Account [20]byte

// Hash is a 256-bit digest: of evidence, or a beacon value.
type Hash [32]byte

// QuestionID and OrderID count from 1; 0 names nothing.
type (
	QuestionID uint64
	OrderID    uint64
)
