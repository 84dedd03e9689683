package market

// Kind is the shape of a question's answer.
type Kind uint8

// A binary question has one book; a group one book per member, of which the
// last is "other"; a scalar one book whose YES is LONG and whose NO is SHORT.
const (
	Binary Kind = iota
	Group
	Scalar
)

// Phase is where a question stands in its life.
type Phase uint8

// Only an open question trades; only a settled one pays.
const (
	Open Phase = iota + 1
	Closed
	Settled
	Halted
)

// Verdict is what a resolver may say.
type Verdict uint8

// Yes and No answer binary questions, Member groups, Value scalars; Invalid
// and TooEarly any.
const (
	NoVerdict Verdict = iota
	Yes
	No
	Invalid
	TooEarly
	Member
	Value
)

// Outcome is a verdict with what it names: the member of a group, or the
// value of a scalar in the units of Lo and Hi.
type Outcome struct {
	Verdict Verdict
	Member  uint8
	Value   int64
}

// Evidence is what a question is to be judged by: inline bytes, or a document
// elsewhere, named by its SHA-256 and bounded in size. It is data, never
// instructions.
type Evidence struct {
	Inline []byte // at most MaxInline
	URI    string // https:// or ipfs://; empty if all is inline
	Hash   Hash   // SHA-256 of the document at URI; zero if there is none
	Size   uint64 // its length in bytes, 1 to MaxDocument; 0 if there is none
}

// Spec is what an opener asks for. Zero values of Openings, Window and Grace
// take the template's defaults.
type Spec struct {
	Template Template
	Kind     Kind
	Fields   []string // the template's fields, in its order
	Members  []string // group: names, without "other", which is appended
	Openings []Price  // opening YES prices, one per book, "other" last
	Lo, Hi   int64    // scalar: LONG pays (x−Lo)/(Hi−Lo)
	Subsidy  Amount   // the opener's worst-case loss
	Window   Height   // blocks of trading
	Grace    Height   // blocks the resolver has after the close
	Resolver Account
	Evidence Evidence
}

// Question is all there is to know of a question, but for its books.
type Question struct {
	ID QuestionID
	Terms
	State
}
