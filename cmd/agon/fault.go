package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"syscall"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// Exit codes, for scripts.
const (
	exitOK          = 0
	exitFailed      = 1   // anything not below
	exitUsage       = 2   // the command line was wrong
	exitRefused     = 3   // the market refused, and said why
	exitUnreachable = 4   // no node answered
	exitWarned      = 10  // the guard warns
	exitDanger      = 11  // the guard finds a danger, or what is forbidden
	exitInterrupted = 130 // as shells report SIGINT
)

// hinted is an error that knows what its reader can do next.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// hint adds advice to err; advice is one sentence, without a full stop.
func hint(err error, format string, args ...any) error {
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// coded is an error with an exit code of its own.
type coded struct {
	err  error
	code int
}

func (c *coded) Error() string { return c.err.Error() }
func (c *coded) Unwrap() error { return c.err }

// wrong reports a mistake on the command line.
func wrong(format string, args ...any) error {
	return &coded{fmt.Errorf(format, args...), exitUsage}
}

// exitCode is what the process ends with after err.
func exitCode(err error) int {
	var c *coded
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &c):
		return c.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case isRefusal(err):
		return exitRefused
	case isUnreachable(err):
		return exitUnreachable
	}
	return exitFailed
}

// complain prints err and its hint:
//
//	agon: error: question 42 closed at block 1180 (now 1200)
//	agon: hint: "agon list --open" shows what you can trade
func (a *app) complain(err error) {
	var v *verdict
	if errors.As(err, &v) {
		return // the verdict has been printed; it only sets the exit code
	}
	advice := adviceFor(err)
	if a.json {
		fault := map[string]any{"message": err.Error(), "code": exitCode(err)}
		if advice != "" {
			fault["hint"] = advice
		}
		if reason := refusalName(err); reason != "" {
			fault["reason"] = reason
		}
		b, err := json.Marshal(map[string]any{"error": fault})
		if err == nil {
			fmt.Fprintf(a.env.Err, "%s\n", b)
		}
		return
	}
	fmt.Fprintf(a.env.Err, "agon: error: %s\n", term.Clean(err.Error()))
	if advice != "" {
		fmt.Fprintf(a.env.Err, "agon: hint: %s\n", term.Clean(advice))
	}
}

// adviceFor is the hint nearest to the surface of err, or one that fits its kind.
func adviceFor(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	if isUnreachable(err) {
		return `"agon up" starts a node here; --rpc or AGON_RPC names another`
	}
	var r *client.Refused
	if errors.As(err, &r) && verbHints[r.Reason] != "" {
		return verbHints[r.Reason]
	}
	return client.Hint(err)
}

// verbHints name the verb that helps after a refusal; where there is none the
// client's advice stands.
var verbHints = map[market.Reason]string{
	market.UnknownQuestion:    `"agon list" shows the questions there are`,
	market.UnknownOrder:       `"agon positions" shows your live orders`,
	market.AfterClose:         `"agon list --open" shows what you can trade`,
	market.Unaffordable:       `"agon positions" shows what you have; a buy locks its whole budget`,
	market.InsufficientShares: `"agon positions" shows your shares and the orders that hold some`,
	market.SelfCross:          `"agon cancel" takes back your order on the other side`,
	market.NothingToClaim:     `"agon positions" shows what you hold; only settled questions pay`,
	market.NotSettled:         `"agon show N" tells until when the resolver has time`,
}

// isRefusal reports that the market itself said no.
func isRefusal(err error) bool {
	var r *client.Refused
	return errors.As(err, &r)
}

// refusalName is the market's reason in words, empty for other errors.
func refusalName(err error) string {
	var r *client.Refused
	if errors.As(err, &r) && r.Reason != market.OK {
		return r.Reason.String()
	}
	return ""
}

// isBound reports that an address to listen on is taken.
func isBound(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
