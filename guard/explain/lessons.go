package explain

// Lesson explains a term in a few sentences.
type Lesson struct {
	Term  string `json:"term"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// LessonOn gives the lesson on a term; nil if there is none.
func LessonOn(term string) *Lesson {
	l, ok := lessons[term]
	if !ok {
		return nil
	}
	l.Term = term
	return &l
}

var lessons = map[string]Lesson{
	"approval": {Title: "What is an approval?",
		Text: "An approval lets somebody else take tokens out of your account, up to an amount, " +
			"whenever they like. Applications need one to trade for you. Give it to " +
			"applications you " +
			"know, for the amount you want to use; you can take it back by approving 0."},
	"approval-for-all": {Title: "What is an approval for all?",
		Text: "It lets somebody take every item that you have of a collection, those you get " +
			"later " +
			"included. Marketplaces ask for it before you sell. Nobody else needs it."},
	"permit": {Title: "What is a permit?",
		Text: "A permit is an approval that is signed instead of sent. It costs no fee and " +
			"shows up " +
			"nowhere until it is used, which makes it the thieves' favourite. Whoever holds the " +
			"signature can take the tokens."},
	"permit2": {Title: "What is Permit2?",
		Text: "Permit2 is a contract that you approve once and that then passes rights on to " +
			"applications by your signatures. One signature can cover several tokens, and can " +
			"carry an " +
			"order with it. Read whom it names as spender."},
	"order": {Title: "What is a signed order?",
		Text: "An order is an offer that anybody may accept later, at the price you sign. If " +
			"that " +
			"price is nothing, your items go for nothing. Check what reaches you, not only " +
			"what the " +
			"site shows."},
	"eth-sign": {Title: "Why not sign a hash?",
		Text: "A hash can stand for anything: also for a transaction that empties your " +
			"account. Since " +
			"nobody can see what it means, no honest site needs you to sign one."},
	"sign-in": {Title: "What is signing in?",
		Text: "A sign-in message proves to a site that the account is yours. It names the " +
			"site. If it " +
			"names another one, somebody wants to be you there."},
	"replay": {Title: "What is a replay?",
		Text: "A signature that names no chain is valid on all of them. What you send once, " +
			"others " +
			"can send again where your account has money too."},
	"poisoning": {Title: "What is address poisoning?",
		Text: "Thieves make addresses whose first and last digits are those of somebody you " +
			"pay, and " +
			"send you nothing from them, so that they stand in your history. If you copy from " +
			"there, you " +
			"pay them. Compare the whole address."},
	"delegation": {Title: "What is a delegation?",
		Text: "With EIP-7702 your account can obey a program. The program can do all that you " +
			"can: pay " +
			"for fees, batch calls, or take everything. A delegation stays until you replace it."},
	"safe": {Title: "What protects a Safe?",
		Text: "A Safe does what enough of its owners sign. Modules and delegate calls go " +
			"around them: " +
			"code that acts as the Safe can replace its owners. Big thefts have begun so."},
	"owner": {Title: "What can an owner do?",
		Text: "Contracts may have an owner who can change the rules: make new tokens, stop " +
			"transfers, " +
			"replace the code. What holds today may not hold tomorrow."},
	"fake-token": {Title: "How can a token be false?",
		Text: "Anybody can make a token with any name and symbol. Only its address tells it " +
			"from the " +
			"one you mean."},
	"honeypot": {Title: "What is a honeypot?",
		Text: "A token that can be bought and not sold. Its price only rises, because nobody " +
			"gets out."},
	"simulation": {Title: "What does trying out mean?",
		Text: "Before you sign, the request is run on a copy of the chain's state to see what " +
			"changes. " +
			"Some code behaves otherwise when it is tried out, and the chain may change before " +
			"your " +
			"transaction comes: so a good result is no promise."},
	"lookalike": {Title: "Why do names matter?",
		Text: "A letter of another alphabet or one letter more leads to another site. Type the " +
			"addresses of sites where your money is, or keep them as bookmarks."},
	"shared-hosting": {Title: "What is shared hosting?",
		Text: "On some domains anybody can publish a page in minutes. The name behind the dot " +
			"then says " +
			"nothing about who made it."},
	"paymaster": {Title: "What is a paymaster?",
		Text: "It pays the fee of an operation in your place, and may take a token from you " +
			"for it."},
}
