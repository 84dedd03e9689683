package host

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"agon/player"
	"agon/player/model"
)

// Neighbours remembers some thousands of scams and honest hosts and asks what
// the most similar ones are, by shared three-letter sequences and signs, rare
// ones counting more. It names them. It is good at campaigns that repeat, and
// silent about names like no other.
type Neighbours struct {
	hosts []string
	scam  []bool
	norm  []float32           // length of each host's vector
	index map[uint32]postings // by shingle
	scale model.Scale
	pool  sync.Pool // of *scratch
	floor floor
}

// scratch is room for one vote.
type scratch struct {
	sum     []float32 // one a host, zero between votes
	touched []int32   // those that are not
}

type postings struct {
	weight float32 // squared rarity
	hosts  []int32
}

// Example is a host with its label.
type Example struct {
	Host string
	Scam bool
}

// nearest is how many neighbours vote; commonShare is how common a shingle may
// be to count; doubt is the vote of nobody, in units of similarity.
const (
	nearest     = 40
	commonShare = 0.05
	doubt       = 0.3
)

// EncodeNeighbours gives the file: hosts ascending, each with how many letters
// it shares with the one before.
func EncodeNeighbours(list []Example, scale model.Scale) []byte {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Example) int { return compare(a.Host, b.Host) })
	w := model.NewWriter("AgN1")
	scale.Write(w)
	w.Uint(len(list))
	last := ""
	for _, e := range list {
		same := 0
		for same < min(len(last), len(e.Host)) && last[same] == e.Host[same] {
			same++
		}
		label := 0
		if e.Scam {
			label = 1
		}
		w.Uint(2*same + label)
		w.Text(e.Host[same:])
		last = e.Host
	}
	return w.Bytes()
}

// NewNeighbours reads a file that package learn wrote; errors are ErrWeights.
func NewNeighbours(file []byte) (*Neighbours, error) {
	r := model.NewReader(file, "AgN1")
	p := &Neighbours{scale: model.ReadScale(r)}
	n := r.Uint(1 << 17)
	last := ""
	for range n {
		code := r.Uint(2*MaxHost + 1)
		if code/2 > len(last) {
			r.Refuse("shares %d letters with %d", code/2, len(last))
		}
		tail := r.Text(MaxHost)
		if r.Err() != nil {
			return nil, r.Err()
		}
		last = last[:code/2] + tail
		p.hosts, p.scam = append(p.hosts, last), append(p.scam, code%2 == 1)
	}
	p.link()
	p.pool.New = func() any { return &scratch{sum: make([]float32, len(p.hosts))} }
	return p, r.Close()
}

// maxShingles bounds what is compared of one name.
const maxShingles = MaxHost + 3 + maxSigns

// shingles lists the distinct three-letter sequences of a name and its signs,
// ascending.
func shingles(n Name, out []uint32) []uint32 {
	text := "^" + n.Plain + "$"
	for i := 0; i+3 <= len(text); i++ {
		out = append(out, uint32(text[i])<<16|uint32(text[i+1])<<8|uint32(text[i+2]))
	}
	out = Signs(n, out)
	slices.Sort(out)
	return slices.Compact(out)
}

// link builds the index. A shingle that n of N hosts have weighs ln²(N/n).
func (p *Neighbours) link() {
	p.index, p.norm = map[uint32]postings{}, make([]float32, len(p.hosts))
	var room [maxShingles]uint32
	each := func(yield func(i int, s uint32)) {
		for i, h := range p.hosts {
			n, err := Parse(h)
			if err != nil {
				continue
			}
			for _, s := range shingles(n, room[:0]) {
				yield(i, s)
			}
		}
	}
	count := map[uint32]int{}
	each(func(_ int, s uint32) { count[s]++ })
	each(func(i int, s uint32) {
		l := model.Log(float64(len(p.hosts)) / float64(count[s]))
		w := float64(l * l)
		p.norm[i] += float32(w)
		if float64(count[s]) > commonShare*float64(len(p.hosts)) {
			return
		}
		e := p.index[s]
		e.weight, e.hosts = float32(w), append(e.hosts, int32(i))
		p.index[s] = e
	})
	for i, sq := range p.norm {
		p.norm[i] = float32(math.Sqrt(float64(max(sq, 1e-6))))
	}
}

// near is one neighbour, by its place in hosts, with its cosine similarity.
type near struct {
	at  int32
	sim float32
}

// vote finds the nearest hosts and lets each vote with the square of its
// similarity; skip names a host that has no vote.
//
//	score = Σ ±sim² / (Σ sim² + doubt)
func (p *Neighbours) vote(n Name, skip string) (score float64, found []near) {
	var room [maxShingles]uint32
	s := p.pool.Get().(*scratch)
	defer p.pool.Put(s)
	sum, touched := s.sum, s.touched[:0]
	var norm float32
	for _, k := range shingles(n, room[:0]) {
		e, ok := p.index[k]
		if !ok {
			continue
		}
		norm += e.weight
		for _, i := range e.hosts {
			if sum[i] == 0 {
				touched = append(touched, i)
			}
			sum[i] += e.weight
		}
	}
	s.touched = touched
	found = make([]near, 0, nearest)
	norm = float32(math.Sqrt(float64(norm)))
	for _, i := range touched {
		sim := sum[i] / float32(norm*p.norm[i])
		sum[i] = 0
		if sim < 0.1 || p.hosts[i] == skip {
			continue
		}
		found = insert(found, near{i, sim})
	}
	var yes, all float64
	for _, f := range found {
		w := float64(float64(f.sim) * float64(f.sim))
		all += w
		if p.scam[f.at] {
			yes += w
		} else {
			yes -= w
		}
	}
	return yes / (all + doubt), found
}

// after tells whether b is the nearer of two, or as near and earlier.
func (a near) after(b near) bool { return a.sim < b.sim || a.sim == b.sim && a.at > b.at }

// insert keeps the nearest, nearest first, ties by place.
func insert(found []near, x near) []near {
	if len(found) == nearest && x.sim <= found[nearest-1].sim {
		return found
	}
	i := len(found)
	if i < nearest {
		found = append(found, x)
	} else {
		i--
	}
	for ; i > 0 && found[i-1].after(x); i-- {
		found[i] = found[i-1]
	}
	found[i] = x
	return found
}

// Score is what Scale was fitted on, for package learn.
func (p *Neighbours) Score(n Name) float64 {
	score, _ := p.vote(n, "")
	return score
}

// Name is "host-neighbours".
func (*Neighbours) Name() string { return "host-neighbours" }

// Family is "neighbours".
func (*Neighbours) Family() string { return "neighbours" }

// Forecast asks what became of the most similar hosts.
func (p *Neighbours) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	score, found := p.vote(n, "")
	if len(found) == 0 {
		logOdds, reason := p.floor.raise(n, p.scale.LogOdds(0), "like no host remembered")
		return answer(q, logOdds, 0.1, reason), nil
	}
	scams := 0
	for _, f := range found {
		if p.scam[f.at] {
			scams++
		}
	}
	kind := "honest"
	if p.scam[found[0].at] {
		kind = "a scam"
	}
	reason := fmt.Sprintf("%d of the %d most similar hosts are scams; nearest: %s, %s",
		scams, len(found), p.hosts[found[0].at], kind)
	logOdds, reason := p.floor.raise(n, p.scale.LogOdds(score), reason)
	return answer(q, logOdds, 0.2+0.7*float64(found[0].sim), reason), nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
