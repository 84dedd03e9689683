package language

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"agon/game/market"
	"agon/player"
)

// server is an endpoint on a real socket. answer is called with each request.
type server struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	asked  []request
	answer func(n int, r request, w http.ResponseWriter)
}

// request is what an endpoint gets.
type request struct {
	Model       string
	Temperature *float64
	MaxTokens   int                   `json:"max_tokens"`
	NewLimit    int                   `json:"max_completion_tokens"`
	Tools       []any                 `json:"tools"`
	Format      struct{ Type string } `json:"response_format"`
	Messages    []struct{ Role, Content string }

	path, auth, raw string
	header          http.Header
}

// document is the question as the request quotes it.
func (r request) document(t *testing.T) document {
	t.Helper()
	var d document
	if len(r.Messages) != 2 || r.Messages[0].Role != "system" || r.Messages[1].Role != "user" {
		t.Fatalf("messages: %+v, want one of the system and one of the user", r.Messages)
	}
	if err := json.Unmarshal([]byte(r.Messages[1].Content), &d); err != nil {
		t.Fatalf("the user's message is no JSON document: %v", err)
	}
	return d
}

// serve starts an endpoint; a nil answer says 0.7.
func serve(t *testing.T, answer func(n int, r request, w http.ResponseWriter)) *server {
	t.Helper()
	s := &server{t: t, answer: answer}
	if answer == nil {
		s.answer = func(_ int, _ request, w http.ResponseWriter) { say(w, sure, 100, 50) }
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client gave up
		}
		in := request{path: r.URL.Path, auth: r.Header.Get("Authorization"), raw: string(raw),
			header: r.Header}
		if err := json.Unmarshal(raw, &in); err != nil {
			t.Errorf("request: %v", err)
		}
		s.mu.Lock()
		s.asked = append(s.asked, in)
		n := len(s.asked)
		s.mu.Unlock()
		s.answer(n, in, w)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request{}, s.asked...)
}

const sure = `{"reasoning": "it imitates a wallet", "p_yes": 0.7, "confidence": 0.6}`

// say answers as endpoints do, with a count of tokens.
func say(w http.ResponseWriter, content string, in, out int64) {
	w.Header().Set("Content-Type", "application/json")
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // a string
	}
	fmt.Fprintf(w, `{"id": "1", "object": "chat.completion", "created": 1, "model": "m",
		"choices": [{"index": 0, "finish_reason": "stop",
			"message": {"role": "assistant", "content": %s}}],
		"usage": {"prompt_tokens": %d, "completion_tokens": %d, "total_tokens": %d}}`,
		text, in, out, in+out)
}

// config is a quick configuration for a server.
func config(s *server) Config {
	return Config{
		URL: s.URL + "/v1", Model: "m", Key: "secret", Prompts: []string{"plain"},
		Timeout: 5 * time.Second, Backoff: time.Millisecond,
	}
}

// first makes the players of a configuration and gives the first.
func first(t *testing.T, c Config) *Player {
	t.Helper()
	players, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return players[0].(*Player)
}

// question is about a host, with evidence.
func question(evidence string) player.Question {
	form, _ := market.DappScam.Form()
	host := "claim-wallet.example"
	fill := strings.NewReplacer("{host}", host)
	return player.Question{
		ID: 1, Template: market.DappScam, Kind: market.Binary, Fields: []string{host},
		Text: fill.Replace(form.Question), Criteria: fill.Replace(form.Criteria),
		Evidence: []byte(evidence), Prior: 0.5, Price: 0.6,
	}
}

// serveMux starts any server and gives its address.
func serveMux(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
