// Package ground is where the guard is tried: a real go-ethereum node in
// development mode, with contracts, honest and not, that solc compiled. Tests of
// several packages stand on it.
//
//	g := ground.Start(t)
//	token := g.Deploy("Token", "USD Coin", "USDC", uint8(6))
//	g.Send(alice, token, nil, "approve", spender, amount)
package ground
