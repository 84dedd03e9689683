package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes one printable line of text that anyone may have written: control
// characters (escape sequences begin with one), line breaks, characters that
// reorder or hide text and invalid bytes become a space or vanish.
func Clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			b.WriteRune('?')
		case unicode.IsSpace(r) || unicode.IsControl(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
			// Bidirectional overrides, zero-width joiners, private glyphs.
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Fit cuts s to at most width columns and marks the cut.
func (s Screen) Fit(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	mark := "…"
	if !s.Unicode {
		mark = "~"
	}
	if width < 1 {
		return ""
	}
	used, end := 0, 0
	for i, r := range text {
		if used += runeColumns(r); used > width-1 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return text[:end] + mark
}

// plain spells the signs this command uses where Unicode is not announced. The
// letters of what people wrote are left alone.
var plain = strings.NewReplacer("…", "...", "≤", "<=", "≥", ">=", "–", "-", "·", "*", "µ", "u")

// Plain is text as this screen can show it.
func (s Screen) Plain(text string) string {
	if s.Unicode {
		return text
	}
	return plain.Replace(text)
}

// Wrap breaks cleaned text into lines that fit the screen, each behind indent
// blanks; a word longer than a line is left whole.
func (s Screen) Wrap(text string, indent int) string {
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		w := columns(word)
		switch {
		case at == 0:
			b.WriteString(strings.Repeat(" ", indent))
			at = indent
		case at+1+w > s.Width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += w
	}
	return b.String()
}

// columns is the width of s on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is 0 for marks that combine with the letter before, 2 for the
// scripts and symbols terminals draw wide, 1 for the rest. It knows the blocks
// in common use and not every exception of Unicode's annex 11.
func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x1f300 && r <= 0x1faff, // pictographs
		r >= 0xff01 && r <= 0xff60:   // full-width forms
		return 2
	}
	return 1
}
