package market_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/market-batch.svg anew")

const (
	figure = "../../docs/market-batch.svg"
	page   = "../../docs/market.md"
)

// A segment of the walk of the worked example: the buyers take shares while the
// price goes from one price to the other, or crosses with somebody at it.
type segment struct {
	from, to, shares float64
	with             string // who is on the other side; empty: the curve
	both             bool   // A and B buy; else A alone
}

// walkOfExample is the batch of ExampleCurve_Clear from its closed forms.
func walkOfExample() []segment {
	b := 10 / math.Ln2
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	climb := func(from, to float64, both bool) segment {
		return segment{from, to, b * (logit(to) - logit(from)), "", both}
	}
	return []segment{
		{0.50, 0.50, 5, "D", true},
		climb(0.50, 0.55, true),
		{0.55, 0.55, 4 / 0.45, "C", true},
		climb(0.55, 0.60, true),
		climb(0.60, 0.70, false),
	}
}

// The drawing: 22 pixels a share to the right, 15 a hundredth upwards.
const (
	left, bottom     = 70.0, 400.0
	perShare, perOne = 22.0, 1500.0
	lowest           = 0.48
)

func x(shares float64) float64 { return left + shares*perShare }

func y(price float64) float64 { return bottom - (price-lowest)*perOne }

// curvePoints are points of a segment that begins at shares s.
func curvePoints(seg segment, s float64) (points []string) {
	b := 10 / math.Ln2
	const steps = 24
	for i := range steps + 1 {
		part := seg.shares * float64(i) / steps
		price := seg.from
		if seg.with == "" {
			price = 1 / (1 + (1-seg.from)/seg.from*math.Exp(-part/b))
		}
		points = append(points, fmt.Sprintf("%.1f,%.1f", x(s+part), y(price)))
	}
	return points
}

// draw makes the picture of the worked example.
func draw() []byte {
	var out bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 470" ` +
		`font-family="sans-serif" font-size="13" role="img">`)
	line(`<title>One batch: the buyers' walk from 0.50 to 0.70</title>`)
	line(`<rect width="720" height="470" fill="#ffffff"/>`)
	for p := 50; p <= 70; p += 5 {
		at := y(float64(p) / 100)
		line(`<path d="M%.0f %.1fH690" stroke="#dddddd"/>`, left, at)
		line(`<text x="%.0f" y="%.1f" text-anchor="end">0.%d</text>`, left-8, at+4, p)
	}
	for n := 0; n <= 25; n += 5 {
		line(`<text x="%.1f" y="%.0f" text-anchor="middle">%d</text>`, x(float64(n)), bottom+20, n)
	}
	s := 0.0
	for i, seg := range walkOfExample() {
		points := curvePoints(seg, s)
		fill := "#9ecae1"
		if seg.with != "" {
			fill = "#fdd0a2"
		}
		base := fmt.Sprintf("%.1f,%.0f %.1f,%.0f", x(s+seg.shares), bottom, x(s), bottom)
		line(`<polygon points="%s %s" fill="%s"/>`, strings.Join(points, " "), base, fill)
		line(`<polyline points="%s" fill="none" stroke="#08519c" stroke-width="2"/>`,
			strings.Join(points, " "))
		line(`<text x="%.1f" y="%.0f" text-anchor="middle" font-weight="bold">%d</text>`,
			x(s+seg.shares/2), bottom-10, i+1)
		s += seg.shares
	}
	note := func(shares, price, dx, dy float64, text string) {
		line(`<circle cx="%.1f" cy="%.1f" r="4" fill="#08519c"/>`, x(shares), y(price))
		line(`<text x="%.1f" y="%.1f">%s</text>`, x(shares)+dx, y(price)+dy, text)
	}
	legs := walkOfExample()
	note(0, 0.50, 6, -12, "D sells 5 YES")
	note(legs[0].shares+legs[1].shares, 0.55, 6, -12, "C joins at 0.55")
	note(s-legs[4].shares, 0.60, -180, -12, "B leaves at its limit 0.60")
	note(s, 0.70, -165, -8, "A leaves at its limit 0.70")
	line(`<path d="M%.0f 40V%.0fH690" fill="none" stroke="#333333"/>`, left, bottom)
	line(`<text x="%.0f" y="%.0f" text-anchor="middle">YES shares bought by A and B</text>`,
		(left+690)/2, bottom+42)
	line(`<text transform="translate(20 %.0f) rotate(-90)" text-anchor="middle">`+
		`price of YES</text>`, (40+bottom)/2)
	line(`<rect x="90" y="48" width="14" height="14" fill="#fdd0a2"/>` +
		`<text x="110" y="60">crossed with D and C: the price stays</text>`)
	line(`<rect x="90" y="70" width="14" height="14" fill="#9ecae1"/>` +
		`<text x="110" y="82">bought from the curve: the price rises</text>`)
	line(`</svg>`)
	return out.Bytes()
}

// TestFigureIsCurrent: the picture is the one draw makes; go test -update
// writes it.
func TestFigureIsCurrent(t *testing.T) {
	want := draw()
	if *update {
		if err := os.WriteFile(figure, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(figure)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what draw makes: run go test ./game/market -run Figure -update", figure)
	}
}

// TestPageQuotesTheExamples: docs/market.md says what the examples print.
func TestPageQuotesTheExamples(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	example, _, _ := strings.Cut(string(source), "// A question from the first coin")
	_, output, _ := strings.Cut(example, "// Output:\n")
	for l := range strings.Lines(output) {
		l, ok := strings.CutPrefix(strings.TrimSpace(l), "// ")
		if !ok {
			continue
		}
		if quoted++; !strings.Contains(string(text), l) {
			t.Errorf("the page does not say %q", l)
		}
	}
	if quoted != 6 {
		t.Errorf("found %d lines of output, want 6", quoted)
	}
}
