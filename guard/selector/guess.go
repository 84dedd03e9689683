package selector

import (
	"encoding/binary"
	"fmt"
	"unicode"
	"unicode/utf8"

	"agon/guard/calldata"
)

const word = 32

// maxGuess bounds the words that a guess looks at.
const maxGuess = 512

// Guess finds parameter types under which the data of a call reads without
// anything irregular. It looks at each word of the head: a word that points to a
// length that fits becomes bytes, text or an array; one that fills just the last
// twenty bytes an address; any other a number, or bytes32 if it fills the word
// from the left. The first four bytes are the selector.
func Guess(data []byte) (*calldata.Call, bool) {
	if len(data) < 4 {
		return nil, false
	}
	body := data[4:]
	if len(body)%word != 0 || len(body) > maxGuess*word {
		return nil, false
	}
	head := headEnd(body)
	fields := make([]calldata.Field, 0, head/word)
	for at := 0; at < head; at += word {
		fields = append(fields, calldata.Field{Type: guessWord(body, at, head)})
	}
	args, irregular, err := calldata.Decode(fields, body)
	if err != nil || len(irregular) > 0 {
		// Plain words always read.
		for i := range fields {
			fields[i].Type = plain(body[i*word:])
		}
		fields = fields[:0]
		for at := 0; at < len(body); at += word {
			fields = append(fields, calldata.Field{Type: plain(body[at:])})
		}
		if args, irregular, err = calldata.Decode(fields, body); err != nil {
			return nil, false
		}
	}
	f := &calldata.Function{Name: fmt.Sprintf("unknown_%x", data[:4]), Inputs: fields}
	return &calldata.Call{Function: f, Args: args, Irregular: irregular}, true
}

// headEnd is where the first tail begins: the least offset that a word of the
// head holds, or the end.
func headEnd(body []byte) int {
	end := len(body)
	for at := 0; at < end; at += word {
		if offset, ok := pointer(body, at); ok && offset < end && offset > at {
			end = offset
		}
	}
	return end
}

// pointer reads a word as an offset to a length that fits.
func pointer(body []byte, at int) (offset int, ok bool) {
	n, ok := small(body, at)
	if !ok || n == 0 || n%word != 0 || n+word > len(body) {
		return 0, false
	}
	length, ok := small(body, n)
	return n, ok && n+word+length <= len(body)
}

// small reads a word below 2³¹.
func small(body []byte, at int) (int, bool) {
	for _, c := range body[at : at+word-4] {
		if c != 0 {
			return 0, false
		}
	}
	n := binary.BigEndian.Uint32(body[at+word-4:])
	return int(n), n < 1<<31
}

func guessWord(body []byte, at, head int) *calldata.Type {
	offset, ok := pointer(body, at)
	if !ok || offset < head {
		return plain(body[at:])
	}
	length, _ := small(body, offset)
	tail := body[offset+word:]
	// An array of words takes 32·length bytes; bytes take length, and their
	// padding is zero.
	if length > 0 && length*word <= len(tail) && !paddedBytes(tail, length) {
		return &calldata.Type{Kind: calldata.Slice, Elem: elements(tail[:length*word])}
	}
	if text := tail[:length]; length > 0 && readable(text) {
		return &calldata.Type{Kind: calldata.String}
	}
	return &calldata.Type{Kind: calldata.Bytes}
}

// paddedBytes reports whether tail may be length bytes padded with zeros, and
// is more likely so than an array.
func paddedBytes(tail []byte, length int) bool {
	rest := (word - length%word) % word
	if length+rest > len(tail) {
		return false
	}
	for _, c := range tail[length : length+rest] {
		if c != 0 {
			return false
		}
	}
	// One to a few words of small numbers or addresses begin with zeros; data
	// and text do not.
	return tail[0] != 0
}

// elements guesses the element type that all words of an array share.
func elements(words []byte) *calldata.Type {
	t := plain(words)
	for at := word; at < len(words); at += word {
		if plain(words[at:]).Kind != t.Kind {
			return &calldata.Type{Kind: calldata.FixedBytes, Size: word}
		}
	}
	return t
}

// plain guesses the type of one word by itself.
func plain(w []byte) *calldata.Type {
	leading := 0
	for leading < word && w[leading] == 0 {
		leading++
	}
	trailing := 0
	for trailing < word && w[word-1-trailing] == 0 {
		trailing++
	}
	switch {
	// An address is a hash: two zero bytes in front are one in 65,536, and a
	// number of just 19 or 20 bytes is rarer still.
	case leading >= 12 && leading <= 13 && trailing < 8:
		return &calldata.Type{Kind: calldata.Address}
	case leading == 0 && trailing > 0 || leading < 4:
		return &calldata.Type{Kind: calldata.FixedBytes, Size: word}
	default:
		return &calldata.Type{Kind: calldata.Uint, Size: 256}
	}
}

func readable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range string(b) {
		if !unicode.IsPrint(c) && c != '\n' {
			return false
		}
	}
	return true
}
