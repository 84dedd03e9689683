// Package zk proves that linear forms over committed values are zero, and
// reveals nothing else.
//
//	Commit ──→ Sheet (values, pads, masks; one Merkle tree)
//	              │ forms over the cells of all sheets (agon/proof/sum)
//	              ↓
//	Functional ──→ Prove / Check: the linear test
//
// # The linear test
//
// Rows A_i of all sheets share one code (κ, k, n). The constraints, in order,
// are folded with weights χ′·eq(χ, j) into one polynomial aᵢ for each row,
// deg aᵢ < κ, given by its values on H, and one number b:
//
//	Σ_{x∈H} Σᵢ aᵢ(x)·Aᵢ(x) = b
//
// The first sheet holds three mask rows over E: U, Z₁, Z₂, uniform of degree
// < k, where z = Z₁ + X^{κ−1}·Z₂ sums to 0 over H. The prover sends
//
//	q = z + Σ aᵢAᵢ = b/κ + X·G + Z·H̄,  G of κ−1, H̄ of k−1 coefficients
//	v = U + λ′·Σ eq(τ′, i)·Aᵢ           over all rows, Z₁ and Z₂ too
//
// so that the sum of q over H is b by its form. Columns are then opened at Q
// points and compared with q and v. v shows that all rows are close to
// codewords on one set of columns, q that the codewords fulfil the constraints.
// The factor χ′ stands before every constraint, because a prover whose z did not
// sum to 0 could otherwise balance it with a false one.
//
// # Why nothing leaks
//
// Q columns of every row are uniform (agon/proof/code). Given them, v is uniform
// up to the Q checks by U, and G, H̄ are uniform up to the Q checks by z: the
// κ+k−1 coefficients of z leave k−κ+1 ≥ Q+1 of the 2k coefficients of Z₁ and
// Z₂ free, so that Z₁(η) alone tells nothing. A test computes the rank of the
// whole view, and one simulates it.
//
// # The hidden opening
//
// A matrix of weights is folded to c = Σ ρᵢWᵢ, a polynomial of degree < k_W,
// which is never sent: Fold lays its coefficients out as cells of a sheet. The
// constraint c(η) = Σ ρᵢWᵢ(η) at each opened column ties the cells to the tree.
package zk
