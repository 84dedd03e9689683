package ff

// The portable kernels: the meaning of every other one.

func addPortable(v, a, b Vec) {
	for i := range v {
		v[i] = a[i].Add(b[i])
	}
}

func subPortable(v, a, b Vec) {
	for i := range v {
		v[i] = a[i].Sub(b[i])
	}
}

func mulPortable(v, a, b Vec) {
	for i := range v {
		v[i] = a[i].Mul(b[i])
	}
}

func scalePortable(v Vec, c Elem, a Vec) {
	for i := range v {
		v[i] = a[i].Mul(c)
	}
}

func axpyPortable(v Vec, c Elem, a Vec) {
	for i := range v {
		v[i] = v[i].Add(a[i].Mul(c))
	}
}

// setInt32Portable lifts integers and carries them into Montgomery form.
func setInt32Portable(v Vec, x []int32) {
	for i, n := range x {
		v[i] = Elem(liftInt32(n))
	}
	scaleVec(v, rSquared, v)
}

// innerPortable keeps the sum below 2p², so that one more product stays below
// 3p² < 2⁶⁴ and one reduction ends it.
func innerPortable(a, b Vec) Elem {
	var acc uint64
	for i := range a {
		acc = fold4(acc + uint64(a[i])*uint64(b[i]))
	}
	return redc(acc)
}
