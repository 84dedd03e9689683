package fs

import (
	"encoding/binary"

	"agon/proof/ff"
)

// fieldMask clears the top bit of a word: p < 2³¹, so a word is accepted with
// probability p/2³¹ ≈ 0.992.
const fieldMask = 1<<31 - 1

// AbsorbExt binds elements of E, each as its four canonical words.
func (t *Transcript) AbsorbExt(tag string, v ...ff.Ext) {
	if t.frozen {
		return
	}
	data := make([]byte, 0, 16*len(v))
	for _, e := range v {
		data = ff.AppendExt(data, e)
	}
	t.Absorb(tag, data)
}

// AbsorbWords binds a list of words, such as parameters.
func (t *Transcript) AbsorbWords(tag string, words ...uint32) {
	data := make([]byte, 0, 4*len(words))
	for _, w := range words {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	t.Absorb(tag, data)
}

// elem draws a uniform element of F.
func (s *stream) elem() ff.Elem {
	for {
		if w := s.word() & fieldMask; w < ff.P {
			return ff.New(w)
		}
	}
}

// ext draws a uniform element of E.
func (s *stream) ext() ff.Ext {
	return ff.Ext{s.elem(), s.elem(), s.elem(), s.elem()}
}

// Ext draws one uniform challenge of E.
func (t *Transcript) Ext(tag string) ff.Ext { return t.challenge(tag).ext() }

// Exts draws n uniform challenges of E: the coordinates of a point.
func (t *Transcript) Exts(tag string, n int) []ff.Ext {
	s := t.challenge(tag)
	out := make([]ff.Ext, n)
	for i := range out {
		out[i] = s.ext()
	}
	return out
}
