package contracts

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
	"agon/game/market"
)

// The desk of a block saves work and nothing else: calls cost, return and log
// the same as with desks of their own, whether they succeed or not, and every
// block leaves the same bytes in the store.
func TestBlockDeskChangesNothing(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			with, without := newGame(t), newPlainGame(t)
			plans := []*plan{newPlan(with, seed), newPlan(without, seed)}
			for step := range 250 {
				var have [2]string
				for i, p := range plans {
					have[i] = p.step()
				}
				if have[0] != have[1] {
					t.Fatalf("step %d: with the block's desk\n%s\nwithout\n%s",
						step, have[0], have[1])
				}
			}
			with.audit()
			if with.digest() != without.digest() {
				t.Error("the states differ")
			}
		})
	}
}

// plan plays random calls of a seed.
type plan struct {
	*game
	r         *rand.Rand
	players   []player
	questions uint64
	nonce     uint64
}

func newPlan(g *game, seed uint64) *plan {
	p := &plan{game: g, r: rand.New(rand.NewPCG(seed, 0))}
	for i := range 5 {
		p.players = append(p.players, g.rich(i+1))
	}
	p.questions = g.ask(p.players[0], p.players[0].address, 60)
	return p
}

// step makes a call, or ends the block, and words what came of it.
func (p *plan) step() string {
	who := p.players[p.r.IntN(len(p.players))]
	switch p.r.IntN(9) {
	case 0:
		hash := p.Commit()
		stored := fmt.Sprintf("%x", p.World.Store())
		r := p.send(ticker, "tick", &tickArgs{p.Height, []byte{byte(p.Height)}}, 0)
		return fmt.Sprintf("block %x %s %s", hash, stored, p.told(r))
	case 1:
		return p.call(who, "ask", &askArgs{Spec{
			Fields: []string{"Will it rain?", "YES if it rains."}, Window: 40, Grace: 10,
			Subsidy: *uint256.NewInt(uint64(p.r.IntN(3)) * cent), Resolver: who.address,
		}})
	case 2:
		return p.call(who, "place", &placeArgs{p.orders(p.r.IntN(4))})
	case 3:
		first := p.question()<<32 | p.r.Uint64N(40)
		return p.call(who, "cancel", &idList{[]uint64{first, first + 1}[:1+p.r.IntN(2)]})
	case 4:
		n := p.r.Uint64N(3) * cent
		return p.call(who, "mintSet", &setArgs{p.question(), *uint256.NewInt(n)})
	case 5:
		return p.call(who, "orders", &ordersArgs{p.question(), p.question()<<32 | 3, 20})
	case 6:
		return p.call(who, "withdraw", &amountValue{*uint256.NewInt(p.r.Uint64N(7) * coin)})
	default:
		var signed []SignedOrder
		for _, o := range p.orders(1 + p.r.IntN(40)) {
			p.nonce++
			signed = append(signed, p.players[p.r.IntN(len(p.players))].sign(SignedOrder{
				Order: o, Nonce: *uint256.NewInt(p.nonce - p.r.Uint64N(2)), ToBlock: 1 << 40,
			}))
		}
		if p.r.IntN(2) == 0 {
			return p.call(who, "placePacked", &packedArgs{pack(nil, signed...)})
		}
		return p.call(who, "placeSigned", &signedArgs{signed})
	}
}

// question is one that was asked, or one that may be soon.
func (p *plan) question() uint64 { return 1 + p.r.Uint64N(8) }

func (p *plan) orders(n int) (list []Order) {
	for range n {
		o := Order{
			Question: p.question(), Action: uint8(p.r.IntN(4)),
			Amount: *uint256.NewInt(1 + p.r.Uint64N(cent)), Limit: 1e17 * (1 + p.r.Uint64N(9)),
		}
		if p.r.IntN(3) == 0 {
			o.Expiry = p.Height + p.r.Uint64N(20)
		}
		list = append(list, o)
	}
	return list
}

// call sends a call with little gas now and then, so that some fail midway.
func (p *plan) call(who player, name string, args any) string {
	p.t.Helper()
	input, err := p.Market.contract.Pack(name, args)
	if err != nil {
		p.t.Fatal(err)
	}
	gas := uint64(plenty)
	if p.r.IntN(4) == 0 {
		gas = 50_000 + p.r.Uint64N(400_000)
	}
	r := p.Call(who.address, MarketAddress, input, 0, gas)
	return name + " " + p.told(r)
}

func (p *plan) told(r nativetest.Receipt) string {
	p.t.Helper()
	logs, err := json.Marshal(r.Logs)
	if err != nil {
		p.t.Fatal(err)
	}
	return fmt.Sprintf("%x %d %v %s", r.Return, r.Gas, r.Err, logs)
}

// What one block's desk keeps for the next is dropped when it grows.
func TestDeskIsBounded(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	id := g.ask(p, p.address, 100)
	g.Commit()
	d := g.Market.desk
	table := d.Balances.(*table[market.Account, market.Balance])
	for i := range uint64(deskBytes/entryBytes + 1) {
		a := market.Account(common.BigToAddress(uint256.NewInt(i).ToBig()))
		table.held[a] = &entry[market.Account, market.Balance]{key: a}
	}
	g.buy(p, id)
	if g.Market.desk != d {
		t.Fatal("the desk was not kept from block to block")
	}
	if have := len(table.held); have > 10 {
		t.Errorf("%d entries were kept", have)
	}
	g.audit()
}

// The bytes a table counts are those of the values it holds, after calls that
// succeed and calls that do not.
func TestDeskKnowsItsSize(t *testing.T) {
	g := newGame(t)
	p := newPlan(g, 99)
	for range 120 {
		p.step()
	}
	table := g.Market.desk.Balances.(*table[market.Account, market.Balance])
	want := 0
	for _, e := range table.held {
		want += e.bytes
	}
	if table.bytes != want || want == 0 {
		t.Errorf("want %d bytes, have %d", want, table.bytes)
	}
}

// A desk is for the block after the one whose state it holds.
func TestDeskIsOfOneBlock(t *testing.T) {
	g := newGame(t)
	g.rich(1)
	g.Commit()
	d := g.Market.desk
	g.Height++ // a block is missing
	p := g.rich(2)
	if g.Market.desk == d {
		t.Error("the desk of another block was used")
	}
	g.Commit()
	if have := g.balance(p); have != *uint256.NewInt(5 * coin) {
		t.Errorf("the deposit is lost: %s", have.Dec())
	}
}
