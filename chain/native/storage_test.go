package native

import (
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
)

// brokenStore fails as a database does, by panicking.
type brokenStore struct{ storetypes.KVStore }

func (brokenStore) Get([]byte) []byte { panic("disk on fire") }

func (brokenStore) Has([]byte) bool { panic("disk on fire") }

func (brokenStore) Iterator(_, _ []byte) storetypes.Iterator { panic("disk on fire") }

// A broken disk is no outcome of a call: the panic goes through to the node.
func TestStorageFailureIsNoOutcome(t *testing.T) {
	for name, access := range map[string]func(*metered) error{
		"get":     func(m *metered) error { _, err := m.Get(nil); return err },
		"has":     func(m *metered) error { _, err := m.Has(nil); return err },
		"iterate": func(m *metered) error { _, err := m.Iterator(nil, nil); return err },
	} {
		t.Run(name, func(t *testing.T) {
			c := &Ctx{store: brokenStore{}, gas: 10_000}
			defer func() {
				if _, ok := recover().(storageFailure); !ok {
					t.Error("the failure did not come through")
				}
			}()
			err := c.guard(func() error { return access((*metered)(c)) })
			t.Errorf("it became %v", err)
		})
	}
}
