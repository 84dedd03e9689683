package main

import "github.com/spf13/cobra"

// verbs are all commands, in the order of their files' sections in the help.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		a.ask(), a.list(), a.show(), a.trade(), a.cancel(), a.positions(),
		a.resolve(), a.claim(), a.deposit(), a.withdraw(), a.send(),
		a.play(), a.mcp(), a.track(), a.train(), a.lab(), a.guard(), a.prove(), a.keys(),
		a.up(), a.node(), a.testnet(), a.snapshot(), a.restore(), a.export(),
		a.demo(), a.bench(), a.version(),
	}
}
