package language

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"agon/player"
	"agon/player/quote"
)

// Bounds of what is taken from a model, whatever it says.
const (
	// MaxOdds is how sure a model may be: 50 to 1, as the built-in models of a
	// name alone.
	MaxOdds = 50
	// WaryConfidence is the most confidence an answer gets where the question
	// or its evidence gives orders to the model.
	WaryConfidence = 0.2

	maxAnswer = 16 << 10 // bytes
)

// ErrAnswer reports an answer that is no forecast.
var ErrAnswer = errors.New("the model's answer is no forecast")

// answer is what a model is to say.
type answer struct {
	Reasoning  string   `json:"reasoning"`
	P          *float64 `json:"p_yes"`
	Confidence *float64 `json:"confidence"`
}

// parse reads an answer: one JSON object, bare or in a code fence as models
// like to write it. Numbers outside [0, 1] are not mended: a model that says 87
// may mean anything.
func parse(text string) (answer, error) {
	var a answer
	if len(text) > maxAnswer {
		return a, fmt.Errorf("%w: %d bytes, at most %d", ErrAnswer, len(text), maxAnswer)
	}
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "```"); ok {
		inner = strings.TrimPrefix(inner, "json")
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(inner), "```"))
	}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return a, fmt.Errorf("%w: not one JSON object: %w", ErrAnswer, err)
	}
	switch {
	case a.P == nil:
		return a, fmt.Errorf("%w: it has no p_yes", ErrAnswer)
	case !(*a.P >= 0 && *a.P <= 1):
		return a, fmt.Errorf("%w: p_yes is %v, want 0 to 1", ErrAnswer, *a.P)
	}
	return a, nil
}

// forecast makes a forecast of an answer, within the bounds.
func (a answer) forecast(wary bool) player.Forecast {
	words := strings.Fields(quote.Clean(a.Reasoning, maxText))
	f := player.Forecast{
		P:          min(max(*a.P, 1./(1+MaxOdds)), MaxOdds/(1.+MaxOdds)),
		Confidence: 0.5, // of a model that does not say
		Reason:     player.Clip(strings.Join(words, " ")),
	}
	if a.Confidence != nil {
		f.Confidence = *a.Confidence
	}
	if !(f.Confidence >= 0 && f.Confidence <= 1) {
		f.Confidence = 0
	}
	if wary {
		f.Confidence = min(f.Confidence, WaryConfidence)
		f.Reason = player.Clip("the text gives orders; " + f.Reason)
	}
	if f.Reason == "" {
		f.Reason = "the model gave no reason"
	}
	return f
}
