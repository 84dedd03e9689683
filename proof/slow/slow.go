// Package slow verifies the proofs of agon/proof a second time, independently:
// it shares their bytes and none of their code. The mathematics is written from
// the protocol text (docs/proof.md), in the plainest way: a field reduced by
// division, tables entry by entry, polynomials by Horner's rule, forms as lists
// of terms, parameters and certificates in big integers. Only BLAKE3 and SHA-256
// come from libraries.
//
// It exists to disagree. Tests give it everything a seeded adversary makes, and
// both verifiers must accept and refuse the same, for the same reason. It is
// some eighty times slower than agon/proof (337 ms for the proof of 44,500 weights)
// and of no use beside that.
//
//	CheckKey(key)                        the range proof of a model's weights
//	CheckEpoch(key, epoch)               an epoch holds the registered weights
//	Check(key, epoch, statement, proof)  an answer; key and epoch checked before
package slow

// CheckKey verifies an encoded key: its program, its parameters, its range
// proof. It returns a *Refusal.
func CheckKey(keyBytes []byte) error {
	k, err := parseKey(keyBytes)
	if err != nil {
		return err
	}
	return k.verifyRange()
}

// CheckEpoch verifies an encoded epoch record of a key that passed CheckKey. It
// returns a *Refusal.
func CheckEpoch(keyBytes, epochBytes []byte) error {
	k, err := parseKey(keyBytes)
	if err != nil {
		return err
	}
	e, err := parseEpoch(epochBytes)
	if err != nil {
		return err
	}
	return e.verify(k)
}

// Check verifies a proof of an encoded statement, for a key and an epoch that
// passed CheckKey and CheckEpoch. It returns a *Refusal.
func Check(keyBytes, epochBytes, statementBytes, proof []byte) error {
	k, err := parseKey(keyBytes)
	if err != nil {
		return err
	}
	e, err := parseEpoch(epochBytes)
	if err != nil {
		return err
	}
	s, err := parseStatement(k, statementBytes)
	if err != nil {
		return err
	}
	if s.epoch != e.number {
		return refuse(GuardStatement, "epoch %d, want %d", s.epoch, e.number)
	}
	if len(proof) > maxProof || len(proof) < 3 || proof[0] != version {
		return refuse(GuardEncoding, "proof of %d bytes without its first ones", len(proof))
	}
	logK, logN := int(proof[1]), int(proof[2])
	code, err := s.sealedCode()
	if err != nil {
		return err
	}
	if code != nil && (code.logK != logK || code.logN != logN) {
		return refuse(GuardEncoding, "code is not that of the sealed columns")
	}
	a, err := newAnswer(k, s, logK, logN)
	if err != nil {
		return err
	}
	return a.verify(e, proof[3:])
}
