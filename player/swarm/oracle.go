package swarm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"agon/player"
)

// oracle is a forecaster that may do as it likes: its panics are caught, its
// silence ends, and its nonsense is refused. Players with the same forecaster
// share one oracle, and so one answer.
type oracle struct {
	player.Forecaster
	timeout time.Duration
	slots   chan struct{} // calls that have not come back
}

// maxCalls bounds the calls of one forecaster that run at a time. One that
// never comes back keeps its slot: a forecaster that always hangs costs this
// many goroutines and no more.
const maxCalls = 4

// queueTimeouts is how many timeouts a question waits for its turn with a
// forecaster that is busy.
const queueTimeouts = 20

// Why a forecaster's answer does not count.
var (
	errPanicked = errors.New("panicked")
	errHung     = errors.New("gave no answer in time")
	errNonsense = errors.New("answered nonsense")
)

func newOracle(f player.Forecaster, timeout time.Duration) *oracle {
	return &oracle{Forecaster: f, timeout: timeout, slots: make(chan struct{}, maxCalls)}
}

// ask is Forecast, kept within bounds.
func (o *oracle) ask(ctx context.Context, q player.Question) (player.Forecast, error) {
	queue := time.NewTimer(queueTimeouts * o.timeout)
	defer queue.Stop()
	select {
	case o.slots <- struct{}{}:
	case <-queue.C:
		return player.Forecast{}, fmt.Errorf("%w: all its calls hang", errHung)
	case <-ctx.Done():
		return player.Forecast{}, ctx.Err()
	}
	ctx, stop := context.WithTimeout(ctx, o.timeout)
	defer stop()
	type answer struct {
		player.Forecast
		error
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() { <-o.slots }()
		defer func() {
			if r := recover(); r != nil {
				answers <- answer{error: fmt.Errorf("%w: %v", errPanicked, r)}
			}
		}()
		f, err := o.Forecast(ctx, q)
		answers <- answer{f, err}
	}()
	select {
	case a := <-answers:
		if a.error != nil {
			return player.Forecast{}, a.error
		}
		return a.Forecast, sane(a.Forecast)
	case <-ctx.Done():
		return player.Forecast{}, fmt.Errorf("%w, %v", errHung, o.timeout)
	}
}

// sane refuses what is no forecast.
func sane(f player.Forecast) error {
	within := func(x float64) bool { return !math.IsNaN(x) && x >= 0 && x <= 1 }
	if !within(f.P) || !within(f.Confidence) {
		return fmt.Errorf("%w: probability %v, confidence %v", errNonsense, f.P, f.Confidence)
	}
	return nil
}
