package calibrate

import (
	"math"

	"agon/player"
)

// Settled is one forecast whose question has been answered.
type Settled struct {
	P    float64 // the forecast as it was made, before any calibration
	Base float64 // the question's base rate: the price at which it opened
	Y    float64 // what a YES paid, in [0, 1]: 1 for YES, 0 for NO
}

// usable reports whether the numbers are ones to learn from: what is not a
// number, or out of range, teaches nothing.
func (s Settled) usable() bool {
	in := func(x float64) bool { return x >= 0 && x <= 1 }
	return in(s.P) && in(s.Base) && in(s.Y)
}

// Method is a way to mend a forecast.
type Method uint8

// The methods. Identity says the forecast again.
const (
	Identity Method = iota
	Platt
	Isotonic
	methods
)

// String is the method as one word.
func (m Method) String() string {
	return [...]string{"identity", "platt", "isotonic", "unknown"}[min(m, methods)]
}

// Options of a Calibrator; the zero value of a field means its default.
type Options struct {
	// Window is how many settled forecasts are remembered, the newest; 1024.
	Window int
	// Least is how many must have settled before any method but Identity is
	// used; 32.
	Least int
	// Fade is by how much one more settled forecast dims what the methods
	// scored before, in (0, 1]; 0.995, a memory of some 200.
	Fade float64
}

// Defaults of Options.
const (
	defaultWindow = 1024
	defaultLeast  = 32
	defaultFade   = 0.995
)

// Calibrator mends the forecasts of one player. Make it with New.
type Calibrator struct {
	opts  Options
	kept  []sample // a ring once it holds Window
	next  int      // where the ring's next sample goes
	count int      // all that were ever updated
	fresh int      // updates since the last fit

	platt    line
	isotonic steps

	scores [methods]float64 // faded log loss of each method's forecasts, in nats
	raw    Diagram
	mended Diagram
}

// sample is a settled forecast in the form fits read: 12 bytes, since players
// are many.
type sample struct {
	x float32 // evidence: logit P − logit Base
	o float32 // offset: logit Base
	y float32
}

// New makes a calibrator that has seen nothing.
func New(o Options) *Calibrator {
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	if o.Least <= 0 {
		o.Least = defaultLeast
	}
	if !(o.Fade > 0 && o.Fade <= 1) {
		o.Fade = defaultFade
	}
	return &Calibrator{opts: o, platt: line{slope: 1}}
}

// Apply mends a forecast of a question with that base rate, by what has been
// updated so far. The result lies in [player.MinP, player.MaxP]. A forecast
// that is not a number becomes the base rate.
func (c *Calibrator) Apply(p, base float64) float64 { return c.by(c.Method(), p, base) }

// by is Apply with one method.
func (c *Calibrator) by(m Method, p, base float64) float64 {
	o := player.Logit(base)
	if math.IsNaN(p) {
		return player.Clamp(player.Sigmoid(o))
	}
	x := player.Logit(p) - o
	switch m {
	case Platt:
		x = c.platt.at(x)
	case Isotonic:
		x = c.isotonic.at(x)
	}
	return player.Clamp(player.Sigmoid(o + x))
}

// Method is what Apply uses now: Identity until Options.Least have settled,
// then whichever method's forecasts, each made before its answer was known
// (prequentially, Dawid 1984), have the least faded log loss.
func (c *Calibrator) Method() Method {
	best := Identity
	if c.count < c.opts.Least {
		return best
	}
	for m := Platt; m < methods; m++ {
		if c.scores[m] < c.scores[best] {
			best = m
		}
	}
	return best
}

// Update learns one settled forecast. What is not usable is passed over and
// reported as false.
func (c *Calibrator) Update(s Settled) bool {
	if !s.usable() {
		return false
	}
	// First every method is held to what it would have said.
	c.raw.Add(player.Clamp(s.P), s.Y)
	c.mended.Add(c.Apply(s.P, s.Base), s.Y)
	for m := range methods {
		c.scores[m] = c.opts.Fade*c.scores[m] + LogLoss(c.by(m, s.P, s.Base), s.Y)
	}
	// Then the answer may be known.
	o := player.Logit(s.Base)
	c.keep(sample{float32(player.Logit(s.P) - o), float32(o), float32(s.Y)})
	c.count++
	c.fresh++
	// A fit costs as much as the memory is long, so it waits until the memory
	// has grown, or was replaced, by an eighth.
	if c.fresh > len(c.kept)/8 {
		c.fresh = 0
		c.platt.fit(c.kept)
		c.isotonic.fit(c.kept)
	}
	return true
}

// keep adds a sample, in the place of the oldest once the window is full.
func (c *Calibrator) keep(s sample) {
	if len(c.kept) < c.opts.Window {
		c.kept = append(c.kept, s)
		return
	}
	c.kept[c.next] = s
	c.next = (c.next + 1) % len(c.kept)
}

// Count is how many settled forecasts were learnt, ever.
func (c *Calibrator) Count() int { return c.count }

// Slope and Bias are the Platt line: evidence x becomes Slope·x + Bias. A
// slope near 0 says that the player knows no more than the base rate.
func (c *Calibrator) Slope() float64 { return c.platt.slope }

// Bias is the Platt line's; see Slope.
func (c *Calibrator) Bias() float64 { return c.platt.bias }

// Raw is the diagram of the forecasts as they were made.
func (c *Calibrator) Raw() Diagram { return c.raw }

// Mended is the diagram of the forecasts as Apply gave them before each answer.
func (c *Calibrator) Mended() Diagram { return c.mended }

// LogLoss is −(y·ln p + (1−y)·ln(1−p)), in nats, p clamped.
func LogLoss(p, y float64) float64 {
	p = player.Clamp(p)
	return -(y*math.Log(p) + (1-y)*math.Log1p(-p))
}
