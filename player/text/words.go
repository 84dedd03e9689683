package text

import (
	"strings"
	"unicode"
)

// Words lists the words of a post in lower case: runs of letters, digits and
// apostrophes, without links, names of accounts and the mark of a copied post.
func Words(post string) []string {
	var out []string
	for _, piece := range strings.Fields(strings.ToLower(post)) {
		if strings.HasPrefix(piece, "http://") || strings.HasPrefix(piece, "https://") {
			continue
		}
		for piece != "" {
			start := strings.IndexFunc(piece, isWord)
			if start < 0 {
				break
			}
			handle := start > 0 && piece[start-1] == '@'
			piece = piece[start:]
			end := strings.IndexFunc(piece, func(r rune) bool { return !isWord(r) })
			if end < 0 {
				end = len(piece)
			}
			if w := strings.Trim(piece[:end], "'_"); w != "" && w != "rt" && !handle {
				out = append(out, w)
			}
			piece = piece[end:]
		}
	}
	return out
}

func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\'' || r == '_' ||
		r > 0x7f && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
