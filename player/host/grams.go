package host

import (
	"strconv"
	"strings"

	"agon/player/model"
)

// The letter sequences that Ngram weighs.
const (
	gramMin = 3
	gramMax = 6
)

// maxGrams bounds the soft features of one host, and so the work: a name has at
// most 253 bytes, and each starts four sequences.
const maxGrams = (gramMax-gramMin+1)*(MaxHost+2) + 8

// Grams lists the hashed letter sequences of ^Plain$. It appends to out.
func Grams(n Name, out []uint32) []uint32 {
	text := "^" + n.Plain + "$"
	for i := range len(text) {
		h := model.HashStart
		for j := i; j < min(i+gramMax, len(text)); j++ {
			h = model.HashByte(h, text[j])
			if j-i+1 >= gramMin {
				out = append(out, h)
			}
		}
	}
	return out
}

// gramText names the sequence at a place in the list that Grams gives.
func gramText(n Name, at int) string {
	text := "^" + n.Plain + "$"
	for i := range len(text) {
		count := max(min(i+gramMax, len(text))-i-gramMin+1, 0)
		if at < count {
			return text[i : i+gramMin+at]
		}
		at -= count
	}
	return ""
}

// Folded lists the features for counting: sequences of 4 letters of each word
// after Unmask, and whether that took digits off. It appends to out.
func Folded(n Name, out []uint32) []uint32 {
	for w := range words(n.Plain) {
		u := Unmask(w)
		text := "^" + u + "$"
		for i := 0; i+4 <= len(text); i++ {
			out = append(out, model.HashText(model.HashStart, text[i:i+4]))
		}
		if len(u) < len(w) {
			out = append(out, model.HashText(model.HashStart, "#digits"))
		}
	}
	return out
}

// foldedText names the feature at a place in the list that Folded gives.
func foldedText(n Name, at int) string {
	for w := range words(n.Plain) {
		u := Unmask(w)
		text := "^" + u + "$"
		count := max(len(text)-3, 0)
		if at < count {
			return text[at : at+4]
		}
		at -= count
		if len(u) < len(w) {
			if at == 0 {
				return "digits at the end"
			}
			at--
		}
	}
	return ""
}

func words(s string) func(func(string) bool) {
	return func(yield func(string) bool) { Words(s, yield) }
}

// Bounds of Signs: of the words that are looked at, and of the features.
const (
	maxWords = 10
	maxSigns = maxWords*(maxWords+1)/2 + 18
)

// signs collects the features of a name as a whole, and says the one at a place
// in words.
type signs struct {
	out  []uint32
	at   int    // which to say; −1 for none
	said int    // how many there were to say
	text string // of that one
}

// add takes one feature: its kind and what it is made of.
func (s *signs) add(kind byte, text string, more ...uint32) {
	h := model.HashText(start(kind), text)
	for _, m := range more {
		h = model.HashByte(h, byte(m)+1)
	}
	s.out = append(s.out, h)
}

// join takes a feature that is made of two texts with a sign between.
func (s *signs) join(kind byte, a string, between byte, b string) {
	h := model.HashByte(model.HashText(start(kind), a), between)
	s.out = append(s.out, model.HashText(h, b))
}

func start(kind byte) uint32 { return model.HashByte(model.HashByte(model.HashStart, '#'), kind) }

// tell counts a text, and joins it if it is the one to say.
func (s *signs) tell(parts ...string) {
	if s.said == s.at {
		s.text = strings.Join(parts, "")
	}
	s.said++
}

// Signs lists what a name is made of beyond its letters, hashed: words, pairs
// of words, the suffix, and the suffix crossed with the shape and the ends of
// the name. It appends to out.
func Signs(n Name, out []uint32) []uint32 {
	s := signs{out: out, at: -1}
	s.collect(n)
	return s.out
}

// signText names the feature at a place in the list that Signs gives.
func signText(n Name, at int) string {
	var room [maxSigns]uint32
	s := signs{out: room[:0], at: at}
	s.collect(n)
	return s.text
}

func (s *signs) collect(n Name) {
	var room [maxWords]string
	list := room[:0]
	var hyphens, digits, dots uint32
	for w := range words(n.Plain) {
		if len(list) < maxWords {
			list = append(list, w)
		}
	}
	for i := range len(n.Plain) {
		switch c := n.Plain[i]; {
		case c == '-':
			hyphens++
		case c == '.':
			dots++
		case isDigit(c):
			digits++
		}
	}
	s.words(n, list)
	size := sizeClass(len(n.Plain))
	digits, some := min(digits, 6), min(digits, 1)
	s.add('h', n.Suffix, min(hyphens, 1))
	s.add('z', n.Suffix, size)
	s.add('d', n.Suffix, some)
	s.add('o', n.Suffix, dots)
	s.add('c', "", uint32(len(list)), size)
	s.add('m', "", hyphens, min(digits, 3))
	s.add('l', "", uint32(len(n.Plain)))
	s.add('n', "", digits)
	s.add('p', "", size, hyphens, uint32(flag(n.Platform)))
	shape := shapeOf(n.Plain)
	s.add('s', shape)
	s.join('t', shape, '.', n.Suffix)
	for _, what := range []string{"hyphens", "length", "digits", "dots"} {
		s.tell(what, " with .", n.Suffix)
	}
	for _, what := range []string{
		"words and length", "hyphens and digits", "length", "digits", "hosting and length",
	} {
		s.tell(what)
	}
	s.tell("shape ", shape)
	s.tell("shape ", shape, ".", n.Suffix)
}

func (s *signs) words(n Name, list []string) {
	s.add('x', n.Suffix)
	s.tell(".", n.Suffix)
	for k := 2; k <= 4; k++ {
		tail := n.Plain[max(len(n.Plain)-k, 0):]
		s.join('e', tail, '.', n.Suffix)
		s.tell("…", tail, ".", n.Suffix)
	}
	for i, a := range list {
		s.add('w', a)
		s.tell(a)
		for _, b := range list[i+1:] {
			if b < a {
				s.join('b', b, '|', a)
			} else {
				s.join('b', a, '|', b)
			}
			s.tell(a, " and ", b)
		}
	}
	if len(list) > 0 {
		s.add('f', list[0])
		s.join('g', list[0], '.', n.Suffix)
		s.add('q', list[len(list)-1])
		s.tell("begins with ", list[0])
		s.tell(list[0], " with .", n.Suffix)
		s.tell("ends with ", list[len(list)-1])
	}
}

// sizeClass sorts lengths: one class each to 4, then 5–7, 8–11, 12–17 and more.
func sizeClass(n int) uint32 {
	switch {
	case n < 5:
		return uint32(n)
	case n < 8:
		return 5
	case n < 12:
		return 6
	case n < 18:
		return 7
	}
	return 8
}

// shapeOf writes a name with every run of letters as a and of digits as 0:
// a-a0 for claim-uniswap7. Longer than 24 signs it is cut.
func shapeOf(plain string) string {
	var out [24]byte
	n := 0
	for i := range len(plain) {
		c := plain[i]
		switch {
		case isDigit(c):
			c = '0'
		case c >= 'a' && c <= 'z':
			c = 'a'
		}
		if n > 0 && out[n-1] == c && (c == 'a' || c == '0') {
			continue
		}
		if n == len(out) {
			return string(out[:]) + strconv.Itoa(len(plain)/16)
		}
		out[n] = c
		n++
	}
	return string(out[:n])
}
