package proof

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agon/proof/fs"
	"agon/proof/slow"
	"agon/proof/sum"
)

// goldenDir has one proof with its key, epoch and statement, made once and kept:
// testdata/golden/ORIGIN says how. AGON_UPDATE=1 makes another, with fresh
// randomness.
const goldenDir = "testdata/golden"

var goldenFiles = []string{"key", "epoch", "statement", "proof"}

// TestGolden: proofs of today's format verify tomorrow, with both verifiers, and
// the transcript goes through the recorded states.
func TestGolden(t *testing.T) {
	if os.Getenv("AGON_UPDATE") == "1" {
		writeGolden(t)
	}
	file := map[string][]byte{}
	for _, name := range goldenFiles {
		b, err := os.ReadFile(filepath.Join(goldenDir, name+".bin"))
		if err != nil {
			t.Fatal(err)
		}
		file[name] = b
	}
	key, record, st := new(Key), new(EpochRecord), new(Statement)
	for v, b := range map[interface{ UnmarshalBinary([]byte) error }][]byte{
		key: file["key"], record: file["epoch"], st: file["statement"],
	} {
		if err := v.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
	}
	v, err := NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.AddEpoch(record); err != nil {
		t.Fatal(err)
	}
	if err := v.Verify(st, file["proof"]); err != nil {
		t.Errorf("the proof is refused: %v", err)
	}
	for name, err := range map[string]error{
		"key":   slow.CheckKey(file["key"]),
		"epoch": slow.CheckEpoch(file["key"], file["epoch"]),
		"proof": slow.Check(file["key"], file["epoch"], file["statement"], file["proof"]),
	} {
		if err != nil {
			t.Errorf("slow: %s: %v", name, err)
		}
	}
	want, err := os.ReadFile(filepath.Join(goldenDir, "transcript.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if have := transcriptOf(t, key, record, st, file["proof"]); have != string(want) {
		t.Errorf("transcript\n%s\nwant\n%s", have, want)
	}
}

// transcriptOf lists the states of the transcript at the ends of its parts, and
// the first challenges of each.
func transcriptOf(t *testing.T, key *Key, record *EpochRecord, st *Statement, proof []byte) string {
	t.Helper()
	var b strings.Builder
	note := func(name string, tr *fs.Transcript) {
		s := tr.State()
		fmt.Fprintf(&b, "%-9s %s\n", name, hex.EncodeToString(s[:]))
	}
	f, body, err := openProof(key, st, proof)
	if err != nil {
		t.Fatal(err)
	}
	tr := begin(key, record, st, f.Header)
	note("public", tr)
	if _, body, err = takeRoot(tr, body, "T1", f.params.firstGrind(f.leaves)); err != nil {
		t.Fatal(err)
	}
	note("T1", tr)
	peek := *tr
	fmt.Fprintf(&b, "alpha     %v\n", peek.Ext("alpha"))
	talk := sum.NewVerifier(tr, f.layout, body)
	columns := append(f.columns[:0:0], f.columns...)
	for i, port := range st.Ports {
		columns[f.prog.port(i)].Values = port.Values
	}
	c := script{frame: f, Talk: talk, columns: columns}
	c.run()
	note("messages", tr)
	c.open()
	if _, _, err = takeRoot(tr, talk.Rest(), "T2", f.params.Grind); err != nil {
		t.Fatal(err)
	}
	note("T2", tr)
	fmt.Fprintf(&b, "W         %v\n", tr.Indices("W", f.codes.workQ, f.params.LogWork))
	return b.String()
}

// writeGolden makes the files anew.
func writeGolden(t *testing.T) {
	t.Helper()
	x := sample()
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(goldenDir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(goldenDir, 0o755); err != nil {
		t.Fatal(err)
	}
	write("key.bin", encoded(t, x.model.Key))
	write("epoch.bin", encoded(t, x.epoch.Record))
	write("statement.bin", encoded(t, x.statement))
	write("proof.bin", x.proof)
	write("transcript.txt",
		[]byte(transcriptOf(t, x.model.Key, x.epoch.Record, x.statement, x.proof)))
}
