package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// Limits of talking to a node.
const (
	maxAnswer  = 64 << 20 // bytes of one HTTP answer
	batchSize  = 100      // requests in one
	maxBatches = 24       // for one simulation
	timeout    = 20 * time.Second
)

// Refusals.
var (
	ErrNode  = errors.New("the node does not answer as it should")
	ErrLying = errors.New("the node's answer does not fit the block's root")
	ErrMuch  = errors.New("the request touches more state than is looked at")
	ErrLong  = fmt.Errorf("an answer of more than %d bytes", maxAnswer)
)

// Node is a remote node. It counts its round trips.
type Node struct {
	client *rpc.Client
	trips  atomic.Int64
}

// Dial connects to a node by HTTP, with bounded answers.
func Dial(ctx context.Context, url string) (*Node, error) {
	c := &http.Client{Timeout: timeout, Transport: bounded{http.DefaultTransport}}
	client, err := rpc.DialOptions(ctx, url, rpc.WithHTTPClient(c))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNode, err)
	}
	return &Node{client: client}, nil
}

// Close ends the connection.
func (n *Node) Close() { n.client.Close() }

// Chain asks which chain the node is on.
func (n *Node) Chain(ctx context.Context) (uint64, error) {
	var id hexutil.Uint64
	err := n.call(ctx, &id, "eth_chainId")
	return uint64(id), err
}

// Trips is the number of round trips so far.
func (n *Node) Trips() int64 { return n.trips.Load() }

// bounded cuts answers that are too long, so that reading them fails.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{&brief{resp.Body, maxAnswer}, resp.Body}
	}
	return resp, err
}

// brief reads so many bytes and fails at the next.
type brief struct {
	next io.Reader
	left int64
}

func (b *brief) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrLong
	}
	n, err := b.next.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// call makes one request.
func (n *Node) call(ctx context.Context, into any, method string, args ...any) error {
	if err := n.twice(func() error {
		return n.client.CallContext(ctx, into, method, args...)
	}); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrNode, method, err)
	}
	return nil
}

// twice makes a round trip, and once more if the connection broke in the middle:
// one that is cut is no sign that the node cannot answer, and all that is asked here
// only reads.
func (n *Node) twice(trip func() error) error {
	n.trips.Add(1)
	err := trip()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, syscall.ECONNRESET) {
		n.trips.Add(1)
		err = trip()
	}
	return err
}

// batch makes many requests in few round trips. Errors of single requests are
// in the elements.
func (n *Node) batch(ctx context.Context, elems []rpc.BatchElem) error {
	if len(elems) > maxBatches*batchSize {
		return fmt.Errorf("%w: %d requests", ErrMuch, len(elems))
	}
	for len(elems) > 0 {
		size := min(len(elems), batchSize)
		if err := n.twice(func() error {
			return n.client.BatchCallContext(ctx, elems[:size])
		}); err != nil {
			return fmt.Errorf("%w: %w", ErrNode, err)
		}
		elems = elems[size:]
	}
	return nil
}
