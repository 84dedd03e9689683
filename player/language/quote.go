package language

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"agon/game/market"
	"agon/player"
	"agon/player/quote"
)

// Limits of what a model is shown, in bytes. They bound what a forecast costs,
// whatever a question holds.
const (
	maxText     = 2 << 10
	maxField    = 2 << 10
	maxEvidence = 12 << 10
	maxSnippet  = 600
	maxResults  = 10
)

// document is a question as the model sees it: a JSON object whose strings are
// escaped, so that no text in it can end the quotation it stands in. The price
// is left out: a forecast is worth something where it is one's own, and it
// stays valid while the price moves.
type document struct {
	Question string            `json:"question"`
	Criteria string            `json:"criteria"`
	About    string            `json:"what_yes_means,omitempty"`
	Fields   map[string]string `json:"fields,omitempty"`
	BaseRate float64           `json:"base_rate"`
	Evidence string            `json:"evidence,omitempty"`
	Note     string            `json:"evidence_note,omitempty"`
	Search   []Result          `json:"search_results,omitempty"`
}

// quoted makes the document of a question.
func quoted(q player.Question) document {
	d := document{
		Question: quote.Clean(q.Text, maxText), Criteria: quote.Clean(q.Criteria, maxText),
		BaseRate: player.Clamp(q.Prior),
	}
	switch q.Kind {
	case market.Group:
		name := quote.Clean(q.Member, market.MaxMember)
		d.About = fmt.Sprintf("YES means: the answer is %q", name)
	case market.Scalar:
		d.About = fmt.Sprintf("The answer is a number x. State as p_yes the expectation of "+
			"(x - %d) / (%d - %d), x kept within that range", q.Lo, q.Hi, q.Lo)
	}
	names := []string{}
	if form, ok := q.Template.Form(); ok {
		names = form.Fields
	}
	for i, text := range q.Fields[:min(len(q.Fields), market.MaxFields)] {
		name := fmt.Sprintf("field_%d", i+1)
		if i < len(names) {
			name = names[i]
		}
		if d.Fields == nil {
			d.Fields = map[string]string{}
		}
		d.Fields[name] = quote.Clean(text, maxField)
	}
	if len(q.Evidence) > 0 {
		d.Evidence, d.Note = quoteEvidence(q.Evidence)
	}
	return d
}

// quoteEvidence gives the text of a document, or says why it is not shown.
func quoteEvidence(doc []byte) (text, note string) {
	if quote.Binary(doc) {
		return "", fmt.Sprintf("a document of %d bytes that is not text; it is not shown", len(doc))
	}
	text = quote.Clean(string(doc), maxEvidence)
	if len(doc) > maxEvidence {
		note = fmt.Sprintf("the document has %d bytes; its middle is left out", len(doc))
	}
	return text, note
}

// message is the document as the model gets it.
func (d document) message() (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	// Angle brackets become \u003c: the marks by which models tell who speaks
	// cannot be written by a stranger.
	enc.SetEscapeHTML(true)
	enc.SetIndent("", " ")
	if err := enc.Encode(d); err != nil {
		return "", fmt.Errorf("quoting a question: %w", err)
	}
	return b.String(), nil
}

// orders match text that talks to a model instead of about the question. It is
// a tripwire, not a wall: what it misses is still bounded by all else.
var orders = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|prompts?|rules|previous)\b`,
	`\bsystem (prompt|message|override)\b`,
	`<\|?/?(im_start|im_end|system|assistant|user|endoftext)\|?>`,
	`\[/?(inst|system)\]`,
	`(?m:^\s*(system|assistant)\s*:)`,
	`\bp_yes\b`,
	`"(probability|confidence)"\s*:`,
	`\b(you are|as) an? (ai|language model|assistant|forecaster)\b`,
	`\b(output|answer|respond|reply|return)( only)?( with)? (a |the )?(probability|json|\d?\.\d)`,
}, "|"))

// givesOrders reports whether anything a stranger wrote talks to the model.
// Invisible characters are removed before the look.
func (d document) givesOrders() bool {
	texts := []string{d.Question, d.Evidence}
	for _, f := range d.Fields {
		texts = append(texts, f)
	}
	for _, r := range d.Search {
		texts = append(texts, r.Title, r.Content)
	}
	for _, t := range texts {
		if orders.MatchString(t) {
			return true
		}
	}
	return false
}
