package fs

// Computed from the definition in doc.go by an independent program (Python's
// hashlib), not by this package.
const (
	goldenAbsorbed = "3d09ab463789c1d5285ff665b7d421dcea0abce44cec8071391789049611e614"
	goldenDrawn    = "046412c447a9be20cdd142c1f1e82219bfd753f1e0615e29fb4fcedf00645ff7"
	goldenChained  = "a27a9dda7f344c2c990edfa1076c4d29ecbb58be213b5e2fe80e1ec3b21b8e7c"
	goldenExt      = "(168683368,1052781829,1405668872,1172443603)"
)

var goldenIndices = []int{6, 14, 3, 1, 8}
