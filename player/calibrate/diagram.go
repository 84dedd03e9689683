package calibrate

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// Bins is how many steps a Diagram divides [0, 1] into.
const Bins = 10

// Diagram tallies forecasts against answers: a reliability diagram and the
// scores that go with it. The zero value is empty.
type Diagram struct {
	bins       [Bins]bin
	brier, log float64 // sums
}

type bin struct{ n, p, y float64 } // count, sums of forecasts and answers

// Add tallies forecast p of a question whose YES paid y; what is not within
// [0, 1] is passed over.
func (d *Diagram) Add(p, y float64) {
	if !(p >= 0 && p <= 1 && y >= 0 && y <= 1) {
		return
	}
	b := &d.bins[min(Bins-1, int(p*Bins))]
	b.n++
	b.p += p
	b.y += y
	d.brier += (p - y) * (p - y)
	d.log += LogLoss(p, y)
}

// Bin is the forecasts of one step of a diagram. Without any, Count is 0 and
// the rest means nothing.
type Bin struct {
	Count    int     `json:"count"`
	Forecast float64 `json:"forecast"` // mean
	Outcome  float64 `json:"outcome"`  // mean: the share that came true
	Low      float64 `json:"low"`      // 95% interval of the outcome (Wilson 1927)
	High     float64 `json:"high"`
}

// Bin gives step i, 0 ≤ i < Bins: forecasts in [i/10, (i+1)/10).
func (d *Diagram) Bin(i int) Bin {
	b := d.bins[i]
	if b.n == 0 {
		return Bin{}
	}
	out := Bin{Count: int(b.n), Forecast: b.p / b.n, Outcome: b.y / b.n}
	// (ŷ + z²/2n ± z·√(ŷ(1−ŷ)/n + z²/4n²)) / (1 + z²/n)
	const z = 1.959964
	y, n := out.Outcome, b.n
	mid, half := y+z*z/(2*n), z*math.Sqrt(y*(1-y)/n+z*z/(4*n*n))
	out.Low, out.High = max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
	return out
}

// Count is how many forecasts were tallied.
func (d *Diagram) Count() int {
	n := 0.0
	for _, b := range d.bins {
		n += b.n
	}
	return int(n)
}

// Brier is the mean of (p − y)²; 0 without forecasts.
func (d *Diagram) Brier() float64 { return d.brier / max(1, float64(d.Count())) }

// Log is the mean log loss, in nats; 0 without forecasts.
func (d *Diagram) Log() float64 { return d.log / max(1, float64(d.Count())) }

// Error is the expected calibration error: the mean over forecasts of how far
// their bin's mean forecast is from its mean answer.
func (d *Diagram) Error() float64 {
	sum := 0.0
	for _, b := range d.bins {
		sum += math.Abs(b.p - b.y)
	}
	return sum / max(1, float64(d.Count()))
}

// Merge adds another diagram's tallies.
func (d *Diagram) Merge(other Diagram) {
	for i, b := range other.bins {
		d.bins[i].n += b.n
		d.bins[i].p += b.p
		d.bins[i].y += b.y
	}
	d.brier += other.brier
	d.log += other.log
}

// drawWidth is how many columns the share that came true is drawn over.
const drawWidth = 50

// Draw writes the diagram for a terminal: a line for each bin that has
// forecasts, with the interval of the share that came true as a bar, that share
// as 'o' and the mean forecast as '|'; where they are one, 'O'.
//
//	forecast   true      n  0                       ½                       1
//	    0.05   0.02     48  o|
//	    0.15   0.33      6   ---|---o----------
func (d *Diagram) Draw(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%8s %6s %6s  0%s½%s1\n", "forecast", "true", "n",
		strings.Repeat(" ", drawWidth/2-1), strings.Repeat(" ", drawWidth/2-1))
	at := func(x float64) int { return min(drawWidth, int(x*drawWidth+0.5)) }
	for i := range Bins {
		b := d.Bin(i)
		if b.Count == 0 {
			continue
		}
		row := []byte(strings.Repeat(" ", drawWidth+1))
		for x := at(b.Low); x <= at(b.High); x++ {
			row[x] = '-'
		}
		row[at(b.Forecast)] = '|'
		if at(b.Forecast) == at(b.Outcome) {
			row[at(b.Outcome)] = 'O'
		} else {
			row[at(b.Outcome)] = 'o'
		}
		fmt.Fprintf(&out, "%8.2f %6.2f %6d  %s\n", b.Forecast, b.Outcome, b.Count,
			strings.TrimRight(string(row), " "))
	}
	_, err := io.WriteString(w, out.String())
	return err
}
