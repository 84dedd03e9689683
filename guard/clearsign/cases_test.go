package clearsign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/request"
	"agon/guard/typed"
)

// wanted is what a case of the registry expects a wallet to show. A value is a
// text or, for a nested call, a screen.
type wanted struct {
	Intent       string
	Owner        string
	Interpolated string `json:"interpolatedIntent"`
	Fields       []struct {
		Label string
		Value json.RawMessage
	}
}

type testCase struct {
	ID, Kind, Entity, Description string
	From, RawTx                   string
	TypedData                     json.RawMessage
	Expected                      *wanted
	ExpectedTexts                 []string
	DataProvider                  *provider
}

type provider struct {
	Tokens map[string]struct {
		Symbol   string
		Decimals int
	}
	EnsNames, AddressNames map[string]string
}

func (p *provider) Token(_ uint64, a common.Address) (Token, bool) {
	if p == nil {
		return Token{}, false
	}
	for k, t := range p.Tokens {
		if common.HexToAddress(k) == a {
			return Token{t.Symbol, t.Decimals}, true
		}
	}
	return Token{}, false
}

func (p *provider) Name(_ uint64, a common.Address) (string, bool) {
	if p == nil {
		return "", false
	}
	for _, names := range []map[string]string{p.AddressNames, p.EnsNames} {
		for k, n := range names {
			if common.HexToAddress(k) == a {
				return n, true
			}
		}
	}
	return "", false
}

func (c *testCase) show(lib *Library) (*Screen, error) {
	if c.Kind == "eip712" {
		m, err := typed.Parse(c.TypedData)
		if err != nil {
			return nil, err
		}
		return lib.Message(m, c.DataProvider)
	}
	raw, err := request.Bytes(c.RawTx)
	if err != nil {
		return nil, err
	}
	tx, err := request.DecodeTransaction(raw)
	if err != nil {
		return nil, err
	}
	return lib.Call(Container{
		Chain: tx.Chain.Uint64(), From: common.HexToAddress(c.From), To: *tx.To, Value: tx.Value,
	}, tx.Data, c.DataProvider)
}

// differs says where a screen is not what the registry's case wants.
func (w *wanted) differs(s *Screen) string {
	if s.Intent != w.Intent {
		return fmt.Sprintf("intent %q, want %q", s.Intent, w.Intent)
	}
	if s.Owner != w.Owner {
		return fmt.Sprintf("owner %q, want %q", s.Owner, w.Owner)
	}
	if w.Interpolated != "" && s.Sentence != w.Interpolated {
		return fmt.Sprintf("sentence %q, want %q", s.Sentence, w.Interpolated)
	}
	if len(s.Fields) != len(w.Fields) {
		return fmt.Sprintf("%d lines, want %d: %+v", len(s.Fields), len(w.Fields), s.Fields)
	}
	for i, want := range w.Fields {
		have := s.Fields[i]
		if have.Label != want.Label {
			return fmt.Sprintf("line %d is %q, want %q", i, have.Label, want.Label)
		}
		var text string
		if json.Unmarshal(want.Value, &text) == nil {
			// A call that only a standard's descriptor reads is offered beside its
			// bytes, which is more than the case asks for.
			if have.Value != text || have.Nested != nil && !have.Nested.Generic {
				return fmt.Sprintf("%s: %q, want %q", have.Label, have.Value, text)
			}
			continue
		}
		var nested wanted
		if err := json.Unmarshal(want.Value, &nested); err != nil {
			return err.Error()
		}
		if have.Nested == nil {
			return have.Label + ": no nested call"
		}
		if d := nested.differs(have.Nested); d != "" {
			return have.Label + ": " + d
		}
	}
	return ""
}

// missingText says which line is not on the small screen of an older case,
// whose long values are wrapped. Dates are written in another way there, and
// tokens that the case does not name have the screen's own names.
func missingText(s *Screen, texts []string) string {
	squeeze := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	all := squeeze(strings.Join(texts, ""))
	for _, line := range s.Fields {
		if !strings.Contains(all, squeeze(line.Label)) {
			return fmt.Sprintf("line %q is not among %q", line.Label, texts)
		}
		if strings.HasPrefix(line.Value, "0x") && len(line.Value) == 42 &&
			strings.Contains(all, "0x") && !strings.Contains(all, squeeze(line.Value)) {
			return fmt.Sprintf("%s: %s is not among %q", line.Label, line.Value, texts)
		}
	}
	return ""
}

// TestShippedCases shows one case of each entity with the library that ships.
func TestShippedCases(t *testing.T) {
	lib, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	showAll(t, lib, filepath.Join("testdata", "cases.jsonl"))
}

// TestRegistryCases shows all transactions and messages of the public registry
// as their authors expect, where labelled data lies beside the checkout.
func TestRegistryCases(t *testing.T) {
	dir := os.Getenv("AGON_DATA")
	if dir == "" {
		t.Skip("AGON_DATA is not set: the registry's other cases are left out")
	}
	lib, err := Open(os.DirFS(filepath.Join(dir, "erc7730", "descriptors")))
	if err != nil {
		t.Fatal(err)
	}
	showAll(t, lib, filepath.Join(dir, "erc7730", "cases.jsonl"))
}

func showAll(t *testing.T, lib *Library, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type score struct{ right, all int }
	scores := map[string]*score{}
	right, all := 0, 0
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		s := scores[c.Entity]
		if s == nil {
			s = &score{}
			scores[c.Entity] = s
		}
		all++
		s.all++
		screen, err := c.show(lib)
		problem := ""
		switch {
		case err != nil:
			problem = err.Error()
		case c.Expected != nil:
			problem = c.Expected.differs(screen)
		default:
			problem = missingText(screen, c.ExpectedTexts)
		}
		if problem != "" {
			t.Logf("%s %s %q: %s", c.ID, c.Entity, c.Description, problem)
			continue
		}
		right++
		s.right++
	}
	for _, entity := range slices.Sorted(maps.Keys(scores)) {
		t.Logf("%-18s %3d of %3d", entity, scores[entity].right, scores[entity].all)
	}
	t.Logf("all: %d of %d, %.1f %%", right, all, 100*float64(right)/float64(all))
	if 100*right < 98*all {
		t.Errorf("%d of %d cases shown as expected, want 98 %%", right, all)
	}
}
