package market

// The published answer is the time-weighted median of the price over the last
// third of the window: its histogram is touched only when the price changes.
// A bin of 10⁻³ answers with the mean of what fell into it: exactly, if that
// was one price, else within 10⁻³.
const binWidth = One / 1000

// recordPrice counts the blocks since which b's price holds, before it changes
// at height now. The caller stores b.
func (m *Market) recordPrice(key BookKey, b *Book, s *State, now Height) {
	from := max(b.Since, s.medianFrom())
	b.Since = now
	if now <= from {
		return
	}
	k := BinKey{key.Question, key.Book, uint16(b.Price / binWidth)}
	bin, _ := m.Store.Bins.Get(k)
	blocks := uint64(now - from)
	var spent Amount
	spent.SetUint64(uint64(b.Price))
	spent.Mul(&spent, new(Amount).SetUint64(blocks))
	bin.Blocks += blocks
	bin.Sum.Add(&bin.Sum, &spent)
	m.Store.Bins.Set(k, bin)
}

// takeMedian is the lower median of a book's histogram, which it clears: the
// least bin such that half of the blocks were spent in it or below. price if
// no block counted.
func (m *Market) takeMedian(key BookKey, price Price) Price {
	var keys []BinKey
	var bins []Bin
	var total uint64
	for k, bin := range m.Store.Bins.Scan(key.Append(nil), nil) {
		keys = append(keys, k)
		bins = append(bins, bin)
		total += bin.Blocks
	}
	for _, k := range keys {
		m.Store.Bins.Delete(k)
	}
	var below uint64
	for _, bin := range bins {
		if below += bin.Blocks; 2*below >= total {
			return bin.mean()
		}
	}
	return price
}

func (b *Bin) mean() Price {
	var z Amount
	return Price(z.Div(&b.Sum, new(Amount).SetUint64(b.Blocks)).Uint64())
}
