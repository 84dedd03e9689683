package native

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// The other side of a call, for those who speak to a contract from Go with the
// types it was registered with.

// Pack encodes a call of the named function; args is a pointer to its In.
func (c *Contract) Pack(name string, args any) ([]byte, error) {
	for _, f := range c.functions {
		if f.name == name {
			v := reflect.ValueOf(args).Elem()
			if v.Type() != f.in.typ {
				return nil, fmt.Errorf("%s.%s: want %s, have %s", c.name, name, f.in.typ, v.Type())
			}
			return append(f.topic[:4:4], encode(f.in, v)...), nil
		}
	}
	return nil, fmt.Errorf("%s.%s: %w", c.name, name, ErrNoFunction)
}

// Unpack decodes data into out, a pointer to the struct that was encoded: a
// function's results, or its arguments without their selector.
func Unpack(data []byte, out any) error {
	v := reflect.ValueOf(out).Elem()
	return decode(shapeOf(v.Type(), ""), data, v)
}

// UnpackError decodes revert data into out, a pointer to a registered error; it
// tells whether the data is that error at all.
func (c *Contract) UnpackError(data []byte, out any) (bool, error) {
	v := reflect.ValueOf(out).Elem()
	m, ok := c.errors[v.Type()]
	if !ok || len(data) < 4 || !bytes.Equal(data[:4], m.topic[:4]) {
		return false, nil
	}
	return true, decode(m.in, data[4:], v)
}

// UnpackLog decodes a log into event, a pointer to a registered event; it tells
// whether the log is one at all. Indexed fields are of fixed size.
func (c *Contract) UnpackLog(log *types.Log, event any) (bool, error) {
	v := reflect.ValueOf(event).Elem()
	m, ok := c.events[v.Type()]
	if !ok || log.Address != c.address || len(log.Topics) == 0 ||
		log.Topics[0] != common.Hash(m.topic) {
		return false, nil
	}
	topics := log.Topics[1:]
	data := &shape{kind: kindTuple, name: m.name, typ: v.Type()}
	for i := range m.in.fields {
		f := &m.in.fields[i]
		if !f.indexed {
			data.fields = append(data.fields, *f)
			continue
		}
		if len(topics) == 0 {
			return false, fmt.Errorf("%s: %w: a topic is missing", m.name, ErrCalldata)
		}
		if err := decodeStatic(f.shape, topics[0][:], v.Field(f.index)); err != nil {
			return false, err
		}
		topics = topics[1:]
	}
	return true, decode(data, log.Data, v)
}
