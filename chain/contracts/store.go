package contracts

import (
	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"agon/chain/native"
	"agon/game/market"
)

// declare adds the market's tables to a schema: one prefix byte each, their
// index in market.TableNames. Genesis and export go through the schema; calls
// use the same keys and bytes through table.
func declare(b *collections.SchemaBuilder) {
	collect[market.Sole, market.Ledger](b, 0)
	collect[market.Account, market.Balance](b, 1)
	collect[market.QuestionID, market.Terms](b, 2)
	collect[market.QuestionID, market.State](b, 3)
	collect[market.BookKey, market.Book](b, 4)
	collect[market.BookKey, market.Rest](b, 5)
	collect[market.BinKey, market.Bin](b, 6)
	collect[market.PositionKey, market.Position](b, 7)
	collect[market.OrderID, market.Order](b, 8)
	collect[market.NonceKey, market.Nonces](b, 9)
	collect[market.SlotKey, market.Slot](b, 10)
}

// openStore makes the market's tables for one call.
func openStore(c *native.Ctx, kv corestore.KVStore) *market.Store {
	return &market.Store{
		Ledger:    open[market.Sole, market.Ledger](c, kv, 0),
		Balances:  open[market.Account, market.Balance](c, kv, 1),
		Terms:     open[market.QuestionID, market.Terms](c, kv, 2),
		States:    open[market.QuestionID, market.State](c, kv, 3),
		Books:     open[market.BookKey, market.Book](c, kv, 4),
		Rests:     open[market.BookKey, market.Rest](c, kv, 5),
		Bins:      open[market.BinKey, market.Bin](c, kv, 6),
		Positions: open[market.PositionKey, market.Position](c, kv, 7),
		Orders:    open[market.OrderID, market.Order](c, kv, 8),
		Nonces:    open[market.NonceKey, market.Nonces](c, kv, 9),
		Wheel:     open[market.SlotKey, market.Slot](c, kv, 10),
	}
}

func collect[K market.Key[K], V market.Coded[V]](b *collections.SchemaBuilder, i int) {
	collections.NewMap(b, collections.NewPrefix(i), market.TableNames[i],
		keyCodec[K]{coded[K]{}}, coded[V]{})
}
