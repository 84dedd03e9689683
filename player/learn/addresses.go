package learn

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"agon/game/market"
	"agon/player/address"
	"agon/player/model"
)

// Address is one labelled example.
type Address struct {
	address.Subject
	Malicious bool
	Fold      Fold
	Entity    string // whose it is, for the benign ones; never a feature
	Weight    float64
}

// ethereum is the chain whose addresses are used. Most attackers are on it and
// honest ones are everywhere, so that any other chain would betray the label.
const ethereum = "1"

// Addresses reads the permissively licensed addresses of a data folder and
// splits them by a hash, the one that splits tokens, in the order of another.
// Honest contracts that were exploited are left out.
func Addresses(dataDir string) ([]Address, error) {
	var out []Address
	path := filepath.Join(dataDir, "addresses", "addresses_mit.csv")
	err := Rows(path, func(cell func(string) string) error {
		a := Address{
			Subject:   address.NewSubject(cell("address"), ethereum),
			Malicious: cell("label") == "malicious",
		}
		if name, ok := strings.CutPrefix(cell("category"), "label: "); ok {
			a.Entity = name
		}
		chains := strings.Split(cell("chains"), "+")
		switch share := int(model.Hash64("agon split", a.Address) % 100); {
		case cell("label") == "exploited":
			a.Fold = Unused
		case !slices.Contains(chains, ethereum) && !slices.Contains(chains, "evm"):
			a.Fold = Unused
		case share < tokenHeldOut:
			a.Fold = Apart
		case share < tokenHeldOut+tokenTune:
			a.Fold = Tune
		}
		out = append(out, a)
		return nil
	})
	slices.SortStableFunc(out, func(a, b Address) int {
		return cmp.Compare(model.Hash64("order", a.Address), model.Hash64("order", b.Address))
	})
	return out, err
}

// pickAddresses keeps the addresses of some folds, weighed so that both kinds
// count alike.
func pickAddresses(all []Address, folds ...Fold) []Address {
	out := keep(all, func(a Address) bool { return slices.Contains(folds, a.Fold) })
	even(len(out), func(i int) (bool, *float64) { return out[i].Malicious, &out[i].Weight })
	return out
}

// heldOutAddresses are the questions about held-out addresses; YES is hostile.
func heldOutAddresses(all []Address) []Example {
	var out []Example
	for _, a := range pickAddresses(all, Apart) {
		kind := "benign"
		if a.Malicious {
			kind = "malicious"
		}
		out = append(out, Example{
			Question: ask(market.AddressHostile, a.Address, a.Chain),
			Truth:    a.Malicious, Group: a.Address, Kind: kind,
		})
	}
	return out
}
