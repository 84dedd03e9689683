package clearsign

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

// line formats one value, the i-th of n that the field's path picked.
func (r *renderer) line(f field, base, v calldata.Value, i, n int) (Line, error) {
	l := Line{Label: f.Label}
	var err error
	switch f.Format {
	case "tokenAmount":
		err = r.tokenAmount(&l, f.Params, base, v, i, n)
	case "amount":
		units, ok := v.Uint()
		if !ok {
			return l, wrong(f, "a number")
		}
		l.Value = Decimal(units, 18) + " " + NativeSymbol(r.container.Chain)
		l.Amount = &Amount{Chain: r.container.Chain, Units: units}
	case "addressName", "interoperableAddressName", "tokenTicker":
		l.Value, err = r.address(f, v)
	case "nftName":
		l.Value, err = r.nft(f, base, v, i, n)
	case "date":
		l.Value, err = date(f, v)
	case "duration":
		l.Value, err = duration(f, v)
	case "unit":
		l.Value, err = r.unit(f, v)
	case "enum":
		l.Value = r.enum(f.Params, v)
	case "calldata":
		err = r.nested(&l, f.Params, base, v, i, n)
	case "raw", "":
		l.Value = raw(v)
	default:
		// A format of a later version: the value as it is, and said so.
		l.Value = raw(v)
		r.out.Missing = append(r.out.Missing, f.Label+" (format "+f.Format+")")
	}
	return l, err
}

func wrong(f field, want string) error {
	return fmt.Errorf("%w: %q with format %s needs %s", ErrDescriptor, f.Label, f.Format, want)
}

// param picks the i-th of the values of a parameter that is given as a path,
// or the only one, or reads its literal.
func (r *renderer) param(path string, lit any, base calldata.Value, i, n int,
) (calldata.Value, bool, error) {
	if path != "" {
		values, err := r.pick(path, base)
		if err != nil || len(values) == 0 {
			return calldata.Value{}, false, err
		}
		if len(values) == n && i < n {
			return values[i], true, nil
		}
		return values[0], true, nil
	}
	if o, ok := lit.(map[string]any); ok { // a reference to a map of constants
		return r.mapped(o, base)
	}
	if lit = r.constant(lit); lit == nil {
		return calldata.Value{}, false, nil
	}
	return literal(lit), true, nil
}

// mapped looks a constant up by a value of the message.
func (r *renderer) mapped(o map[string]any, base calldata.Value) (calldata.Value, bool, error) {
	name, _ := o["map"].(string)
	keyPath, _ := o["keyPath"].(string)
	m, ok := r.doc.Metadata.Maps[strings.TrimPrefix(name, "$.metadata.maps.")]
	if !ok || keyPath == "" {
		return calldata.Value{}, false, fmt.Errorf("%w: no map %q", ErrDescriptor, name)
	}
	keys, err := r.pick(keyPath, base)
	if err != nil || len(keys) == 0 {
		return calldata.Value{}, false, err
	}
	want := strings.ToLower(raw(keys[0]))
	for k, v := range m.Values {
		if strings.ToLower(k) == want {
			return literal(v), true, nil
		}
	}
	return calldata.Value{}, false, nil
}

// tokenAmount shows units of a token: "4.5 USDC", "Unlimited USDC", or the
// number of units where the token is not known.
func (r *renderer) tokenAmount(l *Line, p params, base, v calldata.Value, i, n int) error {
	units, ok := v.Uint()
	if !ok {
		return fmt.Errorf("%w: %q with format tokenAmount needs a number", ErrDescriptor, l.Label)
	}
	chain := r.container.Chain
	if c, ok, err := r.param(p.ChainIDPath, p.ChainID, base, i, n); err != nil {
		return err
	} else if id, isNumber := c.Uint(); ok && isNumber && id.IsUint64() {
		chain = id.Uint64()
	}
	token, known, err := r.param(p.TokenPath, p.Token, base, i, n)
	if err != nil {
		return err
	}
	address, isAddress := token.Address()
	l.Amount = &Amount{Chain: chain, Units: units}
	symbol, decimals := "", 0
	switch {
	case known && isAddress && r.isNative(p.Native, address):
		symbol, decimals = NativeSymbol(chain), 18
	case known && isAddress:
		l.Amount.Token = &address
		if t, ok := r.token(chain, address); ok {
			symbol, decimals = t.Symbol, t.Decimals
		}
	case !known && p.TokenPath == "" && p.Token == nil:
		symbol, decimals = NativeSymbol(chain), 18
	}
	if limit, ok, err := r.param("", p.Threshold, base, i, n); err != nil {
		return err
	} else if threshold, isNumber := limit.Uint(); ok && isNumber && units.Cmp(threshold) >= 0 {
		l.Amount.Unlimited = true
		l.Value = p.Message
		if l.Value == "" {
			l.Value = "Unlimited"
		}
	} else {
		l.Value = Decimal(units, decimals)
	}
	if symbol != "" {
		l.Value += " " + symbol
	}
	return nil
}

func (r *renderer) token(chain uint64, a common.Address) (Token, bool) {
	if r.names != nil {
		if t, ok := r.names.Token(chain, a); ok {
			return t, true
		}
	}
	// A descriptor may bring the token of its own contract along.
	if t := r.doc.Metadata.Token; t != nil && a == r.container.To {
		return Token{Symbol: t.Ticker, Decimals: t.Decimals}, true
	}
	return Token{}, false
}

// isNative reports whether a stands for the chain's own coin.
func (r *renderer) isNative(native any, a common.Address) bool {
	list, ok := native.([]any)
	if !ok && native != nil {
		list = []any{native}
	}
	for _, each := range list {
		if want, ok := literal(r.constant(each)).Address(); ok && want == a {
			return true
		}
	}
	return false
}

func (r *renderer) address(f field, v calldata.Value) (string, error) {
	a, ok := v.Address()
	if !ok {
		return raw(v), nil // shorter or longer bytes are no address: shown as they are
	}
	if f.Params.SenderAddress != nil && r.isNative(f.Params.SenderAddress, a) {
		a = r.container.From
	}
	return r.name(a), nil
}

func (r *renderer) name(a common.Address) string {
	if r.names != nil {
		if n, ok := r.names.Name(r.container.Chain, a); ok {
			return n
		}
	}
	return a.Hex()
}

func (r *renderer) nft(f field, base, v calldata.Value, i, n int) (string, error) {
	id, ok := v.Uint()
	if !ok {
		return "", wrong(f, "a number")
	}
	c, known, err := r.param(f.Params.CollectionPath, f.Params.Collection, base, i, n)
	if err != nil {
		return "", err
	}
	if a, ok := c.Address(); known && ok {
		return "#" + id.String() + " of " + r.name(a), nil
	}
	return "#" + id.String(), nil
}

// date shows a time in UTC, or the height of a block.
func date(f field, v calldata.Value) (string, error) {
	n, ok := v.Uint()
	if !ok {
		return "", wrong(f, "a number")
	}
	if f.Params.Encoding == "blockheight" {
		return "block " + n.String(), nil
	}
	// The year 9999: what is later is no date that anybody meant.
	if last := big.NewInt(253402300799); n.Sign() < 0 || n.Cmp(last) > 0 {
		return "never", nil
	}
	return time.Unix(n.Int64(), 0).UTC().Format("2006-01-02 15:04:05Z"), nil
}

// duration shows seconds as hours, minutes and seconds.
func duration(f field, v calldata.Value) (string, error) {
	n, ok := v.Uint()
	if !ok {
		return "", wrong(f, "a number")
	}
	if !n.IsInt64() {
		return "for ever", nil
	}
	s := n.Int64()
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60), nil
}

// unit shows value / 10^decimals with the symbol of a unit.
func (r *renderer) unit(f field, v calldata.Value) (string, error) {
	n, ok := v.Uint()
	if !ok {
		return "", wrong(f, "a number")
	}
	decimals := 0
	if d, ok := literal(r.constant(f.Params.Decimals)).Uint(); ok && d.IsInt64() {
		decimals = int(min(d.Int64(), 255))
	}
	base := raw(literal(r.constant(f.Params.Base)))
	return Decimal(n, decimals) + base, nil
}

func (r *renderer) enum(p params, v calldata.Value) string {
	values := r.doc.Metadata.Enums[strings.TrimPrefix(p.Ref, "$.metadata.enums.")]
	text := raw(v)
	if name, ok := values[text]; ok {
		return name
	}
	if n, ok := v.Uint(); ok { // a byte of packed data stands for a number
		if name, ok := values[n.String()]; ok {
			return name
		}
	}
	return text
}

// nested shows the call inside a value, or its bytes where nobody knows it.
func (r *renderer) nested(l *Line, p params, base, v calldata.Value, i, n int) error {
	data, ok := v.Bytes()
	if !ok {
		return fmt.Errorf("%w: %q with format calldata needs bytes", ErrDescriptor, l.Label)
	}
	l.Value = raw(v)
	inner := Container{Chain: r.container.Chain, From: r.container.To, Value: new(big.Int)}
	callee, known, err := r.param(p.CalleePath, p.Callee, base, i, n)
	if err != nil {
		return err
	}
	to, isAddress := callee.Address()
	if !known || !isAddress {
		return nil
	}
	inner.To = to
	if amount, ok, err := r.param(p.AmountPath, p.Amount, base, i, n); err != nil {
		return err
	} else if units, isNumber := amount.Uint(); ok && isNumber {
		inner.Value = units
	}
	if sel, ok, err := r.param(p.SelectorPath, p.Selector, base, i, n); err != nil {
		return err
	} else if b, isBytes := sel.Bytes(); ok && isBytes && len(b) == 4 {
		data = append(append([]byte{}, b...), data...)
	}
	screen, err := r.library.show(inner, data, r.names, r.depth+1, r.lines)
	if err == nil {
		l.Nested = screen
	}
	return nil
}

// Show writes a value as it is, of at most 400 characters.
func Show(v calldata.Value) string {
	const longest = 400
	text := raw(v)
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// raw shows a value as it is.
func raw(v calldata.Value) string {
	if v.Type == nil {
		return ""
	}
	switch v.Type.Kind {
	case calldata.Bool:
		return strconv.FormatBool(v.Int.Sign() != 0)
	case calldata.Uint, calldata.Int:
		return v.Int.String()
	case calldata.Address:
		return common.BytesToAddress(v.Raw).Hex()
	case calldata.String:
		return printable(string(v.Raw))
	case calldata.Bytes, calldata.FixedBytes:
		return "0x" + hex.EncodeToString(v.Raw)
	default:
		parts := make([]string, len(v.Elems))
		for i, e := range v.Elems {
			parts[i] = raw(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
}

// printable writes out what a terminal or a page would not show or would let
// change the text around it: control signs, marks of direction, bad UTF-8.
func printable(s string) string {
	clean := strings.IndexFunc(s, func(c rune) bool {
		return c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c)
	}) < 0
	if clean {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			fmt.Fprintf(&b, "\\u{%x}", c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// constant follows a "$." path into the descriptor; other values are returned.
func (r *renderer) constant(v any) any {
	path, ok := v.(string)
	if !ok || !strings.HasPrefix(path, "$.") {
		return v
	}
	if name, ok := strings.CutPrefix(path, "$.metadata.constants."); ok {
		return r.doc.Metadata.Constants[name]
	}
	switch path {
	case "$.metadata.owner":
		return r.doc.Metadata.Owner
	case "$.metadata.contractName":
		return r.doc.Metadata.ContractName
	}
	return nil
}

// literal gives a constant of a descriptor a type: hex of twenty bytes is an
// address, other hex bytes, digits a number, the rest text.
func literal(v any) calldata.Value {
	switch v := v.(type) {
	case bool:
		n := new(big.Int)
		if v {
			n.SetInt64(1)
		}
		return calldata.Value{Type: &calldata.Type{Kind: calldata.Bool}, Int: n}
	case json.Number:
		return literal(v.String())
	case float64:
		return literal(strconv.FormatFloat(v, 'f', -1, 64))
	case string:
		if b, err := hex.DecodeString(strings.TrimPrefix(v, "0x")); err == nil &&
			strings.HasPrefix(v, "0x") {
			if len(b) == common.AddressLength {
				return calldata.Value{Type: &calldata.Type{Kind: calldata.Address}, Raw: b}
			}
			return calldata.Value{Type: bytesType, Raw: b}
		}
		if n, ok := new(big.Int).SetString(v, 10); ok {
			return calldata.Value{Type: &calldata.Type{Kind: calldata.Uint, Size: 256}, Int: n}
		}
		return calldata.Value{Type: &calldata.Type{Kind: calldata.String}, Raw: []byte(v)}
	default:
		return calldata.Value{}
	}
}

// Decimal writes units / 10^decimals without rounding and without zeros at the
// end.
func Decimal(units *big.Int, decimals int) string {
	digits := new(big.Int).Abs(units).String()
	if decimals > 0 {
		if missing := decimals + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		whole, part := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
		digits = whole
		if part = strings.TrimRight(part, "0"); part != "" {
			digits += "." + part
		}
	}
	if units.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// NativeSymbol is the ticker of a chain's own coin, ETH where it is not known
// to be another.
func NativeSymbol(chain uint64) string {
	if s, ok := nativeSymbols[chain]; ok {
		return s
	}
	return "ETH"
}

// nativeSymbols lists chains whose coin is not ETH, by EIP-155 number.
var nativeSymbols = map[uint64]string{
	14: "FLR", 25: "CRO", 30: "RBTC", 40: "TLOS", 50: "XDC", 56: "BNB", 97: "tBNB", 100: "xDAI",
	122: "FUSE", 137: "POL", 146: "S", 250: "FTM", 369: "PLS", 999: "HYPE", 1030: "CFX",
	1088: "METIS", 1116: "CORE", 1284: "GLMR", 1285: "MOVR", 2020: "RON", 5000: "MNT", 8217: "KAIA",
	42220: "CELO", 43114: "AVAX", 80002: "POL", 80094: "BERA", 42497: "AGON",
}
