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

// key is the cipher of the stream named by parts.
func key(parts ...[]byte) cipher.Block {
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
	return block
}

// Salter gives the salts of a tree one by one: salt j is block j of the stream
// named by its parts, so that salts need not be kept.
type Salter struct{ block cipher.Block }

// NewSalter names the stream of salts.
func NewSalter(parts ...[]byte) *Salter { return &Salter{key(parts...)} }

// Append appends salt j.
func (s *Salter) Append(dst []byte, j int) []byte {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(j))
	at := len(dst)
	dst = append(dst, counter[:]...)
	s.block.Encrypt(dst[at:], counter[:])
	return dst
}

// All returns the salts of n leaves.
func (s *Salter) All(n int) []byte {
	b := make([]byte, n*code.SaltBytes)
	cipher.NewCTR(s.block, make([]byte, aes.BlockSize)).XORKeyStream(b, b)
	return b
}

// NewStream opens the stream named by parts, the first of which should be a
// secret of at least 32 bytes.
func NewStream(parts ...[]byte) *Stream {
	s := &Stream{ctr: cipher.NewCTR(key(parts...), make([]byte, aes.BlockSize))}
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
