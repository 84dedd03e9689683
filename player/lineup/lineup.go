package lineup

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"agon/game/market"
	"agon/player"
	"agon/player/arbitrage"
	"agon/player/reader"
	"agon/player/swarm"
)

// Maker makes the forecasters of a group whose entry has the maker's field.
// decode reads what stands there into a struct with yaml tags. The function it
// returns gives the forecaster of player i, from 0, of the group; to give
// several players one forecaster, it gives the same.
type Maker func(decode func(into any) error) (
	func(i int, key []byte) (player.Forecaster, error), error)

// Kitchen is what lineups are made of.
type Kitchen struct {
	// Builtin gives the built-in forecasters for a player's key.
	Builtin func(key []byte) []player.Forecaster
	// Makers make other models, by the name of their field: "language", "onnx".
	Makers map[string]Maker
}

// Groups makes the players of a file.
func (f *File) Groups(k Kitchen) ([]swarm.Group, error) {
	var groups []swarm.Group
	for i := range f.Players {
		g, err := f.group(&f.Players[i], k)
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// Bounds of what an entry may say.
var bounds = []struct {
	name      string
	of        func(*Temper) *Range
	low, high float64
}{
	{"kelly", func(t *Temper) *Range { return t.Kelly }, 0.001, 1},
	{"noise", func(t *Temper) *Range { return t.Noise }, 0, 5},
	{"slope", func(t *Temper) *Range { return t.Slope }, 0, 5},
	{"trust", func(t *Temper) *Range { return t.Trust }, 0, 1},
	{"delay", func(t *Temper) *Range { return t.Delay }, 0, swarm.MaxDelay},
	{"look", func(t *Temper) *Range { return t.Look }, 0, 1e6},
	{"stake", func(t *Temper) *Range { return t.Stake }, 1e-6, 1},
}

// check holds a temper to its bounds.
func (t *Temper) check() error {
	for _, b := range bounds {
		if r := b.of(t); r != nil && !(r.Low >= b.low && r.High <= b.high) {
			return fault(r.line, "%s is %v to %v, want %v to %v",
				b.name, r.Low, r.High, b.low, b.high)
		}
	}
	return nil
}

// check finds what is wrong with a file apart from its models.
func (f *File) check() error {
	if len(f.Players) == 0 || len(f.Players) > maxGroups {
		return fault(f.line, "%d groups of players, want 1 to %d under players:",
			len(f.Players), maxGroups)
	}
	if err := f.Temper.check(); err != nil {
		return err
	}
	if f.Flow < 0 || f.Crowd < 0 {
		return fault(f.line, "flow %d and crowd %d, want numbers of orders", f.Flow, f.Crowd)
	}
	names, all := map[string]int{}, 0
	for i := range f.Players {
		e := &f.Players[i]
		if e.Name == "" || len(e.Name) > 64 || strings.ContainsFunc(e.Name, unprintable) {
			return fault(e.line, "a group has the name %q, want 1 to 64 letters", short(e.Name))
		}
		if first := names[e.Name]; first != 0 {
			return fault(e.line, "a second group is called %q, the first is in line %d",
				e.Name, first)
		}
		names[e.Name] = e.line
		if n := e.players(); n < 1 || n > swarm.MaxPlayers {
			return fault(e.line, "group %q has count %d, want 1 to %d",
				e.Name, n, swarm.MaxPlayers)
		}
		if all += e.players(); all > swarm.MaxPlayers {
			return fault(e.line, "with group %q there are %d players, at most %d",
				e.Name, all, swarm.MaxPlayers)
		}
		if err := e.Temper.check(); err != nil {
			return err
		}
	}
	for _, l := range f.Links {
		if _, err := l.link(); err != nil {
			return err
		}
	}
	return nil
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffd' }

// players is the entry's count.
func (e *Entry) players() int {
	if e.Count == nil {
		return 1
	}
	return *e.Count
}

// group makes one group.
func (f *File) group(e *Entry, k Kitchen) (swarm.Group, error) {
	g := swarm.Group{
		Name: e.Name, Count: e.players(), Timeout: time.Duration(e.Timeout),
		Adjust: adjust(f.Temper.Temper, e.Temper),
	}
	if e.Seed != "" {
		g.Seed = []byte(e.Seed)
	}
	budget := f.Budget
	if e.Budget != nil {
		budget = e.Budget
	}
	if budget == nil {
		return g, fault(e.line, "group %q has no budget, and the file names none for all", e.Name)
	}
	var err error
	if g.Budget, err = budget.amount(); err != nil {
		return g, err
	}
	var said []string
	if len(e.Model) > 0 {
		said = append(said, "model")
	}
	if e.Arbitrage != nil {
		said = append(said, "arbitrage")
	}
	if e.Reader != nil {
		said = append(said, "reader")
	}
	for name, node := range e.Kinds {
		if k.Makers[name] == nil {
			known := slices.Concat(entryNames, makerNames(k))
			return g, fault(node.Line, "no field %q in group %q%s; fields: %s",
				short(name), e.Name, meant(name, known), strings.Join(known, ", "))
		}
		said = append(said, name)
	}
	slices.Sort(said)
	if len(said) != 1 {
		return g, fault(e.line, "group %q names %s, want one of: model, arbitrage, reader, %s",
			e.Name, or(strings.Join(said, " and "), "nobody to think for it"),
			strings.Join(makerNames(k), ", "))
	}
	switch said[0] {
	case "model":
		g.Make, err = e.builtin(k)
	case "arbitrage":
		g.Arbitrage, err = e.Arbitrage.style(e.line)
	case "reader":
		g.Reader, err = e.Reader.reading(e.line)
	default:
		node := e.Kinds[said[0]]
		g.Make, err = k.Makers[said[0]](strictly(&node))
		if err != nil {
			err = fault(node.Line, "group %q, %s: %s", e.Name, said[0], plainer(err))
		}
	}
	return g, err
}

// strictly decodes a node into a struct and refuses fields that have no place
// there.
func strictly(n *yaml.Node) func(into any) error {
	return func(into any) error {
		t := reflect.TypeOf(into)
		if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
			return n.Decode(into)
		}
		var names []string
		for i := range t.Elem().NumField() {
			name, _, _ := strings.Cut(t.Elem().Field(i).Tag.Get("yaml"), ",")
			names = append(names, name)
		}
		if err := known(n, names); err != nil {
			return err
		}
		return n.Decode(into)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func makerNames(k Kitchen) []string {
	var names []string
	for name := range k.Makers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// everyModel stands for all built-in models.
const everyModel = "builtin"

// builtin divides players among built-in models in turn.
func (e *Entry) builtin(k Kitchen) (func(int, []byte) (player.Forecaster, error), error) {
	at := map[string]int{}
	var names []string
	for i, f := range k.Builtin(nil) {
		at[f.Name()] = i
		names = append(names, f.Name())
	}
	var chosen []int
	for _, name := range e.Model {
		if name == everyModel {
			for i := range names {
				chosen = append(chosen, i)
			}
			continue
		}
		i, ok := at[name]
		if !ok {
			return nil, fault(e.line, "group %q: no model %q%s; models: %s, or %s for all",
				e.Name, short(name), meant(name, names), strings.Join(names, ", "), everyModel)
		}
		chosen = append(chosen, i)
	}
	return func(i int, key []byte) (player.Forecaster, error) {
		return k.Builtin(key)[chosen[i%len(chosen)]], nil
	}, nil
}

// adjust puts what a file says in the place of what was drawn: an entry's word
// before the file's.
func adjust(all, own Temper) func(swarm.Temper) swarm.Temper {
	return func(t swarm.Temper) swarm.Temper {
		// What is drawn again is drawn from what was drawn before, so that the
		// same seed gives the same.
		r := rand.New(rand.NewPCG(uint64(t.Look*1e12), uint64(t.Stake*1e12)))
		for _, b := range bounds {
			span := b.of(&own)
			if span == nil {
				span = b.of(&all)
			}
			if span == nil {
				continue
			}
			x := span.Low + (span.High-span.Low)*r.Float64()
			switch b.name {
			case "kelly":
				t.Kelly = x
			case "noise":
				t.Noise = x
			case "slope":
				t.Slope = x
			case "trust":
				t.Trust = x
			case "delay":
				t.Delay = uint64(span.Low + float64(r.IntN(1+int(span.High-span.Low))))
			case "look":
				t.Look = x
			case "stake":
				t.Stake = x
			}
		}
		return t
	}
}

// style fills in what an arbitrageur's entry leaves out.
func (a *Arbitrage) style(line int) (*arbitrage.Style, error) {
	s := &arbitrage.Style{Look: 0.001, Share: 0.7, Risk: 0.02, Lump: 0.05}
	for _, v := range []struct {
		name      string
		said      *float64
		to        *float64
		low, high float64
	}{
		{"look", a.Look, &s.Look, 0, 1e6}, {"share", a.Share, &s.Share, 0.01, 1},
		{"risk", a.Risk, &s.Risk, 0, 1}, {"lump", a.Lump, &s.Lump, 0, 1e6},
	} {
		if v.said == nil {
			continue
		}
		if *v.to = *v.said; !(*v.said >= v.low && *v.said <= v.high) {
			return nil, fault(line, "arbitrage: %s is %v, want %v to %v",
				v.name, *v.said, v.low, v.high)
		}
	}
	return s, nil
}

// Bounds of what a reader's entry may say.
const (
	maxKnots = 8
	maxKnot  = 7.0 // log odds: nobody says more
)

// reading is how an entry's readers play.
func (r *Reader) reading(line int) (*swarm.Reading, error) {
	g := &swarm.Reading{}
	if len(r.Knots) > 0 {
		g.Taste.Minds = []reader.Mind{{Name: "only", Knots: r.Knots}}
	}
	for _, k := range r.Knots {
		if len(r.Knots) > maxKnots || !(math.Abs(k) <= maxKnot) || k == 0 {
			return nil, fault(line, "reader: knots are %v, want at most %d, "+
				"between -%v and %v, not 0", r.Knots, maxKnots, maxKnot, maxKnot)
		}
	}
	if r.Ridge != nil {
		if g.Taste.Ridge = *r.Ridge; !(*r.Ridge >= 0.01 && *r.Ridge <= 1e6) {
			return nil, fault(line, "reader: ridge is %v, want 0.01 to 1e6", *r.Ridge)
		}
	}
	if r.After != nil {
		if g.After = *r.After; g.After < 1 || g.After > swarm.MaxAfter {
			return nil, fault(line, "reader: after is %d, want 1 to %d", g.After, swarm.MaxAfter)
		}
	}
	for _, v := range []struct {
		name string
		said *int
		to   *int
		most int
	}{
		{"memory", r.Memory, &g.Taste.Memory, 100_000},
		{"probation", r.Probation, &g.Taste.Probation, 10_000},
	} {
		if v.said == nil {
			continue
		}
		if *v.to = *v.said; *v.said < 1 || *v.said > v.most {
			return nil, fault(line, "reader: %s is %d, want 1 to %d", v.name, *v.said, v.most)
		}
	}
	return g, nil
}

// amount is the coins in 10⁻¹⁸, exactly.
func (c *Coins) amount() (n market.Amount, err error) {
	r, ok := new(big.Rat).SetString(c.Text)
	if !ok || len(c.Text) > 40 || strings.ContainsAny(c.Text, "eEpPxX/_") {
		return n, fault(c.line, "budget %q is no number of coins, such as 20 or 0.5",
			short(c.Text))
	}
	r.Mul(r, new(big.Rat).SetInt64(1e18))
	most := new(big.Rat).SetInt(market.MaxAmount.ToBig())
	if !r.IsInt() || r.Sign() <= 0 || r.Cmp(most) > 0 {
		return n, fault(c.line, "budget %s is not between 0 and %s coins, or has more than "+
			"18 digits after the point", short(c.Text), "79,000,000,000")
	}
	n.SetFromBig(r.Num())
	return n, nil
}

// Bound gives the links the file names.
func (f *File) Bound() []arbitrage.Link {
	var links []arbitrage.Link
	for _, l := range f.Links {
		link, _ := l.link() // checked when the file was read
		links = append(links, link)
	}
	return links
}

func (l *Link) link() (arbitrage.Link, error) {
	lists := 0
	var out arbitrage.Link
	for _, kind := range []struct {
		ids      []uint64
		relation arbitrage.Relation
	}{
		{l.Twins, arbitrage.Twinned}, {l.Opposites, arbitrage.Twinned},
		{l.Ladder, arbitrage.Laddered},
	} {
		if len(kind.ids) == 0 {
			continue
		}
		lists++
		out.Relation = kind.relation
		for i, id := range kind.ids {
			opposite := len(l.Opposites) > 0 && i == 1
			out.Items = append(out.Items, arbitrage.Item{Question: id, Opposite: opposite})
		}
	}
	wrong := lists != 1 || len(out.Items) < 2 || len(l.Opposites) > 2
	for i, item := range out.Items {
		wrong = wrong || item.Question == 0 || slices.ContainsFunc(out.Items[:i],
			func(o arbitrage.Item) bool { return o.Question == item.Question })
	}
	if wrong {
		return out, fault(l.line, "a link is one of twins, opposites (two) and ladder, "+
			"with two or more different questions")
	}
	return out, nil
}

// Count is how many players a file names.
func (f *File) Count() int {
	n := 0
	for i := range f.Players {
		n += f.Players[i].players()
	}
	return n
}

// Patience is the bound of one forecast, 0 if the file names none.
func (f *File) Patience() time.Duration { return time.Duration(f.Timeout) }

// String sums a file up: "3 groups, 305 players".
func (f *File) String() string {
	return fmt.Sprintf("%d groups, %d players", len(f.Players), f.Count())
}
