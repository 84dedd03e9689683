package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/guard/request"
	"agon/guard/rules"
	"agon/guard/scan"
)

// checking is what the flags of "agon guard check" say.
type checking struct {
	from, to, value, data, origin string
	chain                         uint64
	book                          bool
}

func (a *app) guardCheck(g *guarding) *cobra.Command {
	c := &cobra.Command{
		Use:   "check KIND WHAT",
		Short: "Judge one request or site",
		Long: `Judges one thing and prints the verdict:

  site URL          a site, by its name and the lists
  tx                a transaction, described by --from, --to, --value, --data
  raw HEX           a signed or unsigned transaction
  typed FILE        typed data (EIP-712), from a file or - for standard input
  message TEXT      a message to sign

With --upstream the request is tried out on that node. The exit code is 0 if
nothing speaks against it, 10 for a warning, 11 for a danger or what is forbidden.`,
		Example: examples("agon guard check site https://app.example.org",
			"agon guard check tx --from 0x… --to 0x… --data 0x095ea7b3… --upstream "+
				"http://127.0.0.1:8545",
			"agon guard check typed permit.json --from 0x… --chain 1"),
		Args: cobra.RangeArgs(1, 2),
	}
	var k checking
	f := c.Flags()
	f.StringVar(&k.from, "from", "", "account that signs")
	f.StringVar(&k.to, "to", "", "tx: recipient or contract")
	f.StringVar(&k.value, "value", "0x0", "tx: wei, decimal or hex")
	f.StringVar(&k.data, "data", "0x", "tx: call data in hex")
	f.StringVar(&k.origin, "origin", "", "page that asks")
	f.Uint64Var(&k.chain, "chain", 1,
		"chain that the wallet is on; with --upstream the node's, if not said")
	f.BoolVar(&k.book, "book", false,
		"with --policy: count what the request spends if nothing forbids it, as the proxy does")
	c.ValidArgsFunction = choices([]string{"site", "tx", "raw", "typed", "message"})
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.check(c.Context(), c, g, k, args)
	}
	return c
}

// verdict is an error in name only: it carries the exit code of a finding.
type verdict struct{ severity rules.Severity }

func (v *verdict) Error() string { return "the guard's verdict is " + v.severity.String() }

// coded gives the verdict its exit code.
func (v *verdict) coded() error {
	if v.severity >= rules.Danger {
		return &coded{v, exitDanger}
	}
	return &coded{v, exitWarned}
}

func (a *app) check(ctx context.Context, c *cobra.Command, g *guarding, k checking,
	args []string) error {
	s, closeNode, err := a.scanner(ctx, g)
	if err != nil {
		return err
	}
	defer closeNode()
	what := ""
	if len(args) == 2 {
		what = args[1]
	}
	if args[0] != "tx" && what == "" {
		return misuse(c, fmt.Errorf("what %s is to be judged?", args[0]))
	}
	if s.Node != nil && !c.Flags().Changed("chain") {
		if k.chain, err = s.Node.Chain(ctx); err != nil {
			return hint(err, "is there a node at %s?", g.upstream)
		}
	}
	var r *scan.Report
	if args[0] == "site" {
		r, err = s.CheckSite(ctx, what)
	} else {
		var q scan.Query
		if q, err = k.query(a, args[0], what); err == nil {
			r, err = s.Scan(ctx, q)
		}
	}
	if err != nil {
		return err
	}
	if k.book && g.ledger != nil && args[0] != "site" && r.Verdict.Severity < rules.Danger {
		if err := g.ledger.Book(r.Intent, "", false); err != nil {
			return err
		}
	}
	if a.json {
		if err := json.NewEncoder(a.env.Out).Encode(r); err != nil {
			return err
		}
	} else {
		tellReport(a.out, r)
	}
	if r.Verdict.Severity > rules.Safe {
		return (&verdict{r.Verdict.Severity}).coded()
	}
	return nil
}

// query turns the command's words into a wallet's request.
func (k checking) query(a *app, kind, what string) (scan.Query, error) {
	q := scan.Query{Chain: k.chain, Origin: k.origin}
	var params []any
	switch kind {
	case "tx":
		q.Method = "eth_sendTransaction"
		tx := map[string]string{"value": k.value, "data": k.data}
		if k.from != "" {
			tx["from"] = k.from
		}
		if k.to != "" {
			tx["to"] = k.to
		}
		params = []any{tx}
	case "raw":
		q.Method, params = "eth_sendRawTransaction", []any{what}
	case "typed":
		document, err := readInput(a, what)
		if err != nil {
			return q, err
		}
		q.Method, params = "eth_signTypedData_v4", []any{k.from, string(document)}
	case "message":
		q.Method, params = "personal_sign", []any{hexutil.Encode([]byte(what)), k.from}
	default:
		return q, fmt.Errorf("%q is none of site, tx, raw, typed, message", kind)
	}
	if k.from == "" && kind != "raw" {
		return q, errors.New("--from is missing: the account that signs")
	}
	var err error
	q.Params, err = json.Marshal(params)
	return q, err
}

func readInput(a *app, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(a.env.In, request.MaxBytes))
	}
	return os.ReadFile(path)
}

// tellReport prints a report for a person.
func tellReport(out term.Screen, r *scan.Report) {
	e := r.Explanation
	fmt.Fprintf(out.W, "%s\n\n%s\n", strings.ToUpper(e.Severity.String()),
		out.Wrap(term.Clean(e.Headline), 0))
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(out.W, "\n%s\n", title)
		for _, l := range lines {
			fmt.Fprintln(out.W, out.Wrap(term.Clean(l), 2))
		}
	}
	if e.Words != "" {
		section("In other words", []string{e.Words})
	}
	section("What it does", e.What)
	section("What speaks against it", e.Reasons)
	var changes []string
	for _, c := range e.Changes {
		changes = append(changes, fmt.Sprintf("%s: %s -> %s (%s)", c.Token, c.Before, c.After,
			c.Delta))
	}
	section("Your balances", changes)
	section("Not checked", e.Unknown)
	if m := r.Market; m != nil {
		section("The market", []string{fmt.Sprintf(
			"It is a scam with probability %.2f (question %d; ten points cost %s).", m.Probability,
			m.Question, m.Depth)})
	}
	fmt.Fprintf(out.W, "\n%s\n", e.Checked)
	if e.WordsNote != "" {
		fmt.Fprintln(out.W, out.Wrap(term.Clean(e.WordsNote), 0))
	}
	if e.Lesson != nil {
		section(e.Lesson.Title, []string{e.Lesson.Text})
	}
}
