package clearsign

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"golang.org/x/net/publicsuffix"
)

// ContractsFile is the index of contracts in a packed registry.
const ContractsFile = "contracts.json"

// Contract is a contract that a descriptor vouches for.
type Contract struct {
	Chain   uint64         `json:"chain"`
	Address common.Address `json:"address"`
	Domain  string         `json:"domain"` // registrable domain of the owner's site, "" if not said
	Label   string         `json:"label"`  // "Aave DAO: WrappedTokenGatewayV3"
}

// Contracts lists what the descriptors of a library are about, sorted by chain
// and address. Of several descriptors of one contract the first in the order of
// paths counts.
func (l *Library) Contracts() ([]Contract, error) {
	if raw, err := l.readFile(ContractsFile, maxFile); err == nil {
		var out []Contract
		return out, json.Unmarshal(raw, &out)
	}
	var paths []string
	for _, name := range l.calls {
		paths = append(paths, name)
	}
	slices.Sort(paths)
	type place struct {
		chain   uint64
		address common.Address
	}
	seen := map[place]bool{}
	var out []Contract
	for _, name := range slices.Compact(paths) {
		d, err := l.descriptor(name)
		if err != nil {
			return nil, err
		}
		if d.Context.Contract == nil {
			continue
		}
		for _, at := range d.Context.Contract.Deployments {
			k := place{at.ChainID, common.HexToAddress(at.Address)}
			if seen[k] || !common.IsHexAddress(at.Address) {
				continue
			}
			seen[k] = true
			out = append(out, Contract{
				Chain: k.chain, Address: k.address, Domain: domainOf(d.Metadata.Info.URL),
				Label: labelOf(d),
			})
		}
	}
	slices.SortFunc(out, func(a, b Contract) int {
		if a.Chain != b.Chain {
			if a.Chain < b.Chain {
				return -1
			}
			return 1
		}
		return a.Address.Cmp(b.Address)
	})
	return out, nil
}

func labelOf(d *descriptor) string {
	owner, name := d.Metadata.Owner, d.Metadata.ContractName
	if name == "" || strings.Contains(owner, name) {
		return owner
	}
	if owner == "" {
		return name
	}
	return owner + ": " + name
}

func domainOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(u.Hostname()))
	if err != nil {
		return ""
	}
	return domain
}
