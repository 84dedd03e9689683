package blake

import "golang.org/x/sys/cpu"

// fast says that this machine has the instructions of the kernel.
var fast = cpu.X86.HasAVX512F

// compress16 is compressPortable with AVX-512: a register for each of the
// sixteen words of the state, a lane for each message.
//
//go:noescape
func compress16(d *Digest, block *[16]Row, counter, length, flags uint32)

func compress(d *Digest, block *[16]Row, c control) {
	if fast {
		compress16(d, block, c.counter, c.length, c.flags)
		return
	}
	compressPortable(d, block, c)
}
