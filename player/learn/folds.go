package learn

// keep lists the examples that fit.
func keep[T any](all []T, fits func(T) bool) []T {
	var out []T
	for _, x := range all {
		if fits(x) {
			out = append(out, x)
		}
	}
	return out
}

// even weighs n examples so that both labels count alike and the mean is 1.
func even(n int, at func(i int) (yes bool, weight *float64)) {
	count := 0
	for i := range n {
		if yes, _ := at(i); yes {
			count++
		}
	}
	for i := range n {
		yes, w := at(i)
		same := n - count
		if yes {
			same = count
		}
		*w = float64(n) / float64(2*same)
	}
}
