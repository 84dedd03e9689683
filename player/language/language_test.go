package language

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"agon/player"
)

func TestForecast(t *testing.T) {
	s := serve(t, nil)
	c := config(s)
	c.Prompts = nil
	players, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range players {
		f, err := p.Forecast(t.Context(), question("a page that asks for a seed phrase"))
		want := player.Forecast{P: 0.7, Confidence: 0.6, Reason: "it imitates a wallet"}
		if err != nil || f != want {
			t.Errorf("%s: %+v, %v; want %+v", p.Name(), f, err, want)
		}
		names[p.Name()] = p.Family() == "language"
	}
	for _, name := range []string{"lm-plain", "lm-checklist", "lm-sceptic", "lm-base-rate"} {
		if !names[name] {
			t.Errorf("no player %s of the family language", name)
		}
	}
	systems := map[string]bool{}
	for _, r := range s.requests() {
		systems[r.Messages[0].Content] = true
		if r.path != "/v1/chat/completions" || r.auth != "Bearer secret" || r.Model != "m" {
			t.Errorf("asked %q of %s as %q", r.Model, r.path, r.auth)
		}
		if r.Temperature == nil || *r.Temperature != 0 || r.Format.Type != "json_schema" {
			t.Errorf("temperature %v, format %q", r.Temperature, r.Format.Type)
		}
		if r.Tools != nil || r.MaxTokens != 600 {
			t.Errorf("tools %v, %d tokens; want none, 600", r.Tools, r.MaxTokens)
		}
		d := r.document(t)
		if d.BaseRate != 0.5 || d.Fields["host"] != "claim-wallet.example" ||
			d.Evidence != "a page that asks for a seed phrase" {
			t.Errorf("document: %+v", d)
		}
		if strings.Contains(r.raw, "0.6,") {
			t.Errorf("the price is shown: %s", r.raw)
		}
	}
	if len(systems) != len(Prompts) {
		t.Errorf("%d prompts were put, want %d", len(systems), len(Prompts))
	}
}

// Nothing is taken from the variables that the client's library knows.
func TestVariablesAreNotRead(t *testing.T) {
	elsewhere := serve(t, nil)
	t.Setenv("OPENAI_BASE_URL", elsewhere.URL)
	t.Setenv("OPENAI_API_KEY", "mine")
	t.Setenv("OPENAI_ORG_ID", "my organisation")
	t.Setenv("HTTP_PROXY", elsewhere.URL)
	s := serve(t, nil)
	c := config(s)
	c.Key = ""
	if _, err := first(t, c).Forecast(t.Context(), question("")); err != nil {
		t.Fatal(err)
	}
	r := s.requests()[0]
	if r.auth != "" || r.header.Get("OpenAI-Organization") != "" {
		t.Errorf("sent %q, %q", r.auth, r.header.Get("OpenAI-Organization"))
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name     string
		status   int
		failures int
		want     int // requests
		ok       bool
	}{
		{"busy once", http.StatusTooManyRequests, 1, 2, true},
		{"broken twice", http.StatusBadGateway, 2, 3, true},
		{"broken for good", http.StatusInternalServerError, 9, 3, false},
		{"refused", http.StatusBadRequest, 9, 1, false},
		{"no key", http.StatusUnauthorized, 9, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(n int, _ request, w http.ResponseWriter) {
				if n <= c.failures {
					w.Header().Set("Retry-After", "0")
					http.Error(w, `{"error": {"message": "no\u0007"}}`, c.status)
					return
				}
				say(w, sure, 10, 10)
			})
			_, err := first(t, config(s)).Forecast(t.Context(), question(""))
			if (err == nil) != c.ok || errors.Is(err, player.ErrPass) {
				t.Errorf("error: %v, want success %v", err, c.ok)
			}
			if have := len(s.requests()); have != c.want {
				t.Errorf("%d requests, want %d", have, c.want)
			}
		})
	}
}

func TestAdvice(t *testing.T) {
	for status, want := range map[int]string{
		400: `set the format "json_object"`, 401: "set the key", 404: "base address",
	} {
		s := serve(t, func(_ int, _ request, w http.ResponseWriter) { http.Error(w, "{}", status) })
		_, err := first(t, config(s)).Forecast(t.Context(), question(""))
		if !errors.Is(err, ErrEndpoint) || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v, want advice %q", status, err, want)
		}
	}
}

func TestSilence(t *testing.T) {
	over := make(chan struct{})
	s := serve(t, func(int, request, http.ResponseWriter) { <-over })
	defer close(over)
	c := config(s)
	c.Timeout, c.Retries = 50*time.Millisecond, 1
	begin := time.Now()
	_, err := first(t, c).Forecast(t.Context(), question(""))
	if !errors.Is(err, ErrEndpoint) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want a deadline exceeded", err)
	}
	if d := time.Since(begin); d > 3*time.Second {
		t.Errorf("gave up after %v", d)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// A redirect would carry the question, and the key, to an address nobody named.
func TestRedirectIsRefused(t *testing.T) {
	var hits int
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		hits++
	}))
	defer inside.Close()
	s := serve(t, func(_ int, _ request, w http.ResponseWriter) {
		w.Header().Set("Location", inside.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	_, err := first(t, config(s)).Forecast(t.Context(), question(""))
	if !errors.Is(err, ErrElsewhere) || hits != 0 {
		t.Errorf("%v, %d hits; want ErrElsewhere and none", err, hits)
	}
}

func TestEndlessAnswer(t *testing.T) {
	s := serve(t, func(_ int, _ request, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		chunk := []byte(`{"choices": "` + strings.Repeat("x", 1<<16))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := first(t, config(s)).Forecast(t.Context(), question(""))
	if !errors.Is(err, ErrTooMuch) || len(s.requests()) != 1 {
		t.Errorf("%v after %d requests, want ErrTooMuch after one", err, len(s.requests()))
	}
}

// What is no forecast is a pass, and is not asked for again.
func TestNoForecast(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"prose":   func(w http.ResponseWriter) { say(w, "I think it is likely a scam.", 1, 1) },
		"percent": func(w http.ResponseWriter) { say(w, `{"p_yes": 87}`, 1, 1) },
		"empty":   func(w http.ResponseWriter) { w.Write([]byte(`{"choices": []}`)) },
		"a tool": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"choices": [{"message": {"content": "{\"p_yes\": 0.9}",
				"tool_calls": [{"id": "1", "type": "function",
					"function": {"name": "transfer", "arguments": "{}"}}]}}]}`))
		},
		"cut off": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"choices": [{"finish_reason": "length",
				"message": {"content": "{\"p_yes\": 0.9}"}}]}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(_ int, _ request, w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				answer(w)
			})
			p := first(t, config(s))
			for range 2 {
				f, err := p.Forecast(t.Context(), question(""))
				if !errors.Is(err, player.ErrPass) {
					t.Errorf("%+v, %v; want a pass", f, err)
				}
			}
			if n := len(s.requests()); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

func TestCache(t *testing.T) {
	s := serve(t, func(_ int, _ request, w http.ResponseWriter) {
		time.Sleep(20 * time.Millisecond) // so that callers meet
		say(w, sure, 10, 10)
	})
	c := config(s)
	c.CacheDir = t.TempDir()
	p := first(t, c)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			q := question("")
			q.Price = 0.05 * float64(i) // the price is no part of what is asked
			if f, err := p.Forecast(t.Context(), q); err != nil || f.P != 0.7 {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
	all.Wait()
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests by twenty callers, want 1", n)
	}
	s.Close()
	if f, err := first(t, c).Forecast(t.Context(), question("")); err != nil || f.P != 0.7 {
		t.Errorf("after a restart, without the endpoint: %+v, %v", f, err)
	}
	c.Model = "another"
	if _, err := first(t, c).Forecast(t.Context(), question("")); err == nil {
		t.Error("another model's answer is taken for this one's")
	}
}

// The first of two callers gives up; the second still has its answer.
func TestGivingUp(t *testing.T) {
	asked, over := make(chan struct{}, 4), make(chan struct{})
	s := serve(t, func(n int, _ request, w http.ResponseWriter) {
		asked <- struct{}{}
		if n == 1 {
			<-over
			return
		}
		say(w, sure, 10, 10)
	})
	p := first(t, config(s))
	ctx, stop := context.WithCancel(t.Context())
	gone, stays := make(chan error, 1), make(chan error, 1)
	go func() { _, err := p.Forecast(ctx, question("")); gone <- err }()
	<-asked
	go func() { _, err := p.Forecast(t.Context(), question("")); stays <- err }()
	time.Sleep(20 * time.Millisecond)
	stop()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up has %v", err)
	}
	if err := <-stays; err != nil {
		t.Errorf("who stayed has %v", err)
	}
	close(over)
}
