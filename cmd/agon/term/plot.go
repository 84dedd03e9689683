package term

import (
	"fmt"
	"math"
	"strings"
)

// Point is a price from a block on, until the next point.
type Point struct {
	Height uint64
	Price  float64 // probability, in [0, 1]
}

// plotRows is the height of a plot, in lines of text: odd, so that every second
// line has a label, the first and the last included.
const plotRows = 9

// axisWidth is what the labels left of a plot take: "100% ┤".
const axisWidth = 6

// Plot draws a price history as a step line: points in order of height, the
// last one held until the block `until`. The vertical axis covers the prices
// that occur, widened to tens of per cent; the horizontal one is time in blocks.
func (s Screen) Plot(points []Point, until uint64) {
	if len(points) == 0 {
		fmt.Fprintln(s.W, "  (no price yet)")
		return
	}
	lo, hi := priceRange(points)
	width := max(minWidth, s.Width) - axisWidth - 1
	dotsX, dotsY := 1, 1 // dots per cell
	if s.Unicode {
		dotsX, dotsY = 2, 4
	}
	c := newCanvas(width*dotsX, plotRows*dotsY)
	c.steps(points, until, lo, hi)
	lines := c.ascii()
	if s.Unicode {
		lines = c.braille()
	}
	tick, bar, corner, floor := "┤", "│", "└", "─"
	if !s.Unicode {
		tick, bar, corner, floor = "+", "|", "+", "-"
	}
	for i, line := range lines {
		label, edge := "    ", bar
		// What row i stands for: the ends of the range on the first and last.
		if i%2 == 0 {
			p := hi - (hi-lo)*float64(i)/float64(len(lines)-1)
			label, edge = fmt.Sprintf("%3.0f%%", 100*p), tick
		}
		fmt.Fprintf(s.W, "%s %s%s\n", label, edge, strings.TrimRight(line, " \u2800"))
	}
	fmt.Fprintf(s.W, "     %s%s\n", corner, strings.Repeat(floor, width))
	first, last := fmt.Sprint(points[0].Height), fmt.Sprint(max(until, points[0].Height))
	fill := max(1, width-len(first)-len(last))
	fmt.Fprintf(s.W, "      %s%s%s\n", first, strings.Repeat(" ", fill), last)
}

// priceRange is the least range of whole tens of per cent that holds all prices
// and is at least two of them high.
func priceRange(points []Point) (lo, hi float64) {
	lo, hi = 1, 0
	for _, p := range points {
		lo, hi = min(lo, p.Price), max(hi, p.Price)
	}
	// In tenths, so that the ends are exact.
	a, b := math.Floor(lo*10+1e-9), math.Ceil(hi*10-1e-9)
	for b-a < 2 {
		if a > 0 {
			a--
		}
		if b-a < 2 && b < 10 {
			b++
		}
	}
	return a / 10, b / 10
}

// Spark draws prices in one line of at most width characters, one per step of
// time, over the whole range from 0 to 1.
func (s Screen) Spark(points []Point, until uint64, width int) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	if !s.Unicode {
		levels = []rune("_.-~=+*#")
	}
	if len(points) == 0 || width < 1 {
		return ""
	}
	line := make([]rune, width)
	for x := range line {
		p := at(points, until, x, width)
		i := int(p * float64(len(levels)))
		line[x] = levels[min(max(i, 0), len(levels)-1)]
	}
	return string(line)
}

// at is the price at column x of width columns between the first point and
// until, both included.
func at(points []Point, until uint64, x, width int) float64 {
	first := points[0].Height
	span := float64(max(until, first) - first)
	h := float64(first)
	if width > 1 {
		h += span * float64(x) / float64(width-1)
	}
	p := points[0].Price
	for _, q := range points {
		if float64(q.Height) > h {
			break
		}
		p = q.Price
	}
	return p
}

// canvas is a grid of dots, row 0 on top.
type canvas struct {
	w, h int
	dots []bool
}

func newCanvas(w, h int) *canvas { return &canvas{w, h, make([]bool, w*h)} }

// set lights a dot inside the grid.
func (c *canvas) set(x, y int) {
	if x >= 0 && x < c.w && y >= 0 && y < c.h {
		c.dots[y*c.w+x] = true
	}
}

// steps draws the history, joining neighbouring columns by a vertical stroke.
func (c *canvas) steps(points []Point, until uint64, lo, hi float64) {
	prev := -1
	for x := range c.w {
		p := at(points, until, x, c.w)
		y := int(math.Round((hi - p) / (hi - lo) * float64(c.h-1)))
		c.set(x, y)
		if prev >= 0 {
			for v := min(prev, y); v <= max(prev, y); v++ {
				c.set(x, v)
			}
		}
		prev = y
	}
}

// ascii draws a star for each dot.
func (c *canvas) ascii() []string {
	lines := make([]string, c.h)
	for y := range lines {
		row := make([]byte, c.w)
		for x := range row {
			row[x] = ' '
			if c.dots[y*c.w+x] {
				row[x] = '*'
			}
		}
		lines[y] = string(row)
	}
	return lines
}

// brailleBit is the bit of the dot at row y, column x of a braille cell: the
// Unicode block numbers the upper six dots by columns and adds the lowest row.
var brailleBit = [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// braille packs 2×4 dots into each character.
func (c *canvas) braille() []string {
	lines := make([]string, c.h/4)
	for row := range lines {
		cells := make([]rune, c.w/2)
		for col := range cells {
			cells[col] = 0x2800
			for y := range 4 {
				for x := range 2 {
					if c.dots[(row*4+y)*c.w+col*2+x] {
						cells[col] |= brailleBit[y][x]
					}
				}
			}
		}
		lines[row] = string(cells)
	}
	return lines
}
