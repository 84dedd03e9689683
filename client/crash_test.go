package client_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/client"
)

// proxy stands between a client and the node and spoils things.
type proxy struct {
	*http.Server
	url string

	mu        sync.Mutex
	r         *rand.Rand
	lose      float64                       // chance that an answer is lost on the way back
	drop      float64                       // chance that a request is lost on the way there
	intercept func(body string) (drop bool) // decides instead, if not nil
}

// between puts a proxy before the node.
func between(t *testing.T, seed uint64) *proxy {
	t.Helper()
	target, err := url.Parse(running(t).HTTPURL())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{url: "http://" + l.Addr().String(), r: rand.New(rand.NewPCG(seed, 2))}
	back := httputil.NewSingleHostReverseProxy(target)
	p.Server = &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) { p.serve(back, w, r) })}
	go p.Serve(l)
	t.Cleanup(func() { p.Close() })
	return p
}

func (p *proxy) serve(back http.Handler, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	p.mu.Lock()
	drop, lose := p.r.Float64() < p.drop, p.r.Float64() < p.lose
	if p.intercept != nil {
		drop = p.intercept(string(body))
	}
	p.mu.Unlock()
	if drop {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if lose {
		back.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	}
	back.ServeHTTP(w, r)
}

// discard is a response nobody will see.
type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// TestLossyNetwork sends through a network that loses a third of everything,
// both ways: every deposit arrives, once.
func TestLossyNetwork(t *testing.T) {
	w := dial(t, false)
	const seed = 3
	p := between(t, seed)
	_, key := w.account()
	c, err := client.Dial(w.ctx, p.url, client.Options{
		Poll: 20 * time.Millisecond, ResendAfter: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	a, err := c.Account(w.ctx, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.lose, p.drop = 0.2, 0.2
	p.mu.Unlock()
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			tx := client.Tx{Key: fmt.Sprint(i), Gas: 200_000}
			pending, err := a.Deposit(w.ctx, coins(0.001), tx)
			if err != nil {
				t.Errorf("seed %d: deposit %d: %v", seed, i, err)
				return
			}
			if _, err := pending.Wait(w.ctx); err != nil {
				t.Errorf("seed %d: deposit %d: %v", seed, i, err)
			}
		})
	}
	wg.Wait()
	have, err := w.c.Balance(w.ctx, a.Address())
	if err != nil || have != coins(0.001*n) {
		t.Errorf("seed %d: balance %s (%v), want %d deposits", seed, have.Dec(), err, n)
	}
}

// envVictim makes the test binary a program that sends deposits and waits to
// be killed: "url key journal".
const envVictim = "AGON_TEST_VICTIM"

// victimDeposits is how many deposits it makes.
const victimDeposits = 6

// victim is that program.
func victim(args string) error {
	parts := strings.Fields(args)
	key, err := crypto.HexToECDSA(parts[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	c, err := client.Dial(ctx, parts[0], client.Options{})
	if err != nil {
		return err
	}
	j, err := client.OpenJournal(parts[2])
	if err != nil {
		return err
	}
	a, err := c.Account(ctx, key, j)
	if err != nil {
		return err
	}
	for i := range victimDeposits {
		p, err := a.Deposit(ctx, coins(0.01), client.Tx{Key: fmt.Sprint(i), Gas: 200_000})
		if err != nil {
			return err
		}
		fmt.Println(p.Hash())
	}
	select {}
}

// TestKilledClient kills a program between signing and being answered. Half of
// its transactions never left; its successor sends the same bytes, once.
func TestKilledClient(t *testing.T) {
	w := dial(t, false)
	_, key := w.account()
	addr := crypto.PubkeyToAddress(key.PublicKey)
	p := between(t, 4)
	sends := 0
	p.mu.Lock()
	p.intercept = func(body string) bool {
		if strings.Contains(body, "eth_sendRawTransaction") {
			sends++
		}
		return strings.Contains(body, "eth_sendRawTransaction") && sends%2 == 0
	}
	p.mu.Unlock()
	path := filepath.Join(t.TempDir(), "journal")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), envVictim+"="+
		strings.Join([]string{p.url, hex.EncodeToString(crypto.FromECDSA(key)), path}, " "))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hashes := map[string]bool{}
	for lines := bufio.NewScanner(out); len(hashes) < victimDeposits && lines.Scan(); {
		hashes[lines.Text()] = true
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if len(hashes) != victimDeposits {
		t.Fatalf("the program signed %d of %d deposits", len(hashes), victimDeposits)
	}

	j, err := client.OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	a, err := w.c.Account(w.ctx, key, j)
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range a.Unfinished() {
		if !hashes[again.Hash().Hex()] {
			t.Errorf("key %s: sends %s, which its predecessor did not", again.Key(), again.Hash())
		}
		if _, err := again.Wait(w.ctx); err != nil {
			t.Errorf("key %s: %v", again.Key(), err)
		}
	}
	// The program does over what it did, not knowing how far it had come.
	for i := range victimDeposits {
		tx := client.Tx{Key: fmt.Sprint(i), Gas: 200_000}
		w.mined(a.Deposit(w.ctx, coins(0.01), tx))
	}
	have, err := w.c.Balance(w.ctx, addr)
	if err != nil || have != coins(0.01*victimDeposits) {
		t.Errorf("balance %s (%v), want %d deposits", have.Dec(), err, victimDeposits)
	}
}

// cutter is a TCP proxy that cuts every connection now and then.
func cutter(t *testing.T, target string, every time.Duration) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				continue
			}
			time.AfterFunc(every, func() { in.Close(); out.Close() })
			go io.Copy(in, out)
			go io.Copy(out, in)
		}
	}()
	return l.Addr().String()
}

// TestFollowOverBrokenConnections misses nothing and sees nothing twice while
// its WebSocket is cut every 150 ms.
func TestFollowOverBrokenConnections(t *testing.T) {
	w := dial(t, false)
	alice, _ := w.account()
	start, err := w.c.Height(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	at := cutter(t, strings.TrimPrefix(running(t).WSURL(), "ws://"), 150*time.Millisecond)
	c, err := client.Dial(w.ctx, "ws://"+at, client.Options{Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const n = 30
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for i := range n {
			p, err := alice.Deposit(w.ctx, coins(0.001*float64(i+1)), client.Tx{Gas: 200_000})
			if err == nil && i%3 == 0 {
				_, err = p.Wait(w.ctx)
			}
			if err != nil {
				t.Errorf("deposit %d: %v", i, err)
			}
		}
	})
	seen := 0
	for e, err := range c.Follow(w.ctx, start+1) {
		if w.ctx.Err() != nil {
			t.Fatalf("after %d of %d deposits: %v", seen, n, err)
		}
		if err != nil {
			continue // said aloud, and tried again
		}
		if d, ok := e.Body.(client.Deposited); ok && d.Account == alice.Address() {
			seen++
			if d.Amount != coins(0.001*float64(seen)) {
				t.Fatalf("deposit %d is %s", seen, d.Amount.Dec())
			}
		}
		if seen == n {
			break
		}
	}
}

// TestNotAgon connects to things that are no node.
func TestNotAgon(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	l.Close()
	if _, err := client.Dial(ctx, closed, client.Options{Retry: -1}); err == nil {
		t.Error("connected to nobody")
	}
	other := &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			id := `"id":1`
			if i := strings.Index(string(body), `"id":`); i >= 0 {
				id, _, _ = strings.Cut(string(body)[i:], ",")
			}
			result := `"0x1"` // chain id, height
			if strings.Contains(string(body), "eth_call") {
				result = `"0x"` // no contract there
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"jsonrpc":"2.0",%s,"result":%s}`, id, result)
		})}
	if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	go other.Serve(l)
	defer other.Close()
	_, err = client.Dial(ctx, "http://"+l.Addr().String(), client.Options{Retry: -1})
	if !errors.Is(err, client.ErrNotAgon) || client.Hint(err) == "" {
		t.Errorf("another chain: %v, want ErrNotAgon and a hint", err)
	}
}
