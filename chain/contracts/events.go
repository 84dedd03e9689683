package contracts

import "github.com/holiman/uint256"

// The events of IMarket, in its order.
type (
	Asked struct {
		Question uint64  `sol:",indexed"`
		Opener   address `sol:",indexed"`
		Template uint8
		Kind     uint8
		Text     string
		Subsidy  uint256.Int
		End      uint64
	}
	Ordered struct {
		Question uint64  `sol:",indexed"`
		Trader   address `sol:",indexed"`
		ID       uint64
		Book     uint8
		Action   uint8
		Amount   uint256.Int
		Limit    uint64
		Expiry   uint64
	}
	RefusedOrder struct {
		Trader   address `sol:",indexed"`
		Question uint64  `sol:",indexed"`
		Nonce    uint256.Int
		Reason   uint8
	}
	Filled struct {
		Question uint64  `sol:",indexed"`
		Trader   address `sol:",indexed"`
		ID       uint64
		Book     uint8
		Action   uint8
		Shares   uint256.Int
		Coins    uint256.Int
		Left     uint256.Int
	}
	Cancelled struct {
		Question uint64  `sol:",indexed"`
		Trader   address `sol:",indexed"`
		ID       uint64
		Left     uint256.Int
		Expired  bool
	}
	Moved struct {
		Question uint64 `sol:",indexed"`
		Book     uint8
		From     uint64
		To       uint64
		Orders   uint32
		Volume   uint256.Int
	}
	Closed struct {
		Question uint64 `sol:",indexed"`
		Height   uint64
	}
	Reopened struct {
		Question uint64 `sol:",indexed"`
		End      uint64
	}
	Settled struct {
		Question uint64 `sol:",indexed"`
		Verdict  uint8
		Member   uint8
		Value    int64
		Payoffs  []uint64
		ToOpener uint256.Int
		ToFund   uint256.Int
	}
	Halted struct {
		Question uint64 `sol:",indexed"`
		Why      string
	}
	Claimed struct {
		Question uint64  `sol:",indexed"`
		Account  address `sol:",indexed"`
		Amount   uint256.Int
	}
	Deposited struct {
		Account address `sol:",indexed"`
		Amount  uint256.Int
	}
	Withdrawn struct {
		Account address `sol:",indexed"`
		Amount  uint256.Int
	}
	Minted struct {
		Question uint64  `sol:",indexed"`
		Account  address `sol:",indexed"`
		N        uint256.Int
	}
	Burned struct {
		Question uint64  `sol:",indexed"`
		Account  address `sol:",indexed"`
		N        uint256.Int
	}
)

// Ticked is IClock's only event.
type Ticked struct {
	Height    uint64 `sol:",indexed"`
	Beacon    word
	Questions uint32
}
