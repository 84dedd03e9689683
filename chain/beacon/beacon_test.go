package beacon

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// newKey derives a key from a number, so that failures replay.
func newKey(t testing.TB, seed uint64) (*Key, PublicKey) {
	t.Helper()
	var s [32]byte
	s[0], s[1] = byte(seed), byte(seed>>8)
	key, err := Generate(rand.NewChaCha8(s))
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public()
	if err != nil {
		t.Fatal(err)
	}
	return key, public
}

func TestSignatureVerifiesAndIsUnique(t *testing.T) {
	key, public := newKey(t, 1)
	previous := Value{1, 2, 3}
	first := key.Sign(42497, 7, previous)
	if len(first) != SignatureSize {
		t.Fatalf("signature: want %d bytes, have %d", SignatureSize, len(first))
	}
	if again := key.Sign(42497, 7, previous); !bytes.Equal(first, again) {
		t.Error("signing twice gave two signatures: the proposer could choose its beacon")
	}
	if err := Verify(public, 42497, 7, previous, first); err != nil {
		t.Errorf("own signature: %v", err)
	}
}

// Everything the signature covers, changed one at a time, must be refused.
func TestVerifyRejectsEveryChange(t *testing.T) {
	key, public := newKey(t, 1)
	_, other := newKey(t, 2)
	previous := Value{9}
	good := key.Sign(42497, 7, previous)
	infinity := append([]byte{0xc0}, make([]byte, 47)...)

	for _, c := range []struct {
		name     string
		public   PublicKey
		chain    uint64
		height   uint64
		previous Value
		sig      []byte
	}{
		{"another validator's key", other, 42497, 7, previous, good},
		{"another chain", public, 42498, 7, previous, good},
		{"the height before", public, 42497, 6, previous, good},
		{"another history", public, 42497, 7, Value{8}, good},
		{"empty", public, 42497, 7, previous, nil},
		{"one byte short", public, 42497, 7, previous, good[:47]},
		{"one byte long", public, 42497, 7, previous, append(bytes.Clone(good), 0)},
		{"the point at infinity", public, 42497, 7, previous, infinity},
	} {
		if err := Verify(c.public, c.chain, c.height, c.previous, c.sig); err == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}

func TestVerifyRejectsEveryFlippedBit(t *testing.T) {
	key, public := newKey(t, 3)
	good := key.Sign(1, 1, Value{})
	for bit := range SignatureSize * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		err := Verify(public, 1, 1, Value{}, bad)
		if !errors.Is(err, ErrSignature) && !errors.Is(err, ErrEncoding) {
			t.Fatalf("bit %d flipped: want a refusal, have %v", bit, err)
		}
	}
}

// The chain of values depends on every signature in it.
func TestNextChains(t *testing.T) {
	key, _ := newKey(t, 4)
	var honest, tampered Value
	for h := uint64(1); h <= 5; h++ {
		sig := key.Sign(1, h, honest)
		if h == 3 {
			tampered = Next(tampered, append([]byte{sig[0] ^ 1}, sig[1:]...))
		} else {
			tampered = Next(tampered, sig)
		}
		before := honest
		honest = Next(honest, sig)
		if honest == before {
			t.Fatalf("height %d: the beacon did not move", h)
		}
		if same := honest == tampered; same != (h < 3) {
			t.Errorf("height %d: histories equal %v, want %v", h, same, h < 3)
		}
	}
}

func TestKeyFile(t *testing.T) {
	key, public := newKey(t, 5)
	path := filepath.Join(t.TempDir(), "beacon_key.json")
	if err := key.Save(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key file: want 0600, have %v (%v)", info.Mode().Perm(), err)
	}
	loaded, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(public, 1, 2, Value{}, loaded.Sign(1, 2, Value{})); err != nil {
		t.Errorf("the loaded key is another one: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"secret":"00"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); !errors.Is(err, ErrSecretKey) {
		t.Errorf("a zero key: want %v, have %v", ErrSecretKey, err)
	}
}

func FuzzParsePublicKey(f *testing.F) {
	_, public := newKey(f, 6)
	f.Add(public[:])
	f.Add(append([]byte{0xc0}, make([]byte, 95)...))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublicKey(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p[:], b) {
			t.Errorf("accepted %x as %x: two encodings of one key", b, p)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	key, _ := newKey(b, 7)
	for b.Loop() {
		key.Sign(1, 1, Value{})
	}
}

func BenchmarkVerify(b *testing.B) {
	key, public := newKey(b, 7)
	sig := key.Sign(1, 1, Value{})
	for b.Loop() {
		if err := Verify(public, 1, 1, Value{}, sig); err != nil {
			b.Fatal(err)
		}
	}
}
