package language

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config says which model to ask, how, and for how much. URL and Model are
// needed; every other zero value means its default.
type Config struct {
	URL   string `json:"url"`   // base of the API: "http://127.0.0.1:11434/v1"
	Model string `json:"model"` // as the endpoint calls it
	Key   string `json:"-"`     // sent as a bearer token; none if empty

	Prompts []string `json:"prompts"` // names of Prompts; all of them if empty
	Format  Format   `json:"format"`  // how JSON is asked for; "json_schema"
	// NewLimit sends the bound on tokens as max_completion_tokens, as OpenAI's
	// newer models want it, and not as max_tokens, as all others do.
	NewLimit bool `json:"new_limit"`

	Timeout   time.Duration `json:"timeout"`    // of one request; 30 s
	Retries   int           `json:"retries"`    // after a failure that may pass; 2, none if < 0
	Backoff   time.Duration `json:"backoff"`    // before the first retry, then doubled; 500 ms
	AtOnce    int           `json:"at_once"`    // requests under way; 4
	MaxTokens int           `json:"max_tokens"` // of an answer; 600

	// What a million tokens cost, in coins; what a search costs.
	PriceIn     float64 `json:"price_in"`
	PriceOut    float64 `json:"price_out"`
	PriceSearch float64 `json:"price_search"`
	// Spend is the most that all players of this configuration may cost, in
	// coins. It is needed where anything has a price, unless Purse is set.
	Spend float64 `json:"spend"`
	// Purse is the budget the costs are taken from, such as that from which
	// the player also pays for shares; a new one of Spend if nil.
	Purse Purse `json:"-"`

	Search   string   `json:"search"`  // address of a search endpoint, see HTTPSearch
	Searcher Searcher `json:"-"`       // instead of Search
	Results  int      `json:"results"` // search results shown to the model; 5, at most 10

	CacheDir string `json:"cache_dir"` // answers outlive the process there
	Cached   int    `json:"cached"`    // answers kept in memory; 4096
}

// Format is how an endpoint is told that the answer is JSON.
type Format string

// The formats. Endpoints that refuse the first may know the second; the last
// relies on the prompt alone.
const (
	Schema Format = "json_schema"
	Object Format = "json_object"
	Plain  Format = "text"
)

// ErrConfig reports a configuration no model can be asked by.
var ErrConfig = errors.New("language model configuration")

// FromEnv reads a configuration from variables; ok is false where AGON_LM_URL
// is not set.
//
//	AGON_LM_URL, AGON_LM_MODEL, AGON_LM_KEY   endpoint
//	AGON_LM_PROMPTS                           names, separated by commas
//	AGON_LM_FORMAT                            json_schema, json_object or text
//	AGON_LM_PRICE_IN, AGON_LM_PRICE_OUT       coins a million tokens
//	AGON_LM_SPEND                             most they may cost, in coins
//	AGON_LM_SEARCH, AGON_LM_PRICE_SEARCH      search endpoint, coins a search
//	AGON_LM_CACHE                             directory
func FromEnv(get func(string) string) (c Config, ok bool, err error) {
	c = Config{
		URL: get("AGON_LM_URL"), Model: get("AGON_LM_MODEL"), Key: get("AGON_LM_KEY"),
		Format: Format(get("AGON_LM_FORMAT")), Search: get("AGON_LM_SEARCH"),
		CacheDir: get("AGON_LM_CACHE"),
	}
	if c.URL == "" {
		return Config{}, false, nil
	}
	if names := get("AGON_LM_PROMPTS"); names != "" {
		c.Prompts = strings.Split(names, ",")
	}
	for name, to := range map[string]*float64{
		"AGON_LM_PRICE_IN": &c.PriceIn, "AGON_LM_PRICE_OUT": &c.PriceOut,
		"AGON_LM_PRICE_SEARCH": &c.PriceSearch, "AGON_LM_SPEND": &c.Spend,
	} {
		text := get(name)
		if text == "" {
			continue
		}
		if *to, err = strconv.ParseFloat(text, 64); err != nil {
			return c, true, fmt.Errorf("%w: %s is %q, want coins", ErrConfig, name, text)
		}
	}
	return c, true, c.check()
}

// complete fills in the defaults.
func (c *Config) complete() {
	for _, d := range []struct {
		to  *time.Duration
		def time.Duration
	}{{&c.Timeout, 30 * time.Second}, {&c.Backoff, 500 * time.Millisecond}} {
		if *d.to <= 0 {
			*d.to = d.def
		}
	}
	for _, n := range []struct {
		to  *int
		def int
	}{
		{&c.Retries, 2}, {&c.AtOnce, 4}, {&c.MaxTokens, 600}, {&c.Results, 5}, {&c.Cached, 4096},
	} {
		if *n.to == 0 {
			*n.to = n.def
		}
	}
	c.Retries, c.Results = max(0, c.Retries), min(maxResults, c.Results)
	if c.Format == "" {
		c.Format = Schema
	}
	if len(c.Prompts) == 0 {
		for _, p := range Prompts {
			c.Prompts = append(c.Prompts, p.Name)
		}
	}
}

// check finds what cannot work or should not be done.
func (c *Config) check() error {
	if c.Model == "" {
		return fmt.Errorf("%w: no model is named", ErrConfig)
	}
	if err := checkAddress(c.URL, c.Key != ""); err != nil {
		return err
	}
	if c.Search != "" {
		if err := checkAddress(c.Search, false); err != nil {
			return err
		}
	}
	if !slices.Contains([]Format{"", Schema, Object, Plain}, c.Format) {
		return fmt.Errorf("%w: format %q, want %q, %q or %q", ErrConfig, c.Format, Schema, Object,
			Plain)
	}
	for _, name := range c.Prompts {
		if _, ok := promptNamed(name); !ok {
			return fmt.Errorf("%w: no prompt %q; there are %s", ErrConfig, name, promptNames())
		}
	}
	for _, x := range []float64{c.PriceIn, c.PriceOut, c.PriceSearch, c.Spend} {
		if !(x >= 0 && x <= 1e9) {
			return fmt.Errorf("%w: a price or spend of %v, want coins from 0 up", ErrConfig, x)
		}
	}
	if c.priced() && c.Spend == 0 && c.Purse == nil {
		return fmt.Errorf("%w: tokens have a price and nothing may be spent: set spend", ErrConfig)
	}
	return nil
}

func (c *Config) priced() bool { return c.PriceIn+c.PriceOut+c.PriceSearch > 0 }

// checkAddress wants an http address without a user name, and no secret over
// plain HTTP except within this machine or a private network.
func checkAddress(address string, secret bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: %q is not an http or https address", ErrConfig, address)
	case u.User != nil:
		return fmt.Errorf("%w: %q carries a user name; use the key", ErrConfig, u.Redacted())
	case secret && u.Scheme == "http" && !near(u.Hostname()):
		return fmt.Errorf("%w: the key would go to %s in the clear: use https", ErrConfig, u.Host)
	}
	return nil
}

// near reports whether a host is this machine or written as a private address.
func near(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast())
}
