package blake

// With AVX-512 compress would leave the path of AVX2 untried.
func init() {
	if hasAVX2 {
		paths["avx2"] = compressHalves
	}
	if hasAVX512 {
		paths["avx512"] = func(d *Digest, block *[16]Row, c control) {
			compress16(d, block, c.counter, c.length, c.flags)
		}
	}
}
