package memory_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"agon/game/market"
	"agon/player"
	"agon/player/calibrate"
	"agon/player/memory"
)

func open(t *testing.T, path string, o memory.Options) *memory.Store {
	t.Helper()
	s, err := memory.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// name is the name of the i-th question.
func name(i int) memory.Name {
	return memory.NameOf("chain", uint64(i), 0, [20]byte{1}, "Will it?")
}

// record is the i-th settled forecast of a player.
func record(i int) memory.Record {
	return memory.Record{
		Name: name(i), Template: market.DappScam, Block: uint64(i), P: 0.7, Confidence: 1,
		Base: 0.5, Price: 0.6, Y: float64(i % 2),
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNamesDiffer(t *testing.T) {
	seen := map[memory.Name]bool{}
	for _, n := range []memory.Name{
		name(1), name(2),
		memory.NameOf("chain", 1, 1, [20]byte{1}, "Will it?"),
		memory.NameOf("chain", 1, 0, [20]byte{2}, "Will it?"),
		memory.NameOf("chain", 1, 0, [20]byte{1}, "Will it not?"),
		memory.NameOf("other", 1, 0, [20]byte{1}, "Will it?"),
	} {
		if seen[n] {
			t.Errorf("two questions have the name %x", n)
		}
		seen[n] = true
	}
}

// TestAStoreIsReadAgain: what was learnt is there after the file was closed,
// once, in order, and no more of it than is to be kept.
func TestAStoreIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "memory")
	o := memory.Options{Keep: 5, Settled: 7, Fast: true}
	s := open(t, path, o)
	for i := range 9 {
		list := []memory.Entry{{"a", record(i)}}
		if i%3 == 0 {
			list = append(list, memory.Entry{Player: "b", Record: record(i)})
		}
		for try := range 2 {
			fresh, err := s.Learn(name(i), list)
			must(t, err)
			if fresh != (try == 0) {
				t.Errorf("question %d, learnt %d times before: fresh is %v", i, try, fresh)
			}
		}
	}
	must(t, s.Close())
	s = open(t, path, o)
	for player, want := range map[string][]int{"a": {4, 5, 6, 7, 8}, "b": {0, 3, 6}, "c": nil} {
		list, broken, err := s.Records(player)
		must(t, err)
		var blocks []int
		for _, r := range list {
			blocks = append(blocks, int(r.Block))
			if r != record(int(r.Block)) {
				t.Errorf("%s: %+v, want %+v", player, r, record(int(r.Block)))
			}
		}
		if !slices.Equal(blocks, want) || broken != 0 {
			t.Errorf("%s remembers %v and %d broken, want %v", player, blocks, broken, want)
		}
	}
	for i := range 9 { // the two oldest of nine are beyond what is known of
		known, err := s.Settled(name(i))
		must(t, err)
		if known != (i >= 2) {
			t.Errorf("question %d: settled is %v", i, known)
		}
	}
}

func TestForecastsAreKeptUntilSettled(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "memory"), memory.Options{Forecast: 3, Fast: true})
	say := func(i int, model string, p float64) memory.Answer {
		return memory.Answer{Book: name(i), Model: model,
			Forecast: memory.Forecast{P: p, Confidence: 0.5, Reason: "so I say"}}
	}
	pass := memory.Answer{Book: name(1), Model: "y", Forecast: memory.Forecast{Pass: true}}
	must(t, s.Keep([]memory.Answer{say(1, "x", 0.3), pass, say(2, "x", 0.4), say(3, "x", 0.9)}))
	said, err := s.Forecasts(name(1))
	must(t, err)
	want := map[string]memory.Forecast{"x": say(1, "x", 0.3).Forecast, "y": pass.Forecast}
	if !reflect.DeepEqual(said, want) {
		t.Errorf("remembers %+v, want %+v", said, want)
	}
	if said, _ := s.Forecasts(name(3)); len(said) != 0 {
		t.Errorf("a fourth forecast was kept of at most three: %+v", said)
	}
	_, err = s.Learn(name(1), nil)
	must(t, err)
	if said, _ := s.Forecasts(name(1)); len(said) != 0 {
		t.Errorf("settled, and still remembers %+v", said)
	}
	must(t, s.Keep([]memory.Answer{say(3, "x", 0.9)}))
	if said, _ := s.Forecasts(name(3)); len(said) != 1 {
		t.Errorf("room again, but remembers %+v", said)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "memory")
	open(t, path, memory.Options{})
	if _, err := memory.Open(path, memory.Options{}); !errors.Is(err, memory.ErrBusy) {
		t.Errorf("opened twice: %v", err)
	}
}

func TestAFileThatIsNoMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "memory")
	must(t, os.WriteFile(path, []byte(strings.Repeat("not a memory", 2000)), 0o600))
	if _, err := memory.Open(path, memory.Options{}); err == nil ||
		!strings.Contains(err.Error(), "moved away") {
		t.Errorf("opening nonsense: %v, want words on what to do", err)
	}
}

// dying tells a child process of this test which file to write to.
const dying = "AGON_MEMORY_DYING"

// TestKilledAtAnyMoment writes in a process that is killed in the midst of it,
// many times over: whatever it said was learnt is there, and whatever is there
// is whole: records of both players or of neither.
func TestKilledAtAnyMoment(t *testing.T) {
	if path := os.Getenv(dying); path != "" {
		writeUntilKilled(path)
		return
	}
	path := filepath.Join(t.TempDir(), "memory")
	next := 0
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledAtAnyMoment$")
		cmd.Env = append(os.Environ(), dying+"="+path, fmt.Sprintf("AGON_FIRST=%d", next))
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for said := 0; said < 3+7*round && lines.Scan(); said++ {
			if _, err := fmt.Sscanf(lines.Text(), "learnt %d", &next); err != nil {
				t.Fatalf("the writer says %q", lines.Text())
			}
		}
		must(t, cmd.Process.Kill())
		cmd.Wait() // its error is the kill
		s, err := memory.Open(path, memory.Options{})
		must(t, err)
		a, broken, err := s.Records("a")
		must(t, err)
		b, _, err := s.Records("b")
		must(t, err)
		if len(a) != len(b) || broken != 0 || len(a) < next {
			t.Fatalf("round %d: %d and %d records, %d broken, at least %d were learnt",
				round, len(a), len(b), broken, next)
		}
		for i := range a {
			if a[i] != record(i) || b[i] != record(i) {
				t.Fatalf("round %d: record %d is %+v and %+v", round, i, a[i], b[i])
			}
		}
		next = len(a)
		must(t, s.Close())
	}
}

func writeUntilKilled(path string) {
	s, err := memory.Open(path, memory.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var first int
	fmt.Sscan(os.Getenv("AGON_FIRST"), &first)
	for i := first; ; i++ {
		list := []memory.Entry{{"a", record(i)}, {"b", record(i)}}
		if _, err := s.Learn(name(i), list); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("learnt", i+1)
	}
}

// TestMindIsItsRecords: a mind rebuilt from the store believes what the one
// that learnt as it went believes, and nothing learnt later changes what it
// believed before.
func TestMindIsItsRecords(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "memory"), memory.Options{Fast: true})
	r := rand.New(rand.NewPCG(2, 4))
	mind := memory.NewMind(0.8, calibrate.Options{})
	believes := func(m *memory.Mind) float64 {
		return m.Believe(market.DappScam, player.Forecast{P: 0.9, Confidence: 0.7}, 0.4, 0.5, false)
	}
	var said []float64
	for i := range 300 {
		rec := record(i)
		rec.P, rec.Price, rec.Y = r.Float64(), r.Float64(), float64(r.IntN(2))
		said = append(said, believes(mind))
		mind.Learn(rec)
		_, err := s.Learn(rec.Name, []memory.Entry{{"a", rec}})
		must(t, err)
	}
	list, _, err := s.Records("a")
	must(t, err)
	again := memory.NewMind(0.8, calibrate.Options{})
	for i, rec := range list {
		if got := believes(again); got != said[i] {
			t.Fatalf("before record %d: believes %v, believed %v", i, got, said[i])
		}
		again.Learn(rec)
	}
	if a, z := believes(mind), believes(again); a != z || a == said[0] {
		t.Errorf("believes %v and, rebuilt, %v; %v at first", a, z, said[0])
	}
}

func FuzzRecord(f *testing.F) {
	b, _ := record(3).AppendBinary(nil)
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r memory.Record
		if err := r.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, memory.ErrRecord) {
				t.Errorf("error %v is no ErrRecord", err)
			}
			return
		}
		back, _ := r.AppendBinary(nil)
		if string(back) != string(b) {
			t.Errorf("%x becomes %x", b, back)
		}
	})
}

func TestRecordRefusesFlippedBits(t *testing.T) {
	whole, _ := record(1).AppendBinary(nil)
	var r memory.Record
	must(t, r.UnmarshalBinary(whole))
	for _, bad := range [][]byte{whole[1:], whole[:len(whole)-1], append([]byte{9}, whole[1:]...)} {
		if err := r.UnmarshalBinary(bad); !errors.Is(err, memory.ErrRecord) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := record(1)
		bad.P = rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), -0.1, 1.5}).Draw(t, "p")
		b, _ := bad.AppendBinary(nil)
		if err := r.UnmarshalBinary(b); !errors.Is(err, memory.ErrRecord) {
			t.Errorf("forecast %v was read", bad.P)
		}
	})
}

// BenchmarkLearn settles one question of 2,000 players.
func BenchmarkLearn(b *testing.B) {
	s, err := memory.Open(filepath.Join(b.TempDir(), "memory"), memory.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	list := make([]memory.Entry, 2000)
	for i := range list {
		list[i] = memory.Entry{Player: fmt.Sprint(i), Record: record(i)}
	}
	for i := 0; b.Loop(); i++ {
		if _, err := s.Learn(name(i), list); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCheckpoint: the last one is there after a restart, for its owner alone,
// with the newest of what settled, each once.
func TestCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "memory")
	s, err := memory.Open(path, memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mine := [32]byte{1}
	if _, _, ok, err := s.Resume(mine); ok || err != nil {
		t.Fatalf("a new memory has a checkpoint: %v, %v", ok, err)
	}
	past := func(blocks ...uint64) (list []memory.Past) {
		for _, b := range blocks {
			list = append(list, memory.Past{Block: b, Question: b + 100, Data: []byte{byte(b)}})
		}
		return list
	}
	advance := func(block uint64, fresh bool, settled ...uint64) {
		t.Helper()
		c := memory.Checkpoint{
			Block: block, Hash: [32]byte{9}, Owner: mine, State: []byte("what I know"),
		}
		if err := s.Advance(c, past(settled...), 3, fresh); err != nil {
			t.Fatal(err)
		}
	}
	want := func(block uint64, settled ...uint64) {
		t.Helper()
		c, list, ok, err := s.Resume(mine)
		if err != nil || !ok || c.Block != block || string(c.State) != "what I know" ||
			c.Hash != [32]byte{9} || !reflect.DeepEqual(list, past(settled...)) {
			t.Errorf("have %+v, %v, %v, %v; want block %d and %v", c, list, ok, err, block, settled)
		}
		if _, _, ok, err := s.Resume([32]byte{2}); ok || err != nil {
			t.Errorf("somebody else's: %v, %v", ok, err)
		}
	}
	advance(5, false, 2, 4)
	advance(9, false, 4, 7) // block 4 is read twice
	want(9, 2, 4, 7)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = memory.Open(path, memory.Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want(9, 2, 4, 7)
	advance(12, false, 8, 11)
	want(12, 7, 8, 11)
	advance(3, true, 1)
	want(3, 1)
	if err := s.Retreat(); err != nil {
		t.Fatal(err)
	}
	if _, _, ok, err := s.Resume(mine); ok || err != nil {
		t.Errorf("a checkpoint that was forgotten: %v, %v", ok, err)
	}
}

// FuzzCheckpoint decodes anything, and writes again what it took.
func FuzzCheckpoint(f *testing.F) {
	c := memory.Checkpoint{Block: 7, Hash: [32]byte{1}, Owner: [32]byte{2}, State: []byte("x")}
	good, _ := c.AppendBinary(nil)
	f.Add(good)
	f.Add(good[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		var c memory.Checkpoint
		if err := c.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, memory.ErrRecord) {
				t.Errorf("error %v", err)
			}
			return
		}
		if again, err := c.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x became %x, %v", b, again, err)
		}
	})
}
