package market

// Market is the state machine over a store. It holds nothing itself: make one
// for each call. A call that is refused has changed nothing; its error is a
// *Refusal. Any other error, and a panic, leave the store for the host to undo.
type Market struct {
	Store *Store
	Emit  func(Event) // never nil
}
