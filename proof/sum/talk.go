package sum

import (
	"errors"
	"fmt"

	"agon/proof/ff"
	"agon/proof/fs"
)

// ErrMessage says that a message is missing or no element of E.
var ErrMessage = errors.New("malformed message")

// ErrDegenerate says that a challenge took a value with which a round cannot
// be played: probability about 2⁻¹²⁴ a round.
var ErrDegenerate = errors.New("degenerate challenge")

// Talk is one side of a conversation: the transcript, the messages and the
// layout of the pads. The prover's Talk has the values of all pads and writes;
// the verifier's reads. After a faulty message every further one is zero and
// Err says what was wrong, so that scripts need to look only once.
type Talk struct {
	T      *fs.Transcript
	Layout *Layout
	Err    error

	pads     ff.ExtVec // the cells of Layout; the verifier's is empty
	proving  bool
	tape     []byte
	next     ID
	products int
	zeros    []Form
}

// NewProver starts the prover's side; pads are the cells of the layout.
func NewProver(t *fs.Transcript, l *Layout, pads ff.ExtVec) *Talk {
	return &Talk{T: t, Layout: l, pads: pads, proving: true}
}

// NewVerifier starts the verifier's side over the messages of a proof.
func NewVerifier(t *fs.Transcript, l *Layout, messages []byte) *Talk {
	return &Talk{T: t, Layout: l, tape: messages}
}

// Proving says whether this is the prover's side: only there do values exist.
func (k *Talk) Proving() bool { return k.proving }

// Messages is what the prover has written.
func (k *Talk) Messages() []byte { return k.tape }

// Rest is what the verifier has not read yet.
func (k *Talk) Rest() []byte { return k.tape }

// Constraints are the forms said to be zero so far, in order.
func (k *Talk) Constraints() []Form { return k.zeros }

// Zero adds the constraint f = 0.
func (k *Talk) Zero(f Form) { k.zeros = append(k.zeros, f) }

// Fail records the first fault.
func (k *Talk) Fail(err error) {
	if k.Err == nil {
		k.Err = err
	}
}

// Clear sends v as it is: a value that reveals nothing. The verifier gets it.
func (k *Talk) Clear(tag string, v ff.Ext) ff.Ext {
	if k.proving {
		k.tape = ff.AppendExt(k.tape, v)
	} else {
		var err error
		if v, err = ff.DecodeExt(k.tape); err != nil {
			k.Fail(fmt.Errorf("%s: %w: %w", tag, ErrMessage, err))
			k.tape = nil
			v = ff.Ext{}
		} else {
			k.tape = k.tape[ff.ExtBytes:]
		}
	}
	k.T.AbsorbExt(tag, v)
	return v
}

// Hidden is a value both sides hold as a form.
type Hidden struct {
	id   ID
	hat  ff.Ext
	home Ref
}

// Say sends v̂ = v + π with the pad of the next announced value. The verifier's
// v is ignored.
func (k *Talk) Say(tag string, v ff.Ext) Hidden {
	h := k.Secret()
	if k.proving {
		v = v.Add(k.pads.At(h.home.At))
	}
	h.hat = k.Clear(tag, v)
	return h
}

// Secret takes the next announced value without sending anything: a hidden
// value that is minus its pad.
func (k *Talk) Secret() Hidden {
	h := Hidden{id: k.next, home: k.Layout.Home(k.next)}
	k.next++
	return h
}

// Pad is the pad of a hidden value, for the prover.
func (k *Talk) Pad(h Hidden) ff.Ext { return k.pads.At(h.home.At) }

// Form is ⟦v⟧ = v̂ − π.
func (h Hidden) Form() Form {
	return Form{Const: h.hat, Terms: []Term{{h.home, ff.ExtOne.Neg()}}}
}

// Product is the form of v·w:
//
//	v̂ŵ − v̂π′ − ŵπ + ππ′
//
// Products are taken in the order in which the plan announced them.
func (k *Talk) Product(v, w Hidden) Form {
	y := k.products
	k.products++
	if y >= k.Layout.y || k.Layout.products[y] != [2]ID{v.id, w.id} {
		panic(fmt.Sprintf("sum: product %d is not the announced one", y))
	}
	return Form{
		Const: v.hat.Mul(w.hat),
		Terms: []Term{
			{w.home, v.hat.Neg()}, {v.home, w.hat.Neg()},
			{k.Layout.ref(k.Layout.d() + y), ff.ExtOne},
		},
	}
}

// CheckProducts runs the product check: it draws θ, exchanges a(θ) and b(θ),
// and adds the constraints of copies and products. It is the last thing said.
func (k *Talk) CheckProducts() {
	if int(k.next) != len(k.Layout.home) || k.products != k.Layout.y {
		panic(fmt.Sprintf("sum: %d values and %d products used, %d and %d announced",
			k.next, k.products, len(k.Layout.home), k.Layout.y))
	}
	theta := k.T.Ext("theta")
	for !k.Layout.Outside(theta) {
		theta = k.T.Ext("theta")
	}
	var a, b ff.Ext
	if k.proving {
		a, b = k.Layout.Reveal(k.pads, theta)
	}
	a = k.Clear("a(theta)", a)
	b = k.Clear("b(theta)", b)
	k.zeros = append(k.zeros, k.Layout.Copies()...)
	k.zeros = append(k.zeros, k.Layout.Consistent(theta, a, b)...)
}
