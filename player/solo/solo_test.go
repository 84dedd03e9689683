package solo_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain"
	"agon/chain/devnode"
	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
	"agon/player/solo"
	"agon/player/swarm"
	"agon/player/track"
)

// Vowels thinks that names without vowels are scams: the player of the docs.
type Vowels struct{}

func (Vowels) Name() string   { return "vowels" }
func (Vowels) Family() string { return "toy" }

func (Vowels) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	if q.Template != market.DappScam {
		return player.Forecast{}, player.Pass("vowels", "not a host")
	}
	if strings.ContainsAny(q.Field(0), "aeiou") {
		return player.Forecast{P: 0.3, Confidence: 0.5, Reason: "it has vowels"}, nil
	}
	return player.Forecast{P: 0.8, Confidence: 0.5, Reason: "no vowels"}, nil
}

// dev is the private key of a development account, as text.
func dev(i int) string { return hex.EncodeToString(crypto.FromECDSA(chain.DevAccounts()[i].Key)) }

// TestPlay joins a running node, moves a price, is answered and has its record.
func TestPlay(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a node")
	}
	ctx, stop := context.WithTimeout(context.Background(), 60*time.Second)
	defer stop()
	n, err := devnode.Start(ctx, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Stop()
	cl, err := client.Dial(ctx, n.HTTPURL(), client.Options{Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	opener, err := cl.Account(ctx, chain.DevAccounts()[0].Key, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := opener.Ask(ctx, market.Spec{
		Template: market.DappScam, Fields: []string{"xn--q9jyb4c.tld"}, Window: 100,
		Subsidy: sizing.Amount(2), Resolver: market.Account(opener.Address()),
	}, client.Tx{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := p.Asked(ctx)
	if err != nil {
		t.Fatal(err)
	}

	var record bytes.Buffer
	var end swarm.Standing
	playing, leave := context.WithCancel(ctx)
	played := make(chan error, 1)
	go func() {
		played <- solo.Play(playing, Vowels{}, solo.Options{
			URL: n.HTTPURL(), Key: dev(5), Budget: 5, Trust: []string{opener.Address().Hex()},
			Record: &record, Done: func(s swarm.Standing) { end = s },
		})
	}()
	answered := false
	for !answered {
		q, err := cl.Question(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if q.Phase == market.Closed {
			r, err := opener.Resolve(ctx, id, market.Outcome{Verdict: market.Yes}, client.Tx{})
			if err == nil {
				_, err = r.Wait(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			answered = true
		}
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(2 * time.Second) // it claims
	leave()
	if err := <-played; err != nil {
		t.Errorf("the end: %v", err)
	}
	if end.Model != "vowels" || end.Fills == 0 || !(end.Profit > 0.1) {
		t.Errorf("standing: %+v", end)
	}
	lines, err := track.Read(&record)
	if err != nil {
		t.Fatal(err)
	}
	books, faults := track.Books(lines)
	if s := track.Scores(books)[0]; s.Player != "vowels" || s.Settled != 1 || len(faults) > 0 {
		t.Errorf("record: %+v, doubtful: %q", s, faults)
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]solo.Options{
		"64 hex digits":    {Key: "alice", Budget: 1},
		"more than 0":      {Key: dev(1)},
		"40 hex digits":    {Key: dev(1), Budget: 1, Trust: []string{"bob"}},
		"http://127.0.0.1": {Key: dev(1), Budget: 1, URL: "http://127.0.0.1:1"},
	} {
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		err := solo.Play(ctx, Vowels{}, o)
		stop()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if o.URL == "" && !errors.Is(err, solo.ErrOptions) {
			t.Errorf("%v is not ErrOptions", err)
		}
	}
}
