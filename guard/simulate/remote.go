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
// then between the questions about them, in two environments. Nodes without
// eth_simulateV1 are asked for a trace.
func (s *Simulator) remote(ctx context.Context, subject Subject, interest []common.Address,
) (*Outcome, error) {
	block, _, err := s.node.latest(ctx, subject)
	if err != nil {
		return nil, err
	}
	out, err := s.simulated(ctx, block, subject)
	if err != nil {
		traced, fault := s.traced(ctx, subject, block)
		if fault != nil {
			return nil, fmt.Errorf("%w; %w", err, fault)
		}
		out = traced
	}
	if out.Facts, err = s.told(ctx, block, interest); err != nil {
		out.Facts = map[common.Address]*Facts{}
		out.Effects.Incomplete = append(out.Effects.Incomplete,
			"the code of the accounts is not told by this node")
	}
	return out, nil
}

// simulated runs the subject by eth_simulateV1.
func (s *Simulator) simulated(ctx context.Context, block *Block, subject Subject) (*Outcome,
	error) {
	first, err := s.blocks(ctx, block, []simBlock{running(subject)})
	if err != nil {
		return nil, err
	}
	out := &Outcome{Block: block}
	for k, env := range environments(block) {
		e := &effect.Effects{
			Rung: effect.Simulated, Block: block.Header.Number.Uint64(), Hash: block.Hash,
			Time: block.Time(), Incomplete: []string{"changes of code and storage, and whether " +
				"what is bought can be sold again, are not told by this node"},
		}
		if err := s.compare(ctx, block, env, subject, first[0], e); err != nil {
			return nil, err
		}
		if k == 0 {
			out.Effects = e
		} else {
			out.Others = append(out.Others, e)
		}
	}
	return out, nil
}

// running is a block with the calls of a subject, under its delegations.
func running(s Subject) simBlock {
	b := simBlock{calls: []any{arguments(s)}}
	for _, step := range s.Then {
		b.calls = append(b.calls, arguments(Subject{From: s.From, To: step.To, Value: step.Value,
			Data: step.Data}))
	}
	for authority, delegate := range s.Delegates {
		if b.overrides == nil {
			b.overrides = map[common.Address]any{}
		}
		b.overrides[authority] = map[string]any{
			"code": hexutil.Bytes(types.AddressToDelegation(delegate)),
		}
	}
	return b
}

// outcome finds the first call that failed; the last one if none did.
func outcome(calls []simulated) (run simulated, gas uint64) {
	for _, run = range calls {
		gas += uint64(run.GasUsed)
		if run.Status != 1 {
			break
		}
	}
	return run, gas
}

func reasonOf(r simulated) string {
	if r.Error == nil {
		return "no reason given"
	}
	return revertReason(fmt.Errorf("%.200s", r.Error.Message), r.Error.Data)
}

// simBlock is one block of eth_simulateV1.
type simBlock struct {
	calls     []any
	overrides map[common.Address]any // of the state
	seen      map[string]any         // what code can see of the block
}

// blocks runs lists of calls, each list in a block of its own, over the state of
// a block.
func (s *Simulator) blocks(ctx context.Context, block *Block, list []simBlock) ([][]simulated,
	error) {
	var states []map[string]any
	for _, b := range list {
		state := map[string]any{"calls": b.calls}
		if b.overrides != nil {
			state["stateOverrides"] = b.overrides
		}
		if b.seen != nil {
			state["blockOverrides"] = b.seen
		}
		states = append(states, state)
	}
	var answer []struct {
		Calls  []simulated    `json:"calls"`
		Number hexutil.Uint64 `json:"number"`
	}
	err := s.node.call(ctx, &answer, "eth_simulateV1",
		map[string]any{"blockStateCalls": states, "traceTransfers": true}, block.at())
	if err != nil {
		return nil, err
	}
	var out [][]simulated
	for _, b := range answer {
		// Between blocks that are not neighbours the node puts empty ones.
		if len(b.Calls) > 0 || len(out) < len(list) && len(list[len(out)].calls) == 0 {
			out = append(out, b.Calls)
		}
	}
	if len(out) != len(list) {
		return nil, fmt.Errorf("%w: %d blocks, want %d", ErrNode, len(out), len(list))
	}
	for i := range out {
		if len(out[i]) != len(list[i].calls) {
			return nil, fmt.Errorf("%w: %d calls, want %d", ErrNode, len(out[i]),
				len(list[i].calls))
		}
	}
	return out, nil
}

// asked is one question about the state, put before the run and after it.
type asked struct {
	where, spender *common.Address
	all, owner     bool
	item           *big.Int
	data           []byte
}

// questionsAbout lists what to ask once it is known which contracts a run touches:
// the sender's balances, allowances and items, and who owns the contracts.
func questionsAbout(subject Subject, runs []simulated) []asked {
	const most = 64
	var out []asked
	me := wordOf(subject.From)
	seen := map[common.Address]bool{coinTransfers: true}
	items := map[slot]bool{}
	contract := func(a common.Address) {
		if seen[a] || len(seen) > most {
			return
		}
		seen[a] = true
		out = append(out, asked{where: &a, data: question(balanceOf, me)},
			asked{where: &a, owner: true, data: question(owner)})
		for j := range subject.Spenders {
			sp := &subject.Spenders[j]
			out = append(out,
				asked{where: &a, spender: sp, data: question(allowance, me, wordOf(*sp))},
				asked{where: &a, spender: sp, all: true,
					data: question(isApprovedForAll, me, wordOf(*sp))})
		}
	}
	if subject.To != nil {
		contract(*subject.To)
	}
	for _, t := range subject.Tokens {
		contract(t)
	}
	for _, run := range runs {
		for _, l := range run.Logs {
			contract(l.Address)
			at := slot{account: l.Address}
			if len(l.Topics) == 4 && l.Topics[0] == topicTransfer {
				at.key = l.Topics[3]
			}
			if len(l.Topics) == 4 && l.Topics[0] == topicTransfer && !items[at] &&
				len(items) < most {
				items[at] = true
				out = append(out, asked{where: &l.Address, item: at.key.Big(),
					data: question(ownerOf, at.key)})
			}
		}
	}
	return out
}

// compare puts the questions before the run and after it, and runs the subject
// between them in one environment.
func (s *Simulator) compare(ctx context.Context, block *Block, env environment, subject Subject,
	first []simulated, e *effect.Effects) error {
	asks := questionsAbout(subject, first)
	questions := make([]any, len(asks))
	for i, a := range asks {
		questions[i] = map[string]any{"to": a.where, "data": hexutil.Bytes(a.data)}
	}
	run := running(subject)
	run.seen = map[string]any{
		"number":       hexutil.Uint64(block.Header.Number.Uint64() + 1 + env.ahead),
		"time":         hexutil.Uint64(block.Header.Time + blockTime*(1+env.ahead)),
		"feeRecipient": env.coinbase, "prevRandao": env.random,
		// Without it the node runs calls at a fee of 0, which gives it away.
		"baseFeePerGas": (*hexutil.Big)(zeroIfNil(block.Header.BaseFee)),
	}
	var before hexutil.Big
	if err := s.node.call(ctx, &before, "eth_getBalance", subject.From, block.at()); err != nil {
		return err
	}
	answers, err := s.blocks(ctx, block, []simBlock{{calls: questions}, run, {calls: questions}})
	if err != nil {
		return err
	}
	last, gas := outcome(answers[1])
	e.GasUsed = gas
	if last.Status != 1 {
		e.Reverted, e.Reason = true, reasonOf(last)
		return nil
	}
	after := coinAfter(subject.From, before.ToInt(), answers[1])
	if after.Cmp(before.ToInt()) != 0 {
		e.Balances = append(e.Balances, effect.Balance{
			Account: subject.From, Before: before.ToInt(), After: after,
		})
	}
	for i, a := range asks {
		x, ok := wordIn(answers[0][i])
		y, ok2 := wordIn(answers[2][i])
		if a.item != nil && ok2 || ok && ok2 && x.Cmp(y) != 0 {
			a.note(subject.From, x, y, e)
		}
	}
	return nil
}

// coinTransfers is the address under which transfers of the coin are told.
var coinTransfers = common.HexToAddress("0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE")

// coinAfter adds up the coin's transfers, which are told as logs of the address
// 0xeee… (EIP-7528).
func coinAfter(who common.Address, before *big.Int, runs []simulated) *big.Int {
	coin := new(big.Int).Set(before)
	for _, run := range runs {
		for _, l := range run.Logs {
			if l.Address != coinTransfers || len(l.Topics) != 3 {
				continue
			}
			amount := new(big.Int).SetBytes(l.Data)
			if common.BytesToAddress(l.Topics[1][:]) == who {
				coin.Sub(coin, amount)
			}
			if common.BytesToAddress(l.Topics[2][:]) == who {
				coin.Add(coin, amount)
			}
		}
	}
	return coin
}

// note puts an answer that differs before and after where it belongs.
func (a asked) note(who common.Address, before, after *big.Int, e *effect.Effects) {
	switch {
	case a.item != nil:
		move := effect.Move{Collection: *a.where, ID: a.item, To: common.BigToAddress(after)}
		if before != nil {
			move.From = common.BigToAddress(before)
		}
		if move.From != move.To {
			e.Items = append(e.Items, move)
		}
	case a.owner:
		e.Controls = append(e.Controls, effect.Control{Where: *a.where, What: "owner",
			From: common.BigToHash(before), To: common.BigToHash(after)})
	case a.spender != nil:
		e.Allowances = append(e.Allowances, effect.Allowance{Token: *a.where, Owner: who,
			Spender: *a.spender, All: a.all, Before: before, After: after})
	default:
		e.Balances = append(e.Balances, effect.Balance{Account: who, Token: a.where,
			Before: before, After: after})
	}
}

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
	overrides := running(subject).overrides
	elems := []rpc.BatchElem{
		{Method: "debug_traceCall", Result: &top, Args: []any{args, block.at(),
			map[string]any{"tracer": "callTracer", "stateOverrides": overrides}}},
		{Method: "debug_traceCall", Result: &diff, Args: []any{args, block.at(),
			map[string]any{"tracer": "prestateTracer", "stateOverrides": overrides,
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
	if len(subject.Then) > 0 {
		e.Incomplete = append(e.Incomplete, "only the first of the calls was tried out")
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
