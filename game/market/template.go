package market

// Template names a ready-made form of question.
type Template uint8

// The forms. A template fixes the fields, the criteria, the base rate, the
// timing and the fee; see Templates.
const (
	Custom         Template = iota // any question, with its criteria written out
	PostAcceptable                 // is this post acceptable under these terms?
	AccountIs                      // is this account who it says?
	WorkAcceptable                 // is this work acceptable under this brief?
	DappScam                       // is the dapp at this host a scam?
	TokenGenuine                   // is this address the genuine token of that symbol?
	PriceAbove                     // will the price of this be above that at a time?
	PriceBelow                     // will it be below?
)

// Form is what a template fixes.
type Form struct {
	Name     string   // "dapp-scam"
	Fields   []string // names of the fields, e.g. "host"
	Question string   // text with {field} where a field goes
	Criteria string   // when the answer is YES
	BaseRate Price    // opening price of YES, by default
	Window   Height   // blocks of trading, by default
	Grace    Height   // blocks the resolver has, by default
	Fee      uint16   // on what a taker pays or gets, in 10⁻⁴
}
