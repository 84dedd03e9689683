package keyring

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
)

func TestRing(t *testing.T) {
	r := Ring{filepath.Join(t.TempDir(), "keys")}
	if entries, err := r.List(); err != nil || len(entries) != 0 {
		t.Fatalf("a ring that does not exist: %v, %v", entries, err)
	}
	bob, err := r.New("bob", "secret", Light)
	if err != nil {
		t.Fatal(err)
	}
	const private = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
	key, err := crypto.HexToECDSA(private)
	if err != nil {
		t.Fatal(err)
	}
	// The address is the one go-ethereum's and web3's documentation give for this key.
	alice, err := r.Add("alice", key, "other", Light)
	if err != nil {
		t.Fatal(err)
	}
	if want := "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"; alice.Address.Hex() != want {
		t.Errorf("address %s, want %s", alice.Address, want)
	}
	entries, err := r.List()
	if err != nil || len(entries) != 2 || entries[0] != alice || entries[1] != bob {
		t.Errorf("listed %v, %v; want alice, then bob", entries, err)
	}
	got, err := r.Load("alice", "other")
	if err != nil || !got.Equal(key) {
		t.Errorf("loaded another key: %v", err)
	}
	info, err := os.Stat(r.file("alice"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file mode %v, %v; want only its owner to read it", info.Mode(), err)
	}
}

func TestRingRefuses(t *testing.T) {
	r := Ring{t.TempDir()}
	if _, err := r.New("bob", "secret", Light); err != nil {
		t.Fatal(err)
	}
	load := func(name, pass string) error { _, err := r.Load(name, pass); return err }
	add := func(name string) error { _, err := r.New(name, "", Light); return err }
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"wrong passphrase", load("bob", "secre"), ErrPassphrase},
		{"unknown", load("carol", ""), ErrUnknown},
		{"a path", load("../bob", ""), ErrName},
		{"taken", add("bob"), ErrExists},
		{"capital", add("Bob"), ErrName},
		{"empty", add(""), ErrName},
		{"with slash", add("a/b"), ErrName},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	if got, err := r.Load("bob", "secret"); err != nil || got == nil {
		t.Errorf("after the refusals: %v", err)
	}
}
