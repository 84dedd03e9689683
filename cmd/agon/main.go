// Command agon runs a node of the game, asks questions of it, trades them,
// answers them and measures all of that. Each verb has a file of its own name.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; the next one finds the default
	// again and ends the process at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], environment{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Get: os.Getenv,
	})
	stop()
	os.Exit(code)
}

// environment is all a command knows of the world around the process, besides
// files and the node.
type environment struct {
	In       io.Reader
	Out, Err io.Writer
	Get      func(string) string // variables: AGON_RPC, AGON_KEY, ...
}
