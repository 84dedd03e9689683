package signatures

import (
	"crypto/ecdsa"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
)

var prime, _ = new(big.Int).SetString(
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16)

// number is what an element stands for.
func (z element) number() *big.Int {
	u := uint256.Int(z)
	return new(big.Int).Mod(u.ToBig(), prime)
}

// elements draws the corners, where carries happen, and random values.
func elements(r *rand.Rand, n int) (list []element) {
	const all = ^uint64(0)
	list = []element{
		{}, {1}, {foldBy}, {foldBy - 1}, {all, all, all, all}, {all - foldBy + 1, all, all, all},
		{all - foldBy + 2, all, all, all}, {all - foldBy, all, all, all}, {0, 0, 0, 1 << 63},
		{all, 0, all, 0}, {0, all, 0, all},
	}
	for range n {
		list = append(list, element{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()})
	}
	return list
}

func TestFieldIsModular(t *testing.T) {
	const seed = 1
	list := elements(rand.New(rand.NewPCG(seed, 0)), 60)
	mod := func(v *big.Int) *big.Int { return v.Mod(v, prime) }
	for _, x := range list {
		for _, y := range list {
			a, b := x.number(), y.number()
			var z element
			z.add(&x, &y)
			if want := mod(new(big.Int).Add(a, b)); z.number().Cmp(want) != 0 {
				t.Fatalf("seed %d: %x + %x: want %x, have %x", seed, x, y, want, z)
			}
			z.sub(&x, &y)
			if want := mod(new(big.Int).Sub(a, b)); z.number().Cmp(want) != 0 {
				t.Fatalf("seed %d: %x − %x: want %x, have %x", seed, x, y, want, z)
			}
			z.mul(&x, &y)
			if want := mod(new(big.Int).Mul(a, b)); z.number().Cmp(want) != 0 {
				t.Fatalf("seed %d: %x · %x: want %x, have %x", seed, x, y, want, z)
			}
		}
		var z, w element
		z.square(&x)
		w.mul(&x, &x)
		if z.canonical() != w.canonical() {
			t.Fatalf("seed %d: %x²: want %x, have %x", seed, x, w, z)
		}
		c := x.canonical()
		if u := uint256.Int(c); u.ToBig().Cmp(x.number()) != 0 {
			t.Fatalf("seed %d: canonical of %x is %x", seed, x, c)
		}
		want := new(big.Int).ModSqrt(x.number(), prime)
		have, ok := root(&x)
		if ok != (want != nil) {
			t.Fatalf("seed %d: root of %x: want %v, have %v", seed, x, want != nil, ok)
		}
		if ok {
			if have.square(&have); have.canonical() != c {
				t.Fatalf("seed %d: the root of %x is none", seed, x)
			}
		}
	}
}

func TestBytesAreBelowP(t *testing.T) {
	at := func(v *big.Int) (b [32]byte) { v.FillBytes(b[:]); return b }
	if _, ok := fromBytes(at(prime)); ok {
		t.Error("p is read as an element")
	}
	less := new(big.Int).Sub(prime, big.NewInt(1))
	if z, ok := fromBytes(at(less)); !ok || z.number().Cmp(less) != 0 {
		t.Error("p − 1 is not")
	}
}

// coordinates of p, nil for O.
func (p *jacobian) coordinates() (x, y *big.Int) {
	if !p.finite {
		return nil, nil
	}
	i := new(big.Int).ModInverse(p.z.number(), prime)
	ii := new(big.Int).Mul(i, i)
	x = new(big.Int).Mul(p.x.number(), ii)
	y = new(big.Int).Mul(p.y.number(), ii.Mul(ii, i))
	return x.Mod(x, prime), y.Mod(y, prime)
}

func multiple(t *testing.T, k int64) affine {
	t.Helper()
	x, y := crypto.S256().ScalarBaseMult(big.NewInt(k).Bytes())
	return affineOf(x, y)
}

func affineOf(x, y *big.Int) affine {
	ux, _ := uint256.FromBig(x)
	uy, _ := uint256.FromBig(y)
	return affine{element(*ux), element(*uy)}
}

// Sums of small multiples of G are the multiple of the sum, with every special
// case: O, doubling, opposites.
func TestPointsAddUp(t *testing.T) {
	for a := int64(-4); a <= 4; a++ {
		for b := int64(-4); b <= 4; b++ {
			one := func(k int64) (p jacobian) {
				for range max(k, -k) {
					g := generator
					if k < 0 {
						g = g.negative()
					}
					p.addAffine(&g)
				}
				return p
			}
			p, q := one(a), one(b)
			p.add(&q)
			if a+b == 0 {
				if p.finite {
					t.Fatalf("%d·G + %d·G is not O", a, b)
				}
				continue
			}
			want := multiple(t, max(a+b, -a-b))
			if a+b < 0 {
				want = want.negative()
			}
			x, y := p.coordinates()
			if x.Cmp(want.x.number()) != 0 || y.Cmp(want.y.number()) != 0 {
				t.Fatalf("%d·G + %d·G is another point", a, b)
			}
		}
	}
}

func TestLift(t *testing.T) {
	for k := int64(1); k < 40; k++ {
		p := multiple(t, k)
		for _, odd := range []bool{false, true} {
			have, ok := lift(&p.x, odd)
			if !ok || have.y.isOdd() != odd || !have.onCurve() {
				t.Fatalf("%d·G, odd %v: %v", k, odd, ok)
			}
		}
	}
	if _, ok := lift(&element{5}, false); ok {
		t.Error("5 is no coordinate of the curve, and was lifted")
	}
}

// Sums of many terms against the library's, scalar by scalar.
func TestSum(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, 0))
	curve := crypto.S256()
	for _, n := range []int{1, 2, 7, 60, 150} {
		var terms []term
		var wx, wy *big.Int
		for i := range n {
			tm := term{point: multiple(t, 1+r.Int64N(1<<40)), bits: 256}
			tm.k = uint256.Int{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
			switch i % 4 {
			case 1:
				tm.k, tm.bits = uint256.Int{r.Uint64(), r.Uint64()}, 128
			case 2:
				tm.k = uint256.Int{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
			case 3:
				tm.k = uint256.Int{}
			}
			terms = append(terms, tm)
			if tm.k.IsZero() {
				continue
			}
			k := new(uint256.Int).Mod(&tm.k, order)
			x, y := curve.ScalarMult(tm.point.x.number(), tm.point.y.number(), k.Bytes())
			if wx == nil {
				wx, wy = x, y
			} else {
				wx, wy = curve.Add(wx, wy, x, y)
			}
		}
		have := sum(terms)
		x, y := have.coordinates()
		if x == nil || x.Cmp(wx) != 0 || y.Cmp(wy) != 0 {
			t.Fatalf("seed %d: a sum of %d is another point", seed, n)
		}
	}
}

// signed makes n genuine signatures of a few keys.
func signed(t testing.TB, r *rand.Rand, n int) []Signature {
	t.Helper()
	var secret []*ecdsa.PrivateKey
	var public []*Key
	for range 1 + n/3 {
		var b [32]byte
		for i := range 4 {
			binary.BigEndian.PutUint64(b[8*i:], r.Uint64()>>1)
		}
		key, err := crypto.ToECDSA(b[:])
		if err != nil {
			t.Fatal(err)
		}
		k, ok := ParseKey(crypto.FromECDSAPub(&key.PublicKey))
		if !ok {
			t.Fatal("a key is none")
		}
		secret, public = append(secret, key), append(public, k)
	}
	batch := make([]Signature, n)
	for i := range batch {
		who := r.IntN(len(secret))
		s := Signature{Key: public[who]}
		for j := range 4 {
			binary.BigEndian.PutUint64(s.Digest[8*j:], r.Uint64())
		}
		sig, err := crypto.Sign(s.Digest[:], secret[who])
		if err != nil {
			t.Fatal(err)
		}
		s.R, s.S, s.Odd = [32]byte(sig[:32]), [32]byte(sig[32:64]), sig[64] == 1
		batch[i] = s
	}
	return batch
}

// A batch is genuine; with any part of any signature altered it is not.
func TestGenuine(t *testing.T) {
	const seed = 4
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 2, 17, 100} {
		batch := signed(t, r, n)
		if !Genuine(batch) {
			t.Fatalf("seed %d: %d genuine signatures are refused", seed, n)
		}
		if n == 0 {
			continue
		}
		for name, alter := range map[string]func(*Signature){
			"digest": func(s *Signature) { s.Digest[r.IntN(32)] ^= 1 << r.IntN(8) },
			"r":      func(s *Signature) { s.R[r.IntN(32)] ^= 1 << r.IntN(8) },
			"s":      func(s *Signature) { s.S[r.IntN(32)] ^= 1 << r.IntN(8) },
			"parity": func(s *Signature) { s.Odd = !s.Odd },
			"key":    func(s *Signature) { s.Key = &Key{multiple(t, 77)} },
			"r = 0":  func(s *Signature) { s.R = [32]byte{} },
			"s = 0":  func(s *Signature) { s.S = [32]byte{} },
			"r = n":  func(s *Signature) { s.R = order.Bytes32() },
			"s = n":  func(s *Signature) { s.S = order.Bytes32() },
			"r too large": func(s *Signature) {
				for i := range s.R {
					s.R[i] = 0xff
				}
			},
		} {
			bad := append([]Signature(nil), batch...)
			alter(&bad[r.IntN(n)])
			if Genuine(bad) {
				t.Errorf("seed %d, %d signatures: still genuine after %s changed", seed, n, name)
			}
		}
	}
}

// Two wrongs that cancel without the random factors do not with them.
func TestErrorsDoNotCancel(t *testing.T) {
	const seed = 5
	batch := signed(t, rand.New(rand.NewPCG(seed, 0)), 2)
	batch[1] = batch[0]
	// z + s and z − s shift u₁ by 1 and −1: the sum of both errors is zero.
	var z, s, up, down uint256.Int
	z.SetBytes32(batch[0].Digest[:])
	s.SetBytes32(batch[0].S[:])
	z.Mod(&z, order)
	up.AddMod(&z, &s, order)
	s.Sub(order, &s)
	down.AddMod(&z, &s, order)
	batch[0].Digest, batch[1].Digest = up.Bytes32(), down.Bytes32()
	if Genuine(batch) {
		t.Errorf("seed %d: two forgeries cancel", seed)
	}
}

func TestParseKeyRefuses(t *testing.T) {
	g := append([]byte{4}, make([]byte, 64)...)
	new(big.Int).Set(generator.x.number()).FillBytes(g[1:33])
	generator.y.number().FillBytes(g[33:])
	if _, ok := ParseKey(g); !ok {
		t.Fatal("G is refused")
	}
	for name, alter := range map[string]func([]byte) []byte{
		"compressed":   func(b []byte) []byte { b[0] = 2; return b },
		"short":        func(b []byte) []byte { return b[:64] },
		"off the line": func(b []byte) []byte { b[64] ^= 1; return b },
		"x above p": func(b []byte) []byte {
			for i := range 32 {
				b[1+i] = 0xff
			}
			return b
		},
	} {
		if _, ok := ParseKey(alter(append([]byte(nil), g...))); ok {
			t.Errorf("%s: accepted", name)
		}
	}
}

// BenchmarkGenuine is the cost of a signature in batches of a relayed
// transaction's size, 200 keys; the floor beside it is one recovery.
func BenchmarkGenuine(b *testing.B) {
	batch := signed(b, rand.New(rand.NewPCG(6, 0)), 600)
	for b.Loop() {
		if !Genuine(batch) {
			b.Fatal("refused")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(batch)), "µs/signature")
}

// BenchmarkRecover is what BenchmarkGenuine saves.
func BenchmarkRecover(b *testing.B) {
	s := signed(b, rand.New(rand.NewPCG(7, 0)), 1)[0]
	sig := append(append(s.R[:], s.S[:]...), 0)
	if s.Odd {
		sig[64] = 1
	}
	for b.Loop() {
		if _, err := crypto.Ecrecover(s.Digest[:], sig); err != nil {
			b.Fatal(err)
		}
	}
}
