package market

import "strings"

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
	AddressHostile                 // does this address belong to an attacker?
)

// Form is what a template fixes.
type Form struct {
	Name     string   // "dapp-scam"
	Fields   []string // names of the fields, e.g. "host"
	Question string   // text with {field} where a field goes
	Criteria string   // when the answer is YES; {field} likewise
	Evidence string   // what the evidence should be
	Required bool     // a question without evidence is refused
	AnyKind  bool     // may be a group or a scalar; else binary only
	BaseRate Price    // opening price of YES, by default
	Window   Height   // blocks of trading, by default
	Grace    Height   // blocks the resolver has, by default
	Fee      uint16   // on what a taker pays or gets, in 10⁻⁴
}

// Defaults of time, in blocks of about half a second.
const (
	minute Height = 120
	hour   Height = 60 * minute
	day    Height = 24 * hour
)

// Templates lists the forms by Template. A base rate is what openers are
// expected to ask about, not what there is in the world: they ask in doubt. An
// opener who knows better names an opening price.
var Templates = [...]Form{
	Custom: {
		Name: "custom", Fields: []string{"question", "criteria"},
		Question: "{question}", Criteria: "{criteria}",
		Evidence: "whatever the criteria name", AnyKind: true,
		BaseRate: One / 2, Window: 10 * minute, Grace: day,
	},
	PostAcceptable: {
		Name: "post-acceptable", Fields: []string{"post", "terms"},
		Question: "Is the post {post} acceptable under {terms}?",
		Criteria: "YES if a moderator who applies {terms} as written, to the post as it stands " +
			"in the evidence, would leave it up.",
		Evidence: "the post and its context; the terms, if they are not widely known",
		BaseRate: One / 100 * 85, Window: 5 * minute, Grace: hour,
	},
	AccountIs: {
		Name: "account-is", Fields: []string{"account", "platform", "identity"},
		Question: "Is {account} on {platform} really {identity}?",
		Criteria: "YES if {account} was under the control of {identity}, or of somebody they " +
			"had authorised, when the question was opened.",
		Evidence: "the account's page, and pages known to be the subject's own",
		BaseRate: One / 100 * 60, Window: 10 * minute, Grace: day,
	},
	WorkAcceptable: {
		Name: "work-acceptable", Fields: []string{"work", "brief"},
		Question: "Is the work {work} acceptable under the brief {brief}?",
		Criteria: "YES if the work in the evidence meets every requirement of the brief; what " +
			"the brief leaves open is the worker's choice.",
		Evidence: "the work as delivered, and the brief", Required: true,
		BaseRate: One / 100 * 75, Window: hour, Grace: day,
	},
	DappScam: {
		Name: "dapp-scam", Fields: []string{"host"},
		Question: "Is the dapp at {host} a scam?",
		Criteria: "YES if {host}, when the question was opened, deceived its visitors to take " +
			"their assets, keys or approvals: a drainer, a copy of another's site, a false " +
			"airdrop or support page. Poor quality, losses in trading and high risk are NO.",
		Evidence: "the page as fetched; transactions it asks for",
		BaseRate: One / 2, Window: 2 * minute, Grace: hour,
	},
	TokenGenuine: {
		Name: "token-genuine", Fields: []string{"address", "symbol", "chain"},
		Question: "Is {address} the genuine {symbol} on {chain}?",
		Criteria: "YES if the contract at {address} on {chain} is the one that the issuer " +
			"commonly known as {symbol} names as its own, or its official bridge's.",
		Evidence: "the issuer's page that names its contracts",
		BaseRate: One / 2, Window: 2 * minute, Grace: hour,
	},
	PriceAbove: {
		Name: "price-above", Fields: []string{"asset", "price", "time"},
		Question: "Will {asset} be above {price} at {time}?",
		Criteria: "YES if the median of the sources in the evidence, or of the three largest " +
			"spot markets if it names none, is above {price} at {time}. Equal is NO.",
		Evidence: "the sources of the price",
		BaseRate: One / 2, Window: hour, Grace: day,
	},
	PriceBelow: {
		Name: "price-below", Fields: []string{"asset", "price", "time"},
		Question: "Will {asset} be below {price} at {time}?",
		Criteria: "YES if the median of the sources in the evidence, or of the three largest " +
			"spot markets if it names none, is below {price} at {time}. Equal is NO.",
		Evidence: "the sources of the price",
		BaseRate: One / 2, Window: hour, Grace: day,
	},
	AddressHostile: {
		Name: "address-hostile", Fields: []string{"address", "chain"},
		Question: "Does {address} on {chain} belong to an attacker?",
		Criteria: "YES if the account or contract at {address} on {chain}, when the question was " +
			"opened, was under the control of somebody who had used it to take the assets, keys " +
			"or approvals of others by deceit or by an exploit, or to receive what was so taken. " +
			"An honest contract with a hole in it is NO.",
		Evidence: "transactions of the address; reports by its victims",
		BaseRate: One / 2, Window: 2 * minute, Grace: hour,
	},
}

// Form returns what the template fixes; false if there is no such template.
func (t Template) Form() (Form, bool) {
	if int(t) >= len(Templates) {
		return Form{}, false
	}
	return Templates[t], true
}

// TemplateNamed finds a template by the name of its form.
func TemplateNamed(name string) (Template, bool) {
	for t := range Templates {
		if Templates[t].Name == name {
			return Template(t), true
		}
	}
	return 0, false
}

// render puts the fields where text names them. A field's own braces are left
// as they are.
func (f *Form) render(text string, fields []string) string {
	pairs := make([]string, 0, 2*len(fields))
	for i, name := range f.Fields {
		pairs = append(pairs, "{"+name+"}", fields[i])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
