// Package unfold opens calls that carry calls: batches, multisignature wallets,
// smart accounts, timelocks, routers with a language of their own. What a
// wallet signs is the root; what happens to its money is in the leaves.
//
//	tree := unfold.Open(unfold.Call{Chain: 1, From: me, To: safe, Data: data}, reader)
//	for c := range tree.All() { … }
//
// Who a call comes from changes on the way: in a batch of a Safe it is the Safe,
// and in a delegate call the code of one account acts on another's. The tree
// keeps both, because rules ask "whose tokens?" and "whose code?".
package unfold
