package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// asking is what the flags of "agon ask" say.
type asking struct {
	subsidy, window, grace, resolver string
	openings, members                []string
	span                             string
	evidence, uri                    string
	watch                            bool
}

func (a *app) ask() *cobra.Command {
	c := &cobra.Command{
		Use:     "ask TEMPLATE FIELD...",
		GroupID: "market",
		Short:   "Open a question and lock the subsidy that pays for the answer",
		Long: `Opens a question. The template fixes what is asked and when the answer is YES:

` + templateTable() + `
The subsidy is the most you can lose: it pays those who move the price towards the
answer. With --member the question is a group (exactly one member will be it, "other"
is added); with --range it is scalar (LONG pays in proportion). Times are blocks (120)
or durations (60s).`,
		Example: examples(
			"agon ask dapp-scam app.example.org --subsidy 5",
			"agon ask dapp-scam app.example.org --resolver alice --window 60s --watch",
			`agon ask custom "Will the vote pass?" "YES if the motion is carried" --opening 30%`,
			`agon ask custom "Who wins the cup?" "The winner of the final" --member A --member B`,
			`agon ask custom "How many come?" "Guests counted at the door" --range 0:200`,
			`agon ask work-acceptable "the logo" "two colours, no text" --evidence logo.svg`),
		Args: cobra.MinimumNArgs(1),
	}
	var k asking
	f := c.Flags()
	f.StringVar(&k.subsidy, "subsidy", "1", "coins locked: your worst-case loss")
	f.StringSliceVar(&k.openings, "opening", nil,
		"opening price (default the template's base rate); one per member, other last")
	f.StringVar(&k.window, "window", "", "how long it trades (default the template's)")
	f.StringVar(&k.grace, "grace", "", "how long the resolver then has (default the template's)")
	f.StringVar(&k.resolver, "resolver", "", "account that answers (default yourself)")
	f.StringArrayVar(&k.members, "member", nil, "group: a possible answer; repeat")
	f.StringVar(&k.span, "range", "", "scalar: lowest:highest whole number")
	f.StringVar(&k.evidence, "evidence", "", "file to judge by (- for standard input)")
	f.StringVar(&k.uri, "evidence-uri", "",
		"where players find that file if it is too large to inline")
	f.BoolVar(&k.watch, "watch", false, "stay and draw how the price moves")
	c.ValidArgsFunction = choices(templateNames())
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.askQuestion(c.Context(), args, k)
	}
	return c
}

func templateNames() []string {
	var names []string
	for _, f := range market.Templates {
		names = append(names, f.Name)
	}
	return names
}

// templateTable lists the templates and their fields, for help.
func templateTable() string {
	var b strings.Builder
	for _, f := range market.Templates {
		var fields []string
		for _, name := range f.Fields {
			fields = append(fields, strings.ToUpper(name))
		}
		fmt.Fprintf(&b, "  %-16s %s\n", f.Name, strings.Join(fields, " "))
	}
	return b.String()
}

func (a *app) askQuestion(ctx context.Context, args []string, k asking) error {
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	spec, err := a.spec(args, k, func() (time.Duration, error) { return a.blockTime(ctx) })
	if err != nil {
		return err
	}
	if spec.Resolver == (market.Account{}) {
		spec.Resolver = market.Account(acc.Address())
	}
	p, err := acc.Ask(ctx, spec, client.Tx{})
	if err != nil {
		return err
	}
	id, err := p.Asked(ctx)
	if err != nil {
		return err
	}
	q, err := cl.Question(ctx, id)
	if err != nil {
		return err
	}
	block, err := a.blockTime(ctx)
	if err != nil {
		return err
	}
	err = a.emit(newQuestionView(q), func(s term.Screen) { drawAsked(s, q, block) })
	if err != nil || !k.watch {
		return err
	}
	return a.watch(ctx, cl, id, 8)
}

func drawAsked(s term.Screen, q client.Question, block time.Duration) {
	say(s, "#%d  %s", q.ID, term.Clean(q.Text))
	say(s, "    opens at %s with subsidy %s (liquidity b %s)", leading(q), coins(q.Subsidy),
		brief(q.B))
	span := time.Duration(q.End-q.Opened) * block
	say(s, "    trades until block %d at the latest, in about %s", q.End, span.Round(time.Second))
	say(s, "    then %s answers it", q.Resolver)
	say(s, "")
	say(s, "  agon show %d --watch    # see it move", q.ID)
	if q.Kind == market.Binary {
		say(s, "  agon resolve %d yes     # or no, invalid, too-early, once it has closed", q.ID)
	}
}

// spec turns words into a question. An empty resolver is left to the caller.
func (a *app) spec(
	args []string, k asking, block func() (time.Duration, error),
) (market.Spec, error) {
	var s market.Spec
	var err error
	if s.Template, err = template(args[0]); err != nil {
		return s, err
	}
	s.Fields = args[1:]
	form, _ := s.Template.Form() // template found it
	if len(s.Fields) != len(form.Fields) {
		err := wrong("%s has %d fields (%s), have %d", form.Name, len(form.Fields),
			strings.Join(form.Fields, ", "), len(s.Fields))
		return s, hint(err, "a field with spaces goes in quotes")
	}
	if s.Subsidy, err = parseCoins(k.subsidy); err != nil {
		return s, err
	}
	for _, text := range k.openings {
		p, err := parsePrice(text)
		if err != nil {
			return s, err
		}
		s.Openings = append(s.Openings, p)
	}
	if k.resolver != "" {
		r, err := a.address(k.resolver)
		if err != nil {
			return s, err
		}
		s.Resolver = market.Account(r)
	}
	for _, t := range []struct {
		to   *market.Height
		text string
	}{{&s.Window, k.window}, {&s.Grace, k.grace}} {
		if t.text == "" {
			continue
		}
		n, err := parseBlocks(t.text, block)
		if err != nil {
			return s, err
		}
		*t.to = market.Height(n)
	}
	if err := shape(&s, k); err != nil {
		return s, err
	}
	s.Evidence, err = a.evidence(k)
	return s, err
}

// template finds a template by its name.
func template(name string) (market.Template, error) {
	if t, ok := market.TemplateNamed(name); ok {
		return t, nil
	}
	return 0, hint(wrong("no template %q", name), `"agon ask --help" lists the templates`)
}

// shape sets the kind: a group with members, scalar with a range, else binary.
func shape(s *market.Spec, k asking) error {
	switch {
	case len(k.members) > 0 && k.span != "":
		return wrong("a question has members or a range, not both")
	case len(k.members) > 0:
		s.Kind, s.Members = market.Group, k.members
	case k.span != "":
		s.Kind = market.Scalar
		lo, hi, ok := strings.Cut(k.span, ":")
		var err1, err2 error
		s.Lo, err1 = strconv.ParseInt(lo, 10, 64)
		s.Hi, err2 = strconv.ParseInt(hi, 10, 64)
		if !ok || err1 != nil || err2 != nil || s.Lo >= s.Hi {
			return hint(wrong("%q is no range", k.span), "write lowest:highest, like 0:200")
		}
	}
	return nil
}

// evidence reads the file of --evidence: inline if it is small, else by hash
// and size, for which --evidence-uri must say where it can be fetched.
func (a *app) evidence(k asking) (market.Evidence, error) {
	if k.evidence == "" {
		if k.uri != "" {
			return market.Evidence{}, hint(wrong("--evidence-uri without --evidence"),
				"name the file too, so that its size and SHA-256 can be stated")
		}
		return market.Evidence{}, nil
	}
	doc, err := a.document(k.evidence)
	if err != nil {
		return market.Evidence{}, err
	}
	if k.uri == "" && len(doc) <= market.MaxInline {
		return market.Evidence{Inline: doc}, nil
	}
	if k.uri == "" {
		return market.Evidence{}, hint(
			wrong("evidence is %d bytes, at most %d go inline", len(doc), market.MaxInline),
			"publish the file and name its address with --evidence-uri")
	}
	return market.Evidence{URI: k.uri, Hash: sha256.Sum256(doc), Size: uint64(len(doc))}, nil
}

// document reads a file that may be evidence.
func (a *app) document(name string) ([]byte, error) {
	in := a.env.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	doc, err := io.ReadAll(io.LimitReader(in, market.MaxDocument+1))
	if err == nil && len(doc) > market.MaxDocument {
		err = wrong("evidence is larger than %d bytes", market.MaxDocument)
	}
	return doc, err
}
