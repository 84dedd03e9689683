package lab

// Holds is the price at which whoever has m coins to bid for a share can hold
// its book at least, whatever everybody else does, who have w coins and an
// opener's subsidy of s between them:
//
//	ℓ = m/(m + w + s)
//
// Bid all of m at the limit ℓ in every block. A bid that is not filled to the end
// leaves its batch at the limit or beyond: that is what a limit is. And it cannot
// be filled: m coins at ℓ at most buy m/ℓ shares or more, the market owes a coin
// for each of them, and all it can have is m + w + s. So every block ends at ℓ or
// beyond, and so does the median. That holds for any market whose shares are
// backed in full and whose price can be bought, whatever its curve.
func Holds(m, w, s float64) float64 {
	if !(m > 0) {
		return 0
	}
	return m / (m + w + s)
}

// Needs is the inverse of Holds: the coins that hold a price p.
func Needs(p, w, s float64) float64 { return p / (1 - p) * (w + s) }

// Floor is the least by which such a bidder moves an answer that would else give
// its share the price q.
func Floor(q, m, w, s float64) float64 { return max(0, Holds(m, w, s)-q) }
