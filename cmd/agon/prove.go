package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/nn/float"
	"agon/proof/artifact"
)

// proving are the files that the verbs of "agon prove" read and write.
type proving struct {
	network, settings, input, compiled, vk, pk, witness, answer string
}

// The names that users of other provers know.
const (
	networkFile  = "network.onnx"
	settingsFile = "settings.json"
	inputFile    = "input.json"
	compiledFile = "model.compiled"
	vkFile       = "vk.key"
	pkFile       = "pk.key"
	witnessFile  = "witness.json"
	answerFile   = "proof.json"
)

func (a *app) prove() *cobra.Command {
	c := &cobra.Command{
		Use:     "prove",
		GroupID: "proof",
		Short:   "Prove that a hidden network gave an answer",
		Long: `Brings a network from ONNX to proofs anyone can check in milliseconds, while its
weights, and if wanted its inputs and outputs, stay hidden. In order:

  gen-settings   network.onnx → settings.json        who sees what, and for whom
  calibrate      input.json → settings.json          how reals become integers
  compile        → model.compiled                    the network in integers (secret)
  commit         → vk.key (public), pk.key (secret)  once
  prove          input.json → proof.json, witness.json
  verify         proof.json, vk.key, epoch-….bin → yes or no

A model reveals a little with every use of its root, in pads that are counted: the count
is in pads.json, which commit makes beside pk.key. A restored one gives up its epochs; without
it, as where pk.key alone comes from a backup, nothing more is proven.`,
		Example: examples("agon prove gen-settings --network network.onnx",
			"agon prove calibrate --input samples.json", "agon prove compile",
			"agon prove commit", "agon prove prove --context \"question 42\"",
			"agon prove verify --context \"question 42\""),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.proveSettings(), a.proveCalibrate(), a.proveCompile(), a.proveCommit(),
		a.proveProve(), a.proveVerify(), a.proveInspect(), a.proveBench())
	return c
}

// The flags that name files; each verb takes those it uses.
func (p *proving) networkFlag(c *cobra.Command) {
	c.Flags().StringVarP(&p.network, "network", "M", networkFile, "network in ONNX")
}
func (p *proving) settingsFlag(c *cobra.Command) {
	c.Flags().StringVarP(&p.settings, "settings", "S", settingsFile, "settings")
}
func (p *proving) inputFlag(c *cobra.Command) {
	c.Flags().StringVarP(&p.input, "input", "D", inputFile,
		`samples: {"input_data": [[…]]}, a row for each input of each sample`)
}
func (p *proving) compiledFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.compiled, "compiled", compiledFile, "compiled network (secret)")
}
func (p *proving) vkFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.vk, "vk", vkFile, "verifying key")
}
func (p *proving) pkFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.pk, "pk", pkFile, "proving key (secret)")
}
func (p *proving) answerFlag(c *cobra.Command) {
	c.Flags().StringVar(&p.answer, "proof", answerFile, "proof")
}

// have reads a file and says which verb makes it if it is not there.
func have(path string, limit int64, maker string) ([]byte, error) {
	b, err := artifact.Read(path, limit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hint(err, "%s", maker)
	}
	return b, err
}

func (p *proving) readNetwork() ([]byte, error) {
	return have(p.network, artifact.MaxCompiled, "--network names the ONNX file")
}

func (p *proving) readSettings() (*artifact.Settings, error) {
	b, err := have(p.settings, artifact.MaxSettings, `"agon prove gen-settings" makes it`)
	if err != nil {
		return nil, err
	}
	return artifact.ReadSettings(b)
}

// described reads the settings and the network they are for.
func (p *proving) described() (*artifact.Settings, *float.Net, error) {
	s, err := p.readSettings()
	if err != nil {
		return nil, nil, err
	}
	file, err := p.readNetwork()
	if err != nil {
		return nil, nil, err
	}
	net, err := s.Net(file)
	return s, net, err
}

func (p *proving) readInput() (*artifact.Input, error) {
	b, err := have(p.input, artifact.MaxInput, "--input names the samples")
	if err != nil {
		return nil, err
	}
	return artifact.ReadInput(b)
}

func (p *proving) readCompiled() (*artifact.Compiled, error) {
	b, err := have(p.compiled, artifact.MaxCompiled, `"agon prove compile" makes it`)
	if err != nil {
		return nil, err
	}
	return artifact.ReadCompiled(b)
}

func (p *proving) readVK() (*artifact.VerifyingKey, error) {
	b, err := have(p.vk, artifact.MaxKey, `"agon prove commit" makes it`)
	if err != nil {
		return nil, err
	}
	return artifact.ReadVerifyingKey(b)
}

func (p *proving) readPK() (*artifact.ProvingKey, error) {
	b, err := have(p.pk, 1<<10, `"agon prove commit" makes it`)
	if err != nil {
		return nil, err
	}
	return artifact.ReadProvingKey(b)
}

// epochs is where the epochs of a model are: beside its proving key.
func (p *proving) epochs(model [32]byte) artifact.Epochs {
	return artifact.Epochs{Dir: filepath.Dir(p.pk), Model: model}
}

// ledger is the file that counts pads.
func (p *proving) ledger() string { return filepath.Join(filepath.Dir(p.pk), "pads.json") }

// steps shows which of several steps of work is under way.
type steps struct {
	bar   *term.Progress
	n, of int
}

func (a *app) steps(of int) *steps { return &steps{bar: term.NewProgress(a.err), of: of} }

func (s *steps) next(what string) {
	s.bar.Set(s.n, s.of, what)
	s.n++
}

func (s *steps) done() { s.bar.Done() }

// since is the time from then in milliseconds.
func since(then time.Time) float64 { return float64(time.Since(then).Microseconds()) / 1000 }

// absent refuses to overwrite what cannot be made again.
func absent(path string, force bool) error {
	if _, err := os.Stat(path); err == nil && !force {
		return hint(wrong("%s is there already", path),
			"it cannot be made again: name another file, or --force")
	}
	return nil
}
