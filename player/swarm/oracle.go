package swarm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"agon/player"
)

// oracle is a forecaster that may do as it likes: its panics are caught, its
// silence ends, and its nonsense is refused. Players with the same forecaster
// share one oracle, and so one answer.
type oracle struct {
	player.Forecaster
	id      string // under which its forecasts are remembered
	timeout time.Duration
	slots   chan struct{} // calls that have not come back
	stuck   atomic.Int32  // of them, those whose time is over

	mu      sync.Mutex
	queue   []task // questions that wait for it
	workers int

	asking  int     // looks that are to be paid, and have not been charged
	charged float64 // of what its forecasts have cost
	lost    bool    // as a learner: it once did not come back
}

// task is a question an oracle is to answer: the views of its books, and what
// the oracle is remembered to have said of them, if it was asked before.
type task struct {
	question uint64
	views    []player.Question
	said     []opinion
	most     []float64 // most to be earned on each book, in coins
}

// maxCalls bounds the calls of one forecaster that run at a time. One that
// never comes back keeps its slot: a forecaster that always hangs costs this
// many goroutines and no more.
const maxCalls = 4

// queueTimeouts is how many timeouts a call waits for its turn with a
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

// enqueue has a task done by do, after those before it, in a goroutine that
// spawn starts if fewer than maxCalls are at work.
func (o *oracle) enqueue(t task, spawn func(func()), do func(task)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, t)
	if o.workers == maxCalls {
		return
	}
	o.workers++
	spawn(func() {
		for {
			o.mu.Lock()
			if len(o.queue) == 0 {
				o.workers--
				o.mu.Unlock()
				return
			}
			next := o.queue[0]
			o.queue = o.queue[1:]
			o.mu.Unlock()
			do(next)
		}
	})
}

// ask is Forecast, kept within bounds.
func (o *oracle) ask(ctx context.Context, q player.Question) (player.Forecast, error) {
	if o.stuck.Load() >= maxCalls {
		return player.Forecast{}, fmt.Errorf("%w: all its calls hang", errHung)
	}
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
	var late atomic.Bool
	go func() {
		defer func() {
			if r := recover(); r != nil {
				answers <- answer{error: fmt.Errorf("%w: %v", errPanicked, r)}
			}
			// Whoever comes second, the end of the call or that of its time,
			// settles the count.
			if late.Swap(true) {
				o.stuck.Add(-1)
			}
			<-o.slots
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
		o.stuck.Add(1)
		if late.Swap(true) {
			o.stuck.Add(-1)
		}
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
