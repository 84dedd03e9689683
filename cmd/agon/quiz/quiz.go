// Package quiz is questions whose answers are known: reading them from CSV
// files, drawing a sample, and scoring forecasts against the truth.
//
// A file names its columns in the first row. Three shapes are understood:
//
//	host,label           is the dapp at this host a scam? label: scam or benign
//	symbol,address,…     is this the genuine token? with a column label: fake
//	template,…,truth     any template; fields by their names; truth: yes or no
//
// Other columns are ignored.
package quiz

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"agon/game/market"
)

// Item is one question and its answer.
type Item struct {
	Template market.Template
	Fields   []string // the template's, in its order
	Truth    bool     // whether the answer is YES
	Source   string   // where it comes from; may be empty
}

// Limits of a file.
const (
	maxRows  = 1 << 20
	maxBytes = 256 << 20
)

// Errors of Read.
var (
	ErrShape = errors.New(
		"the first row must name host,label or symbol,address or template,…,truth")
	ErrSize = errors.New("the file is too large")
)

// RowError says which row of a file is wrong.
type RowError struct {
	Row  int // 1 is the first after the names
	What string
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %s", e.Row, e.What) }

// Read reads a CSV file. Errors wrap ErrShape, ErrSize, a *RowError or a
// *csv.ParseError.
func Read(r io.Reader) ([]Item, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	c := csv.NewReader(limited)
	c.ReuseRecord = true
	head, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("an empty file: %w", ErrShape)
	}
	if err != nil {
		return nil, err
	}
	s, err := shapeOf(head)
	if err != nil {
		return nil, err
	}
	var items []Item
	for row := 1; ; row++ {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row > maxRows || limited.N == 0 {
			return nil, fmt.Errorf("row %d: %w", row, ErrSize)
		}
		it, fault := s.item(record)
		if fault != "" {
			return nil, &RowError{row, fault}
		}
		items = append(items, it)
	}
	return items, nil
}

// shape is what the names of the columns say.
type shape struct {
	column map[string]int
	fixed  string // template, unless a column names it
}

// alias are other names of columns in use.
var alias = map[string]string{"chainid": "chain", "chain_id": "chain", "domain": "host"}

func shapeOf(head []string) (shape, error) {
	s := shape{column: map[string]int{}}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if a, ok := alias[name]; ok {
			name = a
		}
		if _, seen := s.column[name]; !seen {
			s.column[name] = i
		}
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := s.column[n]; return !ok })
	}
	switch {
	case has("template", "truth"):
	case has("host", "label"):
		s.fixed = "dapp-scam"
	case has("symbol", "address"):
		s.fixed = "token-genuine"
	default:
		return s, fmt.Errorf("have %s: %w", strings.Join(head, ","), ErrShape)
	}
	return s, nil
}

// item reads one row, or says what is wrong with it.
func (s shape) item(record []string) (Item, string) {
	cell := func(name string) (string, bool) {
		i, ok := s.column[name]
		if !ok || i >= len(record) {
			return "", false
		}
		return strings.TrimSpace(strings.Clone(record[i])), true
	}
	name := s.fixed
	if name == "" {
		name, _ = cell("template")
	}
	t, ok := market.TemplateNamed(name)
	if !ok {
		return Item{}, fmt.Sprintf("no template %q", name)
	}
	form := market.Templates[t]
	it := Item{Template: t}
	for _, field := range form.Fields {
		v, ok := cell(field)
		if !ok || v == "" {
			return it, fmt.Sprintf("%s needs a column %q", name, field)
		}
		if len(v) > market.MaxField {
			return it, fmt.Sprintf("%s is %d bytes, at most %d", field, len(v), market.MaxField)
		}
		it.Fields = append(it.Fields, v)
	}
	truth, hasTruth := cell("truth")
	label, _ := cell("label")
	it.Source, _ = cell("source")
	if hasTruth {
		return it, readTruth(truth, &it.Truth)
	}
	return it, readLabel(t, label, &it.Truth)
}

// readTruth reads yes or no.
func readTruth(s string, to *bool) string {
	switch strings.ToLower(s) {
	case "yes", "true", "1":
		*to = true
	case "no", "false", "0":
		*to = false
	default:
		return fmt.Sprintf("truth %q, want yes or no", s)
	}
	return ""
}

// readLabel reads the words of lists: scam and benign hosts; a label on a token
// says what kind of fake it is.
func readLabel(t market.Template, label string, to *bool) string {
	switch {
	case t == market.TokenGenuine:
		*to = label == ""
	case label == "scam":
		*to = true
	case label == "benign":
		*to = false
	default:
		return fmt.Sprintf("label %q, want scam or benign", label)
	}
	return ""
}

// Sample draws up to n different items, as many with the answer YES as NO as
// far as there are, in an order that a seed decides.
func Sample(items []Item, n int, seed uint64) []Item {
	r := rand.New(rand.NewPCG(seed, 0))
	var yes, no []Item
	seen := map[string]bool{}
	for _, i := range r.Perm(len(items)) {
		it := items[i]
		key := fmt.Sprint(it.Template, it.Fields)
		if seen[key] {
			continue
		}
		seen[key] = true
		if it.Truth {
			yes = append(yes, it)
		} else {
			no = append(no, it)
		}
	}
	wantYes := min(len(yes), max(n/2, n-len(no)))
	wantNo := min(len(no), n-wantYes)
	drawn := append(yes[:wantYes:wantYes], no[:wantNo]...)
	r.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn
}
