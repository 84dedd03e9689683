package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/typed"
)

// ErrOther says that a method neither signs nor sends anything: the guard has
// nothing to judge and lets it pass.
var ErrOther = errors.New("not a method that signs or sends")

// maxCalls bounds the calls of one wallet_sendCalls.
const maxCalls = 256

// Request is one thing that a wallet is asked to sign or send. Exactly one of
// Transactions, Typed, Message and Hash is set.
type Request struct {
	Method  string
	Account *common.Address // who signs, where the request says so

	Transactions []*Transaction // one, or the calls of a batch in order
	Typed        *typed.Message
	Message      []byte  // of personal_sign, without the prefix of EIP-191
	SignIn       *SignIn // set if Message is a sign-in message
	Hash         []byte  // of eth_sign: opaque, it may be anything

	// Irregular says what was made canonical, in a few words each.
	Irregular []string
	// Unread names what the wallet is asked for besides and nobody looked at.
	Unread []string
}

// Guarded reports whether a method signs or sends.
func Guarded(method string) bool {
	_, ok := readers[method]
	return ok
}

// readers by method. Later versions of typed data than 4 do not exist; version
// 1 has no types and cannot be told apart by what it means, so it is refused.
var readers = map[string]func(*Request, []json.RawMessage) error{
	"eth_sendTransaction":        (*Request).transaction,
	"eth_signTransaction":        (*Request).transaction,
	"eth_sendRawTransaction":     (*Request).rawTransaction,
	"eth_signTypedData_v4":       (*Request).typedData,
	"eth_signTypedData_v3":       (*Request).typedData,
	"eth_signTypedData":          (*Request).typedData,
	"personal_sign":              (*Request).personal,
	"eth_sign":                   (*Request).hash,
	"wallet_sendCalls":           (*Request).calls,
	"eth_sendUserOperation":      (*Request).operation,
	"eth_sendTransactionSync":    (*Request).transaction,
	"eth_sendRawTransactionSync": (*Request).rawTransaction,
}

// Parse reads the parameters of a JSON-RPC method. ErrOther if the method is
// none of those that sign or send.
func Parse(method string, params json.RawMessage) (*Request, error) {
	reader, ok := readers[method]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrOther, clip(method))
	}
	if len(params) > MaxBytes {
		return nil, ErrTooLarge
	}
	names := spelled
	if strings.HasPrefix(method, "eth_signTypedData") {
		names = nil // a message's members may have any name
	}
	if err := unique(params, names); err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(params, &list); err != nil {
		return nil, fmt.Errorf("%w: the parameters of %s are a list: %w", ErrMalformed, method, err)
	}
	r := &Request{Method: method}
	if err := reader(r, list); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return r, nil
}

func (r *Request) note(what string) { r.Irregular = append(r.Irregular, what) }

// want gives the i-th parameter as text.
func text(params []json.RawMessage, i int) (string, error) {
	if i >= len(params) {
		return "", fmt.Errorf("%w: parameter %d is missing", ErrMalformed, i+1)
	}
	var s string
	if err := json.Unmarshal(params[i], &s); err != nil {
		return "", fmt.Errorf("%w: parameter %d should be text", ErrMalformed, i+1)
	}
	return s, nil
}

func (r *Request) rawTransaction(params []json.RawMessage) error {
	s, err := text(params, 0)
	if err != nil {
		return err
	}
	raw, err := Bytes(s)
	if err != nil {
		return err
	}
	tx, err := DecodeTransaction(raw)
	if err != nil {
		return err
	}
	if !tx.Signed {
		return fmt.Errorf("%w: the transaction has no signature", ErrMalformed)
	}
	r.Account, r.Transactions = tx.From, []*Transaction{tx}
	return nil
}

// argument is the object of eth_sendTransaction.
type argument struct {
	Type, Nonce, Gas, GasPrice, MaxFeePerGas, MaxPriorityFeePerGas *string
	From, To, Value, Data, Input, ChainID                          *string
	AuthorizationList                                              []grantArgument
	Capabilities                                                   map[string]json.RawMessage
}

// grantArgument is one authorisation of an argument.
type grantArgument struct {
	ChainID, Address, Nonce *string
}

func (r *Request) transaction(params []json.RawMessage) error {
	if len(params) == 0 {
		return fmt.Errorf("%w: no transaction", ErrMalformed)
	}
	var a argument
	if err := json.Unmarshal(params[0], &a); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	tx, err := r.argument(&a)
	if err != nil {
		return err
	}
	r.Account, r.Transactions = tx.From, []*Transaction{tx}
	return nil
}

// argument reads the members of a transaction object.
func (r *Request) argument(a *argument) (*Transaction, error) {
	tx := &Transaction{Value: new(big.Int)}
	var err error
	set := func(name string, s *string, read func(string) error) {
		if s == nil || err != nil {
			return
		}
		if e := read(*s); e != nil {
			err = fmt.Errorf("%s: %w", name, e)
		}
	}
	number := func(name string, s *string, into **big.Int) {
		set(name, s, func(s string) (e error) {
			if len(s) > 3 && s[:3] == "0x0" {
				r.note(name + " has zeros in front")
			}
			*into, e = Number(s)
			return e
		})
	}
	small := func(name string, s *string, into **uint64) {
		var n *big.Int
		number(name, s, &n)
		if n == nil || err != nil {
			return
		}
		if !n.IsUint64() {
			err = fmt.Errorf("%w: %s is %v", ErrMalformed, name, n)
			return
		}
		u := n.Uint64()
		*into = &u
	}
	address := func(name string, s *string, into **common.Address) {
		if s != nil && (*s == "" || *s == "0x") {
			return // some libraries write a missing recipient so
		}
		set(name, s, func(s string) error {
			v, e := Address(s)
			*into = &v
			return e
		})
	}
	bytes := func(name string, s *string, into *[]byte) {
		set(name, s, func(s string) (e error) {
			*into, e = Bytes(s)
			return e
		})
	}
	var kind *uint64
	small("type", a.Type, &kind)
	address("from", a.From, &tx.From)
	address("to", a.To, &tx.To)
	number("value", a.Value, &tx.Value)
	number("chainId", a.ChainID, &tx.Chain)
	small("nonce", a.Nonce, &tx.Nonce)
	small("gas", a.Gas, &tx.Gas)
	number("gasPrice", a.GasPrice, &tx.GasFee)
	number("maxFeePerGas", a.MaxFeePerGas, &tx.GasFee)
	number("maxPriorityFeePerGas", a.MaxPriorityFeePerGas, &tx.Tip)
	var data, input []byte
	bytes("data", a.Data, &data)
	bytes("input", a.Input, &input)
	if err != nil {
		return nil, err
	}
	if a.Data != nil && a.Input != nil && string(data) != string(input) {
		return nil, fmt.Errorf("%w: data and input differ: wallets take one or the other",
			ErrMalformed)
	}
	if tx.Data = data; a.Data == nil {
		tx.Data = input
	}
	if kind != nil {
		if *kind >= uint64(len(envelopes)) {
			return nil, fmt.Errorf("%w: transaction type %d is not known", ErrMalformed, *kind)
		}
		tx.Type = uint8(*kind)
	}
	return tx, r.grants(tx, a.AuthorizationList)
}

func (r *Request) grants(tx *Transaction, list []grantArgument) error {
	if len(list) > maxGrants {
		return fmt.Errorf("%w: %d authorisations, at most %d", ErrMalformed, len(list), maxGrants)
	}
	for _, g := range list {
		if g.Address == nil {
			return fmt.Errorf("%w: an authorisation without address", ErrMalformed)
		}
		delegate, err := Address(*g.Address)
		if err != nil {
			return err
		}
		out := Authorization{Delegate: delegate, Chain: new(big.Int), Authority: tx.From}
		if g.ChainID != nil {
			if out.Chain, err = Number(*g.ChainID); err != nil {
				return err
			}
		}
		tx.Grants = append(tx.Grants, out)
		tx.Type = 4
	}
	return nil
}

// typedData reads [account, document]; the document is JSON or text that holds
// JSON, and some libraries swap the two.
func (r *Request) typedData(params []json.RawMessage) error {
	if len(params) < 2 {
		return fmt.Errorf("%w: want an account and a document", ErrMalformed)
	}
	account, document := params[0], params[1]
	if _, err := asAddress(account); err != nil {
		account, document = document, account
		r.note("account and document are swapped")
	}
	a, err := asAddress(account)
	if err != nil {
		return err
	}
	r.Account = &a
	var quoted string
	if json.Unmarshal(document, &quoted) == nil {
		document = json.RawMessage(quoted)
	}
	if r.Typed, err = typed.Parse(document); err != nil {
		return err
	}
	r.Irregular = append(r.Irregular, r.Typed.Irregular...)
	return nil
}

func asAddress(raw json.RawMessage) (common.Address, error) {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return common.Address{}, fmt.Errorf("%w: an account should be text", ErrMalformed)
	}
	return Address(s)
}

// personal reads [message, account]; some libraries swap the two.
func (r *Request) personal(params []json.RawMessage) error {
	message, err := text(params, 0)
	if err != nil {
		return err
	}
	account, err := text(params, 1)
	if err != nil {
		return err
	}
	if _, err := Address(account); err != nil {
		message, account = account, message
		r.note("message and account are swapped")
	}
	a, err := Address(account)
	if err != nil {
		return err
	}
	r.Account = &a
	// Hex is taken as bytes, anything else as text, as wallets do.
	if r.Message, err = Bytes(message); err != nil {
		if len(message) > maxData {
			return fmt.Errorf("%w: a message of %d bytes, at most %d", ErrMalformed, len(message),
				maxData)
		}
		r.Message = []byte(message)
	}
	r.SignIn, _ = ParseSignIn(string(r.Message))
	return nil
}

// hash reads [account, 32 bytes].
func (r *Request) hash(params []json.RawMessage) error {
	account, err := text(params, 0)
	if err != nil {
		return err
	}
	a, err := Address(account)
	if err != nil {
		return err
	}
	s, err := text(params, 1)
	if err != nil {
		return err
	}
	r.Account = &a
	r.Hash, err = Bytes(s)
	return err
}

// calls reads wallet_sendCalls (EIP-5792).
func (r *Request) calls(params []json.RawMessage) error {
	if len(params) == 0 {
		return fmt.Errorf("%w: no calls", ErrMalformed)
	}
	var batch struct {
		From, ChainID *string
		Calls         []argument
		Capabilities  map[string]json.RawMessage
	}
	if err := json.Unmarshal(params[0], &batch); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if n := len(batch.Calls); n == 0 || n > maxCalls {
		return fmt.Errorf("%w: %d calls, want 1 to %d", ErrMalformed, n, maxCalls)
	}
	for i := range batch.Calls {
		c := &batch.Calls[i]
		c.From, c.ChainID = batch.From, batch.ChainID
		tx, err := r.argument(c)
		if err != nil {
			return fmt.Errorf("call %d: %w", i+1, err)
		}
		r.Account = tx.From
		r.Transactions = append(r.Transactions, tx)
		r.unread(c.Capabilities)
	}
	r.unread(batch.Capabilities)
	slices.Sort(r.Unread)
	return nil
}

// unread notes capabilities that a page asks of a wallet besides.
func (r *Request) unread(capabilities map[string]json.RawMessage) {
	for name := range capabilities {
		if what := "the capability " + clip(name); !slices.Contains(r.Unread, what) {
			r.Unread = append(r.Unread, what)
		}
	}
}
