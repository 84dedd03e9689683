package native

import (
	"bytes"
	"encoding/json"
	"strings"
)

// member is one function, event or error of a contract's interface.
type member struct {
	kind       string // "function", "event", "error"
	name       string
	doc        string
	mutability string // of functions
	in, out    *shape // tuples
	// topic is the Keccak-256 of the signature: what an event is logged under,
	// and, in its first four bytes, a function's or an error's selector.
	topic [32]byte
}

// signature is what selectors and topics hash: "place((uint64,uint8)[])".
func (m *member) signature() string { return m.name + m.in.sig }

// param is a parameter as the ABI's JSON has it.
type param struct {
	Name         string  `json:"name"`
	Type         string  `json:"type"`
	InternalType string  `json:"internalType"`
	Components   []param `json:"components,omitempty"`
	Indexed      *bool   `json:"indexed,omitempty"`
}

// entry is a member as the ABI's JSON has it.
type entry struct {
	Type            string   `json:"type"`
	Name            string   `json:"name"`
	Inputs          []param  `json:"inputs"`
	Outputs         *[]param `json:"outputs,omitempty"`
	StateMutability string   `json:"stateMutability,omitempty"`
	Anonymous       *bool    `json:"anonymous,omitempty"`
}

// ABI returns the contract's interface as JSON, in the order of registration,
// one entry a line.
func (c *Contract) ABI() []byte {
	var out bytes.Buffer
	out.WriteString("[")
	for i, m := range c.members {
		e := entry{Type: m.kind, Name: m.name, Inputs: params(m.in, m.kind == "event")}
		switch m.kind {
		case "function":
			outputs := params(m.out, false)
			e.Outputs, e.StateMutability = &outputs, m.mutability
		case "event":
			e.Anonymous = new(bool)
		}
		line, err := json.Marshal(e)
		if err != nil {
			panic(err) // strings and booleans only
		}
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n")
		out.Write(line)
	}
	out.WriteString("\n]\n")
	return out.Bytes()
}

func params(s *shape, event bool) []param {
	out := make([]param, 0, len(s.fields))
	for _, f := range s.fields {
		p := describe(f.shape)
		p.Name = f.name
		if event {
			p.Indexed = &f.indexed
		}
		out = append(out, p)
	}
	return out
}

func describe(s *shape) param {
	p := param{Type: s.name, InternalType: s.name}
	base := s
	for base.kind == kindList {
		base = base.elem
	}
	if base.kind == kindTuple {
		p.Type = "tuple" + strings.Repeat("[]", strings.Count(s.name, "[]"))
		p.InternalType = "struct " + s.name
		p.Components = params(base, false)
	}
	return p
}
