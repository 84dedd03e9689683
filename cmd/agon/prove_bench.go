package main

import "github.com/spf13/cobra"

func (a *app) proveBench() *cobra.Command { return &cobra.Command{Use: "bench"} }
