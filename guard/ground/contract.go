package ground

import (
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"math/big"
	"os/exec"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

// artifact is what solc makes of a contract.
type artifact struct {
	ABI      abi.ABI
	Bytecode string
}

// compile runs solc over the contracts of this folder, once.
var compile = sync.OnceValues(func() (map[string]artifact, error) {
	c := exec.Command("node", "compile.mjs")
	c.Dir = folder()
	var faults strings.Builder
	c.Stderr = &faults
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("solc (run \"make tools\"): %w\n%s", err, faults.String())
	}
	var contracts map[string]artifact
	return contracts, json.Unmarshal(text, &contracts)
})

// Contract is a deployed contract.
type Contract struct {
	Address common.Address
	ABI     abi.ABI
	ground  *Ground
}

// Deploy puts a contract on the chain, by the bank.
func (g *Ground) Deploy(name string, args ...any) *Contract {
	g.t.Helper()
	return g.DeployWith(nil, name, args...)
}

// DeployWith deploys with coins for the contract.
func (g *Ground) DeployWith(value *big.Int, name string, args ...any) *Contract {
	g.t.Helper()
	a, ok := g.tools[name]
	if !ok {
		g.t.Fatalf("no contract %q", name)
	}
	input, err := a.ABI.Pack("", args...)
	if err != nil {
		g.t.Fatal(name, err)
	}
	r := g.Transact(g.bank, nil, value, append(common.FromHex(a.Bytecode), input...))
	return &Contract{Address: r.ContractAddress, ABI: a.ABI, ground: g}
}

// Data writes a call.
func (c *Contract) Data(method string, args ...any) []byte {
	c.ground.t.Helper()
	data, err := c.ABI.Pack(method, args...)
	if err != nil {
		c.ground.t.Fatal(method, err)
	}
	return data
}

// Send calls a method in a transaction.
func (c *Contract) Send(key *ecdsa.PrivateKey, value *big.Int, method string, args ...any) {
	c.ground.t.Helper()
	c.ground.Transact(key, &c.Address, value, c.Data(method, args...))
}
