package simulate

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"agon/guard/effect"
)

// simulated is one call's result of eth_simulateV1.
type simulated struct {
	ReturnData hexutil.Bytes  `json:"returnData"`
	Logs       []*types.Log   `json:"logs"`
	GasUsed    hexutil.Uint64 `json:"gasUsed"`
	Status     hexutil.Uint64 `json:"status"`
	Error      *struct {
		Message string        `json:"message"`
		Data    hexutil.Bytes `json:"data"`
	} `json:"error"`
}

// remote lets the node run the subject: once to see which tokens it touches,
// then between the questions about them. Nodes without eth_simulateV1 are asked
// for a trace.
func (s *Simulator) remote(ctx context.Context, subject Subject, interest []common.Address,
) (*Outcome, error) {
	block, _, err := s.node.latest(ctx, subject)
	if err != nil {
		return nil, err
	}
	first, err := s.blocks(ctx, block, [][]any{{arguments(subject)}})
	if err != nil {
		out, traced := s.traced(ctx, subject, block)
		if traced != nil {
			return nil, fmt.Errorf("%w; %w", err, traced)
		}
		return out, nil
	}
	run := first[0][0]
	out := &Outcome{
		Block: block, Facts: map[common.Address]*Facts{},
		Effects: &effect.Effects{
			Rung: effect.Simulated, Block: block.Header.Number.Uint64(), Hash: block.Hash,
			Time: block.Time(), GasUsed: uint64(run.GasUsed),
		},
	}
	if run.Status != 1 {
		out.Effects.Reverted, out.Effects.Reason = true, reasonOf(run)
		return out, nil
	}
	out.Effects.Incomplete = append(out.Effects.Incomplete,
		"changes of code and storage are not told by this node")
	return out, s.compare(ctx, block, subject, run, out.Effects)
}

func reasonOf(r simulated) string {
	if r.Error == nil {
		return "no reason given"
	}
	return revertReason(fmt.Errorf("%.200s", r.Error.Message), r.Error.Data)
}

// blocks runs lists of calls, each list in a block of its own, over the state of
// a block.
func (s *Simulator) blocks(ctx context.Context, block *Block, calls [][]any) ([][]simulated,
	error) {
	var states []map[string]any
	for _, c := range calls {
		states = append(states, map[string]any{"calls": c})
	}
	var answer []struct {
		Calls []simulated `json:"calls"`
	}
	err := s.node.call(ctx, &answer, "eth_simulateV1",
		map[string]any{"blockStateCalls": states, "traceTransfers": true}, block.at())
	if err != nil {
		return nil, err
	}
	if len(answer) != len(calls) {
		return nil, fmt.Errorf("%w: %d blocks, want %d", ErrNode, len(answer), len(calls))
	}
	out := make([][]simulated, len(calls))
	for i, b := range answer {
		if len(b.Calls) != len(calls[i]) {
			return nil, fmt.Errorf("%w: %d calls, want %d", ErrNode, len(b.Calls), len(calls[i]))
		}
		out[i] = b.Calls
	}
	return out, nil
}

// compare asks for balances and allowances before and after the call.
func (s *Simulator) compare(ctx context.Context, block *Block, subject Subject, run simulated,
	e *effect.Effects) error {
	type ask struct {
		token, spender *common.Address
		all            bool
		data           []byte
	}
	var asks []ask
	var tokens []common.Address
	seen := map[common.Address]bool{}
	for _, l := range run.Logs {
		if !seen[l.Address] && len(tokens) < 64 {
			seen[l.Address] = true
			tokens = append(tokens, l.Address)
		}
	}
	for _, t := range subject.Tokens {
		if !seen[t] && len(tokens) < 64 {
			seen[t] = true
			tokens = append(tokens, t)
		}
	}
	me := wordOf(subject.From)
	for i := range tokens {
		t := &tokens[i]
		asks = append(asks, ask{token: t, data: question(balanceOf, me)})
		for j := range subject.Spenders {
			sp := &subject.Spenders[j]
			asks = append(asks,
				ask{token: t, spender: sp, data: question(allowance, me, wordOf(*sp))},
				ask{token: t, spender: sp, all: true, data: question(isApprovedForAll, me,
					wordOf(*sp))})
		}
	}
	questions := make([]any, len(asks))
	for i, a := range asks {
		questions[i] = map[string]any{"to": a.token, "data": hexutil.Bytes(a.data)}
	}
	var before, after hexutil.Big
	if err := s.node.call(ctx, &before, "eth_getBalance", subject.From, block.at()); err != nil {
		return err
	}
	answers, err := s.blocks(ctx, block, [][]any{questions, {arguments(subject)}, questions})
	if err != nil {
		return err
	}
	// The coin's transfers are told as logs of the address 0xeee…; see EIP-7528.
	coin := new(big.Int).Set(before.ToInt())
	for _, l := range answers[1][0].Logs {
		if l.Address != coinTransfers || len(l.Topics) != 3 {
			continue
		}
		amount := new(big.Int).SetBytes(l.Data)
		if common.BytesToAddress(l.Topics[1][:]) == subject.From {
			coin.Sub(coin, amount)
		}
		if common.BytesToAddress(l.Topics[2][:]) == subject.From {
			coin.Add(coin, amount)
		}
	}
	after = hexutil.Big(*coin)
	if before.ToInt().Cmp(after.ToInt()) != 0 {
		e.Balances = append(e.Balances, effect.Balance{
			Account: subject.From, Before: before.ToInt(), After: after.ToInt(),
		})
	}
	for i, a := range asks {
		x, ok := wordIn(answers[0][i])
		y, ok2 := wordIn(answers[2][i])
		if !ok || !ok2 || x.Cmp(y) == 0 {
			continue
		}
		if a.spender == nil {
			e.Balances = append(e.Balances, effect.Balance{
				Account: subject.From, Token: a.token, Before: x, After: y,
			})
			continue
		}
		e.Allowances = append(e.Allowances, effect.Allowance{
			Token: *a.token, Owner: subject.From, Spender: *a.spender, All: a.all, Before: x,
			After: y,
		})
	}
	return nil
}

// coinTransfers is the address under which transfers of the coin are told.
var coinTransfers = common.HexToAddress("0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE")

func wordIn(r simulated) (*big.Int, bool) {
	if r.Status != 1 || len(r.ReturnData) != 32 {
		return nil, false
	}
	return new(big.Int).SetBytes(r.ReturnData), true
}

// frame is a call of the call tracer.
type frame struct {
	From   common.Address  `json:"from"`
	To     *common.Address `json:"to"`
	Value  *hexutil.Big    `json:"value"`
	Input  hexutil.Bytes   `json:"input"`
	Output hexutil.Bytes   `json:"output"`
	Error  string          `json:"error"`
	Used   hexutil.Uint64  `json:"gasUsed"`
	Calls  []frame         `json:"calls"`
}

// traced asks for a trace and for the state before and after (the prestate
// tracer's diff). The coin's balance, code and proxies are in the diff; balances
// of tokens are not told.
func (s *Simulator) traced(ctx context.Context, subject Subject, block *Block) (*Outcome, error) {
	var top frame
	type account struct {
		Balance *hexutil.Big                `json:"balance"`
		Code    hexutil.Bytes               `json:"code"`
		Storage map[common.Hash]common.Hash `json:"storage"`
	}
	var diff struct {
		Pre, Post map[common.Address]account
	}
	args := arguments(subject)
	elems := []rpc.BatchElem{
		{Method: "debug_traceCall", Result: &top, Args: []any{args, block.at(),
			map[string]any{"tracer": "callTracer"}}},
		{Method: "debug_traceCall", Result: &diff, Args: []any{args, block.at(),
			map[string]any{"tracer": "prestateTracer",
				"tracerConfig": map[string]any{"diffMode": true}}}},
	}
	if err := s.node.batch(ctx, elems); err != nil {
		return nil, err
	}
	if err := elems[0].Error; err != nil {
		return nil, fmt.Errorf("%w: debug_traceCall: %w", ErrNode, err)
	}
	e := &effect.Effects{
		Rung: effect.Traced, Block: block.Header.Number.Uint64(), Hash: block.Hash,
		Time:    block.Time(),
		GasUsed: uint64(top.Used), Reverted: top.Error != "",
		Incomplete: []string{"balances of tokens are not told by a trace"},
	}
	if e.Reverted {
		e.Reason = revertReason(fmt.Errorf("%.200s", top.Error), top.Output)
	} else {
		swallowed(top.Calls, e, 0)
	}
	if elems[1].Error != nil {
		e.Incomplete = append(e.Incomplete, "changes of the state are not told by this node")
		return &Outcome{Block: block, Effects: e, Facts: map[common.Address]*Facts{}}, nil
	}
	if pre, post := diff.Pre[subject.From], diff.Post[subject.From]; pre.Balance != nil &&
		post.Balance != nil {
		e.Balances = append(e.Balances, effect.Balance{
			Account: subject.From, Before: pre.Balance.ToInt(), After: post.Balance.ToInt(),
		})
	}
	for a, post := range diff.Post {
		for key, value := range post.Storage {
			if what, ok := proxySlots[key]; ok {
				e.Controls = append(e.Controls, effect.Control{
					Where: a, What: what, From: diff.Pre[a].Storage[key], To: value,
				})
			}
		}
	}
	return &Outcome{Block: block, Effects: e, Facts: map[common.Address]*Facts{}}, nil
}

// swallowed notes calls inside that failed.
func swallowed(calls []frame, e *effect.Effects, depth int) {
	const deepest = 64
	for _, c := range calls {
		if c.Error != "" && c.To != nil && len(e.Inner) < maxReverts {
			e.Inner = append(e.Inner, effect.Revert{
				To: *c.To, Data: c.Input[:min(4, len(c.Input))],
				Reason: revertReason(fmt.Errorf("%.200s", c.Error), c.Output),
			})
		}
		if depth < deepest {
			swallowed(c.Calls, e, depth+1)
		}
	}
}
