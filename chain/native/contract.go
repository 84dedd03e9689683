package native

import (
	"fmt"
	"reflect"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Contract is a set of Go functions at an address. Register everything before
// the first call; after that it is read only and safe for concurrent calls.
type Contract struct {
	address    common.Address
	name, doc  string
	key        *storetypes.KVStoreKey
	members    []*member
	structDocs map[string]string
	functions  map[[4]byte]*function
	events     map[reflect.Type]*member
	errors     map[reflect.Type]*member
}

// None is the input or output of a function that has none.
type None struct{}

// function is a registered function, its types erased.
type function struct {
	*member
	call func(*Ctx, []byte) ([]byte, error) // arguments in, results out, both encoded
}

// New makes an empty contract. name is that of the Solidity interface, doc its
// NatSpec notice; key is that of the store it works on, nil if it has none.
func New(
	address common.Address, key *storetypes.KVStoreKey, name, doc string,
) *Contract {
	return &Contract{
		address: address, key: key, name: name, doc: doc,
		structDocs: map[string]string{},
		functions:  map[[4]byte]*function{},
		events:     map[reflect.Type]*member{},
		errors:     map[reflect.Type]*member{},
	}
}

// View registers a function that only reads. Its parameters and results are
// the fields of In and Out.
func View[In, Out any](c *Contract, name, doc string, fn func(*Ctx, In) (Out, error)) {
	register(c, "view", name, doc, fn)
}

// Write registers a function that changes state and takes no coins.
func Write[In, Out any](c *Contract, name, doc string, fn func(*Ctx, In) (Out, error)) {
	register(c, "nonpayable", name, doc, fn)
}

// Payable registers a function that changes state and may be sent coins, which
// Ctx.Paid tells.
func Payable[In, Out any](c *Contract, name, doc string, fn func(*Ctx, In) (Out, error)) {
	register(c, "payable", name, doc, fn)
}

// Event registers an event: a struct whose fields are its parameters, those
// tagged `sol:",indexed"` as topics. Its name is the type's.
func Event[E any](c *Contract, doc string) {
	t := reflect.TypeFor[E]()
	c.events[t] = c.add(&member{kind: "event", name: t.Name(), doc: doc, in: shapeOf(t, "")})
}

// Error registers a custom error: a struct that implements error and whose
// fields are its parameters. A function that returns one reverts with it.
func Error[E error](c *Contract, doc string) {
	t := reflect.TypeFor[E]()
	c.errors[t] = c.add(&member{kind: "error", name: t.Name(), doc: doc, in: shapeOf(t, "")})
}

// Struct describes a struct in the Solidity source.
func Struct[S any](c *Contract, doc string) { c.structDocs[reflect.TypeFor[S]().Name()] = doc }

func register[In, Out any](
	c *Contract, mutability, name, doc string, fn func(*Ctx, In) (Out, error),
) {
	in, out := shapeOf(reflect.TypeFor[In](), ""), shapeOf(reflect.TypeFor[Out](), "")
	m := c.add(&member{
		kind: "function", name: name, doc: doc, mutability: mutability, in: in, out: out,
	})
	c.functions[[4]byte(m.topic[:4])] = &function{m, func(ctx *Ctx, data []byte) ([]byte, error) {
		var args In
		if err := decode(in, data, reflect.ValueOf(&args).Elem()); err != nil {
			return nil, err
		}
		results, err := fn(ctx, args)
		if err != nil {
			return nil, err
		}
		return encode(out, reflect.ValueOf(&results).Elem()), nil
	}}
}

// add appends a member; two with one signature are a mistake of the program.
func (c *Contract) add(m *member) *member {
	for _, have := range c.members {
		if have.kind == m.kind && have.signature() == m.signature() {
			panic(fmt.Sprintf("native: %s: %s is registered twice", c.name, m.signature()))
		}
	}
	m.topic = crypto.Keccak256Hash([]byte(m.signature()))
	c.members = append(c.members, m)
	return m
}

// Address implements vm.PrecompiledContract.
func (c *Contract) Address() common.Address { return c.address }

// Name implements vm.PrecompiledContract.
func (c *Contract) Name() string { return c.name }
