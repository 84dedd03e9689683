package client

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
)

// opened opens a journal that should open.
func opened(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// keys lists what a journal has of an account: "key=fate".
func keys(j *Journal, a common.Address) string {
	var list []string
	for _, e := range j.of(a) {
		list = append(list, e.Key+"="+e.Fate)
	}
	return strings.Join(list, " ")
}

func TestJournalStory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pending.jsonl")
	alice, bob := common.Address{1}, common.Address{2}
	j := opened(t, path)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(j.bind("0xabc"))
	for _, key := range []string{"a", "b", "c"} {
		must(j.record(entry{Account: alice, Key: key, Digest: common.Hash{9}, Raw: []byte{1, 2}}))
	}
	must(j.record(entry{Account: bob, Key: "a", Raw: []byte{3}}))
	must(j.fate(alice, "a", StateMined))
	must(j.fate(alice, "b", StateRefused))

	if _, err := OpenJournal(path); !errors.Is(err, ErrJournalBusy) {
		t.Errorf("opened twice: %v, want ErrJournalBusy", err)
	}
	must(j.Close())

	// What failed is forgotten, what was mined needs no bytes any more.
	j = opened(t, path)
	if have := keys(j, alice); have != "a=mined c=" {
		t.Errorf("alice has %q, want a mined and c open", have)
	}
	if e := j.of(alice)[0]; len(e.Raw) != 0 || e.Digest != (common.Hash{9}) {
		t.Errorf("the mined entry is %+v", e)
	}
	if have := keys(j, bob); have != "a=" {
		t.Errorf("bob has %q, want a open", have)
	}
	if err := j.bind("0xdef"); !errors.Is(err, ErrOtherChain) {
		t.Errorf("bound to another chain: %v, want ErrOtherChain", err)
	}
	must(j.bind("0xabc"))
	must(j.Close())
}

// TestJournalTorn cuts the file at every byte: whole lines survive, the torn
// one was never sent.
func TestJournalTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pending.jsonl")
	alice := common.Address{1}
	j := opened(t, path)
	for _, key := range []string{"a", "b"} {
		if err := j.record(entry{Account: alice, Key: key, Raw: []byte{1, 2, 3}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		torn := filepath.Join(t.TempDir(), "torn")
		if err := os.WriteFile(torn, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j := opened(t, torn)
		want := strings.Count(string(whole[:cut]), "\n")
		if have := len(j.of(alice)); have != want {
			t.Fatalf("cut at %d: %d entries, want %d", cut, have, want)
		}
		// The cut file takes new entries.
		if err := j.record(entry{Account: alice, Key: "z"}); err != nil {
			t.Fatal(err)
		}
		j.Close()
		if have := len(opened(t, torn).of(alice)); have != want+1 {
			t.Fatalf("cut at %d: %d entries after one more, want %d", cut, have, want+1)
		}
	}
}

func TestJournalDamagedInside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pending.jsonl")
	damaged := []byte("{\"key\":\"a\"}\n?\n{\"key\":\"b\"}\n")
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(path); !errors.Is(err, ErrJournalCorrupt) {
		t.Errorf("damaged inside: %v, want ErrJournalCorrupt", err)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add([]byte("{\"genesis\":\"0x1\"}\n{\"key\":\"a\",\"raw\":\"0x01\"}\n" +
		"{\"key\":\"a\",\"fate\":\"mined\"}\n"))
	f.Add([]byte("{\"key\":\"a\",\"fate\":\"refused\"}\n{"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal(path)
		if err != nil {
			return
		}
		before := len(j.entries)
		j.Close()
		again, err := OpenJournal(path)
		if err != nil {
			t.Fatalf("opens once and not again: %v", err)
		}
		defer again.Close()
		if len(again.entries) != before {
			t.Errorf("%d entries, then %d", before, len(again.entries))
		}
	})
}
