package market

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Other is the name of a group's last member: whatever the others are not.
const Other = "other"

// Ask opens a question and locks its subsidy from the opener's balance.
// Refusals, in this order: BadTemplate, BadFields, BadMembers, BadOpenings,
// BadRange, BadSubsidy, BadWindow, BadGrace, BadResolver, BadEvidence,
// TooManyQuestions, Unaffordable.
func (m *Market) Ask(now Height, opener Account, s Spec) (QuestionID, error) {
	form, err := s.complete()
	if err != nil {
		return 0, err
	}
	l := m.ledger()
	if l.Questions >= MaxQuestions {
		return 0, refuse(TooManyQuestions, "want at most %d", uint64(MaxQuestions))
	}
	if err := m.affords(opener, &s.Subsidy); err != nil {
		return 0, err
	}

	// From here Ask cannot fail.
	m.debit(opener, &s.Subsidy)
	l.Questions++
	m.Store.Ledger.Set(Sole{}, l)
	q := l.Questions
	terms := Terms{
		Opener: opener, Spec: s,
		Text:     form.render(form.Question, s.Fields),
		Criteria: form.render(form.Criteria, s.Fields),
	}
	m.Store.Terms.Set(q, terms)
	for k, p := range s.Openings {
		m.Store.Books.Set(BookKey{q, uint8(k)}, Book{Opening: p, Price: p, Since: now})
	}
	state := State{
		Kind: s.Kind, Phase: Open, Books: uint8(len(s.Openings)), Fee: form.Fee,
		Resolver: s.Resolver, B: Liquidity(s.Subsidy, s.Openings), Subsidy: s.Subsidy,
		Cash: s.Subsidy, Opened: now, Window: s.Window, Grace: s.Grace, End: now + s.Window,
		Head: 1, Next: 1,
	}
	m.schedule(q, &state, state.nextWork(now))
	m.Store.States.Set(q, state)
	m.Emit(QuestionAsked{q, opener, s.Template, s.Kind, terms.Text, s.Subsidy, state.End})
	return q, nil
}

// complete checks a spec and fills in its defaults. It does not write through
// the spec's slices.
func (s *Spec) complete() (Form, error) {
	form, ok := s.Template.Form()
	if !ok || s.Kind > Scalar || (s.Kind != Binary && !form.AnyKind) {
		return form, refuse(BadTemplate, "template %d, kind %d", s.Template, s.Kind)
	}
	checks := [...]func(*Form) error{
		s.checkFields, s.checkMembers, s.checkOpenings, s.checkRange,
		s.checkTerms, s.checkEvidence,
	}
	for _, check := range checks {
		if err := check(&form); err != nil {
			return form, err
		}
	}
	return form, nil
}

func (s *Spec) checkFields(form *Form) error {
	if len(s.Fields) != len(form.Fields) {
		return refuse(BadFields, "want %d (%s), have %d",
			len(form.Fields), strings.Join(form.Fields, ", "), len(s.Fields))
	}
	for i, f := range s.Fields {
		if !plain(f, MaxField) {
			return refuse(BadFields, "%s: want 1 to %d bytes of plain text, have %d",
				form.Fields[i], MaxField, len(f))
		}
	}
	return nil
}

// checkMembers appends "other" to a group's members.
func (s *Spec) checkMembers(*Form) error {
	if s.Kind != Group {
		if len(s.Members) != 0 {
			return refuse(BadMembers, "want none, have %d", len(s.Members))
		}
		return nil
	}
	if len(s.Members) < 1 || len(s.Members) > MaxMembers-1 {
		return refuse(BadMembers, "want 1 to %d, have %d", MaxMembers-1, len(s.Members))
	}
	for i, name := range s.Members {
		if !label(name) || strings.EqualFold(name, Other) {
			return refuse(BadMembers, "member %d: want a visible line of 1 to %d bytes, not %q",
				i, MaxMember, Other)
		}
		for _, earlier := range s.Members[:i] {
			if earlier == name {
				return refuse(BadMembers, "member %d: %q a second time", i, name)
			}
		}
	}
	s.Members = append(s.Members[:len(s.Members):len(s.Members)], Other)
	return nil
}

// checkOpenings fills in the base rate, or for a group equal prices. A group's
// prices sum to One.
func (s *Spec) checkOpenings(form *Form) error {
	books := max(1, len(s.Members))
	if len(s.Openings) == 0 {
		s.Openings = defaultOpenings(books, form.BaseRate)
	}
	if len(s.Openings) != books {
		return refuse(BadOpenings, "want %d, have %d", books, len(s.Openings))
	}
	var sum Price
	for i, p := range s.Openings {
		if p < MinOpening || p > MaxOpening {
			return refuse(BadOpenings, "opening %d: want %d to %d, have %d",
				i, MinOpening, MaxOpening, p)
		}
		sum += p
	}
	if s.Kind == Group && sum != One {
		return refuse(BadOpenings, "want a sum of %d, have %d", One, sum)
	}
	return nil
}

func defaultOpenings(books int, baseRate Price) []Price {
	if books == 1 {
		return []Price{baseRate}
	}
	list := make([]Price, books)
	rest := One
	for i := range list {
		list[i] = One / Price(books)
		rest -= list[i]
	}
	list[books-1] += rest
	return list
}

func (s *Spec) checkRange(*Form) error {
	if s.Kind == Scalar && s.Lo >= s.Hi {
		return refuse(BadRange, "want lo < hi, have %d and %d", s.Lo, s.Hi)
	}
	if s.Kind != Scalar && (s.Lo != 0 || s.Hi != 0) {
		return refuse(BadRange, "want none, have %d and %d", s.Lo, s.Hi)
	}
	return nil
}

// checkTerms checks money, times and resolver, and fills in the times.
func (s *Spec) checkTerms(form *Form) error {
	if s.Window == 0 {
		s.Window = form.Window
	}
	if s.Grace == 0 {
		s.Grace = form.Grace
	}
	switch {
	case s.Subsidy.LtUint64(MinSubsidy) || MaxAmount.Lt(&s.Subsidy):
		return refuse(BadSubsidy, "want %d to 2^96-1, have %s", MinSubsidy, s.Subsidy.Dec())
	case s.Window < MinWindow || s.Window > MaxWindow:
		return refuse(BadWindow, "want %d to %d blocks, have %d", MinWindow, MaxWindow, s.Window)
	case s.Grace < MinGrace || s.Grace > MaxGrace:
		return refuse(BadGrace, "want %d to %d blocks, have %d", MinGrace, MaxGrace, s.Grace)
	case s.Resolver == Account{}:
		return refuse(BadResolver, "have the zero address")
	}
	return nil
}

func (s *Spec) checkEvidence(form *Form) error {
	e := &s.Evidence
	switch {
	case len(e.Inline) > MaxInline:
		return refuse(BadEvidence, "want at most %d bytes, have %d", MaxInline, len(e.Inline))
	case e.URI == "" && (e.Hash != Hash{} || e.Size != 0):
		return refuse(BadEvidence, "have a hash or a size but no URI")
	case e.URI != "" && !fetchable(e.URI):
		return refuse(BadEvidence, "want an https:// or ipfs:// URI of at most %d bytes", MaxURI)
	case e.URI != "" && (e.Hash == Hash{} || e.Size == 0 || e.Size > MaxDocument):
		return refuse(BadEvidence, "want a SHA-256 and a size of 1 to %d bytes, have size %d",
			MaxDocument, e.Size)
	case form.Required && len(e.Inline) == 0 && e.URI == "":
		return refuse(BadEvidence, "want %s", form.Evidence)
	}
	return nil
}

// label tells whether a member's name is what it looks like: one line, nothing
// invisible in it, no space around it.
func label(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return plain(s, MaxMember) && s == strings.TrimSpace(s)
}

// plain tells whether s is 1 to max bytes of UTF-8 that is not only space and
// hides nothing: no control characters but line breaks and tabs, nothing that
// turns the direction of the text.
func plain(s string, max int) bool {
	if len(s) > max || !utf8.ValidString(s) || strings.TrimSpace(s) == "" {
		return false
	}
	for _, r := range s {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return false
		}
	}
	return true
}

// fetchable tells whether a URI has an allowed scheme and only visible ASCII.
func fetchable(uri string) bool {
	if len(uri) > MaxURI {
		return false
	}
	for i := range len(uri) {
		if uri[i] <= ' ' || uri[i] > '~' {
			return false
		}
	}
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(uri, "ipfs://")
	}
	return ok && rest != ""
}
