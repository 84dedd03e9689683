package zk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"

	"agon/proof/code"
	"agon/proof/ff"
)

// Stream is a pseudorandom stream for pads, masks and salts: AES-256 in counter
// mode under SHA-256("agon-pads-1" ‖ |part|₈ ‖ part ‖ …). Equal parts give
// equal streams. It is not safe for concurrent use.
type Stream struct {
	ctr cipher.Stream
	buf [4096]byte
	at  int
}

// NewStream opens the stream named by parts, the first of which should be a
// secret of at least 32 bytes.
func NewStream(parts ...[]byte) *Stream {
	h := sha256.New()
	h.Write([]byte("agon-pads-1"))
	for _, p := range parts {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	s := &Stream{ctr: cipher.NewCTR(block, make([]byte, aes.BlockSize))}
	s.at = len(s.buf)
	return s
}

// Read fills b; it never fails.
func (s *Stream) Read(b []byte) (int, error) {
	clear(b)
	s.ctr.XORKeyStream(b, b)
	return len(b), nil
}

// word returns the next four bytes of the stream's buffer.
func (s *Stream) word() uint32 {
	if s.at == len(s.buf) {
		clear(s.buf[:])
		s.ctr.XORKeyStream(s.buf[:], s.buf[:])
		s.at = 0
	}
	w := binary.LittleEndian.Uint32(s.buf[s.at:])
	s.at += 4
	return w
}

// montgomery carries a plain value into the form of ff.Elem.
var montgomery = ff.New(1 << 32 % ff.P)

// Fill makes v uniform: words with the top bit cleared, those below p taken.
func (s *Stream) Fill(v ff.Vec) {
	for i := 0; i < len(v); {
		if w := s.word() & (1<<31 - 1); w < ff.P {
			v[i] = ff.Elem(w)
			i++
		}
	}
	v.Scale(montgomery, v)
}

// FillExt makes v uniform, coefficient by coefficient.
func (s *Stream) FillExt(v ff.ExtVec) {
	for i := range v {
		s.Fill(v[i])
	}
}

// Salts returns the salts of n leaves.
func (s *Stream) Salts(n int) []byte {
	b := make([]byte, n*code.SaltBytes)
	s.Read(b)
	return b
}
