package client

import (
	"context"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// feeCache keeps the price of gas for a second: accounts that send thousands
// of transactions need not ask for each.
type feeCache struct {
	mu   sync.Mutex
	at   time.Time
	tip  *big.Int
	most *big.Int
}

const (
	feeAge = time.Second
	// feeHeadroom times the present base fee is what a transaction offers at
	// most; it pays only the base fee of its block. 4 outlasts 11 full blocks.
	feeHeadroom = 4
)

// gasPrice gives the tip and the most to offer for a unit of gas.
func (c *Client) gasPrice(ctx context.Context) (tip, most *big.Int, err error) {
	c.fees.mu.Lock()
	defer c.fees.mu.Unlock()
	if time.Since(c.fees.at) < feeAge {
		return c.fees.tip, c.fees.most, nil
	}
	var fee *big.Int
	err = c.retry(ctx, func() error {
		head, err := c.eth.HeaderByNumber(ctx, nil)
		if err != nil {
			return err
		}
		if fee = head.BaseFee; fee == nil {
			fee = new(big.Int)
		}
		tip, err = c.eth.SuggestGasTipCap(ctx)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("asking for the price of gas: %w", err)
	}
	if tip.Sign() == 0 {
		tip = big.NewInt(1) // pools order by tip, and some refuse none
	}
	most = new(big.Int).Mul(fee, big.NewInt(feeHeadroom))
	most.Add(most, tip)
	c.fees.at, c.fees.tip, c.fees.most = time.Now(), tip, most
	return tip, most, nil
}
