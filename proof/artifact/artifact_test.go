package artifact

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"agon/nn"
	"agon/nn/networks"
	"agon/nn/quant"
	"agon/proof"
)

// compiled is the network of digits, calibrated on its cases.
func compiled(t testing.TB, change func(*Face)) (*Settings, *Compiled, [][][]float64) {
	t.Helper()
	cases, err := networks.Parse(networks.DigitsCases)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Describe(networks.Digits)
	if err != nil {
		t.Fatal(err)
	}
	change(&s.Face)
	net, err := s.Net(networks.Digits)
	if err != nil {
		t.Fatal(err)
	}
	if s.Plan, err = quant.Calibrate(net, cases.Samples()[:40], quant.Options{}); err != nil {
		t.Fatal(err)
	}
	c, err := Compile(net, s)
	if err != nil {
		t.Fatal(err)
	}
	return s, c, cases.Samples()
}

// TestBudgetOfSettings: settings may ask for more epochs and proofs than a profile
// has, and for nothing beyond the limits. What it costs is logged.
func TestBudgetOfSettings(t *testing.T) {
	for _, want := range [][2]int{{0, 0}, {1024, 32}, {3, 1}} {
		_, c, _ := compiled(t, func(f *Face) { f.Epochs, f.Proofs = want[0], want[1] })
		vk, _, err := Commit(c)
		if err != nil {
			t.Fatal(err)
		}
		have := [2]int{vk.Key.Params.Epochs, vk.Key.Params.Budget}
		if want[0] == 0 {
			want = [2]int{proof.Standard.Epochs, proof.Standard.Budget}
		}
		if have != want {
			t.Errorf("epochs and proofs %v, want %v", have, want)
		}
		key, err := vk.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ReadVerifyingKey(key); err != nil {
			t.Error(err)
		} else if _, err := back.Verifier(); err != nil {
			t.Error(err)
		}
		reports, err := vk.Soundness(nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			if r.Bits(true) < proof.TargetBits {
				t.Errorf("%v: %.1f bits", want, r.Bits(true))
			}
		}
		t.Logf("%d epochs of %d proofs: vk.key of %d bytes", want[0], want[1], len(key))
	}
	for _, bad := range [][2]int{{-1, 0}, {0, -1}, {1025, 8}, {64, 1025}} {
		f := Face{Input: Private, Params: Private, Output: Public, Profile: "chain", Uses: 1,
			Epochs: bad[0], Proofs: bad[1]}
		if err := f.Check(); !errors.Is(err, ErrFile) {
			t.Errorf("%v: %v, want %v", bad, err, ErrFile)
		}
	}
}

// Every file reads back as it was written, and none survives the change of any
// byte of its frame, nor being cut anywhere.
func TestFilesReadBack(t *testing.T) {
	s, c, _ := compiled(t, func(f *Face) { f.Params = Public })
	b, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSettings(b); err != nil {
		t.Error(err)
	}
	b, err = c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadCompiled(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Model.Encode(), c.Model.Encode()) {
		t.Error("model.compiled reads back as another network")
	}
	vk, pk, err := Commit(c)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vk.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadVerifyingKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if back.Key.ID() != vk.Key.ID() {
		t.Error("vk.key reads back as another model")
	}
	if _, err := back.Verifier(); err != nil {
		t.Error(err)
	}
	secret, err := ReadProvingKey(pk.Encode())
	if err != nil || *secret != *pk {
		t.Errorf("pk.key reads back as another: %v", err)
	}
	for n := 0; n < len(key); n += 997 {
		if _, err := ReadVerifyingKey(key[:n]); !errors.Is(err, ErrFile) {
			t.Fatalf("vk.key cut at %d: %v", n, err)
		}
	}
	for n := range pk.Encode() {
		if _, err := ReadProvingKey(pk.Encode()[:n]); !errors.Is(err, ErrFile) {
			t.Fatalf("pk.key cut at %d: %v", n, err)
		}
	}
}

// No byte of a key can change without notice: it is refused when read, or its
// range proof or public parameters are, or it names another model.
func TestKeyTampered(t *testing.T) {
	_, c, _ := compiled(t, func(f *Face) { f.Params = Public })
	vk, _, err := Commit(c)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vk.Encode()
	if err != nil {
		t.Fatal(err)
	}
	step := len(key)/120 + 1
	for at := 0; at < len(key); at += step {
		bad := bytes.Clone(key)
		bad[at] ^= 1
		k, err := ReadVerifyingKey(bad)
		if err != nil {
			continue
		}
		if _, err := k.Verifier(); err == nil && k.Key.ID() == vk.Key.ID() {
			// The names of tensors alone are nobody's business but the reader's.
			if i := bytes.Index(key, []byte("}\n")); at > i {
				t.Fatalf("byte %d of vk.key changed unseen", at)
			}
		}
	}
}

// A prover whose files are of different models says so.
func TestMixedFiles(t *testing.T) {
	_, c, samples := compiled(t, func(*Face) {})
	vk, pk, err := Commit(c)
	if err != nil {
		t.Fatal(err)
	}
	vk2, pk2, err := Commit(c)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := vk.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if vk, err = ReadVerifyingKey(encoded); err != nil {
		t.Fatal(err)
	}
	if _, err := NewProver(c, vk, pk2); !errors.Is(err, ErrOtherModel) {
		t.Errorf("pk.key of another model: %v", err)
	}
	other := &Compiled{c.Face, &nn.Model{Graph: c.Model.Graph, Params: changed(c.Model.Params)}}
	if _, err := NewProver(other, vk, pk); !errors.Is(err, ErrOtherModel) {
		t.Errorf("model.compiled of another model: %v", err)
	}
	p, err := NewProver(c, vk, pk)
	if err != nil {
		t.Fatal(err)
	}
	ledger := proof.NewMemoryLedger()
	epoch, err := p.Model.NewEpoch(ledger)
	if err != nil {
		t.Fatal(err)
	}
	w, err := p.Run(samples[60:62])
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.Prove(epoch, ledger, w, "")
	if err != nil {
		t.Fatal(err)
	}
	var s proof.Statement
	if err := s.UnmarshalBinary(answer.Statement); err != nil {
		t.Fatal(err)
	}
	hidden := s
	hidden.Ports = append([]proof.Port(nil), s.Ports...)
	hidden.Ports[1] = proof.Port{Visibility: proof.Private}
	if _, err := vk2.Show(&hidden); !errors.Is(err, ErrFile) {
		t.Errorf("a statement that hides what the key shows: %v", err)
	}
	if err := vk.Opens(&s, w); !errors.Is(err, ErrNotOpened) {
		t.Errorf("a statement without seals is opened: %v", err)
	}
}

// changed is params with one weight moved.
func changed(params []nn.Matrix) []nn.Matrix {
	out := append([]nn.Matrix(nil), params...)
	out[0].W = append([]int8(nil), out[0].W...)
	out[0].W[3] ^= 1
	return out
}

func TestInputRows(t *testing.T) {
	two := []nn.Shape{{2}, {1, 3}}
	for text, want := range map[string]int{
		`{"input_data": [[1,2],[3,4,5]]}`:                 1,
		`{"input_data": [[1,2],[3,4,5],[1,2],[3,4,5e9]]}`: 2,
		`{"input_data": [[1,2]]}`:                         0,
		`{"input_data": [[1,2],[3,4]]}`:                   0,
		`{"input_data": []}`:                              0,
		`{}`:                                              0,
		`{"input_data": [[1,"2"],[3,4,5]]}`:               0,
		`[[1]]`:                                           0,
	} {
		in, err := ReadInput([]byte(text))
		var samples [][][]float64
		if err == nil {
			samples, err = in.Samples(two)
		}
		named := err == nil || errors.Is(err, ErrFile)
		if len(samples) != want || (err == nil) != (want > 0) || !named {
			t.Errorf("%s: %d samples, %v; want %d", text, len(samples), err, want)
		}
	}
}

// A file that is larger than its limit is not read into memory whole.
func TestReadBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, 999); !errors.Is(err, ErrFile) {
		t.Errorf("1000 bytes under a limit of 999: %v", err)
	}
	if b, err := Read(path, 1000); err != nil || len(b) != 1000 {
		t.Errorf("1000 bytes under a limit of 1000: %d, %v", len(b), err)
	}
}

// FuzzFiles reads anything as every kind of file.
func FuzzFiles(f *testing.F) {
	s, c, _ := compiled(f, func(*Face) {})
	settings, _ := s.Encode()
	model, _ := c.Encode()
	vk, pk, err := Commit(c)
	if err != nil {
		f.Fatal(err)
	}
	full := vk.Key.Range
	vk.Key.Range = full[:40] // a short file is mutated where it matters
	key, _ := vk.Encode()
	vk.Key.Range = full
	for _, b := range [][]byte{settings, model, key, pk.Encode(),
		[]byte(`{"version":1,"statement":"AQID","proof":""}`), []byte(`{"input_data":[[1]]}`)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		// Each either reads or refuses; what is read can be used.
		if k, err := ReadVerifyingKey(b); err == nil {
			if _, err := k.Encode(); err != nil {
				t.Error(err)
			}
		}
		if c, err := ReadCompiled(b); err == nil {
			if err := c.Model.Check(); err != nil {
				t.Error(err)
			}
		}
		if _, s, err := ReadAnswer(b); err == nil {
			// A foreign statement is refused or shown, whatever it says.
			_, _ = vk.Show(s)
		}
		if s, err := ReadSettings(b); err == nil {
			if err := s.Check(); err != nil {
				t.Error(err)
			}
		}
		if w, err := ReadWitness(b); err == nil {
			_, _ = w.remake(vk.Key, 0)
		}
		_, _ = ReadProvingKey(b)
		_, _ = ReadInput(b)
	})
}
