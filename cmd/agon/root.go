package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
)

// app is one run of the command: its surroundings and the flags all verbs share.
type app struct {
	env  environment
	out  term.Screen // standard output, for results
	err  term.Screen // standard error, for progress
	json bool
	rpc  string
	key  string
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, env environment) int {
	a := &app{env: env, out: term.Open(env.Out, env.Get), err: term.Open(env.Err, env.Get)}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.complain(err)
	}
	return exitCode(err)
}

// defaultRPC is where "agon up" listens.
const defaultRPC = "http://127.0.0.1:8545"

// root is the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "agon",
		Short: "Small questions, answered by a market of AI players",
		Long: `Agon opens small questions ("is the dapp at this address a scam?") on a chain of its
own, lets a swarm of AI players trade them and shows the answer as a probability with
its history. "agon demo" shows all of it in about a minute.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "print JSON")
	flags.StringVar(&a.rpc, "rpc", a.variable("AGON_RPC", defaultRPC),
		"Ethereum JSON-RPC address of a node (AGON_RPC)")
	flags.StringVar(&a.key, "key", a.env.Get("AGON_KEY"),
		`who acts: a name of "agon keys", dev0 to dev9, or 0x… (AGON_KEY)`)
	root.AddGroup(
		&cobra.Group{ID: "market", Title: "The market:"},
		&cobra.Group{ID: "player", Title: "Players:"},
		&cobra.Group{ID: "guard", Title: "The guard:"},
		&cobra.Group{ID: "proof", Title: "Proven answers:"},
		&cobra.Group{ID: "node", Title: "Nodes:"},
	)
	root.AddCommand(a.verbs()...)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return misuse(c, err) })
	for _, c := range family(root) {
		c.Args = explained(c.Args)
	}
	return root
}

// family is c and every command below it.
func family(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		all = append(all, family(sub)...)
	}
	return all
}

// misuse turns a complaint about flags or arguments into one with a hint.
func misuse(c *cobra.Command, err error) error {
	return hint(&coded{err, exitUsage}, `"%s --help" shows how`, c.CommandPath())
}

// explained wraps a check of arguments so that its complaint is a misuse.
func explained(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		return nil
	}
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return misuse(c, err)
		}
		return nil
	}
}

// variable is an environment variable, or def where it is not set.
func (a *app) variable(name, def string) string {
	if v := a.env.Get(name); v != "" {
		return v
	}
	return def
}

// emit prints a result: v as indented JSON with --json, else what draw draws.
func (a *app) emit(v any, draw func(term.Screen)) error {
	if !a.json {
		draw(a.out)
		return nil
	}
	enc := json.NewEncoder(a.env.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// say prints one line of a result for people.
func say(s term.Screen, format string, args ...any) {
	fmt.Fprintln(s.W, s.Plain(fmt.Sprintf(format, args...)))
}

// note tells people something beside the result, on standard error.
func (a *app) note(format string, args ...any) {
	if !a.json {
		say(a.err, "agon: "+format, args...)
	}
}

// choices completes each argument in turn from its list of words, in shells.
func choices(words ...[]string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) (
		[]cobra.Completion, cobra.ShellCompDirective,
	) {
		if len(args) >= len(words) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words[len(args)], cobra.ShellCompDirectiveNoFileComp
	}
}

// examples indents the examples of a verb, one a line.
func examples(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }
