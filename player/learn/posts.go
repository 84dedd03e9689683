package learn

import (
	"cmp"
	"html"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"agon/game/market"
	"agon/player/model"
	"agon/player/text"
)

// The split of posts, in per cent, by a hash of the group of near-copies.
const (
	postHeldOut = 30
	postTune    = 20
)

// runLength is how many words in a row two posts must share to be near-copies.
const runLength = 5

// PostTerms are the terms that the posts were judged by: what the people who
// labelled them were asked.
const PostTerms = "no hate speech and no offensive language"

// Post is one labelled example. Its words are real and foul: they are looked
// at and never shown.
type Post struct {
	Text   string // one line, entities decoded, links and names of accounts kept
	Fine   bool   // a majority saw neither hate speech nor offensive language
	Class  string // 0 hate speech, 1 offensive, 2 neither
	Group  string // posts that share five words in a row, or all words
	Fold   Fold
	Weight float64
}

// Posts reads the posts of a data folder and splits them by groups of
// near-copies, in the order of a hash.
func Posts(dataDir string) ([]Post, error) {
	var out []Post
	path := filepath.Join(dataDir, "moderation", "tweets.csv")
	err := Rows(path, func(cell func(string) string) error {
		p := Post{Text: oneLine(cell("tweet")), Class: cell("class"), Fine: cell("class") == "2"}
		if len(p.Text) <= market.MaxField && strings.TrimSpace(p.Text) != "" {
			out = append(out, p)
		}
		return nil
	})
	group(out)
	for i := range out {
		switch share := int(model.Hash64("agon split", out[i].Group) % 100); {
		case share < postHeldOut:
			out[i].Fold = Apart
		case share < postHeldOut+postTune:
			out[i].Fold = Tune
		}
	}
	slices.SortStableFunc(out, func(a, b Post) int {
		return cmp.Compare(model.Hash64("order", a.Text), model.Hash64("order", b.Text))
	})
	return out, err
}

// oneLine decodes entities and makes runs of white space and unprintable
// letters one space, as a question's field wants it.
func oneLine(s string) string {
	s = html.UnescapeString(s)
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}

// group names each post by the least hash among the posts it is linked to, by
// a run of words in common, over any number of steps.
func group(posts []Post) {
	parent := make([]int, len(posts))
	var find func(int) int
	find = func(i int) int {
		if parent[i] != i {
			parent[i] = find(parent[i])
		}
		return parent[i]
	}
	first := map[string]int{}
	for i := range posts {
		parent[i] = i
		words := text.Words(posts[i].Text)
		runs := []string{strings.Join(words, " ") + "|"}
		for j := 0; j+runLength <= len(words); j++ {
			runs = append(runs, strings.Join(words[j:j+runLength], " "))
		}
		for _, run := range runs {
			if j, ok := first[run]; ok {
				// The smaller index becomes the root, so that names do not depend on order.
				a, b := find(i), find(j)
				parent[max(a, b)] = min(a, b)
			} else {
				first[run] = i
			}
		}
	}
	for i := range posts {
		posts[i].Group = posts[find(i)].Text
	}
}

// pickPosts keeps the posts of some folds, weighed so that both kinds count
// alike.
func pickPosts(all []Post, folds ...Fold) []Post {
	out := keep(all, func(p Post) bool { return slices.Contains(folds, p.Fold) })
	even(len(out), func(i int) (bool, *float64) { return out[i].Fine, &out[i].Weight })
	return out
}

// heldOutPosts are the questions about held-out posts; YES is acceptable.
func heldOutPosts(all []Post) []Example {
	kinds := map[string]string{"0": "hate speech", "1": "offensive", "2": "neither"}
	var out []Example
	for _, p := range pickPosts(all, Apart) {
		out = append(out, Example{
			Question: ask(market.PostAcceptable, p.Text, PostTerms),
			Truth:    p.Fine, Group: p.Group, Kind: kinds[p.Class],
		})
	}
	return out
}
