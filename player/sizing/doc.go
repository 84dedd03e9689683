// Package sizing turns a belief into an order: how much to stake on the curve
// of a logarithmic market scoring rule, at which limit, or why not to trade.
//
//	belief q ─┐
//	price p  ─┤                 ┌─ b·KL(q‖p) below the cost of looking: stop
//	curve b  ─┼─→ Size, Plan ───┼─ fractional Kelly on the exact curve ─→ order
//	wealth   ─┤                 └─ many questions: one budget, one shadow price
//	holdings ─┘
//
// Amounts are coins and shares, in whole units as float64: these are opinions.
// Money that must not be exceeded is kept by Budget, in integers.
package sizing
