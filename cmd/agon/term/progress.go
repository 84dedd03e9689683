package term

import (
	"fmt"
	"strings"
	"sync"
)

// Progress is one line that shows how far long work is. On anything but a live
// terminal it prints nothing: logs stay readable. Its methods may be called
// from several goroutines.
type Progress struct {
	mu     sync.Mutex
	screen Screen
	shown  bool
}

// NewProgress prepares a line on s, usually standard error.
func NewProgress(s Screen) *Progress { return &Progress{screen: s} }

// barWidth is the length of the bar, in columns.
const barWidth = 24

// Set shows that done of total is finished (total 0: unknown) with a note.
func (p *Progress) Set(done, total int, note string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.screen.Live {
		return
	}
	text := p.screen.Plain(Clean(note))
	if total > 0 {
		text = fmt.Sprintf("%s %d/%d %s", p.bar(done, total), done, total, text)
	}
	// Return to the first column, write, clear what an older line left.
	fmt.Fprintf(p.screen.W, "\r%s\x1b[K", p.screen.Fit(text, p.screen.Width-1))
	p.shown = true
}

// bar draws the filled part of done over total.
func (p *Progress) bar(done, total int) string {
	full, empty := "█", "░"
	if !p.screen.Unicode {
		full, empty = "#", "."
	}
	n := min(max(barWidth*done/total, 0), barWidth)
	return strings.Repeat(full, n) + strings.Repeat(empty, barWidth-n)
}

// Done clears the line, so that what is printed next starts clean.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.screen.W, "\r\x1b[K")
		p.shown = false
	}
}
