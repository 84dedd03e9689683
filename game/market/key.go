package market

import "encoding/binary"

// BookKey names one book of a question.
type BookKey struct {
	Question QuestionID
	Book     uint8
}

// PositionKey names what one account has in one book.
type PositionKey struct {
	Question QuestionID
	Account  Account
	Book     uint8
}

// BinKey names one bin of a book's price histogram: bin i holds the blocks
// spent at prices in [i·10⁻³, (i+1)·10⁻³).
type BinKey struct {
	Question QuestionID
	Book     uint8
	Bin      uint16
}

// SlotKey names a question's slot in the wheel: it has work to do at Height.
type SlotKey struct {
	Height   Height
	Question QuestionID
}

// NonceKey names 256 nonces of an account: Word·256 to Word·256 + 255.
type NonceKey struct {
	Account Account
	Word    Amount
}

// Sole is the key of a table with one entry.
type Sole struct{}

// An OrderID is the question's number and the order's number in it, so that
// the orders of a question stand together and in the order of their arrival.
func orderID(q QuestionID, seq uint32) OrderID { return OrderID(uint64(q)<<32 | uint64(seq)) }

// Question is the question an order belongs to.
func (o OrderID) Question() QuestionID { return QuestionID(o >> 32) }

func (o OrderID) seq() uint32 { return uint32(o) }

// MaxQuestions bounds the questions ever asked: an OrderID has 32 bits for them.
const MaxQuestions = 1<<32 - 1

// Append encodes q so that byte order is numeric order.
func (q QuestionID) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(q)) }

// Parse is the inverse of Append.
func (QuestionID) Parse(b []byte) (QuestionID, error) {
	p := parser{b: b}
	q := QuestionID(p.uint64())
	return q, p.end("question id")
}

// Append encodes o so that byte order is numeric order.
func (o OrderID) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(o)) }

// Parse is the inverse of Append.
func (OrderID) Parse(b []byte) (OrderID, error) {
	p := parser{b: b}
	o := OrderID(p.uint64())
	return o, p.end("order id")
}

// Append encodes a as it is.
func (a Account) Append(b []byte) []byte { return append(b, a[:]...) }

// Parse is the inverse of Append.
func (Account) Parse(b []byte) (Account, error) {
	p := parser{b: b}
	a := p.account()
	return a, p.end("account")
}

// Append encodes k: question, then book.
func (k BookKey) Append(b []byte) []byte { return append(k.Question.Append(b), k.Book) }

// Parse is the inverse of Append.
func (BookKey) Parse(b []byte) (BookKey, error) {
	p := parser{b: b}
	k := BookKey{QuestionID(p.uint64()), p.byte()}
	return k, p.end("book key")
}

// Append encodes k: question, account, book.
func (k PositionKey) Append(b []byte) []byte {
	return append(k.Account.Append(k.Question.Append(b)), k.Book)
}

// Parse is the inverse of Append.
func (PositionKey) Parse(b []byte) (PositionKey, error) {
	p := parser{b: b}
	k := PositionKey{QuestionID(p.uint64()), p.account(), p.byte()}
	return k, p.end("position key")
}

// Append encodes k: question, book, bin.
func (k BinKey) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint16(append(k.Question.Append(b), k.Book), k.Bin)
}

// Parse is the inverse of Append.
func (BinKey) Parse(b []byte) (BinKey, error) {
	p := parser{b: b}
	k := BinKey{QuestionID(p.uint64()), p.byte(), p.uint16()}
	return k, p.end("bin key")
}

// Append encodes k: height, then question, so that the oldest work is first.
func (k SlotKey) Append(b []byte) []byte {
	return k.Question.Append(binary.BigEndian.AppendUint64(b, uint64(k.Height)))
}

// Parse is the inverse of Append.
func (SlotKey) Parse(b []byte) (SlotKey, error) {
	p := parser{b: b}
	k := SlotKey{p.height(), QuestionID(p.uint64())}
	return k, p.end("slot key")
}

// Append encodes k: account, then word.
func (k NonceKey) Append(b []byte) []byte {
	word := k.Word.Bytes32()
	return append(k.Account.Append(b), word[:]...)
}

// Parse is the inverse of Append.
func (NonceKey) Parse(b []byte) (NonceKey, error) {
	p := parser{b: b}
	k := NonceKey{p.account(), p.word()}
	return k, p.end("nonce key")
}

// Append encodes nothing.
func (Sole) Append(b []byte) []byte { return b }

// Parse is the inverse of Append.
func (Sole) Parse(b []byte) (Sole, error) {
	p := parser{b: b}
	return Sole{}, p.end("sole key")
}
