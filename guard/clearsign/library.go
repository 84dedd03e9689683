package clearsign

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/typed"
)

// Limits of descriptor files.
const (
	maxFile     = 2 << 20 // bytes
	maxIncludes = 4       // files that include one another
)

// Refusals.
var (
	ErrDescriptor = errors.New("not an ERC-7730 descriptor")
	ErrUnknown    = errors.New("no descriptor for this")
)

// Library finds descriptors in a folder with the layout of the public registry:
// index.calldata.json and index.eip712.json beside registry/ and ercs/.
type Library struct {
	files   fs.FS
	calls   map[string]string              // "eip155:1:0x…" → path
	typed   map[string]map[string][]target // … → primary type → paths
	generic []string                       // descriptors of standards, without addresses

	mu     sync.Mutex
	loaded map[string]*descriptor
	parsed map[string]map[[4]byte]*entry // by path: functions by selector
}

// target is one line of the index of typed messages.
type target struct {
	Path   string   `json:"path"`
	Hashes []string `json:"encodeTypeHashes"`
}

// entry is a function with the way to show it.
type entry struct {
	function *calldata.Function
	format   format
}

// Open reads the indexes.
func Open(files fs.FS) (*Library, error) {
	l := &Library{
		files:  files,
		loaded: map[string]*descriptor{},
		parsed: map[string]map[[4]byte]*entry{},
	}
	if err := l.index("index.calldata.json", &l.calls); err != nil {
		return nil, err
	}
	if err := l.index("index.eip712.json", &l.typed); err != nil {
		return nil, err
	}
	var err error
	l.generic, err = fs.Glob(files, "ercs/calldata-*.json")
	sort.Strings(l.generic)
	return l, err
}

func (l *Library) index(name string, into any) error {
	raw, err := l.readFile(name, 16*maxFile)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w: %w", name, ErrDescriptor, err)
	}
	return nil
}

func (l *Library) readFile(name string, limit int64) ([]byte, error) {
	f, err := l.files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("%s: %w: more than %d bytes", name, ErrDescriptor, limit)
	}
	return raw, err
}

// key names a contract in the indexes.
func key(chain uint64, a common.Address) string {
	return fmt.Sprintf("eip155:%d:0x%s", chain, hex.EncodeToString(a[:]))
}

// descriptor loads a file with its includes, once.
func (l *Library) descriptor(name string) (*descriptor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.loaded[name]; ok {
		return d, nil
	}
	doc, err := l.document(name, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d, err := parse(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l.loaded[name] = d
	return d, nil
}

func (l *Library) document(name string, depth int) (map[string]any, error) {
	if depth > maxIncludes {
		return nil, fmt.Errorf("%w: more than %d includes inside one another", ErrDescriptor,
			maxIncludes)
	}
	raw, err := l.readFile(name, maxFile)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDescriptor, err)
	}
	include, ok := doc["includes"].(string)
	if !ok {
		return doc, nil
	}
	// An include is a path beside the file. fs.FS refuses any that leaves the
	// folder.
	under, err := l.document(path.Join(path.Dir(name), include), depth+1)
	if err != nil {
		return nil, fmt.Errorf("includes %q: %w", include, err)
	}
	return merge(doc, under), nil
}

// functions gives the functions of a descriptor by selector.
func (l *Library) functions(name string) (map[[4]byte]*entry, *descriptor, error) {
	d, err := l.descriptor(name)
	if err != nil {
		return nil, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if have, ok := l.parsed[name]; ok {
		return have, d, nil
	}
	table := map[[4]byte]*entry{}
	for signature, f := range d.Display.Formats {
		fn, err := calldata.ParseFunction(signature)
		if err != nil {
			continue // one bad line does not take the others away
		}
		table[fn.Selector()] = &entry{function: fn, format: f}
	}
	l.parsed[name] = table
	return table, d, nil
}

// Covers reports whether a descriptor names this contract.
func (l *Library) Covers(chain uint64, to common.Address) bool {
	_, ok := l.calls[key(chain, to)]
	return ok
}

// match is what a request was matched with.
type match struct {
	path    string
	doc     *descriptor
	entry   *entry
	generic bool
}

// call finds the descriptor of a call: by address, then among the standards.
func (l *Library) call(chain uint64, to common.Address, selector [4]byte) (match, error) {
	if name, ok := l.calls[key(chain, to)]; ok {
		table, d, err := l.functions(name)
		if err != nil {
			return match{}, err
		}
		if e, ok := table[selector]; ok {
			return match{name, d, e, false}, nil
		}
	}
	for _, name := range l.generic {
		table, d, err := l.functions(name)
		if err != nil {
			return match{}, err
		}
		if e, ok := table[selector]; ok {
			return match{name, d, e, true}, nil
		}
	}
	return match{}, fmt.Errorf("%w: %#x at %s on chain %d", ErrUnknown, selector, to, chain)
}

// message finds the descriptor of a typed message by chain, contract and the
// hash of its type.
func (l *Library) message(m *typed.Message) (match, error) {
	if m.Domain.ChainID == nil || !m.Domain.ChainID.IsUint64() ||
		m.Domain.VerifyingContract == nil {
		return match{}, fmt.Errorf("%w: a domain without chain or contract", ErrUnknown)
	}
	chain, to := m.Domain.ChainID.Uint64(), *m.Domain.VerifyingContract
	hash := m.TypeHash(m.Primary).Hex()
	encoded := m.EncodeType(m.Primary)
	for _, t := range l.typed[key(chain, to)][m.Primary] {
		for _, h := range t.Hashes {
			if !strings.EqualFold(h, hash) {
				continue
			}
			d, err := l.descriptor(t.Path)
			if err != nil {
				return match{}, err
			}
			if f, ok := d.Display.Formats[encoded]; ok {
				return match{t.Path, d, &entry{format: f}, false}, nil
			}
		}
	}
	return match{}, fmt.Errorf("%w: %s for %s on chain %d", ErrUnknown, m.Primary, to, chain)
}

// strays lists where a message's domain is not what the descriptor says of it.
// Chain and contract always agree, because the descriptor was found by them; a
// contract rejects a signature under another name or version, unless it is the
// descriptor that is out of date.
func (d *descriptor) strays(domain typed.Domain) []string {
	if d.Context.EIP712 == nil {
		return nil
	}
	var out []string
	for _, member := range []struct{ name, have string }{
		{"name", domain.Name}, {"version", domain.Version},
	} {
		var want string
		raw, ok := d.Context.EIP712.Domain[member.name]
		if ok && json.Unmarshal(raw, &want) == nil && want != member.have {
			out = append(out, fmt.Sprintf("the domain's %s is %q, its contract is known by %q",
				member.name, printable(member.have), want))
		}
	}
	return out
}
