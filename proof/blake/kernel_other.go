//go:build !amd64

package blake

func compress(d *Digest, block *[16]Row, c control) { compressPortable(d, block, c) }
