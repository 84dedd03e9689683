package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
)

// build describes the binary.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // commit it was built from
	Modified bool   `json:"modified,omitempty"` // with changes not committed
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print what this binary was built from",
		Example: examples("agon version", "agon version --json"),
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			return a.emit(b, func(s term.Screen) {
				say(s, "agon %s (%s, %s)", b.Version, b.Go, b.Platform)
				changed := ""
				if b.Modified {
					changed = ", modified"
				}
				if b.Revision != "" {
					say(s, "commit %s%s", b.Revision, changed)
				}
			})
		},
	}
}

// thisBuild reads what the Go tool stamped into the binary.
func thisBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version()}
	b.Platform = runtime.GOOS + "/" + runtime.GOARCH
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
