package contracts

import (
	"sync"

	"agon/chain/signatures"
)

// keyringLimit is how many keys one generation holds; two live at a time, at
// some 200 bytes each.
const keyringLimit = 1 << 15

// minBatch is how many signatures are worth checking together.
const minBatch = 4

// keyring remembers traders' public keys, which an address does not tell. A
// trader's first signature is recovered, later ones are checked against the
// key, many at once. It saves time and changes nothing.
type keyring struct {
	sync.RWMutex
	young, old map[address]*signatures.Key
}

// of is the key of an address, nil if it is not known.
func (k *keyring) of(a address) *signatures.Key {
	k.RLock()
	key, young := k.young[a]
	if !young {
		key = k.old[a]
	}
	k.RUnlock()
	if key != nil && !young {
		k.add(a, key) // in use: it stays when the old generation goes
	}
	return key
}

func (k *keyring) add(a address, key *signatures.Key) {
	k.Lock()
	defer k.Unlock()
	if len(k.young) >= keyringLimit || k.young == nil {
		k.old, k.young = k.young, make(map[address]*signatures.Key)
	}
	k.young[a] = key
}

// examine tells of each order whether it carries its trader's signature: those
// of known traders are checked together. If one of these is bad, each is
// checked by itself.
func (k *keyring) examine(orders []SignedOrder, domain [32]byte, good []bool) {
	var (
		batch  []signatures.Signature
		places []int
	)
	digests := make([]word, len(orders))
	for i := range orders {
		o := &orders[i]
		digests[i] = o.Digest(domain)
		if key := k.of(o.Trader); key == nil {
			good[i] = k.recover(o, digests[i])
		} else if !o.highS() {
			batch = append(batch, o.signature(digests[i], key))
			places = append(places, i)
		}
	}
	together := len(batch) >= minBatch && signatures.Genuine(batch)
	for _, i := range places {
		good[i] = together || orders[i].signer(digests[i]) != nil
	}
}

// recover checks one order by itself and learns its trader's key.
func (k *keyring) recover(o *SignedOrder, digest word) bool {
	bytes := o.signer(digest)
	if bytes == nil {
		return false
	}
	if key, ok := signatures.ParseKey(bytes); ok {
		k.add(o.Trader, key)
	}
	return true
}
