package wording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"

	"agon/guard/explain"
	"agon/guard/rules"
)

// Why a model gave nothing.
var (
	ErrConfig    = errors.New("model settings")
	ErrEndpoint  = errors.New("the model's endpoint")
	ErrElsewhere = errors.New("leads to an address that was not named")
	ErrTooMuch   = errors.New("answers with more than is read")
)

// Limits of one exchange.
const (
	maxBody    = 256 << 10 // bytes of an answer
	maxHeaders = 64 << 10
	maxTokens  = 400
	// DefaultTimeout is how long a person waits for nicer words.
	DefaultTimeout = 8 * time.Second
)

// Config says which model words.
type Config struct {
	URL     string        // base of the API: "http://127.0.0.1:11434/v1"
	Model   string        // as the endpoint calls it
	Key     string        // sent as a bearer token; none if empty
	Timeout time.Duration // of one answer; DefaultTimeout if 0
}

// Model words explanations. It is safe for concurrent use.
type Model struct {
	cfg  Config
	chat openai.ChatCompletionService

	// The same facts are worded once: what is held is judged again and again.
	mu   sync.Mutex
	kept map[string]answer
}

// answer is what came of some facts.
type answer struct {
	words string
	err   error
}

// maxKept bounds the answers that are kept.
const maxKept = 256

// New makes a model. Errors wrap ErrConfig.
func New(cfg Config) (*Model, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: %q is no HTTP address", ErrConfig, cfg.URL)
	}
	if cfg.Model == "" {
		return nil, fmt.Errorf("%w: the model has no name", ErrConfig)
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	client := &http.Client{
		Transport: confined{u.Scheme, u.Host, &http.Transport{
			MaxResponseHeaderBytes: maxHeaders, IdleConnTimeout: time.Minute,
		}},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("%w: %s", ErrElsewhere, r.URL.Host)
		},
	}
	// Made without the client's defaults, which read addresses and keys from
	// variables of the environment.
	opts := []option.RequestOption{
		option.WithBaseURL(cfg.URL), option.WithHTTPClient(client), option.WithMaxRetries(0),
		option.WithHeader("User-Agent", "agon-guard"),
	}
	if cfg.Key != "" {
		opts = append(opts, option.WithAPIKey(cfg.Key))
	}
	return &Model{
		cfg: cfg, chat: openai.NewChatCompletionService(opts...), kept: map[string]answer{},
	}, nil
}

// Write implements explain.Writer: temperature 0, one answer, no tools.
func (m *Model) Write(ctx context.Context, system, user string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, m.cfg.Timeout)
	defer stop()
	r, err := m.chat.New(ctx, openai.ChatCompletionNewParams{
		Model: m.cfg.Model,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage(system), openai.UserMessage(user),
		},
		Temperature: param.NewOpt(0.0), N: param.NewOpt(int64(1)), Seed: param.NewOpt(int64(1)),
		MaxTokens: param.NewOpt(int64(maxTokens)),
	})
	var refused *openai.Error
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("%w: no answer within %s", ErrEndpoint, m.cfg.Timeout)
	case errors.As(err, &refused):
		return "", fmt.Errorf("%w: status %d", ErrEndpoint, refused.StatusCode)
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrEndpoint, err)
	case len(r.Choices) == 0 || len(r.Choices[0].Message.ToolCalls) > 0 ||
		r.Choices[0].Message.Refusal != "" || r.Choices[0].FinishReason == "length":
		return "", fmt.Errorf("%w: it gave no whole answer", ErrEndpoint)
	}
	return r.Choices[0].Message.Content, nil
}

// Reword adds the model's words to an explanation, or the reason why it has none.
func (m *Model) Reword(ctx context.Context, e explain.Explanation) explain.Explanation {
	words, err := m.once(ctx, e)
	if err != nil {
		e.WordsNote = "The model " + rules.Plain(m.cfg.Model) + " was not followed (" +
			rules.Quote(err.Error()) + "); these are the guard's own words."
		return e
	}
	e.Words = words
	e.WordsNote = "Worded by the model " + rules.Plain(m.cfg.Model) +
		", checked against the facts below."
	return e
}

func (m *Model) once(ctx context.Context, e explain.Explanation) (string, error) {
	key := strings.Join(append(append([]string{e.Headline}, e.What...), e.Reasons...), "\n")
	m.mu.Lock()
	a, ok := m.kept[key]
	m.mu.Unlock()
	if ok {
		return a.words, a.err
	}
	a.words, a.err = explain.Reword(ctx, m, e)
	if ctx.Err() != nil { // whoever asked went away: that says nothing of the model
		return a.words, a.err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= maxKept {
		clear(m.kept)
	}
	m.kept[key] = a
	return a.words, a.err
}

// confined is a transport to one host that reads a bounded body and uses no
// proxy of the environment.
type confined struct {
	scheme, host string
	next         http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (c confined) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != c.scheme || r.URL.Host != c.host {
		return nil, fmt.Errorf("%w: %s", ErrElsewhere, r.URL.Host)
	}
	resp, err := c.next.RoundTrip(r)
	if err == nil {
		resp.Body = &bounded{ReadCloser: resp.Body, left: maxBody}
	}
	return resp, err
}

type bounded struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader; beyond the bound it is ErrTooMuch.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooMuch
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
