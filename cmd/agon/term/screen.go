package term

import (
	"io"
	"os"
	"strings"

	xterm "golang.org/x/term"
)

// Widths of a screen, in columns.
const (
	defaultWidth = 100 // where nothing is known: a file, a pipe
	minWidth     = 40
	maxWidth     = 160 // longer lines are hard to read
)

// Screen is where something is drawn.
type Screen struct {
	W       io.Writer
	Width   int  // columns, between minWidth and maxWidth
	Unicode bool // braille and box characters may be used
	Live    bool // a terminal whose cursor can be moved
}

// Open finds out about w. env reads the environment: LC_ALL, LC_CTYPE or LANG
// announce Unicode, AGON_ASCII turns it off, TERM=dumb keeps the cursor still.
func Open(w io.Writer, env func(string) string) Screen {
	s := Screen{W: w, Width: defaultWidth, Unicode: unicodeLocale(env)}
	f, ok := w.(*os.File)
	if !ok || !xterm.IsTerminal(int(f.Fd())) {
		return s
	}
	s.Live = env("TERM") != "dumb"
	if width, _, err := xterm.GetSize(int(f.Fd())); err == nil && width > 0 {
		s.Width = min(max(width, minWidth), maxWidth)
	}
	return s
}

// unicodeLocale follows the order in which C libraries read these variables.
func unicodeLocale(env func(string) string) bool {
	if env("AGON_ASCII") != "" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
