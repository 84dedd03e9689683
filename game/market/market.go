package market

// Market is the state machine over a store. It holds nothing itself: make one
// for each call.
type Market struct {
	Store *Store
	Emit  func(Event) // never nil
}

// Event is something that happened, for logs.
type Event interface{ event() }
