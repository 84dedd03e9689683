package host

import "agon/player/model"

// maxGrams bounds the features of one host, and so the work: a name has at
// most 253 bytes, and each starts four n-grams.
const maxGrams = 4*(MaxHost+2) + 130

// Grams lists the hashed features of a name for a linear model: all sequences
// of 2 to 5 letters of ^Rest$, each word, and the suffix. It appends to out.
func Grams(n Name, out []uint32) []uint32 {
	text := "^" + n.Rest + "$"
	for i := range len(text) {
		h := model.HashStart
		for j := i; j < min(i+5, len(text)); j++ {
			h = model.HashByte(h, text[j])
			if j > i {
				out = append(out, h)
			}
		}
	}
	for w := range words(n.Rest) {
		out = append(out, wordHash(w))
	}
	return append(out, suffixHash(n.Suffix))
}

// GramText names the feature at a place in the list that Grams gives.
func GramText(n Name, at int) string {
	text := "^" + n.Rest + "$"
	for i := range len(text) {
		count := max(min(i+5, len(text))-i-1, 0)
		if at < count {
			return text[i : i+at+2]
		}
		at -= count
	}
	for w := range words(n.Rest) {
		if at == 0 {
			return w
		}
		at--
	}
	return "." + n.Suffix
}

func words(s string) func(func(string) bool) {
	return func(yield func(string) bool) { Words(s, yield) }
}

func wordHash(w string) uint32 { return model.HashText(model.HashText(model.HashStart, "w:"), w) }

func suffixHash(s string) uint32 {
	return model.HashText(model.HashText(model.HashStart, "s:"), s)
}

// Folded lists the features for counting: sequences of 4 letters of each word
// after Unmask, the unmasked words themselves, and the suffix. It appends to
// out.
func Folded(n Name, out []uint32) []uint32 {
	for w := range words(n.Plain) {
		u := Unmask(w)
		text := "^" + u + "$"
		for i := 0; i+4 <= len(text); i++ {
			out = append(out, model.HashText(model.HashStart, text[i:i+4]))
		}
		if u != "" {
			out = append(out, wordHash(u))
		}
		if len(u) < len(w) {
			out = append(out, model.HashText(model.HashStart, "#digits"))
		}
	}
	return append(out, suffixHash(n.Suffix))
}
