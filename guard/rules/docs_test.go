package rules

import (
	"os"
	"strings"
	"testing"
)

// TestCatalogueIsDocumented: the page on the guard has every rule, in its words.
func TestCatalogueIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/guard.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range All() {
		if row := "| `" + r.Name + "` | " + r.Doc + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("docs/guard.md lacks the row %q", row)
		}
	}
}
