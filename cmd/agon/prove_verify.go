package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/proof"
	"agon/proof/artifact"
	"agon/proof/sound"
)

// verifiedView is a proof that holds.
type verifiedView struct {
	*artifact.Shown
	Verified  bool           `json:"verified"`
	Opened    bool           `json:"opened,omitempty"` // the witness opens its seals
	ProofMs   float64        `json:"verify_ms"`
	OnceMs    float64        `json:"key_and_epoch_ms"`
	Bytes     int            `json:"proof_bytes"`
	Units     uint64         `json:"cost_units"`
	Soundness float64        `json:"soundness_bits"`
	Report    []sound.Report `json:"soundness,omitempty"`
}

// verifying are the flags of "agon prove verify".
type verifying struct {
	proving
	epoch, context, expected, open string
	report                         bool
}

// errNotSaid reports a proof of something else than was asked about.
var errNotSaid = errors.New("the proof is about something else")

func (a *app) proveVerify() *cobra.Command {
	var p verifying
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check a proof",
		Long: `Checks that the network committed to in the key gave the answer in the proof, for the
context given. The record of the proof's epoch is looked for beside the proof. With
--expect the public inputs must be those of a file; with --open, hashed inputs and
outputs must be those of a witness. The exit code is 0 only if all of it holds.`,
		Example: examples("agon prove verify --context \"question 42\"",
			"agon prove verify --expect input.json --report",
			"agon prove verify --open witness.json --json"),
		Args: cobra.NoArgs,
	}
	p.vkFlag(c)
	p.answerFlag(c)
	f := c.Flags()
	f.StringVar(&p.epoch, "epoch", "", "record of the epoch (default: beside the proof)")
	f.StringVar(&p.context, "context", "", "what the proof has to be for")
	f.StringVar(&p.expected, "expect", "", "input.json that the public inputs have to be")
	f.StringVar(&p.open, "open", "", "witness.json that hashed tensors have to be of")
	f.BoolVar(&p.report, "report", false, "show the soundness of every round")
	c.RunE = func(*cobra.Command, []string) error {
		v, err := p.verify()
		if err != nil {
			return err
		}
		return a.emit(v, func(s term.Screen) { v.draw(s) })
	}
	return c
}

// verify checks everything; errors name the check.
func (p *verifying) verify() (*verifiedView, error) {
	vk, err := p.readVK()
	if err != nil {
		return nil, err
	}
	b, err := have(p.answer, artifact.MaxAnswer, `"agon prove prove" makes it`)
	if err != nil {
		return nil, err
	}
	answer, s, err := artifact.ReadAnswer(b)
	if err != nil {
		return nil, err
	}
	if id := vk.Key.ID(); s.Model != id {
		return nil, fmt.Errorf("%w: it names model %x…, the key is of %x…", errNotSaid,
			s.Model[:4], id[:4])
	}
	record, err := p.record(s)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	verifier, err := vk.Verifier()
	if err != nil {
		return nil, err
	}
	if err := verifier.AddEpoch(record); err != nil {
		return nil, err
	}
	v := &verifiedView{OnceMs: since(began), Bytes: len(answer.Proof)}
	began = time.Now()
	if err := verifier.Verify(s, answer.Proof); err != nil {
		return nil, err
	}
	v.Verified, v.ProofMs = true, since(began)
	if v.Shown, err = vk.Show(s); err != nil {
		return nil, err
	}
	if err := p.wanted(vk, s); err != nil {
		return nil, err
	}
	v.Opened = p.open != ""
	cost, err := verifier.Cost(s, answer.Proof)
	if err != nil {
		return nil, err
	}
	reports, err := vk.Soundness(record, s.Batch)
	if err != nil {
		return nil, err
	}
	v.Units, v.Soundness = cost.Units(), leastBits(reports)
	if p.report {
		v.Report = reports
	}
	return v, nil
}

// record finds the record of a statement's epoch.
func (p *verifying) record(s *proof.Statement) (*proof.EpochRecord, error) {
	path := p.epoch
	if path == "" {
		dir := filepath.Dir(p.answer)
		path = filepath.Join(dir, artifact.Epochs{Model: s.Model}.Name(s.Epoch))
	}
	r, err := artifact.ReadEpoch(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hint(err, "the prover has it; --epoch says where it is")
	}
	return r, err
}

// wanted checks that a valid proof is about what was asked.
func (p *verifying) wanted(vk *artifact.VerifyingKey, s *proof.Statement) error {
	if string(s.Context) != p.context {
		return hint(fmt.Errorf("%w: its context is %q, not %q", errNotSaid, s.Context, p.context),
			"--context says what it has to be for")
	}
	if p.expected != "" {
		if err := p.inputs(vk, s); err != nil {
			return err
		}
	}
	if p.open == "" {
		return nil
	}
	b, err := artifact.Read(p.open, artifact.MaxInput)
	if err != nil {
		return err
	}
	w, err := artifact.ReadWitness(b)
	if err != nil {
		return err
	}
	return vk.Opens(s, w)
}

// inputs compares the public inputs with those of a file.
func (p *verifying) inputs(vk *artifact.VerifyingKey, s *proof.Statement) error {
	if vk.Face.Input != artifact.Public {
		return fmt.Errorf("%w: its inputs are %s, so they cannot be compared", errNotSaid,
			vk.Face.Input)
	}
	p.input = p.expected
	in, err := p.readInput()
	if err != nil {
		return err
	}
	samples, err := in.Samples(vk.Shapes())
	if err != nil {
		return err
	}
	if len(samples) != s.Batch {
		return fmt.Errorf("%w: %d samples, not %d", errNotSaid, s.Batch, len(samples))
	}
	for j, input := range vk.Graph.Inputs {
		var want []int32
		for i, sample := range samples {
			x, err := input.Quantise(sample[j])
			if err != nil {
				return fmt.Errorf("sample %d: %w", i+1, err)
			}
			want = append(want, x...)
		}
		if !slices.Equal(want, s.Ports[j].Values) {
			return fmt.Errorf("%w: input %q is not that of %s", errNotSaid, vk.Face.Inputs[j],
				p.expected)
		}
	}
	return nil
}

// leastBits is the least soundness of several proofs.
func leastBits(reports []sound.Report) float64 {
	least := reports[0].Bits(true)
	for _, r := range reports {
		least = min(least, r.Bits(true))
	}
	return least
}

// draw shows a proof that holds.
func (v *verifiedView) draw(s term.Screen) {
	say(s, "The proof holds: the committed network gave this answer.")
	drawShown(s, v.Shown)
	if v.Opened {
		say(s, "    the witness opens what is hashed")
	}
	say(s, "    checked in %.1f ms, key and epoch once in %.1f ms; %s; cost %s units; "+
		"%.1f bits of soundness", v.ProofMs, v.OnceMs, size(v.Bytes),
		thousands(float64(v.Units)), v.Soundness)
	for _, r := range v.Report {
		fmt.Fprint(s.W, "\n", s.Plain(r.String()))
	}
}
