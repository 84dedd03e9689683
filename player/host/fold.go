package host

import "strings"

// confusable maps letters that look like Latin ones to those, by eye: Cyrillic,
// Greek, Armenian and Latin with marks. Latin only reads it.
var confusable = map[rune]string{
	'а': "a", 'ɑ': "a", 'α': "a", 'à': "a", 'á': "a", 'â': "a", 'ã': "a", 'ä': "a", 'å': "a",
	'ā': "a", 'ă': "a", 'ą': "a", 'ạ': "a", 'ả': "a", 'ƅ': "b", 'в': "b", 'ь': "b", 'ḅ': "b",
	'с': "c", 'ϲ': "c", 'ç': "c", 'ć': "c", 'č': "c", 'ċ': "c", 'ԁ': "d", 'ď': "d", 'đ': "d",
	'ḍ': "d", 'е': "e", 'ё': "e", 'ε': "e", 'è': "e", 'é': "e", 'ê': "e", 'ë': "e", 'ē': "e",
	'ė': "e", 'ę': "e", 'ě': "e", 'ẹ': "e", 'ẻ': "e", 'ғ': "f", 'ƒ': "f", 'ɡ': "g", 'ġ': "g",
	'ğ': "g", 'ģ': "g", 'ĝ': "g", 'һ': "h", 'ħ': "h", 'ḥ': "h", 'н': "h", 'і': "i", 'ї': "i",
	'ì': "i", 'í': "i", 'î': "i", 'ï': "i", 'ī': "i", 'į': "i", 'ı': "i", 'ɩ': "i", 'ι': "i",
	'ị': "i", 'ỉ': "i", 'ј': "j", 'к': "k", 'κ': "k", 'ķ': "k", 'ḳ': "k", 'ӏ': "l", 'ł': "l",
	'ĺ': "l", 'ļ': "l", 'ľ': "l", 'ḷ': "l", 'м': "m", 'ṃ': "m", 'ո': "n", 'η': "n", 'ñ': "n",
	'ń': "n", 'ň': "n", 'ņ': "n", 'ṇ': "n", 'ŋ': "n", 'о': "o", 'ο': "o", 'σ': "o", 'օ': "o",
	'ò': "o", 'ó': "o", 'ô': "o", 'õ': "o", 'ö': "o", 'ø': "o", 'ō': "o", 'ő': "o", 'ọ': "o",
	'ơ': "o", 'ỏ': "o", 'р': "p", 'ρ': "p", 'þ': "p", 'ԛ': "q", 'г': "r", 'ŕ': "r", 'ř': "r",
	'ṛ': "r", 'ѕ': "s", 'ś': "s", 'š': "s", 'ş': "s", 'ș': "s", 'ṣ': "s", 'ß': "ss", 'т': "t",
	'τ': "t", 'ť': "t", 'ţ': "t", 'ț': "t", 'ṭ': "t", 'ŧ': "t", 'υ': "u", 'ս': "u", 'ù': "u",
	'ú': "u", 'û': "u", 'ü': "u", 'ū': "u", 'ů': "u", 'ű': "u", 'ų': "u", 'ụ': "u", 'ư': "u",
	'ν': "v", 'ѵ': "v", 'ԝ': "w", 'ω': "w", 'ŵ': "w", 'ẃ': "w", 'ẉ': "w", 'х': "x", 'χ': "x",
	'у': "y", 'γ': "y", 'ý': "y", 'ÿ': "y", 'ŷ': "y", 'ỵ': "y", 'ź': "z", 'ž': "z", 'ż': "z",
	'ẓ': "z", 'æ': "ae", 'œ': "oe",
}

// Latin replaces letters that imitate Latin ones; others become '?', and
// marks without width vanish.
func Latin(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch t, ok := confusable[r]; {
		case r < 0x80:
			b.WriteRune(r)
		case ok:
			b.WriteString(t)
		case r >= 0x300 && r <= 0x36f, r >= 0x200b && r <= 0x200f, r == 0xfeff:
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// leet is what a digit is read as when it stands in a word.
var leet = [256]byte{'0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b'}

// Unmask undoes the usual disguises inside one word: digits for letters, "rn"
// for m, "vv" for w, and digits hung on the ends, which it drops.
func Unmask(word string) string {
	word = strings.Trim(word, "0123456789")
	if strings.IndexAny(word, "0134578") < 0 && !strings.Contains(word, "rn") &&
		!strings.Contains(word, "vv") {
		return word
	}
	out := make([]byte, 0, len(word))
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case leet[c] != 0:
			c = leet[c]
		case c == 'r' && i+1 < len(word) && word[i+1] == 'n':
			c, i = 'm', i+1
		case c == 'v' && i+1 < len(word) && word[i+1] == 'v':
			c, i = 'w', i+1
		}
		out = append(out, c)
	}
	return string(out)
}

// isBreak tells whether a byte ends a word of a host name.
func isBreak(c byte) bool { return c == '.' || c == '-' || c == '_' || c == '?' }

// Words calls yield for each word of s: the runs between dots and hyphens.
func Words(s string, yield func(word string) bool) {
	for start, i := 0, 0; i <= len(s); i++ {
		if i < len(s) && !isBreak(s[i]) {
			continue
		}
		if i > start && !yield(s[start:i]) {
			return
		}
		start = i + 1
	}
}
