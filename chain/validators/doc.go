// Package validators is the chain's validator set: who signs blocks, with which
// power, under which beacon key, and to which account the EVM's block.coinbase
// points. The set is written at genesis and is small; there is no staking.
//
// The package gives the EVM the four answers it expects from a staking module
// (Keeper) and the module manager a genesis (Module).
package validators
