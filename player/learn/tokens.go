package learn

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"agon/game/market"
	"agon/player/host"
	"agon/player/model"
	"agon/player/token"
)

// The split of tokens, in per cent, by a hash of the address: so that a token
// on several chains is on one side.
const (
	tokenHeldOut = 25
	tokenTune    = 20
)

// How the token models are fitted; chosen on Tune.
var (
	namesFit = linearFit{bits: 12, firm: 1, c: 1, steps: 15}
	mimicFit = boostFit{trees: 60, rate: 0.1, l2: 20, minCover: 20, cuts: 30, sample: 70}
)

const (
	spellingBits   = 13
	spellingSmooth = 1
)

// Token is one labelled example.
type Token struct {
	token.Subject
	Genuine         bool
	Fold            Fold
	Name            string
	Lists           string // how many lists have it
	Label           string // what kind of fake
	Source, Licence string
	Weight          float64
}

// Tokens reads the tokens of a data folder and splits them, in the order of a
// hash. The lists' file has no column of licences: all of it is MIT.
func Tokens(dataDir string) ([]Token, error) {
	var out []Token
	for _, file := range []string{"genuine_mit.csv", "fake_mit.csv"} {
		genuine := file == "genuine_mit.csv"
		err := Rows(filepath.Join(dataDir, "tokens", file), func(cell func(string) string) error {
			t := Token{
				Subject: token.NewSubject(cell("address"), cell("symbol"), cell("chainId")),
				Genuine: genuine, Name: cell("name"), Lists: cell("lists"), Label: cell("label"),
				Source: cell("source"), Licence: "MIT",
			}
			switch share := int(model.Hash64("agon split", t.Address) % 100); {
			case t.Symbol == "":
				t.Fold = Unused
			case share < tokenHeldOut:
				t.Fold = Apart
			case share < tokenHeldOut+tokenTune:
				t.Fold = Tune
			}
			out = append(out, t)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Token) int {
		x, y := model.Hash64("order", a.Chain, a.Address), model.Hash64("order", b.Chain, b.Address)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return out, nil
}

// pickTokens keeps the tokens of some folds, weighed so that genuine and fake
// ones count alike.
func pickTokens(all []Token, folds ...Fold) []Token {
	var out []Token
	genuine := 0
	for _, t := range all {
		if slices.Contains(folds, t.Fold) {
			out = append(out, t)
			if t.Genuine {
				genuine++
			}
		}
	}
	n := float64(len(out))
	for i := range out {
		if out[i].Genuine {
			out[i].Weight = n / float64(2*genuine)
		} else {
			out[i].Weight = n / float64(2*(len(out)-genuine))
		}
	}
	return out
}

// tokenModel is a fitted model: its score, and its file for a scale.
type tokenModel struct {
	file   string
	score  func(token.Subject) float64
	encode func(model.Scale) []byte
}

// fitTokens fits every token model.
func fitTokens(train []Token) []tokenModel {
	book, w := fitList(train)
	return []tokenModel{
		{"list.bin", func(s token.Subject) float64 {
			var x [token.Standings]float32
			book.Look(s, false).Weigh(s, x[:])
			return host.Dot(w, x[:])
		}, func(s model.Scale) []byte { return token.EncodeList(book, w, s) }},
		linearToken("names.bin", fitLinear(tokenRows(train, symbols), namesFit), symbols),
		linearToken("counts.bin", fitCounts(tokenRows(train, token.Spelling), spellingBits,
			spellingSmooth), token.Spelling),
		fitMimic(train, book),
	}
}

func symbols(s token.Subject) model.Features {
	return model.Features{Soft: token.Features(s, nil)}
}

func linearToken(
	file string, m *model.Linear, features func(token.Subject) model.Features,
) tokenModel {
	return tokenModel{file, func(s token.Subject) float64 {
		score, _ := m.Score(features(s))
		return score
	}, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}}
}

// fitMimic fits the trees over likenesses, each genuine token as if the lists
// had never heard of it.
func fitMimic(train []Token, book *token.Book) tokenModel {
	rows := make([][]float32, len(train))
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, t := range train {
		rows[i] = make([]float32, token.Mimicries)
		book.Mimicry(t.Subject, t.Genuine, rows[i])
		yes[i], weight[i] = t.Genuine, t.Weight
	}
	m := boost(rows, yes, weight, mimicFit)
	return tokenModel{"mimic.bin", func(s token.Subject) float64 {
		var x [token.Mimicries]float32
		var bins [token.Mimicries]uint8
		book.Mimicry(s, false, x[:])
		m.Bins(x[:], bins[:])
		score, _ := m.Score(bins[:], nil)
		return score
	}, func(s model.Scale) []byte {
		m.Scale = s
		return m.Encode()
	}}
}

// trainTokens fits the token players: scales come from Tune, which the first
// fit has not seen; the lists and the second fit have both folds.
func trainTokens(ctx context.Context, all []Token, say Progress) ([]File, error) {
	fit, tune, both := pickTokens(all, Fit), pickTokens(all, Tune), pickTokens(all, Fit, Tune)
	say.tell(fmt.Sprintf("tokens: %d to fit, %d to rescale, %d held out",
		len(fit), len(tune), len(pickTokens(all, Apart))))
	early := fitTokens(fit)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	late := fitTokens(both)
	var files []File
	for i, m := range early {
		var list []Scored
		for _, t := range tune {
			list = append(list, Scored{m.score(t.Subject), t.Genuine, t.Weight})
		}
		files = append(files, File{tokensFolder + "/" + m.file, late[i].encode(fitScale(list))})
	}
	return files, nil
}

func tokenRows(train []Token, features func(token.Subject) model.Features) []Row {
	rows := make([]Row, len(train))
	for i, t := range train {
		rows[i] = Row{features(t.Subject), t.Genuine, t.Weight}
	}
	return rows
}

// fitList hashes the genuine tokens and weighs what the lists say of a token
// that is on none: each genuine one looks itself up as if it were not there.
func fitList(train []Token) (*token.Book, []float32) {
	var entries []token.Entry
	for _, t := range train {
		if t.Genuine {
			entries = append(entries, token.Entry{
				Address: t.Address, Symbol: t.Symbol, Chain: t.Chain,
			})
		}
	}
	book := token.NewBook(entries)
	x := make([][]float32, len(train))
	yes, weight := make([]bool, len(train)), make([]float64, len(train))
	for i, t := range train {
		x[i] = make([]float32, token.Standings)
		book.Look(t.Subject, t.Genuine).Weigh(t.Subject, x[i])
		yes[i], weight[i] = t.Genuine, t.Weight
	}
	return book, fitDense(x, yes, weight, denseSteps, denseL2)
}

// heldOutTokens are the questions about held-out tokens; YES is genuine.
func heldOutTokens(all []Token) []Example {
	var out []Example
	for _, t := range pickTokens(all, Apart) {
		kind := "genuine"
		if !t.Genuine {
			kind = t.Label
		}
		out = append(out, Example{
			Question: ask(market.TokenGenuine, t.Address, t.Symbol, t.Chain),
			Truth:    t.Genuine, Group: t.Address, Kind: kind,
		})
	}
	return out
}
