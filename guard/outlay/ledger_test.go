package outlay

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/intent"
	"agon/guard/rules"
)

var (
	coin   common.Address
	friend = common.HexToAddress("0xf1")
	other  = common.HexToAddress("0xf2")
)

func pays(to common.Address, n int64) *intent.Intent {
	return &intent.Intent{Payments: []intent.Payment{{To: to, Amount: big.NewInt(n)}}}
}

func limits(day, payee int64) rules.Policy {
	return rules.Policy{
		PerDay:   map[common.Address]*big.Int{coin: big.NewInt(day)},
		PerPayee: map[common.Address]*big.Int{coin: big.NewInt(payee)},
	}
}

func open(t *testing.T, file string, p rules.Policy) *Ledger {
	t.Helper()
	ledger, err := Open(p, file)
	if err != nil {
		t.Fatal(err)
	}
	return ledger
}

// TestLimits: by day and by payee; what is refused is not counted; what a person
// released is.
func TestLimits(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "a", "spent.json"), limits(100, 60))
	for i, c := range []struct {
		to     common.Address
		n      int64
		forced bool
		want   error
	}{
		{friend, 60, false, nil}, {friend, 1, false, ErrOver}, {other, 41, false, ErrOver},
		{other, 40, false, nil}, {other, 1, false, ErrOver}, {other, 5, true, nil},
	} {
		if err := p.Book(pays(c.to, c.n), "", c.forced); !errors.Is(err, c.want) {
			t.Errorf("payment %d: %v, want %v", i, err, c.want)
		}
	}
	if have := p.Policy().Spent[coin]; have.Int64() != 105 {
		t.Errorf("spent %v, want 105", have)
	}
}

// TestConcurrent: two processes, each with many requests at once, spend the
// limit and not a unit more.
func TestConcurrent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spent.json")
	ledgers := []*Ledger{open(t, file, limits(50, 50)), open(t, file, limits(50, 50))}
	var passed atomic.Int64
	var wg sync.WaitGroup
	for i := range 120 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := ledgers[i%2].Book(pays(friend, 1), "", false); err == nil {
				passed.Add(1)
			} else if !errors.Is(err, ErrOver) {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	if passed.Load() != 50 {
		t.Errorf("%d passed, want 50", passed.Load())
	}
	if again := open(t, file, limits(50, 50)); again.Book(pays(friend, 1), "", false) == nil {
		t.Error("a restart forgets")
	}
}

// TestClock: the window moves with the time that passes; a clock that is set
// back frees nothing, not even across a restart.
func TestClock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spent.json")
	p := open(t, file, limits(10, 10))
	var passed time.Duration
	p.since = func() time.Duration { return passed }
	book := func(want error) {
		t.Helper()
		if err := p.Book(pays(friend, 10), "", false); !errors.Is(err, want) {
			t.Errorf("after %v: %v, want %v", passed, err, want)
		}
	}
	book(nil)
	passed = window - time.Second
	book(ErrOver)
	passed = window
	book(nil)
	p = open(t, file, limits(10, 10)) // the clock is a day behind the last entry
	book(ErrOver)
	passed = time.Hour
	p.since = func() time.Duration { return passed - 48*time.Hour }
	book(ErrOver)
}

// TestOnce: a signed transaction that is sent again counts once.
func TestOnce(t *testing.T) {
	p := open(t, "", limits(10, 10))
	for range 3 {
		if err := p.Book(pays(friend, 10), "0xabc", false); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Book(pays(friend, 10), "0xabd", false); !errors.Is(err, ErrOver) {
		t.Errorf("another one: %v", err)
	}
}

// TestDamaged: a file that cannot be read allows nothing.
func TestDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spent.json")
	p := open(t, file, limits(10, 10))
	for _, text := range []string{"[", `[{"units":null}]`, `[{"units":-5}]`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := p.Book(pays(friend, 1), "", false); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", text, err)
		}
		if allowed := p.Policy(); allowed.Payees == nil || allowed.Payees[friend] {
			t.Errorf("%q: the policy allows %+v", text, allowed)
		}
		if _, err := Open(limits(1, 1), file); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: opens: %v", text, err)
		}
	}
}

// FuzzFile: whatever the file says, booking never lets more pass than the limit.
func FuzzFile(f *testing.F) {
	f.Add([]byte(`[{"at":"2026-01-01T00:00:00Z","units":3}]`))
	f.Add([]byte(`[{"at":"9999-12-31T00:00:00Z","units":11}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file := filepath.Join(t.TempDir(), "spent.json")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(limits(10, 10), file)
		if err != nil {
			return
		}
		total := int64(0)
		for range 4 {
			if p.Book(pays(friend, 4), "", false) == nil {
				total += 4
			}
		}
		if total > 10 {
			t.Errorf("%d passed", total)
		}
	})
}
