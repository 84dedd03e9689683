package text

import (
	"strings"

	"agon/game/market"
	"agon/player"
)

// maxPost bounds what is looked at of a post, in bytes.
const maxPost = market.MaxField

// rules are pieces of words by which terms speak of what these players know:
// hate and offence. Terms about anything else they leave to others.
var rules = []string{"hate", "hatred", "offens", "offence", "insult", "slur", "abus", "harass",
	"profan", "vulgar", "obscen", "swear", "curse", "toxic", "respect", "civil", "racis", "sexis"}

// subject finds the post that q asks about, or passes on the player's behalf.
func subject(who string, q player.Question) (string, error) {
	if q.Template != market.PostAcceptable || q.Kind != market.Binary {
		return "", player.Pass(who, "not a question about a post")
	}
	post, terms := strings.TrimSpace(q.Field(0)), strings.ToLower(q.Field(1))
	switch {
	case post == "" || len(post) > maxPost:
		return "", player.Pass(who, "no post of 1 to 4096 bytes")
	case strings.HasPrefix(post, "https://") && !strings.ContainsAny(post, " \n"):
		return "", player.Pass(who, "the post is a link; it judges words")
	}
	for _, r := range rules {
		if strings.Contains(terms, r) {
			return post, nil
		}
	}
	return "", player.Pass(who, "the terms do not speak of hate or offence")
}

// maxLogOdds is the most a player of posts may say: 30 to 1.
const maxLogOdds = 3.4

// answer states log-odds that hold at even odds where the base rate is q.Prior.
func answer(q player.Question, logOdds, confidence float64, reason string) player.Forecast {
	x := min(max(logOdds, -maxLogOdds), maxLogOdds)
	if q.Prior > 0 && q.Prior < 1 {
		x += player.Logit(q.Prior)
	}
	return player.Forecast{
		P: player.Clamp(player.Sigmoid(x)), Confidence: min(max(confidence, 0), 1), Reason: reason,
	}
}
