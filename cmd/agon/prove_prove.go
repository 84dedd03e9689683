package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/proof"
	"agon/proof/artifact"
)

// provenView is a proof that was made.
type provenView struct {
	*artifact.Shown
	Proof      string  `json:"proof"`
	ProofBytes int     `json:"proof_bytes"`
	Record     string  `json:"epoch_record"`
	Witness    string  `json:"witness"`
	Clamped    int     `json:"clamped_inputs,omitempty"`
	ProveMs    float64 `json:"prove_ms"`
	EpochMs    float64 `json:"epoch_ms,omitempty"` // of opening a new epoch
}

func (a *app) proveProve() *cobra.Command {
	var p proving
	c := &cobra.Command{
		Use:   "prove",
		Short: "Answer inputs, and prove that the committed network did",
		Long: `Runs the network on all samples of the input, proves it, checks the proof and writes
it. All samples go into one proof, which costs less than one for each. The witness holds what
the network did, and what opens hashed inputs and outputs: keep it to yourself.

A new epoch is opened when there is none, or its proofs are used up; its record goes to
whoever verifies, once. A proof is for one context (a question, a nonce) and no other.`,
		Example: examples("agon prove prove --context \"question 42\"",
			"agon prove prove --input more.json --proof more-proof.json --witness more.secret",
			"agon prove prove --same-as witness.json --proof second.json --witness second.secret"),
		Args: cobra.NoArgs,
	}
	p.inputFlag(c)
	p.compiledFlag(c)
	p.vkFlag(c)
	p.pkFlag(c)
	p.answerFlag(c)
	f := c.Flags()
	f.StringVar(&p.witness, "witness", witnessFile, "witness to write (secret)")
	context := f.String("context", "", "what the proof is for; it holds for nothing else")
	same := f.String("same-as", "", "earlier witness whose hashed tensors serve again")
	fresh := f.Bool("new-epoch", false, "open a new epoch")
	dir := f.String("codewords", "", "folder for large codewords, instead of memory")
	c.RunE = func(*cobra.Command, []string) error {
		bar := a.steps(6)
		defer bar.done()
		bar.next("reading")
		prover, err := p.prover(*dir)
		if err != nil {
			return err
		}
		w, err := p.run(prover, *same, bar)
		if err != nil {
			return err
		}
		v, answer, err := p.answerIn(prover, w, *context, *fresh, bar)
		if err != nil {
			return err
		}
		b, err := w.Encode()
		if err != nil {
			return err
		}
		if err := artifact.WriteSecret(p.witness, b); err != nil {
			return err
		}
		if b, err = answer.Encode(); err != nil {
			return err
		}
		if err := artifact.Write(p.answer, b); err != nil {
			return err
		}
		bar.done()
		return a.emit(v, func(s term.Screen) { v.draw(s) })
	}
	return c
}

// prover opens the files of a model.
func (p *proving) prover(dir string) (*artifact.Prover, error) {
	compiled, err := p.readCompiled()
	if err != nil {
		return nil, err
	}
	vk, err := p.readVK()
	if err != nil {
		return nil, err
	}
	pk, err := p.readPK()
	if err != nil {
		return nil, err
	}
	return artifact.NewProver(compiled, vk, pk, codewords(dir)...)
}

// run answers the inputs and seals what is hashed.
func (p *proving) run(prover *artifact.Prover, same string, bar *steps) (
	*artifact.Witness, error) {
	in, err := p.readInput()
	if err != nil {
		return nil, err
	}
	samples, err := in.Samples(prover.Key.Shapes())
	if err != nil {
		return nil, err
	}
	bar.next("running the network")
	w, err := prover.Run(samples)
	if err != nil {
		return nil, err
	}
	var before *artifact.Witness
	if same != "" {
		b, err := artifact.Read(same, artifact.MaxInput)
		if err != nil {
			return nil, err
		}
		if before, err = artifact.ReadWitness(b); err != nil {
			return nil, err
		}
	}
	return w, prover.Seal(w, before)
}

// answerIn proves in the last epoch, or in a new one if that has no proof left.
func (p *proving) answerIn(prover *artifact.Prover, w *artifact.Witness, context string,
	fresh bool, bar *steps) (*provenView, *artifact.Answer, error) {
	ledger := proof.NewFileLedger(p.ledger())
	epochs := p.epochs(prover.Key.Key.ID())
	// A proving key from a backup, without the count of what was opened with it, would
	// count from nothing and reveal the weights with the openings it does not know of.
	if err := ledger.Started(epochs.Model); err != nil {
		return nil, nil, hint(err, "a proving key needs the pads.json that commit made beside it; "+
			"if that is lost, commit again, to a new model id")
	}
	bar.next("the epoch")
	epoch, err := epochs.Last(prover.Model)
	if err != nil {
		return nil, nil, err
	}
	v := &provenView{Proof: p.answer, Witness: p.witness, Clamped: w.Clamped}
	for {
		if epoch == nil || fresh {
			began := time.Now()
			if epoch, err = prover.Model.NewEpoch(ledger); err != nil {
				return nil, nil, spent(err)
			}
			if err := epochs.Save(epoch); err != nil {
				return nil, nil, err
			}
			v.EpochMs = since(began)
		}
		bar.next("proving")
		began := time.Now()
		answer, err := prover.Prove(epoch, ledger, w, context)
		v.ProveMs = since(began)
		// Another epoch does not help a seal whose uses are spent, and would use up one of
		// the root's.
		used := errors.Is(err, proof.ErrBudget) && !errors.Is(err, proof.ErrSealBudget)
		if used && v.EpochMs == 0 {
			fresh = true
			continue
		}
		if err != nil {
			return nil, nil, spent(err)
		}
		bar.next("checking")
		v.Shown, v.ProofBytes = answer.Shown, len(answer.Proof)
		v.Record = filepath.Join(epochs.Dir, epochs.Name(epoch.Record.Number))
		return v, answer, recheck(prover.Key, epoch.Record, answer)
	}
}

// spent says what to do when pads are used up.
func spent(err error) error {
	switch {
	case errors.Is(err, proof.ErrSealBudget):
		return hint(err, `no more proofs may refer to this hashed tensor: without --same-as it `+
			`gets a seal of its own; gen-settings --hashed-uses allows more from the start`)
	case errors.Is(err, proof.ErrBudget):
		return hint(err, `all epochs of this root are used: commit again, to a new model id; `+
			`gen-settings --epochs and --epoch-proofs allow for more`)
	}
	return err
}

// recheck verifies what is about to be given away: a witness that does not hold
// makes a proof that does not either.
func recheck(vk *artifact.VerifyingKey, record *proof.EpochRecord, answer *artifact.Answer) error {
	v, err := vk.Verifier()
	if err != nil {
		return err
	}
	if err := v.AddEpoch(record); err != nil {
		return err
	}
	var s proof.Statement
	if err := s.UnmarshalBinary(answer.Statement); err != nil {
		return err
	}
	return v.Verify(&s, answer.Proof)
}

// draw shows a proof that was made.
func (v *provenView) draw(s term.Screen) {
	drawShown(s, v.Shown)
	if v.Clamped > 0 {
		say(s, "    %d numbers of the input are outside what it can hold and were clamped: "+
			"calibrate with samples like these", v.Clamped)
	}
	say(s, "    proven in %.1f ms, %s: %s", v.ProveMs, size(v.ProofBytes), v.Proof)
	if v.EpochMs > 0 {
		say(s, "    a new epoch, %.1f ms: its record goes to whoever verifies: %s", v.EpochMs,
			v.Record)
	}
	say(s, "    the witness is secret: %s", v.Witness)
}

// shownMost is how many samples, and numbers of one, people are shown.
const shownMost = 10

// drawShown shows what a proof says.
func drawShown(s term.Screen, v *artifact.Shown) {
	say(s, "model %s", v.Model)
	say(s, "    epoch %d, %s, context %q", v.Epoch, plural(v.Batch, "sample"), v.Context)
	for i := range min(v.Batch, shownMost) {
		line := fmt.Sprintf("sample %d:", i+1)
		if v.Inputs != nil {
			line += " input " + numbers(v.Inputs[i])
		}
		if v.Outputs != nil {
			line += " output " + numbers(v.Outputs[i])
		}
		if v.Inputs != nil || v.Outputs != nil {
			say(s, "    %s", line)
		}
	}
	for _, seal := range v.Seals {
		say(s, "    hashed: %s", seal)
	}
}

// numbers writes the beginning of some tensors.
func numbers(tensors [][]float64) (text string) {
	for _, t := range tensors {
		text += "["
		for i, x := range t[:min(len(t), shownMost)] {
			if i > 0 {
				text += " "
			}
			text += fmt.Sprintf("%.4g", x)
		}
		if len(t) > shownMost {
			text += fmt.Sprintf(" … %d in all", len(t))
		}
		text += "]"
	}
	return text
}
