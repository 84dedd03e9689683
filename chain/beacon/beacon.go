package beacon

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/sign/bls"
)

// Sizes in bytes of the compressed encodings, and of the value.
const (
	PublicKeySize = 96
	SignatureSize = 48
	ValueSize     = 32
)

// Value is the beacon of one height.
type Value = [ValueSize]byte

// domain separates these messages from everything else a validator might sign.
const domain = "agon/beacon/1"

// Errors of Verify and of the key decoders.
var (
	ErrSignature = errors.New("beacon signature does not verify")
	ErrEncoding  = errors.New("beacon signature is not the compressed form of a point")
	ErrPublicKey = errors.New("malformed beacon public key")
	ErrSecretKey = errors.New("malformed beacon secret key")
)

// message is what a proposer signs at a height:
//
//	domain ‖ chain id (8 bytes, big endian) ‖ height (8, big endian) ‖ beaconₕ₋₁
//
// Every field has a fixed length, so no two triples share a message.
func message(chainID, height uint64, previous Value) []byte {
	m := make([]byte, 0, len(domain)+8+8+ValueSize)
	m = append(m, domain...)
	m = binary.BigEndian.AppendUint64(m, chainID)
	m = binary.BigEndian.AppendUint64(m, height)
	return append(m, previous[:]...)
}

// Next is the beacon after previous, given the proposer's signature. It hashes
// whatever it is given: verify first.
func Next(previous Value, signature []byte) Value {
	h := sha256.New()
	h.Write(previous[:])
	h.Write(signature)
	return Value(h.Sum(nil))
}

// Verify checks that signature is the one signature of public over (chainID,
// height, previous). It returns ErrEncoding, ErrPublicKey or ErrSignature.
//
// A point has several encodings the library would read; only the canonical
// 48-byte one is accepted, or a proposer could choose among beacons.
func Verify(public PublicKey, chainID, height uint64, previous Value, signature []byte) error {
	if len(signature) != SignatureSize {
		return fmt.Errorf("%w: want %d bytes, have %d", ErrEncoding, SignatureSize, len(signature))
	}
	var point bls12381.G1
	if err := point.SetBytes(signature); err != nil {
		return fmt.Errorf("%w: %v", ErrEncoding, err)
	}
	if !bytes.Equal(point.BytesCompressed(), signature) {
		return ErrEncoding
	}
	// circl 1.6.3 inverts the coordinates of signature and message together, so
	// a point at infinity zeroes both and "verifies" under every key.
	if point.IsIdentity() {
		return fmt.Errorf("%w: the point at infinity", ErrSignature)
	}
	key, err := public.decode()
	if err != nil {
		return err
	}
	if !bls.Verify(key, message(chainID, height, previous), signature) {
		return fmt.Errorf("%w: height %d", ErrSignature, height)
	}
	return nil
}
