package player

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Forecast is a player's opinion of YES.
type Forecast struct {
	P float64 // probability of YES, in (0, 1)

	// Confidence tells how far the player trusts P, from 0 (it has only the
	// base rate) to 1. A player that sizes its bets shrinks P towards the
	// price by it.
	Confidence float64

	Reason string // one line in plain words, at most MaxReason bytes
}

// MaxReason bounds a reason, in bytes.
const MaxReason = 240

// Forecaster answers questions. Implementations are safe for concurrent use
// and give the same forecast for the same question.
type Forecaster interface {
	// Name is unique in a roster: "host-ngram".
	Name() string
	// Family is the kind of model; errors of one family go together.
	Family() string
	// Forecast answers q, or returns a *PassError (which is ErrPass) when it
	// knows nothing of such questions.
	Forecast(ctx context.Context, q Question) (Forecast, error)
}

// Learner is a forecaster that learns from questions that have settled. Settle
// is given each of them once, as it stood when it opened, and only when its
// answer is known: never before. It is safe beside Forecast.
type Learner interface {
	Forecaster
	Settle(q Question, yes bool)
}

// ErrPass is what a forecaster returns when it has no opinion; see PassError.
var ErrPass = errors.New("no opinion")

// PassError is ErrPass with the reason.
type PassError struct {
	Player string // the forecaster's name
	Why    string // in plain words
}

func (e *PassError) Error() string { return fmt.Sprintf("%s: no opinion: %s", e.Player, e.Why) }

// Is makes errors.Is(e, ErrPass) true.
func (e *PassError) Is(target error) bool { return target == ErrPass }

// Pass gives the error of a forecaster that has no opinion.
func Pass(player, why string) error { return &PassError{Player: player, Why: why} }

// Bounds of a probability that a forecaster states: nothing built in claims to
// know better than one in a thousand.
const (
	MinP = 0.001
	MaxP = 1 - MinP
)

// Clamp brings p into [MinP, MaxP]; what is not a number becomes ½.
func Clamp(p float64) float64 {
	if math.IsNaN(p) {
		return 0.5
	}
	return min(max(p, MinP), MaxP)
}

// Logit is ln(p/(1−p)) of p clamped.
func Logit(p float64) float64 {
	p = Clamp(p)
	return math.Log(p / (1 - p))
}

// Sigmoid is 1/(1+e⁻ˣ), the inverse of Logit.
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Shift moves p, stated where YES had the base rate from, to where it has the
// base rate to. By Bayes' rule the evidence's likelihood ratio stays:
//
//	logit p′ = logit p + logit to − logit from
func Shift(p, from, to float64) float64 {
	return Clamp(Sigmoid(Logit(p) + Logit(to) - Logit(from)))
}

// Clip makes text from strangers fit to show as a reason: one line of at most
// MaxReason bytes, with '?' for whatever does not print, such as terminal
// commands and marks that turn the direction of writing.
func Clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if len(s) <= MaxReason {
		return s
	}
	return strings.ToValidUTF8(s[:MaxReason], "")
}
