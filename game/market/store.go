package market

import "iter"

// Key is a key of a table: Append encodes it so that byte order is key order.
type Key interface {
	comparable
	Append([]byte) []byte
}

// Table is one typed collection. Set and Delete take effect at once; the host
// (a transaction, a test) undoes them if the call fails. A table that cannot
// reach its storage panics: the host aborts the call.
type Table[K Key, V any] interface {
	Get(K) (V, bool)
	Set(K, V)
	Delete(K)
	// Scan yields, in key order, the entries whose encoded key begins with
	// prefix. The table may not be changed while it runs.
	Scan(prefix []byte) iter.Seq2[K, V]
}

// Store is the whole state of the market, as typed tables.
type Store struct {
	Questions Table[QuestionID, Question]
}
