package learn

import (
	"context"
	"fmt"

	"agon/player/model"
	"agon/player/text"
)

const postsFolder = "text/weights"

// How the models of posts are fitted, by their file; chosen on Tune.
var postFits = map[string]func([]Row) *model.Linear{
	"words.bin": func(r []Row) *model.Linear {
		return fitLinear(r, linearFit{bits: 16, firm: 0.6, c: 2, steps: 12})
	},
	"letters.bin": func(r []Row) *model.Linear {
		return fitLinear(r, linearFit{bits: 17, firm: 1, c: 2, steps: 12})
	},
	"counts.bin": func(r []Row) *model.Linear { return fitCounts(r, 17, 3) },
}

// trainPosts fits the players of posts: scales come from Tune, which the first
// fit has not seen; the second fit has both folds.
func trainPosts(ctx context.Context, all []Post, say Progress) ([]File, error) {
	fit, tune, both := pickPosts(all, Fit), pickPosts(all, Tune), pickPosts(all, Fit, Tune)
	say.tell(fmt.Sprintf("posts: %d to fit, %d to rescale, %d held out",
		len(fit), len(tune), len(pickPosts(all, Apart))))
	var files []File
	for _, p := range text.Forms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		train := postFits[p.File]
		early := train(postRows(fit, p.Features))
		var list []Scored
		for _, t := range tune {
			score, _ := early.Score(p.Features(t.Text))
			list = append(list, Scored{score, t.Fine, t.Weight})
		}
		late := train(postRows(both, p.Features))
		late.Scale = fitScale(list)
		files = append(files, File{postsFolder + "/" + p.File, late.Encode()})
	}
	return files, nil
}

func postRows(train []Post, features func(string) model.Features) []Row {
	rows := make([]Row, len(train))
	for i, t := range train {
		rows[i] = Row{features(t.Text), t.Fine, t.Weight}
	}
	return rows
}
