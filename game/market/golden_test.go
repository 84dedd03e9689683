package market

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/holiman/uint256"
)

// The golden vectors come from another library in another language: see
// testdata/ORIGIN. The bounds are those of the comment in ln.go.
func TestGoldenVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/fixed.tsv")
	if err != nil {
		t.Fatal(err)
	}
	origin, err := os.ReadFile("testdata/ORIGIN")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(text); !strings.Contains(string(origin), hex.EncodeToString(sum[:])) {
		t.Fatalf("fixed.tsv has hash %x, which ORIGIN does not name", sum)
	}
	count := map[string]int{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		field := strings.Split(lines.Text(), "\t")
		x, want := uint256.MustFromDecimal(field[1]), uint256.MustFromDecimal(field[2])
		var have u128
		ulps := int64(4) // 2⁻¹¹⁸ in Q120
		if field[0] == "ln" {
			have = lnInt(x.Uint64())
		} else {
			have, ulps = expNeg(narrow(x)), 256 // 2⁻¹¹⁹ in Q127
		}
		wide := have.wide()
		gap := new(big.Int).Sub(wide.ToBig(), want.ToBig())
		if gap.CmpAbs(big.NewInt(ulps)) > 0 {
			t.Errorf("%s of %s is off by %s units in the last place", field[0], field[1], gap)
		}
		count[field[0]]++
	}
	if count["ln"] < 200 || count["exp"] < 200 {
		t.Errorf("only %v vectors", count)
	}
}
