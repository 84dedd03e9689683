package artifact

import (
	"encoding/hex"
	"fmt"

	"agon/proof"
)

// Answer is proof.json: what is claimed, and the proof of it. What the claim
// says in plain numbers is worked out anew from the statement (Shown).
type Answer struct {
	Version   int    `json:"version"`
	Statement []byte `json:"statement"` // proof.Statement, base64
	Proof     []byte `json:"proof"`     // base64
	// Shown is for readers of the file; nothing relies on it.
	Shown *Shown `json:"shown,omitempty"`
}

// Shown is what a statement says in numbers of the network as it was before
// compiling. Tensors nobody may see are left out.
type Shown struct {
	Model   string `json:"model"` // id of the key
	Epoch   uint64 `json:"epoch"`
	Batch   int    `json:"batch"`
	Context string `json:"context,omitempty"`
	// Inputs and Outputs are by sample, then by port: nil if not public.
	Inputs  [][][]float64 `json:"inputs,omitempty"`
	Outputs [][][]float64 `json:"outputs,omitempty"`
	// Seals are the commitments to hashed ports.
	Seals []string `json:"seals,omitempty"`
}

// ReadAnswer decodes proof.json.
func ReadAnswer(b []byte) (*Answer, *proof.Statement, error) {
	var a Answer
	if err := decodeJSON("proof.json", b, MaxAnswer, &a); err != nil {
		return nil, nil, err
	}
	if err := version("proof.json", a.Version); err != nil {
		return nil, nil, err
	}
	var s proof.Statement
	if err := s.UnmarshalBinary(a.Statement); err != nil {
		return nil, nil, fmt.Errorf("%w: proof.json: statement: %w", ErrFile, err)
	}
	return &a, &s, nil
}

// Encode writes proof.json.
func (a *Answer) Encode() ([]byte, error) { return encodeJSON(a) }

// Show reads a statement about this key. It refuses one that shows or hides
// other tensors than the key says.
func (k *VerifyingKey) Show(s *proof.Statement) (*Shown, error) {
	p := k.circuit.Program
	want := k.Face.ports(len(p.Inputs), len(p.Outputs))
	if len(s.Ports) != len(want) || s.Batch < 1 || s.Batch > proof.MaxBatch {
		return nil, fmt.Errorf("%w: %d ports and a batch of %d: not this key's statement",
			ErrFile, len(s.Ports), s.Batch)
	}
	shown := &Shown{Model: hex.EncodeToString(s.Model[:]), Epoch: s.Epoch, Batch: s.Batch,
		Context: string(s.Context)}
	for i, port := range s.Ports {
		if port.Visibility != want[i] {
			return nil, fmt.Errorf("%w: port %d of the proof is not as visible as vk.key says",
				ErrFile, i)
		}
		if port.Visibility == proof.Public && len(port.Values) != k.portLen(i)*s.Batch {
			return nil, fmt.Errorf("%w: port %d has %d values", ErrFile, i, len(port.Values))
		}
		if port.Sealed != nil {
			shown.Seals = append(shown.Seals, hex.EncodeToString(port.Sealed.Root[:]))
		}
	}
	values := make([][]int32, len(s.Ports))
	for i, port := range s.Ports {
		values[i] = port.Values
	}
	for b := range s.Batch {
		if k.Face.Input == Public {
			shown.Inputs = append(shown.Inputs, k.inputs(values, b))
		}
		if k.Face.Output == Public {
			shown.Outputs = append(shown.Outputs, k.outputs(values, b))
		}
	}
	return shown, nil
}

// portLen is the number of values of a port for one sample.
func (k *VerifyingKey) portLen(port int) int {
	p := k.circuit.Program
	if port < len(p.Inputs) {
		return p.Columns[p.Inputs[port]].Len
	}
	return p.Columns[p.Outputs[port-len(p.Inputs)]].Len
}

// inputs are the reals that sample b has at the inputs.
func (k *VerifyingKey) inputs(ports [][]int32, b int) [][]float64 {
	all := make([][]float64, len(k.Graph.Inputs))
	for i, in := range k.Graph.Inputs {
		all[i] = scaled(of(ports[i], b, k.portLen(i)), in.Scale)
	}
	return all
}

// outputs are the reals, or labels, that sample b has at the outputs.
func (k *VerifyingKey) outputs(ports [][]int32, b int) [][]float64 {
	all := make([][]float64, len(k.Graph.Outputs))
	for i, out := range k.circuit.Outputs {
		port := len(k.circuit.Program.Inputs) + out.Port
		values := out.Read(of(ports[port], b, k.portLen(port)))
		all[i] = scaled(values, k.Graph.Outputs[i].Scale)
	}
	return all
}

// of are the values of one sample.
func of(values []int32, sample, length int) []int32 {
	return values[sample*length : (sample+1)*length]
}

func scaled(values []int32, scale float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v) * scale
	}
	return out
}
