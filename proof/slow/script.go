package slow

// script runs the messages between T₁ and T₂ and collects the constraints they
// leave.
func (a *answer) script() {
	alpha, beta := a.ext("alpha"), a.ext("beta")
	a.inner = a.exts("r", a.width)
	a.r = a.inner[a.width-a.grid.logM:]
	a.outer = a.exts("r'", a.vectors)
	a.lambda = a.exts("lambda", log2(len(a.relations)))
	for range a.weights {
		a.bias = append(a.bias, a.hear("b").form())
	}
	if a.nu >= 0 {
		point, fp, fq := a.fractions(a.nu)
		a.settle(alpha, beta, point, fp, fq)
	}
	a.linear()
	a.checkProducts()
}

// announceLookup adds the hidden values and products of a tree of fractions.
func announceLookup(values int, products [][2]int, nu int) (int, [][2]int) {
	products = append(products, [2]int{values, values + 1}) // q, ϱ
	values += 2
	for e := range nu {
		values += 2 * e
		p0, p1, q0, q1 := values, values+1, values+2, values+3
		products = append(products, [2]int{p0, q1}, [2]int{p1, q0}, [2]int{q0, q1})
		values += 4
	}
	return values, products
}

// fractions follows the sum of fractions from the root, p = 0, to a point of the
// leaves and returns it with the forms of p and q there. One level:
//
//	p + γq = Σ_x eq(point, x)·[p₀q₁ + p₁q₀ + γq₀q₁](x)
func (k *talk) fractions(nu int) (point []ext, fp, fq form) {
	q, blind := k.hear("q"), k.unsaid()
	u := k.clear("u")
	if u.isZero() && k.failure == nil {
		k.failure = refuse(GuardZeroRoot, "u = 0")
	}
	// The blind's pad is ϱ and its value −ϱ, so the product form is −q·ϱ.
	k.zero(k.product(q, blind).plus(one, form{c: u}))
	fq = q.form()
	for range nu {
		gamma := k.ext("gamma")
		claim := fp.plus(gamma, fq)
		next := []ext{{}}
		for _, rho := range point {
			var x ext
			claim, x = k.eqRound(claim, rho)
			next = append(next, x)
		}
		p0, p1 := k.hear("P0"), k.hear("P1")
		q0, q1 := k.hear("Q0"), k.hear("Q1")
		sum := k.product(p0, q1)
		sum = sum.plus(one, k.product(p1, q0))
		sum = sum.plus(gamma, k.product(q0, q1))
		k.zero(sum.minus(claim))
		delta := k.ext("delta")
		next[0] = delta
		mix := func(v0, v1 secret) form {
			return form{}.plus(one.sub(delta), v0.form()).plus(delta, v1.form())
		}
		fp, fq, point = mix(p0, p1), mix(q0, q1), next
	}
	return point, fp, fq
}

// settle says that p and q at the point are those of the leaves:
// (1, f) for each tuple looked up, (−m, f) for each row of a table, then (0, 1).
func (a *answer) settle(alpha, beta ext, point []ext, fp, fq form) {
	eq := eqTable(point, 1<<a.nu)
	leaf := 0
	wantP, wantQ := form{}, form{}
	// start is α − id for the table's id, counted from 1.
	start := func(t int) ext { return alpha.sub(number(uint64(t + 1))) }
	powers := []ext{beta, beta.mul(beta), beta.mul(beta).mul(beta)}
	for _, l := range a.lookups {
		from := leaf
		n := a.columns[l.columns[0]].len
		for range n {
			wantP.c = wantP.c.add(eq[leaf])
			wantQ.c = wantQ.c.add(eq[leaf].mul(start(l.table)))
			leaf++
		}
		for j, c := range l.columns {
			column := a.columns[c].form(func(i int) ext { return eq[from+i].mul(powers[j]) })
			wantQ = wantQ.minus(column)
		}
	}
	for i, t := range a.tables {
		for row := range t.rows() {
			count := cell{a.counts[i].space, a.counts[i].at + row}
			wantP.terms = append(wantP.terms, term{count, eq[leaf].neg()})
			f := start(i)
			for j, v := range t.row(row) {
				f = f.sub(powers[j].times(lift(int64(v))))
			}
			wantQ.c = wantQ.c.add(eq[leaf].mul(f))
			leaf++
		}
	}
	for ; leaf < 1<<a.nu; leaf++ {
		wantQ.c = wantQ.c.add(eq[leaf])
	}
	a.zero(wantP.minus(fp))
	a.zero(wantQ.minus(fq))
}

// linear is the sumcheck of all relations, each with the weight eq(λ, ρ):
//
//	Σ_{i,j} eq(r′,i)·eq(r,j)·(Σ coef·column[i,j] + const) − (Σ_i eq(r′,i))·b~(r)
//	  = Σ_k W~(r,k)·Σ_i eq(r′,i)·x[i,k]
func (a *answer) linear() {
	var claim form
	for i, r := range a.relations {
		n := a.program.columns[r.parts[0].column].len / r.vectors
		point := a.inner
		if r.weights >= 0 {
			point = a.r
		}
		rows, cols := eqTable(a.outer, r.vectors*a.batch), eqTable(point, n)
		weight := eqAt(a.lambda, i)
		at := func(e int) ext { return weight.mul(rows[e/n]).mul(cols[e%n]) }
		for _, t := range r.parts {
			coef := number(lift(t.coef))
			claim = claim.plus(coef, a.columns[t.column].form(at))
		}
		mass := ext{}
		for e := range n * r.vectors * a.batch {
			mass = mass.add(at(e))
		}
		claim.c = claim.c.add(mass.times(lift(r.konst)))
		if r.weights >= 0 {
			all := ext{}
			for _, w := range rows {
				all = all.add(w)
			}
			claim = claim.plus(weight.mul(all).neg(), a.bias[r.weights])
		}
	}
	claim = claim.merged()
	for range a.grid.logK {
		var x ext
		claim, x = a.round(claim)
		a.s = append(a.s, x)
	}
	inputs := a.inputForms()
	final := form{}.minus(claim)
	for l := range a.weights {
		omega := a.hear("omega")
		a.omega = append(a.omega, omega.form())
		if !a.hidden[l] {
			final = final.plus(inputs[l].c, omega.form())
			continue
		}
		xi := a.hear("xi")
		a.zero(xi.form().minus(inputs[l]))
		final = final.plus(one, a.product(omega, xi))
	}
	a.zero(final)
}

// inputForms are, for each matrix, the forms of
// Σ_ρ eq(λ,ρ)·Σ_{i,k} eq(r′,i)·eq(s,k)·x_ρ[i,k] over the relations ρ that use it.
func (a *answer) inputForms() []form {
	out := make([]form, len(a.weights))
	for i, r := range a.relations {
		if r.weights < 0 {
			continue
		}
		n := a.weights[r.weights].cols
		rows, cols := eqTable(a.outer, r.vectors*a.batch), eqTable(a.s, n)
		weight := eqAt(a.lambda, i)
		x := a.columns[r.input].form(func(e int) ext {
			return weight.mul(rows[e/n]).mul(cols[e%n])
		})
		out[r.weights] = out[r.weights].plus(one, x)
	}
	return out
}
