package chain

import (
	"context"
	"io"
	"log/slog"
	"os"

	"cosmossdk.io/log/v2"
)

// logger lets the libraries write to a slog.Logger.
type logger struct{ *slog.Logger }

var _ log.Logger = logger{}

// With returns a logger that adds the pairs to every line.
func (l logger) With(pairs ...any) log.Logger { return logger{l.Logger.With(pairs...)} }

// Impl returns the slog.Logger.
func (l logger) Impl() any { return l.Logger }

// newLoggers returns the node's own logger and the libraries'. The libraries
// write several lines a block at Info, so they are heard from Warn upward,
// unless the operator asked for Debug.
//
// quiet may be raised: CometBFT reports its own orderly end as errors.
func newLoggers(c Config) (own *slog.Logger, libraries logger, quiet *slog.LevelVar) {
	var to io.Writer = os.Stderr
	if c.Log != nil {
		to = c.Log
	}
	options := &slog.HandlerOptions{Level: c.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(to, options)
	if c.LogJSON {
		handler = slog.NewJSONHandler(to, options)
	}
	quiet = new(slog.LevelVar)
	quiet.Set(c.LogLevel)
	if c.LogLevel > slog.LevelDebug {
		quiet.Set(max(c.LogLevel, slog.LevelWarn))
	}
	return slog.New(handler), logger{slog.New(atLeast{handler, quiet})}, quiet
}

// silent is above every level in use.
const silent = slog.LevelError + 4

// above returns a logger that drops what level, which may change, forbids.
func (l logger) above(level slog.Leveler) logger {
	return logger{slog.New(atLeast{l.Handler(), level})}
}

// atLeast drops records below a level before they are formatted.
type atLeast struct {
	slog.Handler
	level slog.Leveler
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level.Level() && h.Handler.Enabled(ctx, l)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}

func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}
