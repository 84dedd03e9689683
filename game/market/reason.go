package market

import "fmt"

// Reason is why a call was refused, a stable code: numbers are never reused.
type Reason uint8

// The reasons. OK is none.
const (
	OK Reason = iota
	UnknownQuestion
	UnknownOrder
	NotOpen
	AfterClose
	BadBook
	BadAction
	BadLimit
	TooSmall
	TooLarge
	Expired
	Unaffordable
	InsufficientShares
	BookFull
	QueueFull
	TooManyOrders
	SelfCross
	WrongKind
	NonceUsed
	NotYet
	WindowPassed
	BadSignature // found by the host, which knows signatures
	NotResolver
	NotYours
	BadOutcome
	NotClosed
	NotSettled
	NothingToClaim
	TooEarlyToLapse
	BadTemplate
	BadFields
	BadMembers
	BadOpenings
	BadRange
	BadSubsidy
	BadWindow
	BadGrace
	BadResolver
	BadEvidence
	TooManyQuestions
	Malformed // found by the host, which knows encodings
	AlreadySettled
	Returning
	reasons
)

var reasonWords = [reasons]string{
	OK:                 "ok",
	UnknownQuestion:    "no such question",
	UnknownOrder:       "no such live order",
	NotOpen:            "the question was halted",
	AfterClose:         "trading has closed",
	BadBook:            "the question has no such book",
	BadAction:          "no such action",
	BadLimit:           "limit outside the allowed prices",
	TooSmall:           "amount below the minimum",
	TooLarge:           "amount above the maximum",
	Expired:            "the order would expire before its first batch",
	Unaffordable:       "balance too low",
	InsufficientShares: "not enough free shares",
	BookFull:           "too many orders rest on this book",
	QueueFull:          "too many orders wait for the next batch",
	TooManyOrders:      "too many live orders of this trader on this book",
	SelfCross:          "it would trade with the trader's own order",
	WrongKind:          "not for this kind of question",
	NonceUsed:          "nonce already used",
	NotYet:             "too soon",
	WindowPassed:       "the signed window of blocks has passed",
	BadSignature:       "signature is not the trader's",
	NotResolver:        "only the resolver may",
	NotYours:           "the order belongs to another account",
	BadOutcome:         "no such outcome for this question",
	NotClosed:          "trading has not closed",
	NotSettled:         "the question is not settled",
	NothingToClaim:     "nothing to claim",
	TooEarlyToLapse:    "the resolver still has time",
	BadTemplate:        "no such template, or not for this kind",
	BadFields:          "the template's fields are missing, too long or not plain text",
	BadMembers:         "members are missing, too many, repeated or not plain text",
	BadOpenings:        "opening prices do not fit",
	BadRange:           "the scalar's range is empty",
	BadSubsidy:         "subsidy outside the allowed amounts",
	BadWindow:          "window outside the allowed lengths",
	BadGrace:           "grace outside the allowed lengths",
	BadResolver:        "a question needs a resolver",
	BadEvidence:        "evidence is too large, incomplete or at an address not allowed",
	TooManyQuestions:   "no more question numbers",
	Malformed:          "not a well-formed call",
	AlreadySettled:     "the question is settled",
	Returning:          "orders are still being returned after the close",
}

// String says the reason in plain words.
func (r Reason) String() string {
	if r >= reasons {
		return fmt.Sprintf("reason %d", uint8(r))
	}
	return reasonWords[r]
}

// Refusal is the error of a call that changed nothing.
type Refusal struct {
	Reason Reason
	Detail string // what was wanted and what there was; may be empty
}

// Error says the reason, then the detail.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return r.Reason.String()
	}
	return r.Reason.String() + ": " + r.Detail
}

// Is makes errors.Is(err, &Refusal{Reason: r}) compare reasons alone.
func (r *Refusal) Is(target error) bool {
	other, ok := target.(*Refusal)
	return ok && other.Reason == r.Reason && (other.Detail == "" || other.Detail == r.Detail)
}

// refuse makes a Refusal with what was wanted and what there was.
func refuse(r Reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: r, Detail: fmt.Sprintf(format, args...)}
}
