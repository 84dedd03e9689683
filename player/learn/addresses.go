package learn

import (
	"cmp"
	"fmt"
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
	Weight    float64
}

// ethereum is the chain whose addresses are used. Most attackers are on it and
// honest ones are everywhere, so that any other chain would betray the label.
const ethereum = "1"

// addressL2 is strong, and no scale is fitted: how an address is written tells
// so little that a scale would only make noise louder.
const addressL2 = 1e-2

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

const addressesFolder = "address/weights"

// trainAddresses makes the lists and weighs what is seen of an address that is
// on none: each honest one looks itself up as if it were not there.
func trainAddresses(all []Address, say Progress) []File {
	train := pickAddresses(all, Fit, Tune)
	say.tell(fmt.Sprintf("addresses: %d to list, %d held out", len(train),
		len(pickAddresses(all, Apart))))
	book, w := fitAddresses(train)
	return []File{{addressesFolder + "/list.bin", book.Encode(w, model.Scale{Slope: 1})}}
}

func fitAddresses(train []Address) (*address.List, []float32) {
	var hostile, honest []string
	for _, a := range train {
		if a.Malicious {
			hostile = append(hostile, a.Address)
		} else {
			honest = append(honest, a.Address)
		}
	}
	book := address.NewBook(hostile, honest)
	x := make([][]float32, len(train))
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, a := range train {
		x[i] = make([]float32, address.Signs)
		book.Look(a.Subject, !a.Malicious, x[i])
		yes[i], weight[i] = a.Malicious, a.Weight
	}
	return book, fitDense(x, yes, weight, denseSteps, addressL2)
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
