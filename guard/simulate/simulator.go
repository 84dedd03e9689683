package simulate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"agon/guard/effect"
)

// Outcome is what was found out about a subject.
type Outcome struct {
	Effects *effect.Effects
	Others  []*effect.Effects // in other environments
	Facts   map[common.Address]*Facts
	Block   *Block
	Trips   int64 // round trips to the node
	// Unproven says why facts without effects are only the node's word; "" if they
	// are proven.
	Unproven string
}

// Facts is what the state tells of an account.
type Facts struct {
	HasCode  bool
	CodeHash common.Hash
	Code     []byte
	Delegate *common.Address
	Target   *common.Address // a proxy's implementation, by its EIP-1967 slot
	Token    *Token
}

// Token is what a token says of itself.
type Token struct {
	Symbol, Name string
	Decimals     int
	Collection   bool
}

// Simulator tries requests out on one node.
type Simulator struct{ node *Node }

// New makes a simulator.
func New(node *Node) *Simulator { return &Simulator{node: node} }

// Chain asks which chain the node is on.
func (s *Simulator) Chain(ctx context.Context) (uint64, error) { return s.node.Chain(ctx) }

// Run tries a subject out and inspects the accounts of interest besides. The
// error is not nil only if nothing at all could be found out; what is missing
// otherwise is in Effects.Incomplete.
func (s *Simulator) Run(ctx context.Context, subject Subject, interest []common.Address) (*Outcome,
	error) {
	start := s.node.Trips()
	out, err := s.local(ctx, subject, interest)
	if err == nil {
		out.Trips = s.node.Trips() - start
		return out, nil
	}
	// A node that lies about its state, or talks without end, is not asked again in
	// another way.
	if errors.Is(err, ErrLying) || errors.Is(err, ErrLong) || ctx.Err() != nil {
		return nil, err
	}
	out, remote := s.remote(ctx, subject, interest)
	if remote != nil {
		return nil, fmt.Errorf("no way to try the request out: %w; %w", err, remote)
	}
	out.Effects.Incomplete = append(out.Effects.Incomplete,
		"the state could not be proven: "+short(err))
	out.Trips = s.node.Trips() - start
	return out, nil
}

// local runs a subject over proven state.
func (s *Simulator) local(ctx context.Context, subject Subject,
	interest []common.Address) (*Outcome,
	error) {
	block, touched, err := s.node.latest(ctx, subject)
	if err != nil {
		return nil, err
	}
	p := newProven(ctx, s.node, block)
	if err := p.fetch(foretold(block, subject, touched, interest)); err != nil {
		return nil, err
	}
	for pass := 0; ; pass++ {
		// The last passes fetch one by one: code whose way depends on what it
		// reads can keep wanting more.
		p.gathering = pass < gatheringPasses
		out, err := s.everything(p, subject, interest)
		if err != nil {
			return nil, err
		}
		if done, err := p.complete(); err != nil || done {
			return out, err
		}
	}
}

// gatheringPasses bounds the runs whose results are thrown away.
const gatheringPasses = 8

// everything runs the subject in every environment and reads the facts.
func (s *Simulator) everything(p *proven, subject Subject, interest []common.Address) (*Outcome,
	error) {
	out := &Outcome{Block: p.block, Facts: map[common.Address]*Facts{}}
	for k, env := range environments(p.block) {
		e, seen, err := s.try(p, env, subject)
		if err != nil {
			return nil, err
		}
		if k > 0 {
			out.Others = append(out.Others, e)
			continue
		}
		out.Effects = e
		accounts := append(slices.Clone(interest), seen.called...)
		if err := out.facts(p, env, accounts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Look reads the facts of accounts without running anything, as for a message
// that is signed. A node that gives no proofs is believed, and Unproven says why.
func (s *Simulator) Look(ctx context.Context, accounts []common.Address) (*Outcome, error) {
	start := s.node.Trips()
	block, _, err := s.node.latest(ctx, Subject{})
	if err != nil {
		return nil, err
	}
	out, err := s.look(ctx, block, accounts)
	if err != nil && !errors.Is(err, ErrLying) && !errors.Is(err, ErrLong) && ctx.Err() == nil {
		facts, fault := s.told(ctx, block, accounts)
		if fault != nil {
			return nil, fmt.Errorf("%w; %w", err, fault)
		}
		out, err = &Outcome{Block: block, Facts: facts, Unproven: short(err)}, nil
	}
	if err != nil {
		return nil, err
	}
	out.Trips = s.node.Trips() - start
	return out, nil
}

// look reads facts over proven state.
func (s *Simulator) look(ctx context.Context, block *Block, accounts []common.Address) (*Outcome,
	error) {
	p := newProven(ctx, s.node, block)
	if err := p.fetch(foretold(block, Subject{}, nil, accounts)); err != nil {
		return nil, err
	}
	for pass := 0; ; pass++ {
		p.gathering = pass < gatheringPasses
		out := &Outcome{Block: block, Facts: map[common.Address]*Facts{}}
		if err := out.facts(p, environments(block)[0], accounts); err != nil {
			return nil, err
		}
		if done, err := p.complete(); err != nil || done {
			return out, err
		}
	}
}

// Past is what accounts were a while ago. Nodes that have forgotten the state of
// that time leave all of them unknown: the maps then lack them.
type Past struct {
	Young    map[common.Address]bool // there was no code yet
	Replaced map[common.Address]bool // the proxy had another implementation
}

// Past looks at contracts and at proxies as they were a while ago; nil if the chain
// is younger itself. How many blocks ago that was is reckoned by the chain's own pace.
func (s *Simulator) Past(ctx context.Context, block *Block, age time.Duration,
	contracts []common.Address, proxies map[common.Address]common.Address) (*Past, error) {
	back, err := s.blocksIn(ctx, block, age)
	if err != nil || back == 0 {
		return nil, err
	}
	at := hexutil.Uint64(block.Header.Number.Uint64() - back)
	codes := make([]hexutil.Bytes, len(contracts))
	var elems []rpc.BatchElem
	for i, a := range contracts {
		elems = append(elems, rpc.BatchElem{Method: "eth_getCode", Args: []any{a, at},
			Result: &codes[i]})
	}
	slots := make([]common.Hash, len(proxies))
	order := slices.SortedFunc(maps.Keys(proxies), common.Address.Cmp)
	for i, a := range order {
		elems = append(elems, rpc.BatchElem{Method: "eth_getStorageAt",
			Args: []any{a, implementationSlot, at}, Result: &slots[i]})
	}
	if err := s.node.batch(ctx, elems); err != nil {
		return nil, err
	}
	p := &Past{Young: map[common.Address]bool{}, Replaced: map[common.Address]bool{}}
	for i, a := range contracts {
		if elems[i].Error == nil {
			p.Young[a] = len(codes[i]) == 0
		}
	}
	for i, a := range order {
		then := common.BytesToAddress(slots[i][:])
		if elems[len(contracts)+i].Error == nil {
			p.Replaced[a] = then != proxies[a] && then != (common.Address{})
		}
	}
	return p, nil
}

// blocksIn reckons how many blocks before the given one the chain was so much
// younger; 0 if it is younger itself.
func (s *Simulator) blocksIn(ctx context.Context, block *Block, age time.Duration) (uint64, error) {
	const sample = 10_000 // blocks
	height := block.Header.Number.Uint64()
	back := min(height, sample)
	if back == 0 {
		return 0, nil
	}
	var then struct {
		Timestamp hexutil.Uint64 `json:"timestamp"`
	}
	if err := s.node.call(ctx, &then, "eth_getBlockByNumber",
		hexutil.Uint64(height-back), false); err != nil {
		return 0, err
	}
	took := float64(block.Header.Time) - float64(then.Timestamp)
	if took <= 0 {
		return 0, fmt.Errorf("%w: %d blocks took %v seconds", ErrNode, back, took)
	}
	blocks := age.Seconds() / took * float64(back)
	if blocks > float64(height) {
		return 0, nil
	}
	return uint64(blocks), nil
}

// foretold puts together what a run will touch: the node's access list, the
// accounts that the request names, with the slots of proxies.
func foretold(block *Block, s Subject, touched types.AccessList, interest []common.Address,
) types.AccessList {
	keys := map[common.Address]map[common.Hash]bool{}
	var order []common.Address
	add := func(a common.Address, slots ...common.Hash) {
		if keys[a] == nil {
			keys[a] = map[common.Hash]bool{}
			order = append(order, a)
		}
		for _, k := range slots {
			keys[a][k] = true
		}
	}
	add(s.From)
	for _, env := range environments(block) {
		add(env.coinbase)
	}
	if s.To != nil {
		add(*s.To, implementationSlot)
	}
	for authority, delegate := range s.Delegates {
		add(authority)
		add(delegate)
	}
	for _, list := range [][]common.Address{s.Tokens, interest} {
		for _, a := range list {
			add(a, implementationSlot)
		}
	}
	for _, a := range append(s.Watch, s.Spenders...) {
		add(a)
	}
	for _, item := range touched {
		if len(order) >= maxAccounts/2 {
			break // a node may list anything
		}
		add(item.Address, item.StorageKeys[:min(len(item.StorageKeys), 256)]...)
	}
	list := make(types.AccessList, len(order))
	for i, a := range order {
		list[i].Address = a
		for k := range keys[a] {
			list[i].StorageKeys = append(list[i].StorageKeys, k)
		}
	}
	return list
}

// try runs the subject in one environment and inspects what changed.
func (s *Simulator) try(p *proven, env environment, subject Subject) (*effect.Effects, *observer,
	error) {
	seen := newObserver()
	before, err := newMachine(p, env, nil)
	if err != nil {
		return nil, nil, err
	}
	after, err := newMachine(p, env, seen)
	if err != nil {
		return nil, nil, err
	}
	r, err := after.applyAll(subject)
	if err != nil {
		return nil, nil, err
	}
	e := &effect.Effects{
		Rung: effect.Proved, Block: p.block.Header.Number.Uint64(), Hash: p.block.Hash,
		Time: p.block.Time(), Reverted: r.reverted, Reason: r.reason, GasUsed: r.gasUsed,
		Inner: seen.swallowed(r),
	}
	after.seen = nil
	if !r.reverted {
		i := inspector{before: before, after: after, subject: subject, seen: seen, out: e}
		i.inspect()
		e.Resale = resell(after, subject, e)
	}
	e.Incomplete = append(e.Incomplete, foreign(p.block.Chain, seen.called)...)
	// The EVM does not stop at an error of the state.
	if err := p.failed(); err != nil {
		return nil, nil, err
	}
	return e, seen, nil
}

// foreign says where a run met what only the chain itself can run.
func foreign(chain uint64, called []common.Address) []string {
	for _, a := range called {
		if rollup := rollups[chain]; rollup != nil && rollup(a) {
			return []string{fmt.Sprintf("%s is built into chain %d and cannot be run here", a,
				chain)}
		}
	}
	return nil
}

// rollups by chain: which addresses hold code that is not EVM code. Arbitrum's
// precompiles are 0x64 to 0xff; zkSync's system contracts are 0x8000 and up.
var rollups = map[uint64]func(common.Address) bool{
	42161: arbitrum, 42170: arbitrum, 421614: arbitrum,
	324: zkSync, 300: zkSync,
}

func arbitrum(a common.Address) bool {
	return common.BytesToHash(a[:]).Big().BitLen() <= 8 && a[19] >= 0x64
}

func zkSync(a common.Address) bool {
	n := common.BytesToHash(a[:]).Big()
	return n.BitLen() == 16 && n.Bit(15) == 1
}

// facts reads what the state tells of accounts. Tokens are asked for symbol,
// name and decimals.
func (o *Outcome) facts(p *proven, env environment, accounts []common.Address) error {
	const most = 64
	m, err := newMachine(p, env, nil)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if _, done := o.Facts[a]; done || len(o.Facts) >= most {
			continue
		}
		o.Facts[a] = m.factsOf(a)
	}
	return p.failed()
}

func (m *machine) factsOf(a common.Address) *Facts {
	f := &Facts{Code: m.db.GetCode(a)}
	if delegate, ok := types.ParseDelegation(f.Code); ok {
		f.Delegate = &delegate // still a person's account
		return f
	}
	if f.HasCode = len(f.Code) > 0; !f.HasCode {
		return f
	}
	f.CodeHash = m.db.GetCodeHash(a)
	if target := m.db.GetState(a, implementationSlot); target != (common.Hash{}) {
		t := common.BytesToAddress(target[:])
		f.Target = &t
	}
	t := &Token{}
	for _, id := range [][]byte{erc721, erc1155} {
		if yes, ok := m.number(a, question(supports, common.BytesToHash(id))); ok &&
			yes.Sign() > 0 {
			t.Collection = true
		}
	}
	var ok bool
	if t.Symbol, ok = m.text(a, question(symbol)); !ok && !t.Collection {
		return f
	}
	t.Name, _ = m.text(a, question(name))
	if n, ok := m.number(a, question(decimals)); ok && n.IsInt64() && n.Int64() <= 77 {
		t.Decimals = int(n.Int64())
	}
	f.Token = t
	return f
}

func short(err error) string {
	const longest = 120
	text := err.Error()
	if len(text) > longest {
		return text[:longest] + "…"
	}
	return text
}
