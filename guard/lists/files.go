package lists

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// Limits of list files.
const (
	maxLine     = 4 << 10
	maxDocument = 256 << 20 // bytes of a JSON list
	maxEntries  = 8 << 20   // entries of one list
)

// ErrList says that a file is not a list of the form expected.
var ErrList = errors.New("not a list")

// Read tells how reading a list went. Skipped entries name no host, such as
// public suffixes.
type Read struct{ Added, Skipped int }

// ReadLines adds the hosts of a file with one entry a line. A "#" begins a
// comment, and of a hosts file ("0.0.0.0 name") the name is taken.
func (h *Hosts) ReadLines(r io.Reader) (Read, error) {
	var done Read
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 64<<10), maxLine)
	for scan.Scan() {
		line, _, _ := strings.Cut(scan.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if done.Added+done.Skipped >= maxEntries {
			return done, fmt.Errorf("%w: more than %d entries", ErrList, maxEntries)
		}
		if h.Add(words[len(words)-1]) {
			done.Added++
		} else {
			done.Skipped++
		}
	}
	return done, scan.Err()
}

// Phishing is MetaMask's phishing configuration, in the old names (whitelist,
// blacklist) or the new.
type Phishing struct {
	Blocked *Hosts
	Allowed []string // hosts that are honest, as they are written
	Fuzzy   []string // names of brands, for likeness only
}

// ReadPhishing reads a phishing configuration.
func ReadPhishing(r io.Reader) (*Phishing, Read, error) {
	var doc struct {
		Fuzzylist, Whitelist, Allowlist, Blacklist, Blocklist []string
	}
	if err := readJSON(r, &doc); err != nil {
		return nil, Read{}, err
	}
	blocked := append(doc.Blacklist, doc.Blocklist...)
	allowed := append(doc.Whitelist, doc.Allowlist...)
	if n := len(blocked) + len(allowed); n > maxEntries {
		return nil, Read{}, fmt.Errorf("%w: %d entries, at most %d", ErrList, n, maxEntries)
	}
	if len(blocked) == 0 {
		return nil, Read{}, fmt.Errorf("%w: no blacklist or blocklist", ErrList)
	}
	p := &Phishing{
		Blocked: NewHosts(len(blocked)), Allowed: allowed, Fuzzy: doc.Fuzzylist,
	}
	var done Read
	for _, entry := range blocked {
		if p.Blocked.Add(entry) {
			done.Added++
		} else {
			done.Skipped++
		}
	}
	return p, done, nil
}

func readJSON(r io.Reader, into any) error {
	limited := &io.LimitedReader{R: r, N: maxDocument}
	if err := json.NewDecoder(limited).Decode(into); err != nil {
		if limited.N <= 0 {
			return fmt.Errorf("%w: more than %d bytes", ErrList, maxDocument)
		}
		return fmt.Errorf("%w: %w", ErrList, err)
	}
	return nil
}

// Addresses gives addresses a label, such as who reported them.
type Addresses map[common.Address]string

// ReadLines adds addresses, one a line: the address, then its label after a
// space, a comma or a semicolon.
func (a Addresses) ReadLines(r io.Reader) (Read, error) {
	var done Read
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 64<<10), maxLine)
	for scan.Scan() {
		line := strings.TrimSpace(scan.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		end := strings.IndexAny(line, " ,;\t")
		if end < 0 {
			end = len(line)
		}
		if !common.IsHexAddress(line[:end]) {
			done.Skipped++
			continue
		}
		if len(a) >= maxEntries {
			return done, fmt.Errorf("%w: more than %d entries", ErrList, maxEntries)
		}
		a[common.HexToAddress(line[:end])] = strings.Trim(line[end:], " ,;\t")
		done.Added++
	}
	return done, scan.Err()
}
