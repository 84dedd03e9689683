package validators

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/ethereum/go-ethereum/common"

	"agon/chain/beacon"
)

// Limits of a validator set.
const (
	// MaxValidators bounds a genesis; consensus traffic grows with its square.
	MaxValidators = 128
	// MaxPower keeps the sum of powers far below CometBFT's limit of 2⁶⁰.
	MaxPower = 1 << 40
)

// ErrInvalid is wrapped by every refusal of a validator or a genesis.
var ErrInvalid = errors.New("invalid validator set")

// Validator is one member of the set.
type Validator struct {
	Key      ed25519.PubKey // signs votes and proposals; 32 bytes
	Beacon   beacon.PublicKey
	Power    int64          // 1..MaxPower
	Operator common.Address // block.coinbase of the blocks it proposes
}

// Address is the consensus address: the first 20 bytes of SHA-256 of Key.
func (v Validator) Address() []byte { return v.Key.Address() }

// check returns an error that wraps ErrInvalid if v cannot serve.
func (v Validator) check() error {
	if len(v.Key) != ed25519.PubKeySize {
		return fmt.Errorf("%w: key: want %d bytes, have %d",
			ErrInvalid, ed25519.PubKeySize, len(v.Key))
	}
	if v.Power < 1 || v.Power > MaxPower {
		return fmt.Errorf("%w: power: want 1..%d, have %d", ErrInvalid, int64(MaxPower), v.Power)
	}
	if _, err := beacon.ParsePublicKey(v.Beacon[:]); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return nil
}

// record is Validator in JSON: bytes in hexadecimal.
type record struct {
	Key      string         `json:"key"`
	Beacon   string         `json:"beacon_key"`
	Power    int64          `json:"power"`
	Operator common.Address `json:"operator"`
}

// MarshalJSON writes a genesis record.
func (v Validator) MarshalJSON() ([]byte, error) {
	return json.Marshal(record{hex.EncodeToString(v.Key), v.Beacon.String(), v.Power, v.Operator})
}

// UnmarshalJSON reads a genesis record. It checks lengths; check does the rest.
func (v *Validator) UnmarshalJSON(b []byte) error {
	var r record
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	key, err := hex.DecodeString(r.Key)
	if err != nil || len(key) != ed25519.PubKeySize {
		return fmt.Errorf("%w: key %q: want %d hexadecimal bytes",
			ErrInvalid, r.Key, ed25519.PubKeySize)
	}
	bls, err := hex.DecodeString(r.Beacon)
	if err != nil || len(bls) != beacon.PublicKeySize {
		return fmt.Errorf("%w: beacon_key: want %d hexadecimal bytes",
			ErrInvalid, beacon.PublicKeySize)
	}
	*v = Validator{key, beacon.PublicKey(bls), r.Power, r.Operator}
	return nil
}

// Genesis is the set a chain starts with.
type Genesis struct {
	Validators []Validator `json:"validators"`
}

// ParseGenesis reads and checks a genesis: 1..MaxValidators valid members, no
// key and no beacon key twice. Errors wrap ErrInvalid.
func ParseGenesis(b []byte) (Genesis, error) {
	var g Genesis
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&g); err != nil {
		return Genesis{}, fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Genesis{}, fmt.Errorf("%w: text after the genesis", ErrInvalid)
	}
	return g, g.Check()
}

// Check applies the rules of ParseGenesis.
func (g Genesis) Check() error {
	if n := len(g.Validators); n < 1 || n > MaxValidators {
		return fmt.Errorf("%w: want 1..%d validators, have %d", ErrInvalid, MaxValidators, n)
	}
	seen := make(map[string]bool, 2*len(g.Validators))
	for i, v := range g.Validators {
		if err := v.check(); err != nil {
			return fmt.Errorf("validator %d: %w", i, err)
		}
		for _, k := range []string{string(v.Key), string(v.Beacon[:])} {
			if seen[k] {
				return fmt.Errorf("validator %d: %w: its key is another validator's", i, ErrInvalid)
			}
			seen[k] = true
		}
	}
	return nil
}

// encodedSize is key ‖ beacon key ‖ power (8, big endian) ‖ operator.
const encodedSize = ed25519.PubKeySize + beacon.PublicKeySize + 8 + common.AddressLength

func (v Validator) encode() []byte {
	b := make([]byte, 0, encodedSize)
	b = append(b, v.Key...)
	b = append(b, v.Beacon[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(v.Power))
	return append(b, v.Operator[:]...)
}

func decode(b []byte) (Validator, error) {
	if len(b) != encodedSize {
		return Validator{}, fmt.Errorf("%w: stored in %d bytes, want %d",
			ErrInvalid, len(b), encodedSize)
	}
	key, b := b[:ed25519.PubKeySize], b[ed25519.PubKeySize:]
	bls, b := b[:beacon.PublicKeySize], b[beacon.PublicKeySize:]
	return Validator{
		Key:      bytes.Clone(key),
		Beacon:   beacon.PublicKey(bls),
		Power:    int64(binary.BigEndian.Uint64(b)),
		Operator: common.Address(b[8:]),
	}, nil
}
