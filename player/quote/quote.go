// Package quote makes text that strangers wrote fit to be shown to a language
// model or a person: bounded, printable, with nothing invisible in it.
package quote

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Binary reports whether bytes are no text: a NUL, or more than one in twenty
// of the first 4096 that is no UTF-8 or a control character.
func Binary(doc []byte) bool {
	head := doc[:min(len(doc), 4096)]
	if bytes.IndexByte(head, 0) >= 0 {
		return true
	}
	odd, all := 0, 0
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 || unicode.IsControl(r) && !unicode.IsSpace(r) {
			odd++
		}
		all++
		i += n
	}
	return 20*odd > all
}

// Clean makes strangers' text fit to quote: no control characters, no invisible
// ones (zero width, direction marks, tags: text for the model alone), at most
// limit bytes. Of longer text two thirds are its beginning and one third its
// end.
func Clean(s string, limit int) string {
	if len(s) > limit {
		const mark = "\n[...]\n"
		head := max(0, 2*(limit-len(mark))/3)
		tail := max(0, limit-len(mark)-head)
		s = strings.ToValidUTF8(s[:head], "") + mark + strings.ToValidUTF8(s[len(s)-tail:], "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == utf8.RuneError:
			return '?'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
}
