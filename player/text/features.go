package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"agon/player/host"
	"agon/player/model"
)

// Phrases lists the hashed features of the model of words: each word, firm; and
// softly each two in a row, each two with one between them, and the manner.
func Phrases(post string) model.Features {
	words := Words(post)
	f := model.Features{
		Soft: make([]uint32, 0, 2*len(words)+8), Firm: make([]uint32, 0, len(words)),
	}
	for i, w := range words {
		f.Firm = append(f.Firm, hash("w", w))
		if i+1 < len(words) {
			f.Soft = append(f.Soft, hash("2", w, words[i+1]))
		}
		if i+2 < len(words) {
			f.Soft = append(f.Soft, hash("s", w, words[i+2]))
		}
	}
	f.Soft = append(f.Soft, manner(post)...)
	return f
}

// Letters lists the hashed features of the model of letters: sequences of 3 to
// 5 in the words joined by spaces, after look-alike letters and the usual
// digits for letters are undone. It sees through "sh1t" and spellings that
// stretch a word.
func Letters(post string) model.Features {
	text := " " + plain(post) + " "
	out := make([]uint32, 0, 3*len(text)+8)
	for i := range len(text) {
		h := model.HashStart
		for j := i; j < min(i+5, len(text)); j++ {
			h = model.HashByte(h, text[j])
			if j-i >= 2 {
				out = append(out, h)
			}
		}
	}
	return model.Features{Soft: out}
}

// Everything lists words, pairs and letter sequences, each with one voice.
func Everything(post string) model.Features {
	f, g := Phrases(post), Letters(post)
	return model.Features{Soft: append(append(g.Soft, f.Soft...), f.Firm...)}
}

// plain is the words of a post as a hasty reader takes them: three of a letter
// in a row are two.
func plain(post string) string {
	latin := host.Latin(strings.Join(Words(post), " "))
	out := make([]byte, 0, len(latin))
	for i := range len(latin) {
		c := latin[i]
		inside := i > 0 && i+1 < len(latin) && isLetter(latin[i-1]) && isLetter(latin[i+1])
		switch {
		case !inside:
		case c == '0':
			c = 'o'
		case c == '1':
			c = 'i'
		case c == '3':
			c = 'e'
		}
		if n := len(out); n >= 2 && out[n-1] == c && out[n-2] == c {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

func hash(kind string, parts ...string) uint32 {
	h := model.HashText(model.HashStart, kind)
	for _, p := range parts {
		h = model.HashText(model.HashByte(h, 0), p)
	}
	return h
}

// manner lists hashed signs of how a post is written: links, names, capitals,
// exclamation, length.
func manner(post string) []uint32 {
	var capitals, letters, shouts, names, others int
	for _, r := range post {
		switch {
		case r == '!' || r == '?':
			shouts++
		case r == '@':
			names++
		case unicode.IsUpper(r):
			capitals++
			letters++
		case unicode.IsLetter(r):
			letters++
		case r > 0x2000:
			others++
		}
	}
	share := 0
	if letters > 0 {
		share = 4 * capitals / letters
	}
	out := []uint32{
		hash("capitals", string(rune('0'+share))), hash("shouts", level(shouts)),
		hash("names", level(names)), hash("signs", level(others)),
		hash("length", level(utf8.RuneCountInString(post)/20)),
	}
	if strings.Contains(post, "://") {
		out = append(out, hash("link"))
	}
	return out
}

// level sorts counts: 0, 1, 2, 3–5, 6 and more.
func level(n int) string {
	switch {
	case n < 3:
		return string(rune('0' + n))
	case n < 6:
		return "3"
	}
	return "6"
}
