package main

import (
	"github.com/spf13/cobra"
)

func (a *app) lab() *cobra.Command {
	c := &cobra.Command{
		Use:     "lab",
		GroupID: "player",
		Short:   "Experiments: does the market find the truth, what does it cost to fool it",
		Example: examples("agon lab truth --data DIR --set hosts --quick",
			"agon lab manipulate --data DIR", "agon lab keep --data DIR",
			"agon lab all --data DIR --out docs/lab --doc docs/lab.md"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.labTruth(), a.labManipulate(), a.labKeep(), a.labAll())
	return c
}
