package scan

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/explain"
	"agon/guard/intent"
	"agon/guard/lists"
	"agon/guard/request"
	"agon/guard/rules"
	"agon/guard/simulate"
	"agon/guard/unfold"
)

// Scanner judges requests. Its members are set before the first scan and not
// changed afterwards; it may be used from many goroutines.
type Scanner struct {
	Reader  *unfold.Reader
	Lists   *rules.Lists
	Limits  rules.Limits
	Policy  func() *rules.Policy // nil: no policy
	History *History             // nil: none is kept

	// Node simulates on the wallet's chain; nil leaves requests untried.
	Node *simulate.Simulator

	// Price is what one whole unit of a token is worth in the chain's coin; false if
	// nobody knows. Optional.
	Price func(chain uint64, token common.Address) (float64, bool)

	// Score is what host models make of a host, as the probability of a scam at
	// even odds; false if none has an opinion. Optional.
	Score func(ctx context.Context, host string) (float64, bool)

	// Ask puts a question to the market where the evidence is thin. Optional.
	Ask func(ctx context.Context, host string) (*Opinion, error)

	// Reword lets a language model word what a person is shown: warnings and
	// worse. It takes as long as the model does. Optional.
	Reword func(ctx context.Context, e explain.Explanation) explain.Explanation

	Now func() time.Time // nil: the clock
}

// Opinion is the market's answer about a host.
type Opinion struct {
	Probability float64 `json:"probability"` // that it is a scam
	Depth       string  `json:"depth"`       // what it costs to move the price by ten points
	Question    uint64  `json:"question"`
}

// Query is one request to judge, with where it came from.
type Query struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Chain  uint64          `json:"chain"`            // that the wallet is on
	Origin string          `json:"origin,omitempty"` // URL or host of the page that asks
}

// Report is a verdict with everything that led to it.
type Report struct {
	ID          string              `json:"id"`
	At          time.Time           `json:"at"`
	Query       Query               `json:"query"`
	Verdict     rules.Verdict       `json:"verdict"`
	Explanation explain.Explanation `json:"explanation"`
	Market      *Opinion            `json:"market,omitempty"`
	Trips       int64               `json:"round_trips"`
	Took        time.Duration       `json:"took_ns"`

	// Intent and Case are for faces that show more than the words.
	Intent *intent.Intent `json:"-"`
	Case   *rules.Case    `json:"-"`
}

// Scan judges a request. Errors are requests that cannot be read, which no
// wallet should sign, and methods that ask for no signature (request.ErrOther).
func (s *Scanner) Scan(ctx context.Context, q Query) (*Report, error) {
	start := time.Now()
	r, err := request.Parse(q.Method, q.Params)
	if err != nil {
		return nil, err
	}
	in := intent.Read(r, q.Chain, s.Reader)
	c := &rules.Case{
		Intent: in, Now: s.now(), Wallet: q.Chain, Lists: s.Lists, Limits: s.Limits,
		Accounts: map[common.Address]*rules.Account{}, Price: s.Price,
	}
	if s.Policy != nil {
		c.Policy = s.Policy()
	}
	if s.History != nil {
		c.History = s.History.View()
	}
	if q.Origin != "" {
		s.site(ctx, c, q.Origin)
	}
	report := &Report{
		ID: newID(), At: s.now().UTC(), Query: q, Intent: in, Case: c,
	}
	report.Trips = s.gather(ctx, c)
	report.Verdict = rules.Judge(c)
	s.consult(ctx, report)
	report.Explanation = s.worded(ctx, explain.Explain(c, report.Verdict))
	report.Took = time.Since(start)
	return report, nil
}

func (s *Scanner) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// newID names a report so that nobody can guess it.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}

// site reads where a request comes from.
func (s *Scanner) site(ctx context.Context, c *rules.Case, origin string) {
	site, err := lists.ParseSite(origin)
	if err != nil {
		c.Unknown = append(c.Unknown, "where the request comes from")
		return
	}
	c.Site, c.SiteName = &site, site.Unicode()
	if s.Score != nil {
		if p, ok := s.Score(ctx, site.Host); ok {
			c.ScamScore = &p
		}
	}
}

// consult asks the market about the site where the evidence is thin, and judges
// again with its answer.
func (s *Scanner) consult(ctx context.Context, r *Report) {
	c := r.Case
	if s.Ask == nil || c.Site == nil || !thin(c, r.Verdict) {
		return
	}
	var err error
	if r.Market, err = s.Ask(ctx, c.Site.Host); err != nil {
		c.Unknown = append(c.Unknown, "the market did not answer: "+rules.Plain(err.Error()))
	} else {
		c.Market = &r.Market.Probability
	}
	r.Verdict = rules.Judge(c)
}

// thin reports whether nobody knows the site, its name is neither plain nor
// plainly bad, and nothing else has decided.
func thin(c *rules.Case, v rules.Verdict) bool {
	if v.Severity >= rules.Danger {
		return false
	}
	_, trusted := c.Lists.Trusted.Match(*c.Site)
	_, genuine := c.Lists.Genuine.Match(*c.Site)
	return !trusted && !genuine && (c.ScamScore == nil || c.Limits.Scam.Thin(*c.ScamScore))
}

// CheckSite judges a host by itself, without a request.
func (s *Scanner) CheckSite(ctx context.Context, origin string) (*Report, error) {
	if _, err := lists.ParseSite(origin); err != nil {
		return nil, err
	}
	c := &rules.Case{
		Intent: &intent.Intent{Request: &request.Request{Method: "site"}}, Now: s.now(),
		Lists: s.Lists, Limits: s.Limits,
	}
	s.site(ctx, c, origin)
	r := &Report{
		ID: newID(), At: s.now().UTC(), Query: Query{Method: "site", Origin: origin},
		Intent: c.Intent, Case: c, Verdict: rules.Judge(c),
	}
	s.consult(ctx, r)
	r.Explanation = s.worded(ctx, explain.Site(c, r.Verdict))
	return r, nil
}

func (s *Scanner) worded(ctx context.Context, e explain.Explanation) explain.Explanation {
	if s.Reword == nil || e.Severity == rules.Safe {
		return e
	}
	return s.Reword(ctx, e)
}

// String is the report in a line.
func (r *Report) String() string {
	return fmt.Sprintf("%s: %s", r.Verdict.Severity, r.Explanation.Headline)
}
