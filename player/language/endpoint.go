package language

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/shared"

	"agon/player/quote"
)

// Why an endpoint gave nothing.
var (
	ErrEndpoint  = errors.New("language model endpoint")
	ErrElsewhere = errors.New("leads to an address that was not configured")
	ErrTooMuch   = errors.New("answers with more than is read")
)

// Limits of one exchange.
const (
	maxBody    = 1 << 20         // bytes of an answer, headers aside
	maxHeaders = 64 << 10        // bytes
	longestNap = 8 * time.Second // between attempts, whatever the endpoint asks for
)

// confined is a transport that knows one host, refuses every other and reads a
// bounded body. Proxies named in the environment are not used.
type confined struct {
	scheme, host string
	next         http.RoundTripper
}

// RoundTrip carries a request to the one host.
func (c confined) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != c.scheme || req.URL.Host != c.host {
		return nil, fmt.Errorf("%w: %s", ErrElsewhere, req.URL.Host)
	}
	resp, err := c.next.RoundTrip(req)
	if err == nil {
		resp.Body = &bounded{ReadCloser: resp.Body, left: maxBody}
	}
	return resp, err
}

// bounded is a body that ends with ErrTooMuch after its bound.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooMuch
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// confine makes a client for one address: no redirects, no proxy, no cookies.
func confine(address string) (*http.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	t := &http.Transport{MaxResponseHeaderBytes: maxHeaders, IdleConnTimeout: time.Minute}
	return &http.Client{
		Transport: confined{u.Scheme, u.Host, t},
		CheckRedirect: func(req *http.Request, _ []*http.Request) error {
			return fmt.Errorf("%w: redirected to %s", ErrElsewhere, req.URL.Host)
		},
	}, nil
}

// endpoint asks one model.
type endpoint struct {
	config Config
	chat   openai.ChatCompletionService
	slots  chan struct{} // one for each request under way
}

func newEndpoint(c Config) (*endpoint, error) {
	client, err := confine(c.URL)
	if err != nil {
		return nil, err
	}
	// The service is made without the client's defaults, which read addresses
	// and keys from variables: only what is configured is sent, only there.
	opts := []option.RequestOption{
		option.WithBaseURL(c.URL), option.WithHTTPClient(client),
		option.WithMaxRetries(0), // attempts are counted, and paid for, here
		option.WithHeader("User-Agent", "agon-language"),
	}
	if c.Key != "" {
		opts = append(opts, option.WithAPIKey(c.Key))
	}
	return &endpoint{
		config: c, chat: openai.NewChatCompletionService(opts...),
		slots: make(chan struct{}, c.AtOnce),
	}, nil
}

// ask sends one prompt and returns the text of the answer. used counts what was
// sent, also when there is an error.
func (e *endpoint) ask(ctx context.Context, system, user string, used *usage) (string, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	nap := e.config.Backoff
	for attempt := 0; ; attempt++ {
		text, err := e.once(ctx, system, user, used)
		again, after := retryable(err)
		if !again || attempt == e.config.Retries {
			return text, err
		}
		select {
		case <-time.After(min(longestNap, max(nap, after))):
			nap *= 2
		case <-ctx.Done():
			return "", errors.Join(err, ctx.Err())
		}
	}
}

// once sends a prompt once.
func (e *endpoint) once(ctx context.Context, system, user string, used *usage) (string, error) {
	ctx, stop := context.WithTimeout(ctx, e.config.Timeout)
	defer stop()
	used.requests++
	resp, err := e.chat.New(ctx, e.params(system, user))
	if err != nil {
		return "", fmt.Errorf("%w %s: %w", ErrEndpoint, e.config.URL, plainly(err))
	}
	if u := resp.Usage; u.PromptTokens > 0 && u.CompletionTokens >= 0 {
		used.tokensIn += u.PromptTokens
		used.tokensOut += u.CompletionTokens
		used.counted++
	}
	if len(resp.Choices) == 0 {
		return "", fmt.Errorf("%w: it is empty", ErrAnswer)
	}
	choice := resp.Choices[0]
	switch {
	case choice.Message.Refusal != "":
		return "", fmt.Errorf("%w: the model refuses", ErrAnswer)
	case len(choice.Message.ToolCalls) > 0:
		return "", fmt.Errorf("%w: it calls a tool, and was given none", ErrAnswer)
	case choice.FinishReason == "length":
		return "", fmt.Errorf("%w: longer than %d tokens", ErrAnswer, e.config.MaxTokens)
	}
	return choice.Message.Content, nil
}

// params is the request: temperature 0, JSON, no tools.
func (e *endpoint) params(system, user string) openai.ChatCompletionNewParams {
	p := openai.ChatCompletionNewParams{
		Model: e.config.Model,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage(system), openai.UserMessage(user),
		},
		Temperature: param.NewOpt(0.0), N: param.NewOpt(int64(1)), Seed: param.NewOpt(int64(1)),
	}
	limit := param.NewOpt(int64(e.config.MaxTokens))
	if e.config.NewLimit {
		p.MaxCompletionTokens = limit
	} else {
		p.MaxTokens = limit
	}
	switch e.config.Format {
	case Schema:
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: "forecast", Strict: param.NewOpt(true), Schema: answerSchema,
			},
		}
	case Object:
		p.ResponseFormat.OfJSONObject = &shared.ResponseFormatJSONObjectParam{}
	}
	return p
}

// plainly says what an endpoint's refusal means and what to do about it. The
// endpoint's own words are cleaned: they may quote the question.
func plainly(err error) error {
	var refused *openai.Error
	if !errors.As(err, &refused) {
		return err
	}
	advice := map[int]string{
		http.StatusUnauthorized:        "set the key",
		http.StatusForbidden:           "the key may not use this model",
		http.StatusNotFound:            "check the base address (many end in /v1) and the model",
		http.StatusBadRequest:          `if it knows no JSON schema, set the format "json_object"`,
		http.StatusUnprocessableEntity: `if it knows no JSON schema, set the format "json_object"`,
		http.StatusTooManyRequests:     "it asks for fewer requests",
	}[refused.StatusCode]
	if advice != "" {
		advice = " (" + advice + ")"
	}
	return &statusError{
		refused.StatusCode, after(refused.Response), quote.Clean(refused.Message, 200) + advice,
	}
}

// statusError is an HTTP status that was not a success.
type statusError struct {
	code  int
	after time.Duration // the endpoint asks to wait
	words string
}

func (e *statusError) Error() string { return fmt.Sprintf("status %d: %s", e.code, e.words) }

// after reads Retry-After in seconds.
func after(r *http.Response) time.Duration {
	if r == nil {
		return 0
	}
	seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(longestNap, time.Duration(seconds)*time.Second)
}

// retryable reports whether the same request may succeed later, and when.
func retryable(err error) (again bool, after time.Duration) {
	var status *statusError
	switch {
	case err == nil, errors.Is(err, ErrAnswer), errors.Is(err, ErrElsewhere),
		errors.Is(err, ErrTooMuch), errors.Is(err, context.Canceled):
		return false, 0
	case errors.As(err, &status):
		again = status.code == http.StatusTooManyRequests || status.code >= 500 ||
			status.code == http.StatusRequestTimeout
		return again, status.after
	}
	return true, 0
}
