package typed

import (
	"fmt"
	"slices"
	"strings"

	"agon/guard/calldata"
)

// Limits of the types of a message.
const (
	maxStructs = 64
	maxMembers = 256 // of one struct
)

// Struct is a named struct type: its members in the order in which they are
// hashed, types as written.
type Struct struct {
	Name    string
	Members []Member
}

// Member is one line of a struct type.
type Member struct{ Name, Type string }

// structs reads the "types" object.
func structs(o *object) (map[string]*Struct, error) {
	if len(o.keys) > maxStructs {
		return nil, fmt.Errorf("%w: %d struct types, at most %d", ErrNotTyped, len(o.keys),
			maxStructs)
	}
	all := map[string]*Struct{}
	for _, name := range o.keys {
		list, ok := o.member[name].([]any)
		if !ok {
			return nil, fmt.Errorf("%w: type %q is not a list of members", ErrNotTyped, clip(name))
		}
		if len(list) > maxMembers {
			return nil, fmt.Errorf("%w: type %q has %d members, at most %d",
				ErrNotTyped, clip(name), len(list), maxMembers)
		}
		s := &Struct{Name: name}
		seen := map[string]bool{}
		for _, item := range list {
			m, err := member(item)
			if err != nil {
				return nil, fmt.Errorf("type %q: %w", clip(name), err)
			}
			if seen[m.Name] {
				return nil, fmt.Errorf("type %q: %w: %q", clip(name), ErrDuplicate, clip(m.Name))
			}
			seen[m.Name] = true
			s.Members = append(s.Members, m)
		}
		all[name] = s
	}
	return all, nil
}

func member(item any) (Member, error) {
	o, ok := item.(*object)
	if !ok {
		return Member{}, fmt.Errorf("%w: a member that is not an object", ErrNotTyped)
	}
	name, ok1 := o.member["name"].(string)
	typ, ok2 := o.member["type"].(string)
	if !ok1 || !ok2 || name == "" || typ == "" {
		return Member{}, fmt.Errorf("%w: a member needs a name and a type", ErrNotTyped)
	}
	// A name that holds the signs of encodeType could make two different sets
	// of types hash alike.
	if strings.ContainsAny(name+typ, ",() \t\n") {
		return Member{}, fmt.Errorf("%w: %q", ErrNotTyped, clip(typ+" "+name))
	}
	return Member{Name: name, Type: typ}, nil
}

// split takes "Order[2][]" apart into "Order" and "[2][]".
func split(typ string) (name, arrays string) {
	if i := strings.IndexByte(typ, '['); i >= 0 {
		return typ[:i], typ[i:]
	}
	return typ, ""
}

// resolver builds tree types, each struct once: a struct that is named twice in
// each of many levels would otherwise double with every level.
type resolver struct {
	structs map[string]*Struct
	done    map[string]*calldata.Type
}

// resolve builds the type of a struct. Structs may not contain themselves; open
// lists those that are being built.
func (r *resolver) resolve(name string, open []string) (*calldata.Type, error) {
	if t, ok := r.done[name]; ok {
		return t, nil
	}
	s, ok := r.structs[name]
	if !ok {
		return nil, fmt.Errorf("%w: no type %q", ErrNotTyped, clip(name))
	}
	if slices.Contains(open, name) {
		return nil, fmt.Errorf("%w: type %q contains itself", ErrNotTyped, clip(name))
	}
	open = append(open, name)
	t := &calldata.Type{Kind: calldata.Tuple, Name: name}
	for _, m := range s.Members {
		base, arrays := split(m.Type)
		var elem *calldata.Type
		var err error
		if _, isStruct := r.structs[base]; isStruct {
			elem, err = r.resolve(base, open)
		} else {
			elem, err = calldata.ParseType(base)
		}
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", clip(name), clip(m.Name), err)
		}
		if elem, err = calldata.ArrayOf(elem, arrays); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", clip(name), clip(m.Name), err)
		}
		t.Fields = append(t.Fields, calldata.Field{Name: m.Name, Type: elem})
	}
	r.done[name] = t
	return t, nil
}

// EncodeType gives name's definition followed by those it refers to, sorted:
//
//	encodeType = name ‖ "(" ‖ member₁ ‖ "," ‖ … ‖ ")" ‖ referenced, sorted
func (m *Message) EncodeType(name string) string {
	used := map[string]bool{}
	m.collect(name, used)
	delete(used, name)
	names := make([]string, 0, len(used))
	for n := range used {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range append([]string{name}, names...) {
		b.WriteString(n + "(")
		for i, member := range m.types[n].Members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(member.Type + " " + member.Name)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// collect marks name and every struct that it refers to.
func (m *Message) collect(name string, used map[string]bool) {
	s, ok := m.types[name]
	if !ok || used[name] {
		return
	}
	used[name] = true
	for _, member := range s.Members {
		base, _ := split(member.Type)
		m.collect(base, used)
	}
}
