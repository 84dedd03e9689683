package main

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/nn/quant"
	"agon/proof"
	"agon/proof/artifact"
)

// settingsView is what settings say.
type settingsView struct {
	File string `json:"file"`
	*artifact.Settings
}

func (a *app) proveSettings() *cobra.Command {
	var p proving
	c := &cobra.Command{
		Use:   "gen-settings",
		Short: "Start the settings of a network: who sees what",
		Long: `Reads a network in ONNX (opset 10 to 17) and writes its settings. Each of input,
parameters and output is private (hidden), public (in the proof; parameters: in the key)
or hashed (a hiding commitment in the proof, which its owner can open later, and to which
several proofs can refer). Parameters are bound by the model's id whatever they are.

A root gives so many epochs, each so many proofs; then the model is committed again, under
a new id. Both can be set, up to 1024: more make keys and proofs somewhat larger.`,
		Example: examples("agon prove gen-settings --network network.onnx",
			"agon prove gen-settings --input-visibility hashed --profile chain",
			"agon prove gen-settings --epochs 1024 --epoch-proofs 32"),
		Args: cobra.NoArgs,
	}
	p.networkFlag(c)
	p.settingsFlag(c)
	f := c.Flags()
	input := f.String("input-visibility", "private", "who sees inputs: private, public, hashed")
	params := f.String("param-visibility", "private", "who sees the weights")
	output := f.String("output-visibility", "public", "who sees outputs")
	profile := f.String("profile", "standard", "standard: fast; chain: smaller proofs, some work")
	uses := f.Int("hashed-uses", 1, "proofs that may refer to one hashed tensor")
	epochs := f.Int("epochs", 0, "epochs of the root, 0: 64")
	proofs := f.Int("epoch-proofs", 0, "proofs of an epoch, 0: 8")
	for _, name := range []string{"input-visibility", "param-visibility", "output-visibility"} {
		complete(c, name, artifact.Visibilities)
	}
	complete(c, "profile", []string{"standard", "chain"})
	c.RunE = func(*cobra.Command, []string) error {
		file, err := p.readNetwork()
		if err != nil {
			return err
		}
		s, err := artifact.Describe(file)
		if err != nil {
			return err
		}
		s.Input, s.Params = artifact.Visibility(*input), artifact.Visibility(*params)
		s.Output, s.Profile, s.Uses = artifact.Visibility(*output), *profile, *uses
		s.Epochs, s.Proofs = *epochs, *proofs
		if err := s.Check(); err != nil {
			return err
		}
		return a.writeSettings(&p, s)
	}
	return c
}

// complete offers words for a flag in shells.
func complete(c *cobra.Command, flag string, words []string) {
	// The only fault is a flag that does not exist, which a test of the help sees.
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words,
		cobra.ShellCompDirectiveNoFileComp))
}

func (a *app) writeSettings(p *proving, s *artifact.Settings) error {
	b, err := s.Encode()
	if err != nil {
		return err
	}
	if err := artifact.Write(p.settings, b); err != nil {
		return err
	}
	return a.emit(settingsView{File: p.settings, Settings: s}, func(sc term.Screen) {
		say(sc, "%s: input %s, parameters %s, output %s; profile %s", p.settings, s.Input,
			s.Params, s.Output, s.Profile)
		for i, name := range s.Inputs {
			say(sc, "    input %q of shape %v", name, []int(s.Shapes[i]))
		}
	})
}

func (a *app) proveCalibrate() *cobra.Command {
	var p proving
	c := &cobra.Command{
		Use:   "calibrate",
		Short: "Choose how the network's reals become integers",
		Long: `Runs the network on samples, chooses scales and shifts for every layer, writes them
into the settings, and reports how far the integers are from the reals. A few hundred samples
like those to come are plenty. The plan says something about the weights: keep the
settings to yourself.`,
		Example: examples("agon prove calibrate --input samples.json"),
		Args:    cobra.NoArgs,
	}
	p.networkFlag(c)
	p.settingsFlag(c)
	p.inputFlag(c)
	c.RunE = func(*cobra.Command, []string) error {
		bar := a.steps(4)
		defer bar.done()
		bar.next("reading")
		s, net, err := p.described()
		if err != nil {
			return err
		}
		in, err := p.readInput()
		if err != nil {
			return err
		}
		samples, err := in.Samples(s.Shapes)
		if err != nil {
			return err
		}
		bar.next("choosing scales")
		if s.Plan, err = quant.Calibrate(net, samples, quant.Options{}); err != nil {
			return err
		}
		bar.next("compiling")
		compiled, err := artifact.Compile(net, s)
		if err != nil {
			return err
		}
		bar.next("comparing")
		report, err := quant.Compare(net, compiled.Model, samples, nil)
		if err != nil {
			return err
		}
		b, err := s.Encode()
		if err != nil {
			return err
		}
		if err := artifact.WriteSecret(p.settings, b); err != nil {
			return err
		}
		bar.done()
		return a.emit(report, func(sc term.Screen) { fmt.Fprint(sc.W, sc.Plain(report.String())) })
	}
	return c
}

// compiledView is what became of a network.
type compiledView struct {
	File       string `json:"file"`
	Bytes      int    `json:"bytes"`
	Parameters int64  `json:"parameters"`
	Nodes      int    `json:"nodes"`
	Depth      int    `json:"depth"`
}

func (a *app) proveCompile() *cobra.Command {
	var p proving
	c := &cobra.Command{
		Use:   "compile",
		Short: "Turn the network into integers that can be proven",
		Long: `Writes the network with int8 weights and certified bounds for every tensor. The file
holds the weights: who has it has the model.`,
		Example: examples("agon prove compile"),
		Args:    cobra.NoArgs,
	}
	p.networkFlag(c)
	p.settingsFlag(c)
	p.compiledFlag(c)
	c.RunE = func(*cobra.Command, []string) error {
		s, net, err := p.described()
		if err != nil {
			return err
		}
		compiled, err := artifact.Compile(net, s)
		if err != nil {
			return err
		}
		b, err := compiled.Encode()
		if err != nil {
			return err
		}
		if err := artifact.WriteSecret(p.compiled, b); err != nil {
			return err
		}
		g := compiled.Model.Graph
		v := compiledView{p.compiled, len(b), g.Params(), len(g.Nodes), g.Depth()}
		return a.emit(v, func(sc term.Screen) {
			say(sc, "%s: %s parameters in %d nodes of depth %d, %s (secret)", v.File,
				thousands(float64(v.Parameters)), v.Nodes, v.Depth, size(v.Bytes))
		})
	}
	return c
}

// size writes a number of bytes for people.
func size(n int) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f KB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}

// committedView is a model's public face.
type committedView struct {
	Model     string  `json:"model"`
	VK        string  `json:"vk"`
	VKBytes   int     `json:"vk_bytes"`
	PK        string  `json:"pk"`
	Soundness float64 `json:"soundness_bits"` // of key, epoch and proof, the least
	Epochs    int     `json:"epochs"`
	Proofs    int     `json:"proofs_per_epoch"`
	Ms        float64 `json:"ms"`
}

func (a *app) proveCommit() *cobra.Command {
	var p proving
	c := &cobra.Command{
		Use:   "commit",
		Short: "Commit to the compiled network, once",
		Long: `Commits to the weights, proves that they are in range, and writes the verifying key
for everybody and the proving key for you. The id of the key names the model from then on.
The proving key opens hidden inputs of all proofs made with it: guard it, and back it up.`,
		Example: examples("agon prove commit", "agon prove commit --codewords /var/tmp"),
		Args:    cobra.NoArgs,
	}
	p.compiledFlag(c)
	p.vkFlag(c)
	p.pkFlag(c)
	force := c.Flags().Bool("force", false, "overwrite keys that are there")
	dir := c.Flags().String("codewords", "", "folder for large codewords, instead of memory")
	c.RunE = func(*cobra.Command, []string) error {
		for _, path := range []string{p.pk, p.vk} {
			if err := absent(path, *force); err != nil {
				return err
			}
		}
		compiled, err := p.readCompiled()
		if err != nil {
			return err
		}
		bar := a.steps(2)
		defer bar.done()
		bar.next("committing and proving ranges")
		began := time.Now()
		vk, pk, err := artifact.Commit(compiled, codewords(*dir)...)
		if err != nil {
			return err
		}
		took := since(began)
		bar.next("writing keys")
		b, err := vk.Encode()
		if err != nil {
			return err
		}
		if err := artifact.WriteSecret(p.pk, pk.Encode()); err != nil {
			return err
		}
		if err := proof.NewFileLedger(p.ledger()).Start(pk.Model); err != nil {
			return err
		}
		if err := artifact.Write(p.vk, b); err != nil {
			return err
		}
		reports, err := vk.Soundness(nil, 1)
		if err != nil {
			return err
		}
		bar.done()
		id := vk.Key.ID()
		v := committedView{hex.EncodeToString(id[:]), p.vk, len(b), p.pk, leastBits(reports),
			vk.Key.Params.Epochs, vk.Key.Params.Budget, took}
		return a.emit(v, func(sc term.Screen) {
			say(sc, "model %s", v.Model)
			say(sc, "    %s (public, %s), %s (secret); %.0f ms", v.VK, size(v.VKBytes), v.PK, v.Ms)
			say(sc, "    %.1f bits of soundness; %d proofs an epoch, %d epochs", v.Soundness,
				v.Proofs, v.Epochs)
		})
	}
	return c
}

// codewords is the option to keep codewords in a folder.
func codewords(dir string) []proof.Option {
	if dir == "" {
		return nil
	}
	return []proof.Option{proof.CodewordsIn(dir)}
}
