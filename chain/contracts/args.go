package contracts

import "github.com/holiman/uint256"

// Parameters and results of IMarket's functions, where Solidity names them.
type (
	askArgs     struct{ Spec Spec }
	questionRef struct{ Question uint64 }
	placeArgs   struct{ Orders []Order }
	idList      struct {
		IDs []uint64 `sol:"ids"`
	}
	signedArgs struct{ Orders []SignedOrder }
	placedList struct{ Results []Placed }
	packedArgs struct {
		Orders []byte `doc:"the orders, packed"`
	}
	placedCount struct {
		Placed uint32 `doc:"how many were not refused"`
	}
	dryRunArgs struct {
		Trader address
		Order  Order
	}
	previewResult struct {
		Preview Preview `sol:"-"`
	}
	nonceArgs struct {
		Word uint256.Int
		Mask uint256.Int
	}
	setArgs struct {
		Question uint64
		N        uint256.Int
	}
	resolveArgs struct {
		Question uint64
		Verdict  uint8 `doc:"1 YES, 2 NO, 3 INVALID, 4 TOO EARLY, 5 member, 6 value"`
		Member   uint8 `doc:"which member of a group is the answer"`
		Value    int64 `doc:"the answer of a scalar, in the units of lo and hi"`
	}
	questionList struct{ Questions []uint64 }
	amountValue  struct{ Amount uint256.Int }
	depositsArgs struct {
		Accounts []address
		Amounts  []uint256.Int
	}
	idRef         struct{ ID uint64 }
	questionValue struct {
		Question QuestionView `sol:"-"`
	}
	pageArgs struct {
		After uint64 `sol:"after_" doc:"the last id of the page before; 0 for the first page"`
		Max   uint16
	}
	countValue struct {
		Count uint64 `sol:"-"`
	}
	bookRef struct {
		Question uint64
		Book     uint8
	}
	priceValue struct {
		Price       uint64 `doc:"of YES, in 1e-18"`
		Provisional bool   `doc:"trading goes on"`
	}
	positionArgs struct {
		Question uint64
		Book     uint8
		Trader   address
	}
	positionValue struct {
		Yes uint256.Int
		No  uint256.Int
	}
	accountRef struct{ Account address }
	orderValue struct {
		Order OrderView `sol:"-"`
	}
	ordersArgs struct {
		Question uint64
		After    uint64 `sol:"after_" doc:"the last id of the page before; 0 for the first page"`
		Max      uint16
	}
	orderViews struct {
		Orders []OrderView `sol:"-"`
	}
	wordArgs struct {
		Account address
		Word    uint256.Int
	}
	plainAmount struct {
		Amount uint256.Int `sol:"-"`
	}
	wordValue struct {
		Value uint256.Int `sol:"-"`
	}
	domainValue struct {
		Domain word `sol:"-"`
	}
)

// Parameters and results of IClock's functions.
type (
	tickArgs struct {
		Height    uint64
		Signature []byte `doc:"the proposer's, over chain id, height and the previous beacon"`
	}
	beaconValue struct {
		Beacon word `sol:"-"`
	}
	heightValue struct {
		Height uint64 `sol:"-"`
	}
)
