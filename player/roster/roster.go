// Package roster lists the built-in players.
package roster

import (
	"agon/player"
	"agon/player/address"
	"agon/player/baseline"
	"agon/player/general"
	"agon/player/host"
	"agon/player/text"
	"agon/player/token"
)

// Builtin gives one of each built-in forecaster, in a fixed order: models
// first, baselines last. The key seeds those that gamble, so that two owners
// of coins do not toss alike. The models are shared and read-only, so that
// calling Builtin for hundreds of players costs nothing; the learners among
// them (player.Learner) are new in every call.
func Builtin(key []byte) []player.Forecaster {
	var all []player.Forecaster
	all = append(all, host.Builtin()...)
	all = append(all, host.Learners()...)
	all = append(all, token.Builtin()...)
	all = append(all, address.Builtin()...)
	all = append(all, text.Builtin()...)
	return append(all, general.New(), baseline.BaseRate{}, baseline.NewCoin(key))
}
