package lineup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// File is a lineup as it is written. Pointers are nil where nothing is said.
type File struct {
	Seed    string   `yaml:"seed"`
	Budget  *Coins   `yaml:"budget"`   // of players whose group names none
	Trust   []string `yaml:"trust"`    // accounts trusted to answer questions
	Flow    int      `yaml:"flow"`     // most orders signed and not heard of
	Crowd   int      `yaml:"crowd"`    // most orders for one book in one block
	Timeout Span     `yaml:"timeout"`  // of one forecast
	Temper  Defaults `yaml:"defaults"` // of players whose group says nothing else
	Players []Entry  `yaml:"players"`
	Links   []Link   `yaml:"links"`

	line int
}

// Temper is what makes players differ: each is one number for all, or two
// between which each player's own is drawn.
type Temper struct {
	Kelly *Range `yaml:"kelly"` // fraction of the Kelly stake
	Noise *Range `yaml:"noise"` // deviation added to the model's log odds
	Slope *Range `yaml:"slope"` // by which the model's evidence is stretched
	Trust *Range `yaml:"trust"` // in its own belief against the price, to begin with
	Delay *Range `yaml:"delay"` // blocks until it reacts
	Look  *Range `yaml:"look"`  // cost of looking, coins
	Stake *Range `yaml:"stake"` // most of the budget on one question
}

// Defaults is a Temper where nothing else may stand.
type Defaults struct{ Temper }

// Entry is one group of players. What thinks for them is named by Model or by
// one of Kinds.
type Entry struct {
	Name      string     `yaml:"name"`
	Count     *int       `yaml:"count"` // 1 if nothing is said
	Budget    *Coins     `yaml:"budget"`
	Seed      string     `yaml:"seed"`
	Timeout   Span       `yaml:"timeout"`
	Model     Names      `yaml:"model"`     // built-in models
	Arbitrage *Arbitrage `yaml:"arbitrage"` // instead
	Reader    *Reader    `yaml:"reader"`    // instead
	Temper    `yaml:",inline"`
	// Kinds has whatever else stands there: models that a Maker makes.
	Kinds map[string]yaml.Node `yaml:",inline"`

	line int
}

// Arbitrage is how arbitrageurs play.
type Arbitrage struct {
	Look  *float64 `yaml:"look"`  // least profit for which they act, coins; 0.001
	Share *float64 `yaml:"share"` // of a batch's flow they expect to be; 0.7
	Risk  *float64 `yaml:"risk"`  // chance that a link does not hold; 0.02
	Lump  *float64 `yaml:"lump"`  // least full sets made or redeemed; 0.05
}

// Reader is how readers learn whom to believe; see player/reader.
type Reader struct {
	After     *uint64   `yaml:"after"`     // blocks from the first batch until they speak; 4
	Knots     []float64 `yaml:"knots"`     // one mind only, with these bends, in log odds
	Ridge     *float64  `yaml:"ridge"`     // precision of what they believe at first; 10
	Memory    *int      `yaml:"memory"`    // settled books they learn from, the latest; 20,000
	Probation *int      `yaml:"probation"` // settled books until an account counts; 20
}

// Link names questions that bind each other; exactly one list is given.
type Link struct {
	Twins     []uint64 `yaml:"twins"`     // pay the same
	Opposites []uint64 `yaml:"opposites"` // the second pays where the first does not
	Ladder    []uint64 `yaml:"ladder"`    // each implies the next

	line int
}

// Bounds of a file.
const (
	MaxBytes  = 1 << 20
	maxGroups = 1000
)

// ErrFile reports a file that is no lineup.
var ErrFile = errors.New("lineup")

// fault is ErrFile with the line.
func fault(line int, format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s", ErrFile, line, fmt.Sprintf(format, args...))
}

// Parse reads a file's text.
func Parse(text []byte) (*File, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrFile, len(text), MaxBytes)
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var f File
	if err := dec.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: the file is empty, want players: with a list", ErrFile)
		}
		return nil, fmt.Errorf("%w: %s", ErrFile, plainer(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more than one document, want one", ErrFile)
	}
	return &f, f.check()
}

// plainer says a decoder's error in the file's own terms.
func plainer(err error) string {
	words := strings.NewReplacer(
		"yaml: unmarshal errors:\n  ", "", "yaml: ", "",
		"into []lineup.Entry", "where a list of players was wanted",
		"cannot unmarshal !!", "found ", "into int", "where a whole number was wanted",
		"into float64", "where a number was wanted", "into string", "where text was wanted",
		"into uint64", "where a question's number was wanted",
	).Replace(err.Error())
	return strings.Join(strings.Fields(words), " ")
}

// fileFields, entryFields and linkFields read the same without the methods that
// note the line.
type (
	fileFields  File
	entryFields Entry
	linkFields  Link
)

// UnmarshalYAML notes the line.
func (f *File) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, fileNames); err != nil {
		return err
	}
	err := n.Decode((*fileFields)(f))
	f.line = n.Line
	return err
}

// UnmarshalYAML notes the line.
func (e *Entry) UnmarshalYAML(n *yaml.Node) error {
	err := n.Decode((*entryFields)(e))
	e.line = n.Line
	return err
}

// UnmarshalYAML notes the line.
func (l *Link) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, linkNames); err != nil {
		return err
	}
	err := n.Decode((*linkFields)(l))
	l.line = n.Line
	return err
}

// Fields by place.
var (
	fileNames = []string{"seed", "budget", "trust", "flow", "crowd", "timeout", "defaults",
		"players", "links"}
	entryNames = []string{"name", "count", "budget", "seed", "timeout", "model", "arbitrage",
		"reader",
		"kelly", "noise", "slope", "trust", "delay", "look", "stake"}
	temperNames    = entryNames[8:]
	arbitrageNames = []string{"look", "share", "risk", "lump"}
	readerNames    = []string{"after", "knots", "ridge", "memory", "probation"}
	linkNames      = []string{"twins", "opposites", "ladder"}
)

// known refuses a mapping that has a field which is not named.
func known(n *yaml.Node, names []string) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: found %q where fields were wanted: %s",
			n.Line, short(n.Value), strings.Join(names, ", "))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !slices.Contains(names, key.Value) {
			return fmt.Errorf("line %d: no field %q here%s; fields: %s",
				key.Line, short(key.Value), meant(key.Value, names), strings.Join(names, ", "))
		}
	}
	return nil
}

// UnmarshalYAML refuses fields that are not known.
func (d *Defaults) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, temperNames); err != nil {
		return err
	}
	return n.Decode(&d.Temper)
}

// UnmarshalYAML refuses fields that are not known; an empty one says nothing.
func (a *Arbitrage) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, arbitrageNames); err != nil {
		return err
	}
	type plain Arbitrage
	return n.Decode((*plain)(a))
}

// UnmarshalYAML refuses fields that are not known; an empty one says nothing.
func (r *Reader) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, readerNames); err != nil {
		return err
	}
	type plain Reader
	return n.Decode((*plain)(r))
}

// short cuts strangers' text for an error.
func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// meant names the field that was probably meant, if one is near.
func meant(have string, names []string) string {
	for _, name := range names {
		if near(strings.ToLower(have), name) {
			return fmt.Sprintf(" (did you mean %q?)", name)
		}
	}
	return ""
}

// near reports whether one letter put in, left out, or changed, or two
// neighbours swapped, turn a into b.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	rest, other := a[i:len(a)-j], b[i:len(b)-j]
	swapped := len(rest) == 2 && len(other) == 2 && rest[0] == other[1] && rest[1] == other[0]
	return len(rest) <= 1 && len(other) <= 1 || swapped
}

// Names is one name or a list of them.
type Names []string

// UnmarshalYAML reads either.
func (s *Names) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Names{n.Value}
		return nil
	}
	return n.Decode((*[]string)(s))
}

// Range is a number, or the two between which numbers are drawn.
type Range struct {
	Low, High float64
	line      int
}

// UnmarshalYAML reads either.
func (r *Range) UnmarshalYAML(n *yaml.Node) error {
	r.line = n.Line
	if n.Kind == yaml.ScalarNode {
		err := n.Decode(&r.Low)
		r.High = r.Low
		return err
	}
	var both []float64
	if err := n.Decode(&both); err != nil {
		return err
	}
	if len(both) != 2 || !(both[0] <= both[1]) {
		return fmt.Errorf("line %d: a range has a low and a high end, as in [0.1, 0.4]", n.Line)
	}
	r.Low, r.High = both[0], both[1]
	return nil
}

// Span is a length of time: "30s".
type Span time.Duration

// UnmarshalYAML reads Go's form of durations.
func (s *Span) UnmarshalYAML(n *yaml.Node) error {
	d, err := time.ParseDuration(n.Value)
	if err != nil || d <= 0 {
		return fmt.Errorf("line %d: %q is no length of time, such as 30s or 2m",
			n.Line, short(n.Value))
	}
	*s = Span(d)
	return nil
}

// Coins is an amount in whole coins, kept as written: money is not a float.
type Coins struct {
	Text string
	line int
}

// UnmarshalYAML takes the text of a number.
func (c *Coins) UnmarshalYAML(n *yaml.Node) error {
	c.Text, c.line = n.Value, n.Line
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a budget is a number of coins", n.Line)
	}
	return nil
}
