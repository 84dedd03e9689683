package roster

import "agon/game/market"

// Entry is what is written down about a built-in player.
type Entry struct {
	Name      string
	Family    string
	Templates []market.Template // that it answers; nil means all
	Knows     string            // what it looks at
	Trained   string            // on what, with licences
	Fails     string            // on what
}

// Where the models come from, by subject; docs/players.md has rows and splits.
const (
	onHosts = "hosts of polkadot-js/phishing (Apache-2.0), spmedia's feed (MIT) and honest " +
		"sites (MIT, ISC, CC0-1.0, public domain), scams first seen before 2025-09"
	onTokens    = "token lists and labelled fakes (MIT), three in four by address"
	onAddresses = "labelled addresses on Ethereum (MIT), three in four by address"
	onPosts     = "tweets judged by people (MIT; Davidson and others, 2017), 70% by near-copies"
	onNothing   = "nothing"
)

var (
	hosts     = []market.Template{market.DappScam}
	tokens    = []market.Template{market.TokenGenuine}
	addresses = []market.Template{market.AddressHostile}
	posts     = []market.Template{market.PostAcceptable}
	generals  = []market.Template{market.Custom, market.AccountIs, market.WorkAcceptable,
		market.PriceAbove, market.PriceBelow}
)

// Catalogue describes the players that Builtin gives, in its order.
var Catalogue = []Entry{
	{"host-ngram", "linear", hosts, "letter sequences; words, pairs, suffix crossed with shape",
		onHosts, "campaigns with new words; honest sites that use the scammers' words"},
	{"host-bayes", "bayes", hosts, "counts of the same, c1aim and xn-- undone", onHosts,
		"names where one strong word outvotes the rest"},
	{"host-trees", "trees", hosts, "shape, and the counts of letters, words and sound", onHosts,
		"scams with short plain names; honest names of odd shape"},
	{"host-lookalike", "lookalike", hosts, "whose name a host imitates, and what stands beside it",
		onHosts, "honest namesakes; scams that imitate nobody"},
	{"host-neighbours", "neighbours", hosts, "what became of the forty most similar hosts",
		onHosts, "names like no other; famous names that scams surround"},
	{"host-markov", "sequence", hosts, "which letter follows which three", onHosts,
		"short names; brands, which scams spell as their owners do"},
	{"host-net", "neural", hosts, "what host-ngram looks at, where one thing changes another",
		onHosts, "new words; its reasons hold only near the name"},
	{"host-core", "monotone", hosts, "the most suspicious run of letters, whatever is around it",
		onHosts, "names whose letters alone say nothing; honest names with a scammer's word"},
	{"host-recent", "online", hosts, "what host-ngram looks at, and what it missed of late",
		"as host-ngram, then on what settles while it plays",
		"names unlike all that settled; answers that are wrong teach it nonsense"},
	{"token-list", "list", tokens, "is the address listed, is the symbol another's", onTokens,
		"tokens newer than the lists; genuine namesakes"},
	{"token-names", "linear", tokens, "pieces of the symbol, oddities of its spelling", onTokens,
		"fakes that copy a symbol exactly"},
	{"token-counts", "bayes", tokens, "the symbol letter for letter", onTokens,
		"fakes that copy a symbol exactly"},
	{"token-mimic", "trees", tokens, "namesakes, famous symbols inside, likeness of addresses",
		onTokens, "copies of symbols that no list has"},
	{"address-list", "list", addresses, "is it listed; does it look like a listed one",
		onAddresses, "every address that nobody has named yet: it then knows nothing"},
	{"post-words", "linear", posts, "words, pairs of words, manner", onPosts,
		"words it never saw; foul words among friends"},
	{"post-letters", "letters", posts, "letter sequences, odd spellings undone", onPosts,
		"harmless words with the letters of foul ones"},
	{"post-counts", "bayes", posts, "counts of both", onPosts,
		"posts where one strong word outvotes the rest"},
	{"general", "recalibration", generals, "the opening price, and how such came out before",
		"nothing that ships; on what settles while it plays",
		"questions that tell more than their price: it cannot read"},
	{"base-rate", "baseline", nil, "the opening price", onNothing, "everything"},
	{"coin", "baseline", nil, "a hash of its key and the question", onNothing, "everything"},
}
