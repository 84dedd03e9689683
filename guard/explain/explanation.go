package explain

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/clearsign"
	"agon/guard/rules"
	"agon/guard/unfold"
)

// Limits of an explanation: what does not fit is counted and said to be there.
const (
	maxSentences = 8
	maxLines     = 64
)

// zero is the zero address.
var zero common.Address

// Explanation is a verdict in words.
type Explanation struct {
	Severity rules.Severity `json:"severity"`
	// Headline is the sentence to read if one reads only one.
	Headline string   `json:"headline"`
	What     []string `json:"what"`    // what the request does
	Reasons  []string `json:"reasons"` // what speaks against it, worst first
	Lines    []Line   `json:"lines"`   // labelled values of the request
	Changes  []Change `json:"changes"` // balances before and after
	Checked  string   `json:"checked"` // how the outcome was found
	Unknown  []string `json:"unknown,omitempty"`
	Lesson   *Lesson  `json:"lesson,omitempty"`
	// Words is what a language model made of the above, if one was asked and
	// followed; WordsNote says which, or why it was not.
	Words     string `json:"words,omitempty"`
	WordsNote string `json:"words_note,omitempty"`
}

// Line is a labelled value, indented for calls inside calls.
type Line struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Depth int    `json:"depth,omitempty"`
}

// Change is one of the signer's balances.
type Change struct {
	Token  string `json:"token"`
	Before string `json:"before"`
	After  string `json:"after"`
	Delta  string `json:"delta"`
}

// Explain words a verdict on a case.
func Explain(c *rules.Case, v rules.Verdict) Explanation {
	e := Explanation{
		Severity: v.Severity, What: sentences(c), Reasons: []string{}, Lines: []Line{},
		Changes: []Change{}, Unknown: v.Unknown, Checked: "Not tried out.",
	}
	if n := len(e.What); n > maxSentences {
		e.What = append(e.What[:maxSentences], fmt.Sprintf("And %d things more.", n-maxSentences))
	}
	for _, f := range v.Findings {
		if f.Severity == rules.Safe {
			continue
		}
		reason := f.Reason
		if f.Trusted {
			reason += " (You trust it.)"
		}
		e.Reasons = append(e.Reasons, reason)
		if e.Lesson == nil && f.Lesson != "" {
			e.Lesson = LessonOn(f.Lesson)
		}
	}
	e.Headline = headline(v, e)
	e.lines(c)
	e.effects(c)
	return e
}

// Site words a verdict on a site by itself.
func Site(c *rules.Case, v rules.Verdict) Explanation {
	e := Explain(c, v)
	name := "The site"
	if c.Site != nil {
		name = c.SiteName
	}
	e.Checked = "Lists, names and models; nothing was fetched from the site."
	e.What = []string{name + " is on no list that is known here."}
	switch v.Severity {
	case rules.Safe:
		e.Headline = name + " is on no list of scams, and its name is like that of none."
	case rules.Warning:
		e.Headline = "Look twice. " + e.Reasons[0]
	}
	return e
}

// headline is what the reader must know: the worst reason, or what the request
// does.
func headline(v rules.Verdict, e Explanation) string {
	what := "This does nothing that is known."
	if len(e.What) > 0 {
		what = e.What[0]
	}
	switch v.Severity {
	case rules.Forbidden:
		return "Stopped. " + e.Reasons[0]
	case rules.Danger:
		return "Do not sign. " + e.Reasons[0]
	case rules.Warning:
		return "Look twice. " + e.Reasons[0]
	default:
		if len(v.Unknown) > 0 {
			return what + " Nothing speaks against it, but not everything could be checked."
		}
		return what + " Nothing speaks against it."
	}
}

func (e *Explanation) lines(c *rules.Case) {
	if s := c.Intent.Screen; s != nil {
		e.screen(s, 0)
	}
	for _, root := range c.Intent.Calls {
		e.call(root, 0)
	}
	if m := c.Intent.Request.Message; m != nil {
		e.add(Line{Label: "message", Value: rules.Quote(string(m))})
	}
	if m := c.Intent.Request.Typed; m != nil && c.Intent.Screen == nil {
		for i, f := range m.Value.Type.Fields {
			e.add(Line{Label: rules.Plain(f.Name), Value: clearsign.Show(m.Value.Elems[i])})
		}
	}
}

func (e *Explanation) add(l Line) {
	if len(e.Lines) < maxLines {
		e.Lines = append(e.Lines, l)
	}
	if len(e.Lines) == maxLines {
		e.Lines[maxLines-1] = Line{Label: "more", Value: "There is more than is shown here."}
	}
}

func (e *Explanation) screen(s *clearsign.Screen, depth int) {
	head := s.Intent
	if s.Owner != "" && !s.Generic {
		head += " (" + s.Owner + ")"
	}
	e.add(Line{Label: "action", Value: head, Depth: depth})
	for _, l := range s.Fields {
		if l.Nested != nil {
			e.screen(l.Nested, depth+1)
			continue
		}
		e.add(Line{Label: l.Label, Value: rules.Quote(l.Value), Depth: depth})
	}
}

func (e *Explanation) call(c *unfold.Call, depth int) {
	if c.Screen != nil {
		e.screen(c.Screen, depth)
	} else if c.Function != nil {
		e.add(Line{
			Label: "calls", Value: rules.Plain(c.Function.Name) + ", read " + c.How.String(),
			Depth: depth,
		})
		for i, v := range c.Args.Elems {
			if len(c.Inner) > 0 { // the calls inside say more than their bytes
				break
			}
			label := c.Function.Inputs[i].Name
			if label == "" {
				label = fmt.Sprintf("value %d", i+1)
			}
			e.add(Line{Label: rules.Plain(label), Value: clearsign.Show(v), Depth: depth})
		}
	}
	for _, in := range c.Inner {
		e.call(in, depth+1)
	}
}

func (e *Explanation) effects(c *rules.Case) {
	if c.Effects == nil {
		return
	}
	e.Checked = fmt.Sprintf("%s, at block %d.", capital(c.Effects.Rung.String()), c.Effects.Block)
	n := namer{c}
	for _, b := range c.Effects.Balances {
		if b.Account != c.Intent.Account {
			continue
		}
		symbol, decimals, ok := n.token(b.Token)
		if !ok {
			symbol = b.Token.Hex()
		}
		delta := clearsign.Decimal(b.Change(), decimals)
		if b.Change().Sign() > 0 {
			delta = "+" + delta
		}
		e.Changes = append(e.Changes, Change{
			Token: symbol, Before: clearsign.Decimal(b.Before, decimals),
			After: clearsign.Decimal(b.After, decimals), Delta: delta,
		})
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
