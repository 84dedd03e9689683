package validators

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/ethereum/go-ethereum/common"

	"agon/chain/beacon"
)

// member derives a validator from a number.
func member(t testing.TB, seed byte) Validator {
	t.Helper()
	secret, err := beacon.Generate(rand.NewChaCha8([32]byte{seed}))
	if err != nil {
		t.Fatal(err)
	}
	public, err := secret.Public()
	if err != nil {
		t.Fatal(err)
	}
	return Validator{
		Key:    ed25519.GenPrivKeyFromSecret([]byte{seed}).PubKey().(ed25519.PubKey),
		Beacon: public, Power: int64(seed), Operator: common.Address{seed},
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	want := Genesis{[]Validator{member(t, 1), member(t, 2)}}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	have, err := ParseGenesis(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(have)
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("want %s\nhave %s (%v)", b, again, err)
	}
}

func TestStoredForm(t *testing.T) {
	want := member(t, 3)
	have, err := decode(want.encode())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have.encode(), want.encode()) || have.Power != want.Power ||
		have.Operator != want.Operator || !have.Key.Equals(want.Key) {
		t.Errorf("want %+v\nhave %+v", want, have)
	}
	for _, n := range []int{0, 1, encodedSize - 1, encodedSize + 1} {
		if _, err := decode(make([]byte, n)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d bytes: want %v, have %v", n, ErrInvalid, err)
		}
	}
}

func TestGenesisRules(t *testing.T) {
	a, b := member(t, 1), member(t, 2)
	with := func(change func(*Validator)) []Validator {
		v := b
		change(&v)
		return []Validator{a, v}
	}
	for _, c := range []struct {
		name string
		set  []Validator
		ok   bool
	}{
		{"one", []Validator{a}, true},
		{"two", []Validator{a, b}, true},
		{"none", nil, false},
		{"the same twice", []Validator{a, a}, false},
		{"one voting key twice", with(func(v *Validator) { v.Key = a.Key }), false},
		{"one beacon key twice", with(func(v *Validator) { v.Beacon = a.Beacon }), false},
		{"no power", with(func(v *Validator) { v.Power = 0 }), false},
		{"negative power", with(func(v *Validator) { v.Power = -1 }), false},
		{"the largest power", with(func(v *Validator) { v.Power = MaxPower }), true},
		{"more power", with(func(v *Validator) { v.Power = MaxPower + 1 }), false},
		{"a short key", with(func(v *Validator) { v.Key = v.Key[:31] }), false},
		{"a beacon key off the curve", with(func(v *Validator) { v.Beacon[50] ^= 1 }), false},
		{"too many", make([]Validator, MaxValidators+1), false},
	} {
		err := Genesis{c.set}.Check()
		if (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrInvalid)) {
			t.Errorf("%s: accepted %v, want %v (%v)", c.name, err == nil, c.ok, err)
		}
	}
}

func FuzzParseGenesis(f *testing.F) {
	good, err := json.Marshal(Genesis{[]Validator{member(f, 1)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"validators":[]}`))
	f.Add([]byte(`{"validators":[{"key":"00","beacon_key":"","power":1}]}`))
	f.Add([]byte(strings.Repeat("[", 1000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := ParseGenesis(b)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("want %v, have %v", ErrInvalid, err)
			}
			return
		}
		again, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := ParseGenesis(again); err != nil || len(h.Validators) != len(g.Validators) {
			t.Errorf("accepted once, not twice: %v", err)
		}
	})
}
