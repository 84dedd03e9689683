// Package keyring keeps named keys in a directory, one file a name, each
// encrypted with a passphrase in the format of Ethereum key stores (scrypt,
// AES-CTR), so that other wallets open them too.
package keyring

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/google/uuid"
)

// Reasons for which a key is not to be had.
var (
	ErrName       = errors.New("a key's name is 1 to 32 of a-z, 0-9, _ and -")
	ErrExists     = errors.New("there is a key of that name")
	ErrUnknown    = errors.New("no key of that name")
	ErrPassphrase = errors.New("wrong passphrase")
)

// Cost is how hard guessing a passphrase is made.
type Cost struct{ N, P int }

// Standard takes about a second and 256 MB for each guess; Light a fraction,
// for keys that guard nothing.
var (
	Standard = Cost{keystore.StandardScryptN, keystore.StandardScryptP}
	Light    = Cost{keystore.LightScryptN, keystore.LightScryptP}
)

// Ring is a directory of keys. It need not exist before the first Add.
type Ring struct{ Dir string }

// Entry is what a ring tells without a passphrase.
type Entry struct {
	Name    string         `json:"name"`
	Address common.Address `json:"address"`
}

// names are also file names, so they hold nothing a path could.
var names = regexp.MustCompile(`^[a-z0-9_-]{1,32}$`)

const suffix = ".json"

func (r Ring) file(name string) string { return filepath.Join(r.Dir, name+suffix) }

// Add stores key under a new name. Errors wrap ErrName or ErrExists.
func (r Ring) Add(name string, key *ecdsa.PrivateKey, passphrase string, c Cost) (Entry, error) {
	if !names.MatchString(name) {
		return Entry{}, fmt.Errorf("%q: %w", name, ErrName)
	}
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		return Entry{}, err
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return Entry{}, err
	}
	k := &keystore.Key{Id: id, Address: crypto.PubkeyToAddress(key.PublicKey), PrivateKey: key}
	blob, err := keystore.EncryptKey(k, passphrase, c.N, c.P)
	if err != nil {
		return Entry{}, fmt.Errorf("key %s: %w", name, err)
	}
	// Exclusive creation: a key is never overwritten.
	f, err := os.OpenFile(r.file(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return Entry{}, fmt.Errorf("%q: %w", name, ErrExists)
	}
	if err != nil {
		return Entry{}, err
	}
	_, err = f.Write(append(blob, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return Entry{}, fmt.Errorf("key %s: %w", name, err)
	}
	return Entry{name, k.Address}, nil
}

// New makes a key from the system's randomness and stores it.
func (r Ring) New(name, passphrase string, c Cost) (Entry, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return Entry{}, err
	}
	return r.Add(name, key, passphrase, c)
}

// Find tells the address of a name. The error wraps ErrUnknown if there is none.
func (r Ring) Find(name string) (Entry, error) {
	if !names.MatchString(name) {
		return Entry{}, fmt.Errorf("%q: %w", name, ErrName)
	}
	e, _, err := r.read(name)
	return e, err
}

// Load decrypts a key. The error wraps ErrUnknown or ErrPassphrase.
func (r Ring) Load(name, passphrase string) (*ecdsa.PrivateKey, error) {
	if !names.MatchString(name) {
		return nil, fmt.Errorf("%q: %w", name, ErrName)
	}
	_, blob, err := r.read(name)
	if err != nil {
		return nil, err
	}
	k, err := keystore.DecryptKey(blob, passphrase)
	if errors.Is(err, keystore.ErrDecrypt) {
		return nil, fmt.Errorf("key %s: %w", name, ErrPassphrase)
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	return k.PrivateKey, nil
}

// read returns a stored key's address and its encrypted form.
func (r Ring) read(name string) (Entry, []byte, error) {
	blob, err := os.ReadFile(r.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, nil, fmt.Errorf("%q: %w in %s", name, ErrUnknown, r.Dir)
	}
	if err != nil {
		return Entry{}, nil, err
	}
	var head struct {
		Address string `json:"address"`
	}
	if err := json.Unmarshal(blob, &head); err != nil {
		return Entry{}, nil, fmt.Errorf("key %s: %w", name, err)
	}
	if !common.IsHexAddress(head.Address) {
		return Entry{}, nil, fmt.Errorf("key %s: %q is not an address", name, head.Address)
	}
	return Entry{name, common.HexToAddress(head.Address)}, blob, nil
}

// List tells all keys, by name.
func (r Ring) List() ([]Entry, error) {
	files, err := os.ReadDir(r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), suffix)
		if !ok || !names.MatchString(name) {
			continue
		}
		e, _, err := r.read(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}
