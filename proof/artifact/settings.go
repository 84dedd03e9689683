package artifact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"agon/nn"
	"agon/nn/float"
	"agon/nn/onnx"
	"agon/nn/quant"
	"agon/proof"
)

// Visibility is who sees a tensor.
type Visibility string

// The visibilities of settings. Parameters are always bound by the model's id;
// private and hashed ones stay hidden.
const (
	Private Visibility = "private" // nobody but the prover
	Public  Visibility = "public"  // the numbers are in the proof, or in the key
	Hashed  Visibility = "hashed"  // a hiding commitment that the prover may open later
)

// Visibilities are all of them, as words.
var Visibilities = []string{string(Private), string(Public), string(Hashed)}

// port is the visibility as the protocol has it.
func (v Visibility) port() proof.Visibility {
	return map[Visibility]proof.Visibility{
		Private: proof.Private, Public: proof.Public, Hashed: proof.Hashed,
	}[v]
}

func (v Visibility) check(what string) error {
	switch v {
	case Private, Public, Hashed:
		return nil
	}
	return fmt.Errorf("%w: visibility of %s is %q, want private, public or hashed",
		ErrFile, what, string(v))
}

// Face is what everybody may know of how a network is proven.
type Face struct {
	Inputs  []string `json:"inputs"` // names
	Outputs []string `json:"outputs"`
	// Visibility of all inputs, of the parameters, of all outputs.
	Input  Visibility `json:"input_visibility"`
	Params Visibility `json:"param_visibility"`
	Output Visibility `json:"output_visibility"`
	// Profile is "standard" (fast proofs without work) or "chain" (small ones).
	Profile string `json:"profile"`
	// Uses is how many proofs may refer to one hashed input or output.
	Uses int `json:"hashed_uses"`
	// Epochs of a root and proofs of an epoch, 0 for as many as the profile has. More
	// of them make keys, epochs and proofs larger, not less sound.
	Epochs int `json:"epochs,omitempty"`
	Proofs int `json:"epoch_proofs,omitempty"`
}

// profile is what a commitment is made with.
func (f Face) profile() proof.Profile {
	p := Profiles[f.Profile]
	if f.Epochs > 0 {
		p.Epochs = f.Epochs
	}
	if f.Proofs > 0 {
		p.Budget = f.Proofs
	}
	return p
}

// Profiles are the profiles by name.
var Profiles = map[string]proof.Profile{"standard": proof.Standard, "chain": proof.Chain}

// Check refuses a face that no proof can have.
func (f Face) Check() error {
	for _, v := range []struct {
		what string
		is   Visibility
	}{{"inputs", f.Input}, {"parameters", f.Params}, {"outputs", f.Output}} {
		if err := v.is.check(v.what); err != nil {
			return err
		}
	}
	if _, ok := Profiles[f.Profile]; !ok {
		return fmt.Errorf("%w: profile %q, want standard or chain", ErrFile, f.Profile)
	}
	if f.Uses < 1 || f.Uses > proof.MaxBudget {
		return fmt.Errorf("%w: hashed_uses %d, want 1 … %d", ErrFile, f.Uses, proof.MaxBudget)
	}
	if f.Epochs < 0 || f.Epochs > proof.MaxBudget || f.Proofs < 0 || f.Proofs > proof.MaxBudget {
		return fmt.Errorf("%w: %d epochs of %d proofs, want up to %d of each, 0 for the profile's",
			ErrFile, f.Epochs, f.Proofs, proof.MaxBudget)
	}
	return nil
}

// ports are the visibilities of a statement's ports.
func (f Face) ports(inputs, outputs int) []proof.Visibility {
	all := make([]proof.Visibility, 0, inputs+outputs)
	for range inputs {
		all = append(all, f.Input.port())
	}
	for range outputs {
		all = append(all, f.Output.port())
	}
	return all
}

// Settings are what is decided before anything is compiled.
type Settings struct {
	Version int    `json:"version"`
	Network string `json:"network_sha256"` // of the ONNX file
	Face
	Shapes []nn.Shape `json:"input_shapes"`
	// Plan turns the reals of the network into integers. Calibration makes it; it
	// says something about the weights and is not for publication.
	Plan *quant.Plan `json:"plan,omitempty"`
}

// ImportFile reads a network from the bytes of an ONNX file.
func ImportFile(file []byte) (*float.Net, error) {
	m, err := onnx.Decode(file)
	if err != nil {
		return nil, err
	}
	net, err := onnx.Import(m)
	if err != nil {
		return nil, err
	}
	return net.Fold()
}

// Describe starts the settings of a network: hidden input and parameters, public
// output.
func Describe(file []byte) (*Settings, error) {
	net, err := ImportFile(file)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(file)
	s := &Settings{Version: Version, Network: hex.EncodeToString(digest[:]), Face: Face{
		Input: Private, Params: Private, Output: Public, Profile: "standard", Uses: 1,
	}}
	for _, p := range net.Inputs {
		s.Inputs, s.Shapes = append(s.Inputs, p.Name), append(s.Shapes, p.Shape)
	}
	for _, p := range net.Outputs {
		s.Outputs = append(s.Outputs, p.Name)
	}
	return s, nil
}

// ReadSettings decodes and checks settings.
func ReadSettings(b []byte) (*Settings, error) {
	var s Settings
	if err := decodeJSON("settings.json", b, MaxSettings, &s); err != nil {
		return nil, err
	}
	if err := version("settings.json", s.Version); err != nil {
		return nil, err
	}
	return &s, s.Check()
}

// Encode writes settings.
func (s *Settings) Encode() ([]byte, error) { return encodeJSON(s) }

// Net imports the ONNX file the settings were made for.
func (s *Settings) Net(file []byte) (*float.Net, error) {
	if digest := sha256.Sum256(file); hex.EncodeToString(digest[:]) != s.Network {
		return nil, fmt.Errorf("%w: settings.json is for another network (SHA-256 %.8s…, "+
			"this file has %x…): run gen-settings again", ErrFile, s.Network, digest[:4])
	}
	return ImportFile(file)
}
