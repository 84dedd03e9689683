package stacks

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Stack is one kind of sample: where the processor was, and for how long.
type Stack struct {
	Frames []string // names of functions, the running one first, inlined ones too
	CPU    time.Duration
	Labels map[string]string // of runtime/pprof.Do, nil without
}

// ErrProfile says that bytes are no processor profile.
var ErrProfile = errors.New("not a processor profile")

// maxProfile bounds an unpacked profile in bytes.
const maxProfile = 64 << 20

// Read decodes a profile as runtime/pprof.StartCPUProfile writes it.
func Read(packed []byte) ([]Stack, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	b, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	if len(b) > maxProfile {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrProfile, maxProfile)
	}
	p := profile{functions: map[uint64]uint64{}, locations: map[uint64][]uint64{}}
	if err := each(b, p.field); err != nil {
		return nil, err
	}
	return p.stacks()
}

// profile is what is kept of the message until all of it is read.
type profile struct {
	samples   []sample
	locations map[uint64][]uint64 // functions of a location, innermost first
	functions map[uint64]uint64   // index of a function's name
	strings   []string
}

// sample has the values of a processor profile: a count, then nanoseconds.
type sample struct {
	locations, values []uint64
	labels            [][2]uint64 // indices of key and text
}

// The fields of profile.proto that are read.
const (
	profileSample   = 2
	profileLocation = 4
	profileFunction = 5
	profileString   = 6

	sampleLocation, sampleValue, sampleLabel = 1, 2, 3

	labelKey, labelText      = 1, 2
	locationID, locationLine = 1, 4
	lineFunction             = 1
	functionID, functionName = 1, 2
)

func (p *profile) field(n protowire.Number, v uint64, b []byte) error {
	switch n {
	case profileSample:
		return p.sample(b)
	case profileLocation:
		return p.location(b)
	case profileFunction:
		f, err := pair(b, functionID, functionName)
		p.functions[f[0]] = f[1]
		return err
	case profileString:
		p.strings = append(p.strings, string(b))
	}
	return nil
}

func (p *profile) sample(b []byte) error {
	var s sample
	err := each(b, func(n protowire.Number, v uint64, b []byte) error {
		switch n {
		case sampleLocation:
			return repeated(&s.locations, v, b)
		case sampleValue:
			return repeated(&s.values, v, b)
		case sampleLabel:
			l, err := pair(b, labelKey, labelText)
			s.labels = append(s.labels, l)
			return err
		}
		return nil
	})
	p.samples = append(p.samples, s)
	return err
}

// pair reads two numbers of a message.
func pair(b []byte, first, second protowire.Number) (out [2]uint64, err error) {
	err = each(b, func(n protowire.Number, v uint64, _ []byte) error {
		switch n {
		case first:
			out[0] = v
		case second:
			out[1] = v
		}
		return nil
	})
	return out, err
}

func (p *profile) location(b []byte) error {
	var id uint64
	var functions []uint64
	err := each(b, func(n protowire.Number, v uint64, b []byte) error {
		switch n {
		case locationID:
			id = v
		case locationLine:
			return each(b, func(n protowire.Number, v uint64, _ []byte) error {
				if n == lineFunction {
					functions = append(functions, v)
				}
				return nil
			})
		}
		return nil
	})
	p.locations[id] = functions
	return err
}

// stacks resolves the names of all samples.
func (p *profile) stacks() ([]Stack, error) {
	var all []Stack
	for _, s := range p.samples {
		if len(s.values) != 2 {
			return nil, fmt.Errorf("%w: %d values a sample, want 2", ErrProfile, len(s.values))
		}
		stack := Stack{CPU: time.Duration(s.values[1])}
		for _, l := range s.locations {
			for _, f := range p.locations[l] {
				name, err := p.text(p.functions[f])
				if err != nil {
					return nil, err
				}
				stack.Frames = append(stack.Frames, name)
			}
		}
		for _, l := range s.labels {
			key, err := p.text(l[0])
			if err != nil {
				return nil, err
			}
			text, err := p.text(l[1])
			if err != nil {
				return nil, err
			}
			if stack.Labels == nil {
				stack.Labels = map[string]string{}
			}
			stack.Labels[key] = text
		}
		all = append(all, stack)
	}
	return all, nil
}

// text is a string of the profile.
func (p *profile) text(i uint64) (string, error) {
	if i >= uint64(len(p.strings)) {
		return "", fmt.Errorf("%w: string %d of %d", ErrProfile, i, len(p.strings))
	}
	return p.strings[i], nil
}

// each calls f with every field of a message: its number, its value if it is a
// varint, its bytes if it has a length.
func each(b []byte, f func(protowire.Number, uint64, []byte) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %w", ErrProfile, protowire.ParseError(n))
		}
		b = b[n:]
		var v uint64
		var inner []byte
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			inner, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return fmt.Errorf("%w: field %d: %w", ErrProfile, number, protowire.ParseError(n))
		}
		b = b[n:]
		if err := f(number, v, inner); err != nil {
			return err
		}
	}
	return nil
}

// repeated appends a repeated varint: packed in b, or v alone.
func repeated(dst *[]uint64, v uint64, b []byte) error {
	if b == nil {
		*dst = append(*dst, v)
		return nil
	}
	for len(b) > 0 {
		x, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return fmt.Errorf("%w: %w", ErrProfile, protowire.ParseError(n))
		}
		*dst, b = append(*dst, x), b[n:]
	}
	return nil
}
