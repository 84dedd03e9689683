package artifact

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrFile is wrapped by every fault of a file.
var ErrFile = errors.New("file refused")

// Version is that of the formats of this package.
const Version = 1

// Limits of files, in bytes.
const (
	MaxSettings = 16 << 20
	MaxInput    = 256 << 20
	MaxCompiled = 1 << 30
	MaxKey      = 1 << 30
	MaxAnswer   = 64 << 20
	MaxEpoch    = 32 << 20
)

// Read reads a file of at most limit bytes.
func Read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tooLarge := fmt.Errorf("%w: %s is larger than %d bytes", ErrFile, path, limit)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
		return nil, tooLarge
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1)) // a pipe has no size
	if err == nil && int64(len(b)) > limit {
		return nil, tooLarge
	}
	return b, err
}

// Write replaces a file whole or not at all.
func Write(path string, b []byte) error { return write(path, b, 0o644) }

// WriteSecret is Write for what only its owner may read.
func WriteSecret(path string, b []byte) error { return write(path, b, 0o600) }

func write(path string, b []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".agon-*")
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err // not the name nobody chose
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // gone already after the rename
	defer f.Close()
	if _, err = f.Write(b); err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// encodeJSON writes what people may read.
func encodeJSON(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// decodeJSON reads a file of a kind into v.
func decodeJSON(kind string, b []byte, limit int, v any) error {
	if len(b) > limit {
		return fmt.Errorf("%w: %s of %d bytes, at most %d", ErrFile, kind, len(b), limit)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrFile, kind, err)
	}
	return nil
}

// version refuses a file of another version.
func version(kind string, have int) error {
	if have == 0 {
		return fmt.Errorf("%w: this is no %s: it has no version", ErrFile, kind)
	}
	if have != Version {
		return fmt.Errorf("%w: %s of version %d, want %d: make it again with this program",
			ErrFile, kind, have, Version)
	}
	return nil
}

// parts joins byte strings under a magic line: each with its length before it.
func parts(magic string, all ...[]byte) []byte {
	out := []byte(magic)
	for _, p := range all {
		out = append(binary.AppendUvarint(out, uint64(len(p))), p...)
	}
	return out
}

// split undoes parts: it wants exactly n of them and nothing behind.
func split(kind, magic string, b []byte, limit, n int) ([][]byte, error) {
	if len(b) > limit {
		return nil, fmt.Errorf("%w: %s of %d bytes, at most %d", ErrFile, kind, len(b), limit)
	}
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: this is no %s of version %d", ErrFile, kind, Version)
	}
	b = b[len(magic):]
	out := make([][]byte, n)
	for i := range out {
		size, k := binary.Uvarint(b)
		if k <= 0 || size > uint64(len(b)-k) {
			return nil, fmt.Errorf("%w: %s ends in its part %d of %d", ErrFile, kind, i+1, n)
		}
		out[i], b = b[k:k+int(size)], b[k+int(size):]
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%w: %d bytes behind the %s", ErrFile, len(b), kind)
	}
	return out, nil
}
