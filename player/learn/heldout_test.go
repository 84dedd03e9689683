package learn

import (
	"errors"
	"slices"
	"testing"

	"agon/game/market"
)

// Every set is there, in playing order, numbered, weighed so that both answers
// count alike, and with questions that the market would take.
func TestHeldOut(t *testing.T) {
	least := map[Set]int{
		SetHosts: 5000, SetTokens: 4000, SetAddresses: 1500, SetPosts: 4000, SetQuestions: 600,
	}
	for _, set := range Sets {
		h, err := HeldOut(dataDir(t), set)
		if err != nil {
			t.Fatal(err)
		}
		if len(h.List) < least[set] {
			t.Errorf("%s: want at least %d examples, have %d", set, least[set], len(h.List))
		}
		var yes, no float64
		dated := ""
		for i, e := range h.List {
			if e.Question.ID != uint64(i+1) || e.Group == "" {
				t.Fatalf("%s: example %d has number %d, group %q", set, i+1, e.Question.ID, e.Group)
			}
			if e.Truth {
				yes += e.Weight
			} else {
				no += e.Weight
			}
			if e.Date != "" && e.Date < dated {
				t.Fatalf("%s: %s comes after %s", set, e.Date, dated)
			}
			dated = max(dated, e.Date)
			form, _ := e.Question.Template.Form()
			if len(e.Question.Fields) != len(form.Fields) || e.Question.Text == "" {
				t.Fatalf("%s: want fields %v, have %q", set, form.Fields, e.Question.Fields)
			}
			for _, f := range e.Question.Fields {
				if f == "" || len(f) > market.MaxField {
					t.Fatalf("%s: a field of %d bytes", set, len(f))
				}
			}
		}
		if d := yes - no; d > 1e-6 || d < -1e-6 {
			t.Errorf("%s: YES weigh %v, NO %v", set, yes, no)
		}
		t.Logf("%-10s %6d examples, base rate of YES %.2f on the training side", set,
			len(h.List), h.BaseRate)
	}
}

// Balanced has as many of either answer, in the same order.
func TestBalanced(t *testing.T) {
	h, err := HeldOut(dataDir(t), SetPosts)
	if err != nil {
		t.Fatal(err)
	}
	list := h.Balanced()
	yes := len(keep(list, func(e Example) bool { return e.Truth }))
	if 2*yes != len(list) || yes == 0 {
		t.Errorf("%d of %d are YES", yes, len(list))
	}
	if !slices.IsSortedFunc(list, func(a, b Example) int {
		return int(a.Question.ID) - int(b.Question.ID)
	}) {
		t.Error("thinning changed the order")
	}
	for _, e := range h.At(0.2) {
		if e.Question.Prior != 0.2 || e.Question.Price != 0.2 {
			t.Fatalf("asked at 0.2, opens at %v", e.Question.Prior)
		}
	}
	if h.List[0].Question.Prior != 0.5 {
		t.Error("At changed the list it was asked of")
	}
}

func TestUnknownSet(t *testing.T) {
	if _, err := HeldOut(dataDir(t), "cats"); !errors.Is(err, ErrData) {
		t.Errorf("want ErrData, have %v", err)
	}
}
