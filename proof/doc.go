// Package proof shows that a committed network answered an input, and hides
// the network: its weights, and if wanted its input and output.
//
//	Program, weights ──Commit──→ Model (secret) + Key (public, with range proof)
//	Model ──NewEpoch──→ epoch: fresh codeword, tied to the key by a proof
//	Model.Prove(witness) ──→ proof bytes
//	Verifier (Key) .AddEpoch, .Verify(statement, proof)
//
// A Program is all the protocol knows of a network: columns of integers,
// relations that are linear in them (some with a committed matrix), and lookups
// in public tables. Package lower makes programs from nn graphs.
//
// docs/proof.md has the protocol with its equations, what it assumes, what it
// costs and what it does not hide. This package is its root: agon/proof/sum
// holds the padded sumcheck, proof/look the lookups, proof/code the trees,
// proof/zk the linear test, proof/fs the transcript.
package proof
