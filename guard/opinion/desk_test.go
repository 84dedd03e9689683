package opinion

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/holiman/uint256"

	"agon/guard/scan"
)

// TestBudgetOutlivesTheProcess: what was spent today counts after a restart,
// and not tomorrow.
func TestBudgetOutlivesTheProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spent.json")
	now := time.Date(2026, 6, 1, 23, 0, 0, 0, time.UTC)
	open := func() *Desk {
		t.Helper()
		d, err := New(Config{
			Subsidy: *uint256.NewInt(3), PerDay: *uint256.NewInt(7), File: file,
			Now: func() time.Time { return now },
		})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := open()
	if err := d.reserve(); err != nil {
		t.Fatal(err)
	}
	d = open()
	if err := d.reserve(); err != nil {
		t.Fatal(err)
	}
	if err := d.reserve(); !errors.Is(err, ErrBudget) {
		t.Errorf("a third question of 3 under a budget of 7: %v", err)
	}
	if err := open().reserve(); !errors.Is(err, ErrBudget) {
		t.Errorf("after a restart: %v", err)
	}
	now = now.Add(2 * time.Hour)
	if err := open().reserve(); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

// TestAnswersAreKept for a while, and a bounded number of them.
func TestAnswersAreKept(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	d, err := New(Config{Keep: time.Hour, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	d.remember("a.example", scan.Opinion{Probability: 0.9})
	if o, ok := d.remembered("a.example"); !ok || o.Probability != 0.9 {
		t.Errorf("%+v %v", o, ok)
	}
	now = now.Add(2 * time.Hour)
	if _, ok := d.remembered("a.example"); ok {
		t.Error("an answer of two hours ago is still good")
	}
	for i := range maxKept + 10 {
		d.remember(string(rune('a'+i%26))+".example"+time.Duration(i).String(), scan.Opinion{})
	}
	if len(d.kept) > maxKept {
		t.Errorf("%d answers are kept", len(d.kept))
	}
}
