package calldata

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
)

// Limits of a signature.
const (
	maxSignature = 16 << 10 // bytes
	maxNesting   = 32       // tuples and arrays inside one another
	maxFixed     = 1 << 12  // elements of a T[n]
	maxHead      = 1 << 16  // bytes of a static type, nested T[n] multiplied out
)

// ErrSignature says that a signature cannot be read.
var ErrSignature = errors.New("not a function signature")

// Function is a function of a contract.
type Function struct {
	Name   string
	Inputs []Field
}

// Signature gives the canonical form, the preimage of the selector.
func (f *Function) Signature() string { return f.Name + tupleString(f.Inputs) }

// Selector is the first four bytes of the Keccak-256 of the signature.
func (f *Function) Selector() [4]byte {
	return [4]byte(crypto.Keccak256([]byte(f.Signature())))
}

// ParseFunction reads a signature with or without parameter names:
//
//	function = [ "function" ] name params [ anything ]
//	params   = "(" [ param { "," param } ] ")"
//	param    = type { array } { modifier } [ name ]
//	type     = word | [ "tuple" ] params
//	array    = "[" [ digits ] "]"
//	modifier = "memory" | "calldata" | "storage" | "payable" | "indexed"
func ParseFunction(text string) (*Function, error) {
	if len(text) > maxSignature {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrSignature, len(text), maxSignature)
	}
	p := parser{text: text}
	p.spaces()
	name := p.word()
	if p.spaces(); name == "function" && p.peek() != '(' {
		name = p.word()
	}
	if name == "" {
		return nil, p.fail("a name")
	}
	inputs, err := p.params(0)
	if err != nil {
		return nil, err
	}
	f := &Function{Name: name, Inputs: inputs}
	if size := headSize(inputs); size > maxHead {
		return nil, fmt.Errorf("%w: %d bytes of parameters, at most %d", ErrSignature, size,
			maxHead)
	}
	return f, nil
}

// ParseType reads one type, such as "(address to, uint256 value)[]".
func ParseType(text string) (*Type, error) {
	if len(text) > maxSignature {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrSignature, len(text), maxSignature)
	}
	p := parser{text: text}
	p.spaces()
	t, err := p.typ(0)
	if err != nil {
		return nil, err
	}
	if p.spaces(); p.at != len(text) {
		return nil, p.fail("the end")
	}
	return t, nil
}

// ArrayOf adds the brackets of an array type, such as "[2][]", to an element.
// The size of its encoding is not bounded: the values of typed data are not
// read from call data, and struct types share parts, so that measuring them
// could take a time exponential in their number.
func ArrayOf(elem *Type, brackets string) (*Type, error) {
	if len(brackets) > maxSignature {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrSignature, len(brackets),
			maxSignature)
	}
	p := parser{text: brackets, unbounded: true}
	t, err := p.arrays(elem, 0)
	if err == nil && p.at != len(brackets) {
		err = p.fail(`"["`)
	}
	return t, err
}

// parser walks over the text of a signature.
type parser struct {
	text      string
	at        int
	unbounded bool // heads may have any size
}

func (p *parser) fail(want string) error {
	return fmt.Errorf("%w: at byte %d of %q: want %s", ErrSignature, p.at, clip(p.text), want)
}

func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) spaces() {
	for p.peek() == ' ' || p.peek() == '\t' || p.peek() == '\n' {
		p.at++
	}
}

// word takes letters, digits, _ and $, and the : and . of qualified names.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '_' || c == '$' || c == ':' || c == '.'
}

func (p *parser) params(depth int) ([]Field, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: nested more than %d deep", ErrSignature, maxNesting)
	}
	if p.spaces(); p.peek() != '(' {
		return nil, p.fail(`"("`)
	}
	p.at++
	fields := []Field{}
	if p.spaces(); p.peek() == ')' {
		p.at++
		return fields, nil
	}
	for {
		f, err := p.param(depth)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
		p.spaces()
		switch p.peek() {
		case ',':
			p.at++
		case ')':
			p.at++
			return fields, nil
		default:
			return nil, p.fail(`"," or ")"`)
		}
	}
}

func (p *parser) param(depth int) (Field, error) {
	p.spaces()
	t, err := p.typ(depth)
	if err != nil {
		return Field{}, err
	}
	for {
		p.spaces()
		switch w := p.word(); w {
		case "memory", "calldata", "storage", "payable", "indexed":
		default:
			return Field{Name: w, Type: t}, nil
		}
	}
}

func (p *parser) typ(depth int) (*Type, error) {
	name := p.word()
	var t *Type
	if p.spaces(); p.peek() == '(' && (name == "" || name == "tuple") {
		fields, err := p.params(depth + 1)
		if err != nil {
			return nil, err
		}
		t = &Type{Kind: Tuple, Fields: fields}
	} else {
		var err error
		if t, err = elementary(name); err != nil {
			return nil, err
		}
	}
	return p.arrays(t, depth)
}

// arrays reads the brackets behind the type t.
func (p *parser) arrays(t *Type, depth int) (*Type, error) {
	for nested := depth; p.peek() == '['; nested++ {
		if nested > maxNesting {
			return nil, fmt.Errorf("%w: nested more than %d deep", ErrSignature, maxNesting)
		}
		var err error
		if t, err = p.array(t); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (p *parser) array(elem *Type) (*Type, error) {
	end := strings.IndexByte(p.text[p.at:], ']')
	if end < 0 {
		return nil, p.fail(`"]"`)
	}
	digits := p.text[p.at+1 : p.at+end]
	p.at += end + 1
	if digits == "" {
		return &Type{Kind: Slice, Elem: elem}, nil
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 || n > maxFixed {
		return nil, fmt.Errorf("%w: array of %q elements, want 1 to %d",
			ErrSignature, clip(digits), maxFixed)
	}
	t := &Type{Kind: Array, Size: n, Elem: elem}
	if !p.unbounded && !elem.dynamic() && n*elem.head() > maxHead {
		return nil, fmt.Errorf("%w: %d bytes in an array, at most %d",
			ErrSignature, n*elem.head(), maxHead)
	}
	return t, nil
}

func headSize(fields []Field) int {
	n := 0
	for _, f := range fields {
		n += f.Type.head()
	}
	return n
}

// clip shortens hostile text for an error.
func clip(s string) string {
	const longest = 80
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
