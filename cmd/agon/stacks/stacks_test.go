package stacks

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"
)

// burn keeps the processor busy in a function of a known name.
//
//go:noinline
func burn(until time.Time) (sum byte) {
	block := make([]byte, 1<<16)
	for time.Now().Before(until) {
		d := sha256.Sum256(block)
		sum += d[0]
	}
	return sum
}

// recorded is a real profile of burn.
func recorded(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		t.Fatal(err)
	}
	pprof.Do(context.Background(), pprof.Labels("what", "burning"), func(context.Context) {
		burn(time.Now().Add(300 * time.Millisecond))
	})
	pprof.StopCPUProfile()
	return b.Bytes()
}

// TestRead: of a real profile most of the time is below the function that burns
// it, and its caller stands above.
func TestRead(t *testing.T) {
	stacks, err := Read(recorded(t))
	if err != nil {
		t.Fatal(err)
	}
	var total, burnt time.Duration
	for _, s := range stacks {
		total += s.CPU
		at := slices.Index(s.Frames, "agon/cmd/agon/stacks.burn")
		if at < 0 {
			continue
		}
		burnt += s.CPU
		if above := s.Frames[at+1]; !strings.HasSuffix(above, "stacks.recorded.func1") {
			t.Errorf("above burn is %s", above)
		}
		if s.Labels["what"] != "burning" {
			t.Errorf("labels of burn: %v", s.Labels)
		}
	}
	if total < 50*time.Millisecond || burnt < total/2 {
		t.Errorf("%v of %v are burn's", burnt, total)
	}
}

func TestReadRefuses(t *testing.T) {
	if _, err := Read([]byte("no profile")); !errors.Is(err, ErrProfile) {
		t.Errorf("text: %v", err)
	}
	whole := recorded(t)
	if _, err := Read(whole[:len(whole)/2]); !errors.Is(err, ErrProfile) {
		t.Errorf("half a profile: %v", err)
	}
}

func FuzzFields(f *testing.F) {
	f.Add([]byte{0x12, 0x04, 0x0a, 0x02, 0x01, 0x02, 0x32, 0x01, 0x41})
	f.Fuzz(func(t *testing.T, b []byte) {
		p := profile{functions: map[uint64]uint64{}, locations: map[uint64][]uint64{}}
		if err := each(b, p.field); err != nil {
			return
		}
		if _, err := p.stacks(); err != nil && !errors.Is(err, ErrProfile) {
			t.Errorf("an error of another kind: %v", err)
		}
	})
}
