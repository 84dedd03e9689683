package market

// Everything a caller can make grow has a limit.
const (
	MaxMembers  = 32       // of a group, "other" included
	MaxFields   = 8        // of a template
	MaxField    = 4096     // bytes of one field
	MaxMember   = 64       // bytes of a member's name
	MaxInline   = 16 << 10 // bytes of inline evidence
	MaxURI      = 512      // bytes
	MaxDocument = 16 << 20 // bytes of a document that evidence names

	MaxResting = 256     // orders that may rest on a book
	MaxOwn     = 64      // live orders of one trader on one book
	MaxBatch   = 1 << 14 // queued orders that join one batch; the rest wait
	MaxQueue   = 1 << 16 // orders that may wait for a batch
	MaxSweep   = 1 << 12 // orders returned in one block after the close
	MaxDraws   = 64      // blocks at which a question may close
	MaxReopen  = 2

	MinWindow Height = 10
	MaxWindow Height = 1 << 28 // about four years of half-second blocks
	MinGrace  Height = 1
	MaxGrace  Height = 1 << 28

	MinOpening = One / 100
	MaxOpening = One - One/100
)

// The least amounts, in 10⁻¹⁸: of coins or shares in an order, and of a subsidy.
const (
	MinOrder   = 1_000_000_000_000      // a millionth
	MinSubsidy = 10_000_000_000_000_000 // a hundredth
)
