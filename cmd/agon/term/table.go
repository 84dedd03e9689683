package term

import (
	"fmt"
	"strings"
)

// Column is one column of a table.
type Column struct {
	Name  string
	Right bool // aligned to the right, as numbers are
	Grow  bool // takes what width is left; is cut first where there is none
}

// Table is rows of text under columns. Cells are cleaned when drawn.
type Table struct {
	Columns []Column
	Rows    [][]string // as many cells as columns
}

// Row appends a row, formatting each cell with fmt.Sprint.
func (t *Table) Row(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = fmt.Sprint(c)
	}
	t.Rows = append(t.Rows, row)
}

// gap separates columns.
const gap = "  "

// minGrow is the least width a growing column is cut to.
const minGrow = 12

// Draw writes the table: a head, then a line for each row. Lines are no wider
// than the screen as far as cutting the growing columns can make them.
func (t *Table) Draw(s Screen) {
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Name
	}
	lines := [][]string{head}
	for _, row := range t.Rows {
		clean := make([]string, len(t.Columns))
		for i := range clean {
			if i < len(row) {
				clean[i] = s.Plain(Clean(row[i]))
			}
		}
		lines = append(lines, clean)
	}
	widths := t.widths(lines, s.Width)
	for _, line := range lines {
		fmt.Fprintln(s.W, s.Plain(t.line(s, line, widths)))
	}
}

// widths gives each column its widest cell, then takes what is too much from
// the growing columns, left to right.
func (t *Table) widths(lines [][]string, width int) []int {
	widths := make([]int, len(t.Columns))
	total := len(gap) * (len(t.Columns) - 1)
	for i := range widths {
		for _, line := range lines {
			widths[i] = max(widths[i], columns(line[i]))
		}
		total += widths[i]
	}
	for i, c := range t.Columns {
		if total <= width {
			break
		}
		if c.Grow {
			cut := min(total-width, max(0, widths[i]-minGrow))
			widths[i] -= cut
			total -= cut
		}
	}
	return widths
}

// line lays out one row, without blanks at its end.
func (t *Table) line(s Screen, cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(gap)
		}
		cell := s.Fit(cells[i], widths[i])
		pad := strings.Repeat(" ", widths[i]-columns(cell))
		if c.Right {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	return strings.TrimRight(b.String(), " ")
}
