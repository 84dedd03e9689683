package market

import "encoding/binary"

func appendU64(b []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(b, v) }

// Append encodes l; Parse is its inverse, as for every record below.
func (l Ledger) Append(b []byte) []byte {
	b = appendAmount(b, &l.Held)
	b = appendAmount(b, &l.Fund)
	return l.Questions.Append(b)
}

// Parse is the inverse of Append.
func (Ledger) Parse(b []byte) (Ledger, error) {
	p := parser{b: b}
	l := Ledger{p.amount(), p.amount(), QuestionID(p.uint64())}
	return l, p.end("ledger")
}

// Append encodes v.
func (v Balance) Append(b []byte) []byte { return appendAmount(b, &v.Coins) }

// Parse is the inverse of Append.
func (Balance) Parse(b []byte) (Balance, error) {
	p := parser{b: b}
	v := Balance{p.amount()}
	return v, p.end("balance")
}

// Append encodes v.
func (v Nonces) Append(b []byte) []byte { return appendAmount(b, &v.Used) }

// Parse is the inverse of Append.
func (Nonces) Parse(b []byte) (Nonces, error) {
	p := parser{b: b}
	v := Nonces{p.amount()}
	return v, p.end("nonces")
}

// Append encodes presence as one byte: some stores drop empty values.
func (Slot) Append(b []byte) []byte { return append(b, 1) }

// Parse is the inverse of Append.
func (Slot) Parse(b []byte) (Slot, error) {
	p := parser{b: b}
	p.bad = p.byte() != 1 || p.bad
	return Slot{}, p.end("slot")
}

// Append encodes v.
func (v Bin) Append(b []byte) []byte { return appendAmount(appendU64(b, v.Blocks), &v.Sum) }

// Parse is the inverse of Append.
func (Bin) Parse(b []byte) (Bin, error) {
	p := parser{b: b}
	v := Bin{p.uint64(), p.amount()}
	return v, p.end("bin")
}

// Append encodes v.
func (v Rest) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(v.Orders)))
	for _, id := range v.Orders {
		b = id.Append(b)
	}
	return b
}

// Parse is the inverse of Append.
func (Rest) Parse(b []byte) (v Rest, err error) {
	p := parser{b: b}
	for range p.count(MaxResting) {
		v.Orders = append(v.Orders, OrderID(p.uint64()))
	}
	return v, p.end("rest")
}

// Append encodes v.
func (v Book) Append(b []byte) []byte {
	b = appendAmount(b, &v.Yes)
	b = appendAmount(b, &v.No)
	b = appendU64(b, uint64(v.Opening))
	b = appendU64(b, uint64(v.Price))
	b = appendU64(b, uint64(v.Since))
	b = binary.BigEndian.AppendUint16(b, v.Resting)
	b = appendU64(b, uint64(v.Median))
	return appendU64(b, uint64(v.Payoff))
}

// Parse is the inverse of Append.
func (Book) Parse(b []byte) (Book, error) {
	p := parser{b: b}
	v := Book{
		Yes: p.amount(), No: p.amount(), Opening: p.price(), Price: p.price(),
		Since: p.height(), Resting: p.uint16(), Median: p.price(), Payoff: p.price(),
	}
	return v, p.end("book")
}

// Append encodes v.
func (v Position) Append(b []byte) []byte {
	b = appendAmount(b, &v.Yes)
	b = appendAmount(b, &v.No)
	b = binary.AppendUvarint(b, uint64(len(v.Orders)))
	for _, o := range v.Orders {
		b = appendU64(appendBool(o.ID.Append(b), o.Up), uint64(o.Cap))
	}
	return b
}

// Parse is the inverse of Append.
func (Position) Parse(b []byte) (Position, error) {
	p := parser{b: b}
	v := Position{Yes: p.amount(), No: p.amount()}
	for range p.count(MaxOwn) {
		v.Orders = append(v.Orders, Own{OrderID(p.uint64()), p.bool(), p.price()})
	}
	return v, p.end("position")
}

// Append encodes v.
func (v Order) Append(b []byte) []byte {
	b = v.ID.Append(b)
	b = v.Trader.Append(b)
	b = v.Question.Append(b)
	b = append(b, v.Book, byte(v.Action))
	b = appendAmount(b, &v.Amount)
	b = appendAmount(b, &v.Left)
	b = appendU64(b, uint64(v.Limit))
	b = appendU64(b, uint64(v.Expiry))
	return appendU64(b, uint64(v.Placed))
}

// Parse is the inverse of Append.
func (Order) Parse(b []byte) (Order, error) {
	p := parser{b: b}
	v := Order{
		ID: OrderID(p.uint64()), Trader: p.account(), Question: QuestionID(p.uint64()),
		Book: p.byte(), Action: Action(p.byte()), Amount: p.amount(), Left: p.amount(),
		Limit: p.price(), Expiry: p.height(), Placed: p.height(),
	}
	return v, p.end("order")
}

// Append encodes v.
func (v State) Append(b []byte) []byte {
	b = append(b, byte(v.Kind), byte(v.Phase), v.Books)
	b = binary.BigEndian.AppendUint16(b, v.Fee)
	b = append(b, v.Reopened, byte(v.Outcome.Verdict), v.Outcome.Member)
	b = appendU64(b, uint64(v.Outcome.Value))
	b = v.Resolver.Append(b)
	b = appendAmount(b, &v.B)
	b = appendAmount(b, &v.Subsidy)
	b = appendAmount(b, &v.Cash)
	b = appendAmount(b, &v.Sets)
	for _, h := range [...]Height{v.Opened, v.Window, v.Grace, v.End, v.ClosedAt, v.ResolveBy} {
		b = appendU64(b, uint64(h))
	}
	b = append(b, v.Drawn)
	b = binary.BigEndian.AppendUint32(b, v.Head)
	b = binary.BigEndian.AppendUint32(b, v.Next)
	b = appendU64(b, uint64(v.Due))
	return appendU64(b, uint64(v.Expires))
}

// Parse is the inverse of Append.
func (State) Parse(b []byte) (State, error) {
	p := parser{b: b}
	v := State{
		Kind: Kind(p.byte()), Phase: Phase(p.byte()), Books: p.byte(), Fee: p.uint16(),
		Reopened: p.byte(),
		Outcome:  Outcome{Verdict(p.byte()), p.byte(), int64(p.uint64())},
		Resolver: p.account(), B: p.amount(), Subsidy: p.amount(), Cash: p.amount(),
		Sets: p.amount(), Opened: p.height(), Window: p.height(), Grace: p.height(),
		End: p.height(), ClosedAt: p.height(), ResolveBy: p.height(),
		Drawn: p.byte(), Head: p.uint32(), Next: p.uint32(), Due: p.height(), Expires: p.height(),
	}
	return v, p.end("state")
}

// Append encodes v.
func (v Terms) Append(b []byte) []byte {
	b = v.Opener.Append(b)
	b = v.Spec.append(b)
	b = appendString(b, v.Text)
	return appendString(b, v.Criteria)
}

// Parse is the inverse of Append.
func (Terms) Parse(b []byte) (Terms, error) {
	p := parser{b: b}
	v := Terms{Opener: p.account(), Spec: p.spec(), Text: p.string(), Criteria: p.string()}
	return v, p.end("terms")
}

func (s *Spec) append(b []byte) []byte {
	b = append(b, byte(s.Template), byte(s.Kind))
	b = appendStrings(b, s.Fields)
	b = appendStrings(b, s.Members)
	b = binary.AppendUvarint(b, uint64(len(s.Openings)))
	for _, p := range s.Openings {
		b = appendU64(b, uint64(p))
	}
	b = appendU64(b, uint64(s.Lo))
	b = appendU64(b, uint64(s.Hi))
	b = appendAmount(b, &s.Subsidy)
	b = appendU64(b, uint64(s.Window))
	b = appendU64(b, uint64(s.Grace))
	b = s.Resolver.Append(b)
	b = appendBytes(b, s.Evidence.Inline)
	b = appendString(b, s.Evidence.URI)
	b = append(b, s.Evidence.Hash[:]...)
	return appendU64(b, s.Evidence.Size)
}

func (p *parser) spec() (s Spec) {
	s.Template, s.Kind = Template(p.byte()), Kind(p.byte())
	s.Fields = p.strings(MaxFields)
	s.Members = p.strings(MaxMembers)
	for range p.count(MaxMembers) {
		s.Openings = append(s.Openings, p.price())
	}
	s.Lo, s.Hi = int64(p.uint64()), int64(p.uint64())
	s.Subsidy = p.amount()
	s.Window, s.Grace = p.height(), p.height()
	s.Resolver = p.account()
	s.Evidence = Evidence{Inline: p.bytes(), URI: p.string(), Hash: p.hash(), Size: p.uint64()}
	return s
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func (p *parser) strings(max uint64) (list []string) {
	for range p.count(max) {
		list = append(list, p.string())
	}
	return list
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func (p *parser) bool() bool {
	v := p.byte()
	p.bad = p.bad || v > 1
	return v == 1
}
