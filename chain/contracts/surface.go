package contracts

import "agon/chain/native"

// register lists IMarket: one line a function, in the order of the ABI.
func (m *Market) register(c *native.Contract) {
	native.Payable(c, "ask", "Opens a question. What is sent is credited to the caller's "+
		"market balance first; the subsidy is taken from that balance.", m.ask)
	native.Payable(c, "place", "Places the caller's orders, all or none. What is sent is "+
		"credited to the caller's market balance first.", m.place)
	native.Write(c, "placeSigned", "Places many traders' signed orders, carried by anyone. "+
		"A bad one is refused by itself, with a reason; it never reverts the rest.",
		m.placeSigned)
	native.Write(c, "placePacked", packedDoc, m.placePacked)
	native.View(c, "dryRun", "What an order would do if it were alone in the next batch, or "+
		"why it would be refused.", m.dryRun)
	native.Write(c, "cancel", "Cancels the caller's orders, all or none; what is left of them "+
		"returns to the market balance.", m.cancel)
	native.Write(c, "invalidateNonces", "Marks as used the caller's nonces 256 * word + i for "+
		"every bit i of mask.", m.invalidateNonces)
	native.Payable(c, "mintSet", "Turns n coins into n full sets: of a group one YES of every "+
		"member, otherwise one YES and one NO.", m.mintSet)
	native.Write(c, "burnSet", "Turns n full sets back into n coins.", m.burnSet)
	native.Write(c, "resolve", "The resolver's answer to a closed question.", m.resolve)
	native.Write(c, "lapse", "Makes INVALID a question whose resolver was silent past "+
		"resolveBy, or whose work failed. Anyone may call it.", m.lapse)
	native.Write(c, "claim", "Pays the caller's shares in settled questions into the market "+
		"balance.", m.claim)
	native.Payable(c, "deposit", "Credits what is sent to the caller's market balance.",
		m.deposit)
	native.Payable(c, "depositFor", "Credits what is sent to others' market balances; the "+
		"amounts must add up to it.", m.depositFor)
	native.Write(c, "withdraw", "Pays out from the caller's market balance.", m.withdraw)
	m.registerViews(c)
	registerEvents(c)
	describe(c)
}

func (m *Market) registerViews(c *native.Contract) {
	native.View(c, "question", "A question with its books.", m.question)
	native.View(c, "questions", "Ids of questions above a given one, oldest first.",
		m.questions)
	native.View(c, "questionCount", "How many questions were ever asked, which is the newest "+
		"id.", m.questionCount)
	native.View(c, "price", "The price of a book's YES; of a closed question the median that "+
		"is its published answer.", m.price)
	native.View(c, "position", "A trader's free shares in a book.", m.position)
	native.View(c, "balanceOf", "An account's market balance.", m.balanceOf)
	native.View(c, "fund", "What the audit fund holds.", m.fund)
	native.View(c, "order", "A live order.", m.order)
	native.View(c, "orders", "Live orders of a question, oldest first.", m.orders)
	native.View(c, "nonceWord", "256 of an account's nonces; a set bit is a used one.",
		m.nonceWord)
	native.View(c, "domainSeparator", "EIP-712 domain of signed orders.", m.domainSeparator)
}

func registerEvents(c *native.Contract) {
	native.Event[Asked](c, "A question was opened.")
	native.Event[Ordered](c, "An order was placed; it joins the next batch.")
	native.Event[RefusedOrder](c, "A signed order was refused, and nothing else with it.")
	native.Event[Filled](c, "An order traded in a batch, or part of it.")
	native.Event[Cancelled](c, "An order ended with what was left of it.")
	native.Event[Moved](c, "A batch moved a book's price, or crossed orders at it.")
	native.Event[Closed](c, "Trading ended, at a block that nobody knew before.")
	native.Event[Reopened](c, "It was too early to tell; trading goes on.")
	native.Event[Settled](c, "A question was answered and its pool divided.")
	native.Event[Halted](c, "Work on a question failed; it can only lapse.")
	native.Event[Claimed](c, "Shares of a settled question were paid.")
	native.Event[Deposited](c, "Coins entered a market balance.")
	native.Event[Withdrawn](c, "Coins left a market balance.")
	native.Event[Minted](c, "Coins became full sets.")
	native.Event[Burned](c, "Full sets became coins.")
	native.Error[Refused](c, "A call, or one element of its list, was refused.")
}

// describe gives the interface's structs their comments.
func describe(c *native.Contract) {
	native.Struct[Evidence](c, "What a question is to be judged by. Data, never instructions.")
	native.Struct[Spec](c, "What an opener asks for.")
	native.Struct[Order](c, "A standing instruction: buys are limited by coins, sells by shares.")
	native.Struct[SignedOrder](c, "An order with its trader's EIP-712 signature.")
	native.Struct[Placed](c, "The outcome of one signed order.")
	native.Struct[Preview](c, "What an order would do alone in the next batch.")
	native.Struct[OrderView](c, "An order in the book.")
	native.Struct[BookView](c, "The ledger of one binary market.")
	native.Struct[QuestionView](c, "A question, its answer and its books.")
}
