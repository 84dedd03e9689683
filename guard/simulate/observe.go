package simulate

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"

	"agon/guard/effect"
)

// Limits of what a run is watched for.
const (
	maxSeen    = 2048 // contracts, slots, logs of each kind
	maxReverts = 16
)

// observer notes where a run went, in the order in which it first did.
type observer struct {
	called  []common.Address // contracts that ran
	written []slot
	coded   []common.Address // accounts whose code was set
	logs    []*types.Log
	reverts []effect.Revert
	seen    map[any]bool
	full    bool
	frames  []common.Address
	inputs  [][]byte
}

func newObserver() *observer { return &observer{seen: map[any]bool{}} }

// first reports whether a key is new and there is room for it.
func (o *observer) first(key any) bool {
	if o.seen[key] {
		return false
	}
	if len(o.seen) >= maxSeen {
		o.full = true
		return false
	}
	o.seen[key] = true
	return true
}

func (o *observer) hooks() *tracing.Hooks {
	return &tracing.Hooks{
		OnEnter: func(_ int, _ byte, _, to common.Address, input []byte, _ uint64, _ *big.Int) {
			o.frames, o.inputs = append(o.frames, to), append(o.inputs, input)
			if o.first(to) {
				o.called = append(o.called, to)
			}
		},
		OnExit: func(depth int, output []byte, _ uint64, err error, reverted bool) {
			last := len(o.frames) - 1
			to, input := o.frames[last], o.inputs[last]
			o.frames, o.inputs = o.frames[:last], o.inputs[:last]
			if !reverted || depth == 0 || len(o.reverts) >= maxReverts {
				return
			}
			o.reverts = append(o.reverts, effect.Revert{
				To: to, Data: common.CopyBytes(input[:min(4, len(input))]),
				Reason: revertReason(err, output),
			})
		},
		OnLog: func(l *types.Log) {
			if len(o.logs) < maxSeen {
				o.logs = append(o.logs, l)
			} else {
				o.full = true
			}
		},
		OnStorageChange: func(a common.Address, key, _, _ common.Hash) {
			if o.first(slot{a, key}) {
				o.written = append(o.written, slot{a, key})
			}
		},
		OnCodeChange: func(a common.Address, _ common.Hash, _ []byte, _ common.Hash, _ []byte) {
			if o.first(codeOf(a)) {
				o.coded = append(o.coded, a)
			}
		},
	}
}

// codeOf keeps accounts whose code changes apart from contracts that ran.
type codeOf common.Address

// swallowed reports whether the failure of a call inside was caught: the whole
// run succeeded.
func (o *observer) swallowed(r *result) []effect.Revert {
	if r.reverted {
		return nil
	}
	return o.reverts
}
