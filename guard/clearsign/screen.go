package clearsign

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/typed"
)

// Limits of a screen.
const (
	maxNested = 8   // calls inside calls
	maxLines  = 512 // of all nested screens together
)

// ErrMismatch says that a value is not one that the descriptor allows.
var ErrMismatch = errors.New("a value that the descriptor rules out")

// Container is what carries a call: the chain and the members of the
// transaction that paths with "@" name.
type Container struct {
	Chain    uint64
	From, To common.Address
	Value    *big.Int
}

// Token is what a token says of itself, from a source that the caller trusts.
type Token struct {
	Symbol   string
	Decimals int
}

// Names gives names to addresses. An implementation answers from what it has;
// what it does not know is shown as it is.
type Names interface {
	Token(chain uint64, a common.Address) (Token, bool)
	Name(chain uint64, a common.Address) (string, bool)
}

// Screen is what to show.
type Screen struct {
	Intent   string // "Supply"
	Owner    string // "Aave DAO"
	Contract string // the contract's name, where the descriptor has one
	Sentence string // intent with values, where the descriptor has one
	Fields   []Line

	// Source is the path of the descriptor. Generic means that it describes a
	// standard: nobody vouches that this contract follows it.
	Source  string
	Generic bool

	// Function and Args are the call as the descriptor reads it; Function is nil
	// for a message.
	Function *calldata.Function
	Args     calldata.Value

	// Irregular says how the bytes differ from what an encoder would write.
	// Missing names lines that could not be filled.
	Irregular, Missing []string
}

// Line is one labelled value, or a nested call.
type Line struct {
	Label  string
	Value  string
	Nested *Screen
	Path   string // of the value, as the descriptor has it
	Amount *Amount
}

// Amount is set for lines that show an amount of money.
type Amount struct {
	Chain     uint64
	Token     *common.Address // nil for the chain's own coin
	Units     *big.Int        // in the token's smallest unit
	Unlimited bool
}

// Call shows a call.
func (l *Library) Call(c Container, data []byte, names Names) (*Screen, error) {
	lines := maxLines
	return l.show(c, data, names, 0, &lines)
}

func (l *Library) show(c Container, data []byte, names Names, depth int, lines *int,
) (*Screen, error) {
	if depth > maxNested {
		return nil, fmt.Errorf("%w: calls nested more than %d deep", ErrUnknown, maxNested)
	}
	if len(data) < 4 {
		return nil, fmt.Errorf("%w: call data of %d bytes", ErrUnknown, len(data))
	}
	m, err := l.call(c.Chain, c.To, [4]byte(data))
	if err != nil {
		return nil, err
	}
	decoded, err := m.entry.function.Decode(data)
	if err != nil {
		return nil, err
	}
	r := &renderer{
		library: l, doc: m.doc, root: decoded.Args, container: c, names: names,
		depth: depth, lines: lines,
	}
	s, err := r.screen(m)
	if err != nil {
		return nil, err
	}
	s.Irregular = decoded.Irregular
	return s, nil
}

// Message shows typed data.
func (l *Library) Message(m *typed.Message, names Names) (*Screen, error) {
	found, err := l.message(m)
	if err != nil {
		return nil, err
	}
	lines := maxLines
	r := &renderer{
		library: l, doc: found.doc, root: m.Value, names: names, lines: &lines,
		container: Container{
			Chain: m.Domain.ChainID.Uint64(), To: *m.Domain.VerifyingContract, Value: new(big.Int),
		},
	}
	s, err := r.screen(found)
	if err != nil {
		return nil, err
	}
	s.Irregular = append(found.doc.strays(m.Domain), m.Irregular...)
	return s, nil
}

// renderer fills one screen.
type renderer struct {
	library   *Library
	doc       *descriptor
	root      calldata.Value
	container Container
	names     Names
	depth     int
	lines     *int // left for this screen and those nested in it
	out       *Screen
	shown     map[string]string // values by path, for the sentence
}

func (r *renderer) screen(m match) (*Screen, error) {
	f := m.entry.format
	r.out = &Screen{
		Intent: intent(f.Intent), Owner: r.doc.Metadata.Owner,
		Contract: r.doc.Metadata.ContractName, Source: m.path, Generic: m.generic,
		Fields: []Line{}, Function: m.entry.function, Args: r.root,
	}
	r.shown = map[string]string{}
	if err := r.fields(f.Fields, r.root, ""); err != nil {
		return nil, err
	}
	if f.Interpolated != "" {
		r.out.Sentence = r.interpolate(f.Interpolated)
	}
	return r.out, nil
}

// intent reads a text or the values of an object of texts.
func intent(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		for _, k := range []string{"en", "label", "title", "Native"} {
			if s, ok := v[k].(string); ok {
				return s
			}
		}
	}
	return ""
}

// fields shows a list of fields whose relative paths start at v.
func (r *renderer) fields(fields []field, v calldata.Value, prefix string) error {
	for _, f := range fields {
		if f.Ref != "" {
			name := strings.TrimPrefix(f.Ref, "$.display.definitions.")
			def, ok := r.doc.Display.Definitions[name]
			if !ok {
				return fmt.Errorf("%w: no definition %q", ErrDescriptor, f.Ref)
			}
			f = f.over(def)
		}
		if len(f.Fields) > 0 {
			if err := r.group(f, v, prefix); err != nil {
				return err
			}
			continue
		}
		if err := r.field(f, v, prefix); err != nil {
			return err
		}
	}
	return nil
}

// group shows its fields once for each value that its path picks.
func (r *renderer) group(f field, v calldata.Value, prefix string) error {
	values := []calldata.Value{v}
	if f.Path != "" {
		var err error
		if values, err = r.pick(f.Path, v); err != nil {
			return err
		}
	}
	if f.Iteration == "bundled" || len(f.Fields) == 1 {
		for _, each := range values {
			if err := r.fields(f.Fields, each, join(prefix, f.Path)); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range f.Fields {
		for _, each := range values {
			if err := r.fields(f.Fields[i:i+1], each, join(prefix, f.Path)); err != nil {
				return err
			}
		}
	}
	return nil
}

// field shows one line for each value that its path picks.
func (r *renderer) field(f field, v calldata.Value, prefix string) error {
	values, err := r.values(f, v)
	if err != nil {
		return err
	}
	if len(values) == 0 && f.Path != "" && visibility(f.Visible) != "never" {
		if !strings.Contains(f.Path, "[]") { // an empty list has no lines
			r.out.Missing = append(r.out.Missing, f.Label)
		}
		return nil
	}
	for i, value := range values {
		show, err := r.visible(f, value)
		if err != nil {
			return err
		}
		line, err := r.line(f, v, value, i, len(values))
		if err != nil {
			return err
		}
		line.Path = join(prefix, f.Path)
		if i == 0 {
			r.shown[strings.TrimPrefix(line.Path, "#.")] = line.Value
		}
		if !show {
			continue
		}
		if *r.lines--; *r.lines < 0 {
			return fmt.Errorf("%w: more than %d lines", ErrUnknown, maxLines)
		}
		r.out.Fields = append(r.out.Fields, line)
	}
	return nil
}

func join(prefix, path string) string {
	if prefix == "" || path == "" || strings.ContainsAny(path[:1], "#@$") {
		return path
	}
	return prefix + "." + path
}

// values are what a field shows: picked by its path, or its literal.
func (r *renderer) values(f field, v calldata.Value) ([]calldata.Value, error) {
	if f.Path != "" {
		return r.pick(f.Path, v)
	}
	if f.Value != nil {
		return []calldata.Value{literal(r.constant(f.Value))}, nil
	}
	return nil, nil
}

// pick follows a path from its root.
func (r *renderer) pick(path string, relative calldata.Value) ([]calldata.Value, error) {
	root, steps, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	switch root {
	case '#':
		relative = r.root
	case '@':
		relative = r.container.value()
	case '$':
		return []calldata.Value{literal(r.constant(path))}, nil
	}
	return pick(relative, steps), nil
}

// value gives the container as a tuple for paths with "@".
func (c Container) value() calldata.Value {
	address := &calldata.Type{Kind: calldata.Address}
	number := &calldata.Type{Kind: calldata.Uint, Size: 256}
	amount := c.Value
	if amount == nil {
		amount = new(big.Int)
	}
	return calldata.Value{
		Type: &calldata.Type{Kind: calldata.Tuple, Fields: []calldata.Field{
			{Name: "from", Type: address}, {Name: "to", Type: address},
			{Name: "value", Type: number}, {Name: "chainId", Type: number},
		}},
		Elems: []calldata.Value{
			{Type: address, Raw: c.From.Bytes()}, {Type: address, Raw: c.To.Bytes()},
			{Type: number, Int: amount}, {Type: number, Int: new(big.Int).SetUint64(c.Chain)},
		},
	}
}

func visibility(raw json.RawMessage) string {
	var word string
	if json.Unmarshal(raw, &word) == nil {
		return word
	}
	return ""
}

// visible says whether a field is shown, and refuses values that must match a
// list and do not.
func (r *renderer) visible(f field, v calldata.Value) (bool, error) {
	if len(f.Visible) == 0 {
		return true, nil
	}
	if word := visibility(f.Visible); word != "" {
		return word != "never", nil
	}
	var rule struct {
		IfNotIn   []any `json:"ifNotIn"`
		MustMatch []any `json:"mustMatch"`
	}
	if err := json.Unmarshal(f.Visible, &rule); err != nil {
		return false, fmt.Errorf("%w: visible: %w", ErrDescriptor, err)
	}
	have := strings.ToLower(raw(v))
	among := func(list []any) bool {
		for _, want := range list {
			if strings.ToLower(raw(literal(r.constant(want)))) == have {
				return true
			}
		}
		return false
	}
	if rule.MustMatch != nil {
		if !among(rule.MustMatch) {
			return false, fmt.Errorf("%w: %s is %s", ErrMismatch, f.Path, have)
		}
		return false, nil
	}
	return !among(rule.IfNotIn), nil
}

// braces finds the paths in an intent.
var braces = regexp.MustCompile(`\{[^{}]*\}`)

// interpolate fills the values into an intent.
func (r *renderer) interpolate(text string) string {
	return braces.ReplaceAllStringFunc(text, func(m string) string {
		path := strings.TrimPrefix(m[1:len(m)-1], "#.")
		if v, ok := r.shown[path]; ok {
			return v
		}
		values, err := r.pick(path, r.root)
		if err != nil || len(values) == 0 {
			return m
		}
		return raw(values[0])
	})
}
