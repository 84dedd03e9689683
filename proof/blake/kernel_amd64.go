package blake

import "golang.org/x/sys/cpu"

// What this machine has the instructions for.
var (
	hasAVX512 = cpu.X86.HasAVX512F
	hasAVX2   = cpu.X86.HasAVX2
)

// compress16 is compressPortable with AVX-512: a register for each of the
// sixteen words of the state, a lane for each message.
//
//go:noescape
func compress16(d *Digest, block *[16]Row, counter, length, flags uint32)

// compress8 is compressPortable with AVX2, for eight of the lanes: d and block
// point at the first of them in the first row.
//
//go:noescape
func compress8(d, block *uint32, counter, length, flags uint32)

// compressHalves is compress16 with AVX2.
func compressHalves(d *Digest, block *[16]Row, c control) {
	for lane := 0; lane < Lanes; lane += 8 {
		compress8(&d[0][lane], &block[0][lane], c.counter, c.length, c.flags)
	}
}

func compress(d *Digest, block *[16]Row, c control) {
	switch {
	case hasAVX512:
		compress16(d, block, c.counter, c.length, c.flags)
	case hasAVX2:
		compressHalves(d, block, c)
	default:
		compressPortable(d, block, c)
	}
}
