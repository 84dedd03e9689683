package contracts

import (
	"cosmossdk.io/collections"

	"agon/game/market"
)

// declare adds the market's tables to a schema: one prefix byte each, their
// index in market.TableNames. Genesis and export go through the schema; calls
// use the same keys and bytes through a desk.
func declare(b *collections.SchemaBuilder) {
	collect[market.Sole, market.Ledger](b, 0)
	collect[market.Account, market.Balance](b, 1)
	collect[market.QuestionID, market.Terms](b, 2)
	collect[market.QuestionID, market.State](b, 3)
	collect[market.BookKey, market.Book](b, 4)
	collect[market.BookKey, market.Rest](b, 5)
	collect[market.BinKey, market.Bin](b, 6)
	collect[market.PositionKey, market.Position](b, 7)
	collect[market.PageID, market.Page](b, ordersTable)
	collect[market.NonceKey, market.Nonces](b, 9)
	collect[market.SlotKey, market.Slot](b, 10)
}

func collect[K market.Key[K], V market.Coded[V]](b *collections.SchemaBuilder, i int) {
	collections.NewMap(b, collections.NewPrefix(i), market.TableNames[i],
		keyCodec[K]{coded[K]{}}, coded[V]{})
}
