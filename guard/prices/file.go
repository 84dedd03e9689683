package prices

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Limits of a file.
const (
	maxBytes = 32 << 20
	maxAge   = 24 * time.Hour
	lookEach = 2 * time.Second // whether it has changed
)

// ErrPrices says that a file holds no prices.
var ErrPrices = errors.New("not a file of prices")

// table has prices by chain and address, in the chain's coin.
type table map[uint64]map[common.Address]float64

// File is a file of prices. It may be used from many goroutines.
type File struct {
	path string
	now  func() time.Time

	mu     sync.Mutex
	table  table
	stamp  time.Time // of the file that was read
	looked time.Time
}

// Open reads a file of prices. One that cannot be read is an error now; later, when
// it changes, the prices are only gone.
func Open(path string) (*File, error) {
	f := &File{path: path, now: time.Now}
	return f, f.read()
}

// Worth is the price of a whole token in the chain's coin; false if the file does
// not tell both, or tells it no more.
func (f *File) Worth(chain uint64, token common.Address) (float64, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now().Sub(f.looked) >= lookEach {
		if info, err := os.Stat(f.path); err != nil || !info.ModTime().Equal(f.stamp) {
			if f.read() != nil {
				f.table = nil
			}
		}
		f.looked = f.now()
	}
	if f.now().Sub(f.stamp) > maxAge {
		return 0, false
	}
	price, ok := f.table[chain][token]
	return price, ok
}

func (f *File) read() error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	f.stamp, f.looked = info.ModTime(), f.now()
	if f.table, err = parse(file); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	return nil
}

// parse reads the document and states its prices in each chain's coin. Chains whose
// coin has no price are left out.
func parse(r io.Reader) (table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrPrices, maxBytes)
	}
	var doc map[string]map[common.Address]float64
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPrices, err)
	}
	out := table{}
	for name, prices := range doc {
		chain, err := strconv.ParseUint(name, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: %q is no chain", ErrPrices, name)
		}
		coin := prices[common.Address{}]
		if coin <= 0 {
			continue
		}
		out[chain] = map[common.Address]float64{}
		for a, price := range prices {
			if price < 0 {
				return nil, fmt.Errorf("%w: %s costs %v", ErrPrices, a, price)
			}
			out[chain][a] = price / coin
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no chain with the price of its coin (the zero address)",
			ErrPrices)
	}
	return out, nil
}
