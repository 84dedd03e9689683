//go:build !amd64

package ff

// Kernels names the path in use: "portable".
func Kernels() string { return "portable" }

func addVec(v, a, b Vec)                     { addPortable(v, a, b) }
func subVec(v, a, b Vec)                     { subPortable(v, a, b) }
func mulVec(v, a, b Vec)                     { mulPortable(v, a, b) }
func scaleVec(v Vec, c Elem, a Vec)          { scalePortable(v, c, a) }
func axpyVec(v Vec, c Elem, a Vec)           { axpyPortable(v, c, a) }
func setInt32(v Vec, x []int32)              { setInt32Portable(v, x) }
func innerVec(a, b Vec) Elem                 { return innerPortable(a, b) }
func mulExt(v, a, b ExtVec)                  { mulExtPortable(v, a, b) }
func mulAddExt(v, a, b ExtVec)               { mulAddExtPortable(v, a, b) }
func scaleExt(v ExtVec, c Ext, a ExtVec)     { scaleExtPortable(v, c, a) }
func axpyExt(v ExtVec, c Ext, a ExtVec)      { axpyExtPortable(v, c, a) }
func innerExt(a, b ExtVec) Ext               { return innerExtPortable(a, b) }
func foldExt(v ExtVec, r Ext, lo, hi ExtVec) { foldExtPortable(v, r, lo, hi) }
func foldRows(v, c ExtVec, rows []Vec)       { foldRowsPortable(v, c, rows) }
func radix4(y, x Vec, s int, tw *twiddles)   { radix4Portable(y, x, s, tw) }
func spread(x, a Vec, tw *firstTwiddles)     { spreadPortable(x, a, tw) }
func butterflies(sum, diff, a, b Vec)        { butterfliesPortable(sum, diff, a, b) }
func bind(m *Int8Matrix, dst, eq ExtVec)     { bindPortable(m, dst, eq) }

func int8Row(m *Int8Matrix, dst Vec, j, k int) { m.rowPortable(dst, j, k) }
