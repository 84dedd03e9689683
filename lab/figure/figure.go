// Package figure draws the lab's plots with gonum.org/v1/plot and writes each
// as SVG and PNG.
package figure

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Size of a plot.
const (
	width  = 12 * vg.Centimeter
	height = 9 * vg.Centimeter
)

// palette tells series apart, also for those who see colours differently (Okabe
// and Ito 2008).
var palette = []color.RGBA{
	{0, 114, 178, 255}, {213, 94, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255},
	{230, 159, 0, 255}, {86, 180, 233, 255}, {90, 90, 90, 255},
}

var grey = color.RGBA{170, 170, 170, 255}

// Line is one curve: points in order of X. With Low and High, of the same
// length, each point has a bar between them.
type Line struct {
	Name      string
	X, Y      []float64
	Low, High []float64
	Dots      bool // a dot at each point
}

// Plot is a figure of lines.
type Plot struct {
	Title, X, Y string
	Lines       []Line
	// Diagonal draws y = x: where forecasts and answers agree. Both axes then
	// go from 0 to 1.
	Diagonal bool
}

// draw lays the figure out.
func (f Plot) draw() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = f.Title, f.X, f.Y
	for _, style := range []*font.Font{
		&p.Title.TextStyle.Font, &p.X.Label.TextStyle.Font, &p.Y.Label.TextStyle.Font,
		&p.X.Tick.Label.Font, &p.Y.Tick.Label.Font, &p.Legend.TextStyle.Font,
	} {
		style.Variant = "Sans"
		style.Size = 9
	}
	p.Title.TextStyle.Font.Size = 11
	p.Add(plotter.NewGrid())
	if f.Diagonal {
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
		line, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
		if err != nil {
			return nil, err
		}
		line.Color = grey
		p.Add(line)
	}
	for i, l := range f.Lines {
		if err := l.add(p, palette[i%len(palette)]); err != nil {
			return nil, fmt.Errorf("figure: %s: %w", l.Name, err)
		}
	}
	p.Legend.Top, p.Legend.Left = true, f.Diagonal
	p.Legend.Padding = vg.Millimeter
	return p, nil
}

// add draws one line; what is not a number is left out.
func (l Line) add(p *plot.Plot, c color.RGBA) error {
	var points plotter.XYs
	var bars plotter.YErrors
	for i := range l.X {
		if math.IsNaN(l.Y[i]) {
			continue
		}
		points = append(points, plotter.XY{X: l.X[i], Y: l.Y[i]})
		if l.Low != nil {
			bars = append(bars, struct{ Low, High float64 }{l.Y[i] - l.Low[i], l.High[i] - l.Y[i]})
		}
	}
	if len(points) == 0 {
		return nil
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.Color, line.Width = c, vg.Points(1.3)
	p.Add(line)
	p.Legend.Add(l.Name, line)
	if bars != nil {
		e, err := plotter.NewYErrorBars(struct {
			plotter.XYs
			plotter.YErrors
		}{points, bars})
		if err != nil {
			return err
		}
		e.Color = c
		p.Add(e)
	}
	if l.Dots {
		s, err := plotter.NewScatter(points)
		if err != nil {
			return err
		}
		s.GlyphStyle.Color, s.GlyphStyle.Radius = c, vg.Points(2)
		p.Add(s)
	}
	return nil
}

// Write writes the figure to w in a format: "svg" or "png".
func (f Plot) Write(w io.Writer, format string) error {
	p, err := f.draw()
	if err != nil {
		return err
	}
	to, err := p.WriterTo(width, height, format)
	if err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	_, err = to.WriteTo(w)
	return err
}

// Save writes the figure as DIR/NAME.svg and DIR/NAME.png and gives the files.
func (f Plot) Save(dir, name string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("figure: %w", err)
	}
	var files []string
	for _, format := range []string{"svg", "png"} {
		path := filepath.Join(dir, name+"."+format)
		out, err := os.Create(path)
		if err != nil {
			return files, fmt.Errorf("figure: %w", err)
		}
		err = f.Write(out, format)
		if closing := out.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return files, err
		}
		files = append(files, path)
	}
	return files, nil
}
