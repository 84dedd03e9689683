package learn

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"agon/game/market"
)

// generalRow is what is read of a general question.
type generalRow struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Source     string   `json:"source"`
	Question   string   `json:"question"`
	Criteria   string   `json:"resolution_criteria"`
	Background string   `json:"market_resolution_criteria"`
	Frozen     *float64 `json:"freeze_value"`
	IsChance   bool     `json:"freeze_value_is_probability"`
	Asked      string   `json:"forecast_due_date"`
	Resolved   string   `json:"resolution_date"`
	Outcome    *int     `json:"outcome"`
}

// maxGeneralRow bounds one line of the file, in bytes.
const maxGeneralRow = 1 << 20

// generalQuestions reads the distinct questions that had a market value, each
// as it was first frozen, with Prior = Price = that value: whoever opens such a
// question would open it there. They are under CC BY-SA 4.0 and serve for
// measurement only: nothing that ships is fitted to them.
func generalQuestions(dataDir string) ([]Example, error) {
	const name = "questions.jsonl.gz"
	f, err := os.Open(filepath.Join(dataDir, "questions", name))
	if err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrData, name, err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(make([]byte, 1<<16), maxGeneralRow)
	var rows []generalRow
	for lines.Scan() {
		var r generalRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrData, name, err)
		}
		if r.Kind == "market" && r.IsChance && r.Frozen != nil && r.Outcome != nil {
			rows = append(rows, r)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrData, name, err)
	}
	slices.SortStableFunc(rows, func(a, b generalRow) int { return cmp.Compare(a.Asked, b.Asked) })
	seen := map[string]bool{}
	var out []Example
	for _, r := range rows {
		key := r.Source + " " + r.ID
		if !seen[key] {
			seen[key] = true
			out = append(out, r.example(key))
		}
	}
	return out, nil
}

// openLow and openHigh are where the market lets a question open.
const (
	openHigh = float64(market.MaxOpening) / float64(market.One)
	openLow  = 1 - openHigh
)

func (r generalRow) example(key string) Example {
	criteria := strings.TrimSpace(r.Criteria + "\n" + r.Background)
	if len(criteria) > market.MaxField {
		criteria = strings.ToValidUTF8(criteria[:market.MaxField], "")
	}
	q := ask(market.Custom, r.Question, criteria)
	q.Prior = min(max(*r.Frozen, openLow), openHigh)
	q.Price = q.Prior
	return Example{
		Question: q, Truth: *r.Outcome == 1, Date: r.Asked, Settled: r.Resolved,
		Group: key, Kind: r.Source,
	}
}
