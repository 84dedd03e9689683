package language

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"agon/player/quote"
)

// Result is one thing a search found. Strangers wrote it.
type Result struct {
	Title   string `json:"title"`
	URL     string `json:"url"`
	Content string `json:"content"`
}

// clean bounds a result.
func (r Result) clean() Result {
	return Result{
		quote.Clean(r.Title, 200), quote.Clean(r.URL, 300), quote.Clean(r.Content, maxSnippet),
	}
}

// Searcher finds pages about a question.
type Searcher interface {
	// Search returns at most limit results for query, best first.
	Search(ctx context.Context, query string, limit int) ([]Result, error)
}

// ErrSearch reports a search endpoint that gave no results.
var ErrSearch = errors.New("search endpoint")

// HTTPSearch asks a search endpoint by the contract of SearXNG's JSON API:
//
//	GET <address>?q=<query>&format=json
//	200 {"results": [{"title": "…", "url": "…", "content": "…"}, …]}
//
// Further fields are left alone. Any program that answers so will do. Links in
// results are never followed.
type HTTPSearch struct {
	address *url.URL
	client  *http.Client
}

const (
	searchTimeout = 10 * time.Second
	maxQuery      = 256 // bytes
)

// NewHTTPSearch makes a searcher of an endpoint's address.
func NewHTTPSearch(address string) (*HTTPSearch, error) {
	if err := checkAddress(address, false); err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	client, err := confine(address)
	if err != nil {
		return nil, err
	}
	return &HTTPSearch{u, client}, nil
}

// Search asks the endpoint.
func (s *HTTPSearch) Search(ctx context.Context, query string, limit int) ([]Result, error) {
	ctx, stop := context.WithTimeout(ctx, searchTimeout)
	defer stop()
	u := *s.address
	values := u.Query()
	values.Set("q", strings.Join(strings.Fields(quote.Clean(query, maxQuery)), " "))
	values.Set("format", "json")
	u.RawQuery = values.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSearch, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "agon-language")
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSearch, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s says %s; does it serve format=json?", ErrSearch, u.Host,
			resp.Status)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSearch, err)
	}
	var found struct{ Results []Result }
	if err := json.Unmarshal(body, &found); err != nil {
		return nil, fmt.Errorf("%w: %s did not answer in JSON: %w", ErrSearch, u.Host, err)
	}
	results := found.Results[:min(limit, len(found.Results))]
	for i, r := range results {
		results[i] = r.clean()
	}
	return results, nil
}
