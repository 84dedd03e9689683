package client

import "fmt"

// nonces hands out an account's nonces to transactions that are made at the
// same time. Its caller locks it.
//
// floor is the lowest nonce not yet in a block, as last heard; taken are those
// at or above it that are in use, by this account or, as the node's pool
// shows, by another program with the same key. The next one is the lowest that
// is free, so that a nonce given back is used before later ones starve.
type nonces struct {
	known bool
	floor uint64
	next  uint64 // no free nonce lies below
	taken map[uint64]user
}

// user is who uses a nonce.
type user uint8

const (
	ours user = iota + 1
	theirs
)

// sync learns the node's word: nonces below floor are in blocks, those from
// floor to pool wait in its pool.
func (n *nonces) sync(floor, pool uint64) {
	if n.taken == nil {
		n.taken = map[uint64]user{}
	}
	floor = max(floor, n.floor)
	for t := range n.taken {
		if t < floor {
			delete(n.taken, t)
		}
	}
	for t := floor; t < pool; t++ {
		n.claim(t, theirs)
	}
	n.known, n.floor, n.next = true, floor, floor
}

// claim marks a nonce as used, if nobody known uses it.
func (n *nonces) claim(nonce uint64, who user) {
	if nonce >= n.floor && n.taken[nonce] == 0 {
		n.taken[nonce] = who
	}
}

// own marks a nonce as used by a transaction of an earlier process.
func (n *nonces) own(nonce uint64) {
	if nonce >= n.floor {
		n.taken[nonce] = ours
	}
}

// lose says that another program's transaction has our nonce.
func (n *nonces) lose(nonce uint64) { n.taken[nonce] = theirs }

// waits reports whether one of our nonces lies above nonce.
func (n *nonces) waits(nonce uint64) bool {
	for t, who := range n.taken {
		if who == ours && t > nonce {
			return true
		}
	}
	return false
}

// take hands out the lowest free nonce.
func (n *nonces) take() uint64 {
	for n.taken[n.next] != 0 {
		n.next++
	}
	nonce := n.next
	n.taken[nonce] = ours
	n.next++
	return nonce
}

// gap reports whether the nonce that the node's pool lacks is not one of ours,
// and then frees it: another program's transaction was lost.
func (n *nonces) gap(pool uint64) bool {
	if pool < n.floor || n.taken[pool] == ours {
		return false
	}
	delete(n.taken, pool)
	n.next = min(n.next, pool)
	return true
}

// free gives back a nonce whose transaction no node will ever take, and
// reports whether later ones were handed out, which now starve.
func (n *nonces) free(nonce uint64) (starving bool) {
	if n.taken[nonce] == 0 {
		panic(fmt.Sprintf("nonce %d was given back and never taken", nonce))
	}
	delete(n.taken, nonce)
	n.next = min(n.next, nonce)
	return n.waits(nonce)
}

// done says that a nonce went into a block.
func (n *nonces) done(nonce uint64) {
	if nonce < n.floor {
		return
	}
	for t := range n.taken {
		if t <= nonce {
			delete(n.taken, t)
		}
	}
	n.floor = nonce + 1
	n.next = max(n.next, n.floor)
}
