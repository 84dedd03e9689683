package figure_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"agon/lab/figure"
)

var sample = figure.Plot{
	Title: "a title", X: "across", Y: "up", Diagonal: true,
	Lines: []figure.Line{
		{Name: "first line", X: []float64{0, 0.5, 1}, Y: []float64{0.1, math.NaN(), 0.9},
			Low: []float64{0, 0, 0.8}, High: []float64{0.2, 1, 1}, Dots: true},
		{Name: "second line", X: []float64{0, 1}, Y: []float64{0.3, 0.4}},
		{Name: "nothing", X: []float64{0}, Y: []float64{math.NaN()}},
	},
}

// words is the text of an SVG, and the number of its paths. It fails if it is
// not well formed.
func words(t *testing.T, svg []byte) (text string, paths int) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	var b strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), paths
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		switch x := token.(type) {
		case xml.CharData:
			b.Write(x)
		case xml.StartElement:
			if x.Name.Local == "path" {
				paths++
			}
		}
	}
}

// TestSave: both files are what their names say, and show what they are to.
func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plots")
	files, err := sample.Save(dir, "sample")
	if err != nil || len(files) != 2 {
		t.Fatalf("wrote %v: %v", files, err)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "sample.svg"))
	if err != nil {
		t.Fatal(err)
	}
	text, paths := words(t, svg)
	for _, want := range []string{"a title", "across", "up", "first line", "second line"} {
		if !strings.Contains(text, want) {
			t.Errorf("the SVG does not say %q", want)
		}
	}
	if strings.Contains(text, "nothing") {
		t.Error("a line without points is in the legend")
	}
	bare := sample
	bare.Lines = nil
	var out bytes.Buffer
	if err := bare.Write(&out, "svg"); err != nil {
		t.Fatal(err)
	}
	if _, fewer := words(t, out.Bytes()); fewer >= paths {
		t.Errorf("%d paths with lines, %d without", paths, fewer)
	}
	in, err := os.Open(filepath.Join(dir, "sample.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	img, err := png.Decode(in)
	if err != nil {
		t.Fatal(err)
	}
	if s := img.Bounds().Size(); s.X < 300 || s.Y < 200 || s.X <= s.Y {
		t.Errorf("the PNG has %v pixels", s)
	}
}

// TestSaveFails: an unknown format and a folder that cannot be are errors.
func TestSaveFails(t *testing.T) {
	if err := sample.Write(io.Discard, "gif of sorts"); err == nil {
		t.Error("an unknown format is no error")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sample.Save(file, "x"); err == nil {
		t.Error("a folder that is a file is no error")
	}
}
