package beacon

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/cloudflare/circl/sign/bls"
)

// seedSize is the input keying material of a new key: 32 bytes is the least the
// BLS draft accepts (§2.3).
const seedSize = 32

// PublicKey is a validator's registered key, compressed.
type PublicKey [PublicKeySize]byte

// String is the key in hexadecimal.
func (p PublicKey) String() string { return hex.EncodeToString(p[:]) }

// ParsePublicKey reads a compressed key and rejects what is not a point of the
// prime-order group, or is its identity.
func ParsePublicKey(b []byte) (PublicKey, error) {
	if len(b) != PublicKeySize {
		return PublicKey{}, fmt.Errorf("%w: want %d bytes, have %d",
			ErrPublicKey, PublicKeySize, len(b))
	}
	p := PublicKey(b)
	key, err := p.decode()
	if err != nil {
		return PublicKey{}, err
	}
	if canonical, err := key.MarshalBinary(); err != nil || PublicKey(canonical) != p {
		return PublicKey{}, fmt.Errorf("%w: not canonical", ErrPublicKey)
	}
	return p, nil
}

func (p PublicKey) decode() (*bls.PublicKey[bls.KeyG2SigG1], error) {
	key := new(bls.PublicKey[bls.KeyG2SigG1])
	if err := key.UnmarshalBinary(p[:]); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrPublicKey, err)
	}
	if !key.Validate() {
		return nil, fmt.Errorf("%w: not in the group", ErrPublicKey)
	}
	return key, nil
}

// Key is a validator's secret beacon key.
type Key struct {
	secret *bls.PrivateKey[bls.KeyG2SigG1]
}

// Generate makes a key from 32 bytes of random.
func Generate(random io.Reader) (*Key, error) {
	seed := make([]byte, seedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("beacon key: %w", err)
	}
	secret, err := bls.KeyGen[bls.KeyG2SigG1](seed, nil, []byte(domain))
	if err != nil {
		return nil, fmt.Errorf("beacon key: %w", err)
	}
	return &Key{secret}, nil
}

// Public is the key to register.
func (k *Key) Public() (PublicKey, error) {
	b, err := k.secret.PublicKey().MarshalBinary()
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w: %v", ErrPublicKey, err)
	}
	return PublicKey(b), nil
}

// Sign signs (chainID, height, previous). Equal arguments give equal bytes.
func (k *Key) Sign(chainID, height uint64, previous Value) []byte {
	return bls.Sign(k.secret, message(chainID, height, previous))
}

// keyFile is a key on disk. The public half is there for the operator's eyes.
type keyFile struct {
	Public string `json:"public"`
	Secret string `json:"secret"`
}

// Save writes the key to a new file that only its owner may read.
func (k *Key) Save(path string) error {
	secret, err := k.secret.MarshalBinary()
	if err != nil {
		return fmt.Errorf("beacon key: %w", err)
	}
	public, err := k.Public()
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(keyFile{public.String(), hex.EncodeToString(secret)}, "", "  ")
	if err != nil {
		return fmt.Errorf("beacon key: %w", err)
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// Load reads a key written by Save. Its error never quotes the file.
func Load(path string) (*Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("beacon key: %w", err)
	}
	var f keyFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("%w: %s is not JSON", ErrSecretKey, path)
	}
	secret, err := hex.DecodeString(f.Secret)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSecretKey, path)
	}
	key := new(bls.PrivateKey[bls.KeyG2SigG1])
	if err := key.UnmarshalBinary(secret); err != nil || !key.Validate() {
		return nil, fmt.Errorf("%w: %s", ErrSecretKey, path)
	}
	return &Key{key}, nil
}
