package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/nn"
	"agon/proof"
	"agon/proof/artifact"
	"agon/proof/sound"
)

// inspectView is what a file holds; parts that do not apply are empty.
type inspectView struct {
	File    string `json:"file"`
	Kind    string `json:"kind"`
	Bytes   int    `json:"bytes"`
	Secret  bool   `json:"secret"` // not for others' eyes
	Model   string `json:"model,omitempty"`
	Network string `json:"network_sha256,omitempty"`
	*artifact.Face
	Nodes      []string        `json:"nodes,omitempty"`
	Parameters int64           `json:"parameters,omitempty"`
	Params     *proof.Params   `json:"proof_params,omitempty"`
	Epoch      uint64          `json:"epoch,omitempty"`
	Shown      *artifact.Shown `json:"shown,omitempty"`
	Proof      int             `json:"proof_bytes,omitempty"`
	Reports    []sound.Report  `json:"soundness,omitempty"`
}

func (a *app) proveInspect() *cobra.Command {
	c := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Say what a file of a proven network holds",
		Long: `Reads any of the files and says what it is, what it holds and whether it is secret.
Of a key it prints the soundness of every round as well: how hard it is to forge the range
proof, the proof of an epoch, and an answer.`,
		Example: examples("agon prove inspect vk.key", "agon prove inspect proof.json --json"),
		Args:    cobra.ExactArgs(1),
	}
	batch := c.Flags().Int("batch", 1, "of a key: samples in one proof")
	c.RunE = func(_ *cobra.Command, args []string) error {
		v, err := inspect(args[0], *batch)
		if err != nil {
			return err
		}
		return a.emit(v, func(s term.Screen) { v.draw(s) })
	}
	return c
}

// inspect tries one kind of file after the other, by how it begins.
func inspect(path string, batch int) (*inspectView, error) {
	b, err := artifact.Read(path, artifact.MaxKey)
	if err != nil {
		return nil, err
	}
	v := &inspectView{File: path, Bytes: len(b)}
	switch {
	case bytes.HasPrefix(b, []byte("agon vk.key")):
		return v, v.key(b, batch)
	case bytes.HasPrefix(b, []byte("agon pk.key")):
		v.Kind, v.Secret = "proving key", true
		k, err := artifact.ReadProvingKey(b)
		if err == nil {
			v.Model = hex.EncodeToString(k.Model[:])
		}
		return v, err
	case bytes.HasPrefix(b, []byte("agon model.compiled")):
		v.Kind, v.Secret = "compiled network", true
		c, err := artifact.ReadCompiled(b)
		if err == nil {
			v.Face = &c.Face
			v.graph(c.Model.Graph)
		}
		return v, err
	case bytes.HasPrefix(b, []byte("agon epoch seed")):
		v.Kind, v.Secret = "seed of an epoch", true
		return v, nil
	case filepath.Ext(path) == ".bin":
		v.Kind = "record of an epoch"
		r, err := artifact.ReadEpoch(path)
		if err == nil {
			v.Epoch, v.Proof = r.Number, len(r.Proof)
		}
		return v, err
	}
	return v, v.text(b)
}

// key reads a verifying key.
func (v *inspectView) key(b []byte, batch int) error {
	v.Kind = "verifying key"
	k, err := artifact.ReadVerifyingKey(b)
	if err != nil {
		return err
	}
	id := k.Key.ID()
	v.Model, v.Face, v.Params = hex.EncodeToString(id[:]), &k.Face, &k.Key.Params
	v.graph(k.Graph)
	v.Reports, err = k.Soundness(nil, batch)
	return err
}

func (v *inspectView) graph(g *nn.Graph) {
	v.Parameters = g.Params()
	for _, n := range g.Nodes {
		v.Nodes = append(v.Nodes, n.Op.String())
	}
}

// text reads the files that are JSON.
func (v *inspectView) text(b []byte) error {
	answer, s, errAnswer := artifact.ReadAnswer(b)
	if errAnswer == nil && len(answer.Proof) > 0 {
		v.Kind, v.Epoch, v.Proof, v.Shown = "proof", s.Epoch, len(answer.Proof), answer.Shown
		v.Model = hex.EncodeToString(s.Model[:])
		return nil
	}
	if s, err := artifact.ReadSettings(b); err == nil && s.Network != "" {
		v.Kind, v.Network, v.Face, v.Secret = "settings", s.Network, &s.Face, s.Plan != nil
		return nil
	}
	if w, err := artifact.ReadWitness(b); err == nil && w.Model != "" {
		v.Kind, v.Model, v.Secret = "witness", w.Model, true
		return nil
	}
	if in, err := artifact.ReadInput(b); err == nil {
		v.Kind, v.Secret = fmt.Sprintf("input of %d rows", len(in.Data)), true
		return nil
	}
	if net, err := artifact.ImportFile(b); err == nil {
		v.Kind, v.Secret = "network in ONNX", true
		for _, n := range net.Nodes {
			v.Nodes = append(v.Nodes, fmt.Sprint(n.Op))
		}
		return nil
	}
	return fmt.Errorf("%w: %s is none of the files of agon prove", artifact.ErrFile, v.File)
}

// draw shows what a file holds.
func (v *inspectView) draw(s term.Screen) {
	secret := "for everybody"
	if v.Secret {
		secret = "secret"
	}
	say(s, "%s: %s, %s, %s", v.File, v.Kind, size(v.Bytes), secret)
	if v.Model != "" {
		say(s, "    model %s", v.Model)
	}
	if v.Face != nil {
		say(s, "    input %s, parameters %s, output %s; profile %s", v.Face.Input, v.Face.Params,
			v.Face.Output, v.Face.Profile)
	}
	if v.Parameters > 0 {
		say(s, "    %s parameters", thousands(float64(v.Parameters)))
	}
	if v.Nodes != nil {
		say(s, "    %s", strings.Join(v.Nodes, ", "))
	}
	if p := v.Params; p != nil {
		say(s, "    %d proofs an epoch, %d epochs, %d bits of work", p.Budget, p.Epochs, p.Grind)
	}
	if v.Epoch > 0 {
		say(s, "    epoch %d, proof of %s", v.Epoch, size(v.Proof))
	}
	if v.Shown != nil {
		say(s, "    it says (not checked):")
		drawShown(s, v.Shown)
	}
	for _, r := range v.Reports {
		fmt.Fprint(s.W, "\n", s.Plain(r.String()))
	}
}
