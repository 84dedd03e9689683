package artifact

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"agon/nn"
	"agon/nn/fast"
	"agon/proof"
	"agon/proof/lower"
)

// Witness is witness.json: what the network did with its inputs, and what opens
// hashed ones. It is secret as far as its tensors are.
type Witness struct {
	Version int    `json:"version"`
	Model   string `json:"model"`
	Batch   int    `json:"batch"`
	// Ports are the integers of the inputs, then of the outputs, sample after
	// sample; Outputs the same outputs as reals or labels, by sample and output.
	Ports   [][]int32     `json:"ports"`
	Outputs [][][]float64 `json:"outputs"`
	Seals   []SealSecret  `json:"seals,omitempty"`
	// Clamped is how many numbers of the inputs were outside what their tensors hold:
	// the answer is that to the nearest ones which are not.
	Clamped int `json:"clamped,omitempty"`

	columns *proof.Witness
}

// SealSecret opens a hashed port.
type SealSecret struct {
	Port       int    `json:"port"`
	Root       string `json:"root"`
	LogMessage int    `json:"log_message"`
	LogLength  int    `json:"log_length"`
	Uses       int    `json:"uses"`
	Secret     string `json:"secret"`
}

// ReadWitness decodes witness.json.
func ReadWitness(b []byte) (*Witness, error) {
	var w Witness
	if err := decodeJSON("witness.json", b, MaxInput, &w); err != nil {
		return nil, err
	}
	return &w, version("witness.json", w.Version)
}

// Encode writes witness.json.
func (w *Witness) Encode() ([]byte, error) { return encodeJSON(w) }

// seal finds what opens a port, nil if nothing does.
func (w *Witness) seal(port int) *SealSecret {
	for i := range w.Seals {
		if w.Seals[i].Port == port {
			return &w.Seals[i]
		}
	}
	return nil
}

// remake makes the seal of a port again.
func (w *Witness) remake(key *proof.Key, port int) (*proof.Seal, error) {
	s := w.seal(port)
	if s == nil || port >= len(w.Ports) {
		return nil, fmt.Errorf("%w: witness.json has no seal of port %d", ErrFile, port)
	}
	secret, err := hex.DecodeString(s.Secret)
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("%w: witness.json: secret of port %d", ErrFile, port)
	}
	plan := proof.Sealing{LogMessage: s.LogMessage, LogLength: s.LogLength, Uses: s.Uses}
	seal, err := proof.OpenSeal(key, plan, w.Ports[port], [32]byte(secret))
	if err == nil && hex.EncodeToString(seal.Public.Root[:]) != s.Root {
		err = fmt.Errorf("%w: witness.json: the seal of port %d is of other values", ErrFile, port)
	}
	return seal, err
}

// ErrNotOpened says that a witness is not what a statement's seals commit to.
var ErrNotOpened = errors.New("the witness does not open the proof's seals")

// Opens checks that the hashed ports of a statement are those of a witness.
func (k *VerifyingKey) Opens(s *proof.Statement, w *Witness) error {
	sealed := 0
	for i, port := range s.Ports {
		if port.Sealed == nil {
			continue
		}
		sealed++
		seal, err := w.remake(k.Key, i)
		if err != nil {
			return err
		}
		if seal.Public != *port.Sealed {
			return fmt.Errorf("%w: port %d", ErrNotOpened, i)
		}
	}
	if sealed == 0 {
		return fmt.Errorf("%w: it has none", ErrNotOpened)
	}
	return nil
}

// Prover answers with a committed model.
type Prover struct {
	Key    *VerifyingKey
	Model  *proof.Model
	runner *fast.Runner
}

// ErrOtherModel says that the files of a prover are of different models.
var ErrOtherModel = errors.New("files of different models")

// NewProver joins the files of a model.
func NewProver(c *Compiled, vk *VerifyingKey, pk *ProvingKey, options ...proof.Option) (
	*Prover, error) {
	if pk.Model != vk.Key.ID() {
		return nil, fmt.Errorf("%w: pk.key and vk.key", ErrOtherModel)
	}
	m, err := proof.Open(vk.Key, lower.Weights(c.Model), pk.Secret, options...)
	if err != nil {
		return nil, fmt.Errorf("%w: model.compiled and vk.key: %w", ErrOtherModel, err)
	}
	r, err := fast.New(c.Model)
	return &Prover{vk, m, r}, err
}

// Run runs the network on samples.
func (p *Prover) Run(samples [][][]float64) (*Witness, error) {
	if len(samples) > proof.MaxBatch {
		return nil, fmt.Errorf("%d samples, at most %d in one proof", len(samples), proof.MaxBatch)
	}
	traces := make([]nn.Trace, len(samples))
	clamped := 0
	for i, sample := range samples {
		ints := make([][]int32, len(sample))
		for j, x := range sample {
			var err error
			if ints[j], err = p.Key.Graph.Inputs[j].Quantise(x); err != nil {
				return nil, fmt.Errorf("sample %d, input %q: %w", i+1, p.Key.Face.Inputs[j], err)
			}
			clamped += p.Key.Graph.Inputs[j].Clamped(x)
		}
		trace, err := p.runner.Run(ints...)
		if err != nil {
			return nil, fmt.Errorf("sample %d: %w", i+1, err)
		}
		traces[i] = make(nn.Trace, len(trace)) // the runner's own is used again
		for v := range trace {
			traces[i][v] = slices.Clone(trace[v])
		}
	}
	columns, err := p.Key.circuit.Witness(traces...)
	if err != nil {
		return nil, err
	}
	id := p.Key.Key.ID()
	w := &Witness{Version: Version, Model: hex.EncodeToString(id[:]), Batch: len(samples),
		Clamped: clamped, columns: columns}
	prog := p.Key.circuit.Program
	for _, c := range slices.Concat(prog.Inputs, prog.Outputs) {
		w.Ports = append(w.Ports, columns.Columns[c])
	}
	for b := range samples {
		w.Outputs = append(w.Outputs, p.Key.outputs(w.Ports, b))
	}
	return w, nil
}

// Seal commits to the hashed ports of a run, before it is proven. Where before,
// the witness of an earlier run, has a port with the same values, its seal serves
// again: then both proofs are about the same hidden tensor, and say so.
func (p *Prover) Seal(w, before *Witness) error {
	face, prog := p.Key.Face, p.Key.circuit.Program
	ports := face.ports(len(prog.Inputs), len(prog.Outputs))
	if !slices.Contains(ports, proof.Hashed) {
		return nil
	}
	plan, err := proof.PlanSeals(p.Key.Key, w.Batch, ports, face.Uses)
	if err != nil {
		return err
	}
	w.columns.Seals = map[int]*proof.Seal{}
	for i, v := range ports {
		if v != proof.Hashed {
			continue
		}
		seal, err := p.reuse(w, before, i)
		if seal == nil && err == nil {
			seal, err = proof.NewSeal(p.Key.Key, plan, w.Ports[i])
		}
		if err != nil {
			return err
		}
		secret, pub := seal.Secret(), seal.Public
		w.columns.Seals[i] = seal
		w.Seals = append(w.Seals, SealSecret{i, hex.EncodeToString(pub.Root[:]), pub.LogMessage,
			pub.LogLength, pub.Uses, hex.EncodeToString(secret[:])})
	}
	return nil
}

// reuse finds the seal of a port in an earlier witness, nil if there is none.
func (p *Prover) reuse(w, before *Witness, port int) (*proof.Seal, error) {
	if before == nil || before.seal(port) == nil || port >= len(before.Ports) ||
		!slices.Equal(before.Ports[port], w.Ports[port]) {
		return nil, nil
	}
	return before.remake(p.Key.Key, port)
}

// Prove proves a run in an epoch. Context is what the proof is for: it holds for
// no other.
func (p *Prover) Prove(e *proof.Epoch, l proof.Ledger, w *Witness, context string) (
	*Answer, error) {
	face, prog := p.Key.Face, p.Key.circuit.Program
	s := &proof.Statement{Batch: w.Batch, Context: []byte(context)}
	for i, v := range face.ports(len(prog.Inputs), len(prog.Outputs)) {
		port := proof.Port{Visibility: v}
		switch v {
		case proof.Public:
			port.Values = w.Ports[i]
		case proof.Hashed:
			port.Sealed = &w.columns.Seals[i].Public
		}
		s.Ports = append(s.Ports, port)
	}
	b, err := p.Model.Prove(e, l, s, w.columns)
	if err != nil {
		return nil, err
	}
	statement, err := s.MarshalBinary()
	if err != nil {
		return nil, err
	}
	shown, err := p.Key.Show(s)
	return &Answer{Version, statement, b, shown}, err
}
