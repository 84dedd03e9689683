package calibrate

import "math"

// line is Platt scaling (Platt 1999) of evidence: x becomes slope·x + bias.
type line struct{ slope, bias float64 }

// Where the line is drawn to, and how hard: a Gaussian prior of deviation ½
// on the slope around 1, and of 0.7 on the bias around 0, in log odds. Without
// it a few lucky answers in a row would make a player certain.
const (
	slopePrecision = 4
	biasPrecision  = 2
	mostSlope      = 3
)

func (l line) at(x float64) float64 { return l.slope*x + l.bias }

// newtonSteps suffice: the loss is convex and the last fit is near.
const newtonSteps = 8

// fit minimises, over slope a ≥ 0 and bias c,
//
//	Σ logloss(σ(o + a·x + c), y) + ½·4·(a − 1)² + ½·2·c²
//
// by Newton's method from where it stands. With p = σ(o + a·x + c), w = p(1−p):
//
//	gradient  Σ (p − y)·(x, 1)      Hessian  Σ w·(x², x; x, 1)
//
// both plus the prior's part.
func (l *line) fit(list []sample) {
	for range newtonSteps {
		ga, gc := slopePrecision*(l.slope-1), biasPrecision*l.bias
		haa, hac, hcc := float64(slopePrecision), 0.0, float64(biasPrecision)
		for _, s := range list {
			x := float64(s.x)
			p := 1 / (1 + math.Exp(-(float64(s.o) + l.slope*x + l.bias)))
			e, w := p-float64(s.y), p*(1-p)
			ga += e * x
			gc += e
			haa += w * x * x
			hac += w * x
			hcc += w
		}
		det := haa*hcc - hac*hac // > 0: the prior alone makes it so
		da := (hcc*ga - hac*gc) / det
		dc := (haa*gc - hac*ga) / det
		// A step of more than 1 would leave where the parabola fits.
		shrink := max(1, math.Abs(da), math.Abs(dc))
		l.slope = min(mostSlope, max(0, l.slope-da/shrink))
		l.bias -= dc / shrink
		if math.Abs(da)+math.Abs(dc) < 1e-6 {
			return
		}
	}
}
