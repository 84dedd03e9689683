package clearsign

import (
	"fmt"
	"strconv"
	"strings"

	"agon/guard/calldata"
)

// Limits of a path.
const (
	maxPath   = 512  // bytes
	maxPicked = 4096 // values that one path may yield
)

// A path picks values, as ERC-7730 writes them:
//
//	path    = [ root "." ] step { "." step }
//	root    = "#" (the call or message) | "@" (what carries it) | "$" (the descriptor)
//	step    = name | "[" index "]" | "[]" | "[" [ from ] ":" [ to ] "]"
//
// Without a root it starts where the group of its field starts. A slice of bytes
// or of a number (its word of 32 bytes) gives bytes; a slice of an array gives
// its elements.
type step struct {
	name   string // of a member, if not ""
	index  int    // of one element
	all    bool   // "[]"
	slice  bool   // "[from:to]"
	from   int
	to     int
	hasTo  bool
	hasOne bool // index is set
}

// splitPath takes the root off a path and parses the steps.
func splitPath(p string) (root byte, steps []step, err error) {
	if len(p) > maxPath {
		return 0, nil, fmt.Errorf("%w: a path of %d bytes", ErrDescriptor, len(p))
	}
	for _, r := range "#@$" {
		if rest, ok := strings.CutPrefix(p, string(r)); ok {
			root, p = byte(r), strings.TrimPrefix(rest, ".")
			break
		}
	}
	if p == "" {
		return root, nil, nil
	}
	for _, part := range strings.Split(p, ".") {
		s, err := parseStep(part)
		if err != nil {
			return 0, nil, err
		}
		steps = append(steps, s)
	}
	return root, steps, nil
}

func parseStep(part string) (step, error) {
	inner, isIndex := strings.CutPrefix(part, "[")
	if !isIndex {
		if part == "" {
			return step{}, fmt.Errorf("%w: an empty step in a path", ErrDescriptor)
		}
		return step{name: part}, nil
	}
	inner, ok := strings.CutSuffix(inner, "]")
	if !ok {
		return step{}, fmt.Errorf("%w: path step %q", ErrDescriptor, part)
	}
	if inner == "" {
		return step{all: true}, nil
	}
	from, to, isSlice := strings.Cut(inner, ":")
	s := step{slice: isSlice}
	var err error
	if from != "" {
		if s.from, err = strconv.Atoi(from); err != nil {
			return step{}, fmt.Errorf("%w: path step %q", ErrDescriptor, part)
		}
	}
	if !isSlice {
		s.index, s.hasOne = s.from, true
		return s, nil
	}
	if to != "" {
		s.hasTo = true
		if s.to, err = strconv.Atoi(to); err != nil {
			return step{}, fmt.Errorf("%w: path step %q", ErrDescriptor, part)
		}
	}
	return s, nil
}

// bytesType is the type of a slice of bytes.
var bytesType = &calldata.Type{Kind: calldata.Bytes}

// pick follows steps from v. Nothing is picked where a member or an element
// does not exist.
func pick(v calldata.Value, steps []step) []calldata.Value {
	here := []calldata.Value{v}
	for _, s := range steps {
		var next []calldata.Value
		for _, v := range here {
			next = append(next, s.apply(v)...)
			if len(next) > maxPicked {
				return nil
			}
		}
		here = next
	}
	return here
}

func (s step) apply(v calldata.Value) []calldata.Value {
	isList := v.Type.Kind == calldata.Slice || v.Type.Kind == calldata.Array
	switch {
	case s.name != "":
		if m, ok := v.Field(s.name); ok {
			return []calldata.Value{m}
		}
	case s.all && isList:
		return v.Elems
	case s.hasOne && isList:
		i := s.index
		if i < 0 {
			i += len(v.Elems)
		}
		if i >= 0 && i < len(v.Elems) {
			return v.Elems[i : i+1]
		}
	case s.slice && isList:
		from, to := s.bounds(len(v.Elems))
		return v.Elems[from:to]
	case s.slice:
		raw, ok := v.Bytes()
		if !ok {
			return nil
		}
		from, to := s.bounds(len(raw))
		return []calldata.Value{{Type: bytesType, Raw: raw[from:to]}}
	}
	return nil
}

// bounds gives 0 ≤ from ≤ to ≤ n; negative ends count from n.
func (s step) bounds(n int) (from, to int) {
	from, to = s.from, n
	if s.hasTo {
		to = s.to
	}
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	from = min(max(from, 0), n)
	return from, min(max(to, from), n)
}
