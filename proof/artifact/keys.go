package artifact

import (
	"bytes"
	"fmt"

	"agon/nn"
	"agon/proof"
	"agon/proof/lower"
	"agon/proof/sound"
)

// VerifyingKey is vk.key: all that is needed to check answers of a model.
type VerifyingKey struct {
	Face    Face
	Graph   *nn.Graph // the network without its weights
	Key     *proof.Key
	Opening *Opening // of public parameters, else nil

	circuit *lower.Circuit
}

// Opening shows what a root commits to: the weights and the seed of its pads.
type Opening struct {
	Params []nn.Matrix
	Commit [32]byte
}

// ProvingKey is pk.key: what makes a root of weights, and hides what proofs use
// of them. Whoever has it and the proofs can open hidden inputs.
type ProvingKey struct {
	Model  [32]byte
	Secret proof.Secret
}

const (
	verifyingMagic = "agon vk.key 1\n"
	provingMagic   = "agon pk.key 1\n"
)

// Commit commits to a compiled network with fresh secrets.
func Commit(c *Compiled, options ...proof.Option) (*VerifyingKey, *ProvingKey, error) {
	circuit, err := lower.Lower(c.Model.Graph)
	if err != nil {
		return nil, nil, err
	}
	secret, err := proof.NewSecret()
	if err != nil {
		return nil, nil, err
	}
	m, err := proof.Commit(circuit.Program, lower.Weights(c.Model), secret,
		c.Face.profile(), options...)
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	vk := &VerifyingKey{Face: c.Face, Graph: c.Model.Graph, Key: m.Key, circuit: circuit}
	if c.Face.Params == Public {
		vk.Opening = &Opening{c.Model.Params, secret.Commit}
	}
	return vk, &ProvingKey{m.Key.ID(), secret}, nil
}

// Encode writes vk.key.
func (k *VerifyingKey) Encode() ([]byte, error) {
	face, err := encodeJSON(k.Face)
	if err != nil {
		return nil, err
	}
	key, err := k.Key.MarshalBinary()
	if err != nil {
		return nil, err
	}
	var opening []byte
	if o := k.Opening; o != nil {
		m := &nn.Model{Graph: k.Graph, Params: o.Params}
		opening = append(o.Commit[:], m.Encode()...)
	}
	return parts(verifyingMagic, face, k.Graph.Encode(), key, opening), nil
}

// ReadVerifyingKey decodes vk.key. It checks that the key's program is the one
// its network has; Verifier checks the rest.
func ReadVerifyingKey(b []byte) (*VerifyingKey, error) {
	p, err := split("vk.key", verifyingMagic, b, MaxKey, 4)
	if err != nil {
		return nil, err
	}
	k := &VerifyingKey{Key: new(proof.Key)}
	if err := decodeJSON("vk.key", p[0], MaxSettings, &k.Face); err != nil {
		return nil, err
	}
	if err := k.Face.Check(); err != nil {
		return nil, err
	}
	if k.Graph, err = nn.DecodeGraph(p[1]); err != nil {
		return nil, fmt.Errorf("%w: vk.key: %w", ErrFile, err)
	}
	if err := k.Face.fits(k.Graph); err != nil {
		return nil, err
	}
	if err := k.Key.UnmarshalBinary(p[2]); err != nil {
		return nil, fmt.Errorf("%w: vk.key: %w", ErrFile, err)
	}
	if k.circuit, err = lower.Lower(k.Graph); err != nil {
		return nil, fmt.Errorf("%w: vk.key: %w", ErrFile, err)
	}
	want := *k.Key
	want.Program = k.circuit.Program
	if encoding, err := want.MarshalBinary(); err != nil || !bytes.Equal(encoding, p[2]) {
		return nil, fmt.Errorf("%w: vk.key proves another program than its network's", ErrFile)
	}
	if public := k.Face.Params == Public; public != (len(p[3]) > 0) {
		return nil, fmt.Errorf("%w: vk.key says parameters are %s and says otherwise",
			ErrFile, k.Face.Params)
	} else if public {
		return k, k.readOpening(p[3])
	}
	return k, nil
}

func (k *VerifyingKey) readOpening(b []byte) error {
	if len(b) < 32 {
		return fmt.Errorf("%w: vk.key: parameters of %d bytes", ErrFile, len(b))
	}
	k.Opening = &Opening{Commit: [32]byte(b[:32])}
	m, err := nn.DecodeModel(b[32:])
	if err != nil {
		return fmt.Errorf("%w: vk.key: %w", ErrFile, err)
	}
	if !bytes.Equal(m.Graph.Encode(), k.Graph.Encode()) {
		return fmt.Errorf("%w: vk.key: parameters of another network", ErrFile)
	}
	k.Opening.Params = m.Params
	return nil
}

// Verifier checks the key's range proof, and that public parameters are those
// of its root.
func (k *VerifyingKey) Verifier() (*proof.Verifier, error) {
	if o := k.Opening; o != nil {
		weights := lower.Weights(&nn.Model{Graph: k.Graph, Params: o.Params})
		m, err := proof.Open(k.Key, weights, proof.Secret{Commit: o.Commit})
		if err != nil {
			return nil, fmt.Errorf("public parameters: %w", err)
		}
		if err := m.Close(); err != nil {
			return nil, err
		}
	}
	return proof.NewVerifier(k.Key)
}

// Soundness reports, round by round, on the key, an epoch (nil: as one would be
// made) and the proof of a batch.
func (k *VerifyingKey) Soundness(record *proof.EpochRecord, batch int) ([]sound.Report, error) {
	p := k.circuit.Program
	return proof.Soundness(k.Key, record, batch, k.Face.ports(len(p.Inputs), len(p.Outputs)))
}

// Shapes are the shapes of the inputs.
func (k *VerifyingKey) Shapes() []nn.Shape {
	all := make([]nn.Shape, len(k.Graph.Inputs))
	for i, in := range k.Graph.Inputs {
		all[i] = in.Shape
	}
	return all
}

// Encode writes pk.key.
func (k *ProvingKey) Encode() []byte {
	return parts(provingMagic, k.Model[:], k.Secret.Commit[:], k.Secret.Prove[:])
}

// ReadProvingKey decodes pk.key.
func ReadProvingKey(b []byte) (*ProvingKey, error) {
	p, err := split("pk.key", provingMagic, b, 1<<10, 3)
	if err != nil {
		return nil, err
	}
	for _, x := range p {
		if len(x) != 32 {
			return nil, fmt.Errorf("%w: pk.key: part of %d bytes, want 32", ErrFile, len(x))
		}
	}
	return &ProvingKey{[32]byte(p[0]), proof.Secret{
		Commit: [32]byte(p[1]), Prove: [32]byte(p[2])}}, nil
}
