package client

import (
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/common"

	"agon/game/market"
)

// Step is one batch of one book: how the YES price moved, and whose fills
// moved it.
type Step struct {
	Block    uint64
	From, To market.Price
	Volume   market.Amount // coins
	Fills    []Filled
}

// History is the path of a book's YES price, one Step a batch, oldest first.
// It is read from the logs since the question was opened, or since sinceBlock
// if that is later.
func (c *Client) History(
	ctx context.Context, q Question, book uint8, sinceBlock uint64,
) ([]Step, error) {
	events, err := c.QuestionEvents(ctx, q, sinceBlock, "Filled", "Moved")
	if err != nil {
		return nil, err
	}
	var path []Step
	fills := map[uint64][]Filled{} // by block
	for _, e := range events {
		switch b := e.Body.(type) {
		case Filled:
			if b.Book == book {
				fills[e.Block] = append(fills[e.Block], b)
			}
		case Moved:
			if b.Book == book {
				path = append(path, Step{Block: e.Block, From: b.From, To: b.To, Volume: b.Volume})
			}
		}
	}
	for i := range path {
		path[i].Fills = fills[path[i].Block]
	}
	return path, nil
}

// Opening is the price at which a book of a question opened, settled or not. Of
// a settled one it is read from the logs.
func (c *Client) Opening(ctx context.Context, q Question, book int) (float64, error) {
	if q.Phase != market.Settled {
		return q.Opening(book), nil
	}
	events, err := c.QuestionEvents(ctx, q, 0, "Moved")
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if m, ok := e.Body.(Moved); ok && int(m.Book) == book {
			return Float(m.From), nil
		}
	}
	return Float(q.Books[book].Price), nil // nobody traded
}

// QuestionEvents reads a question's events of the kinds named (all, if none
// is) since it was opened, or since sinceBlock if that is later.
func (c *Client) QuestionEvents(
	ctx context.Context, q Question, sinceBlock uint64, names ...string,
) ([]Event, error) {
	head, err := c.Height(ctx)
	if err != nil {
		return nil, err
	}
	// The first block of the window is that of the question, unless it was
	// reopened: then the first window is not on record.
	from := max(1, sinceBlock)
	if q.Reopened == 0 && q.Opened > 0 {
		from = max(from, q.Opened-1)
	}
	if from > head {
		return nil, nil
	}
	var kinds []common.Hash
	for _, name := range names {
		kinds = append(kinds, topicOf(name))
	}
	logs, err := c.logs(ctx, from, head, [][]common.Hash{kinds, {idTopic(q.ID)}})
	if err != nil {
		return nil, err
	}
	var events []Event
	for i := range logs {
		e, err := c.dec.event(&logs[i])
		if errors.Is(err, errForeign) {
			continue
		}
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
