package quiz

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"agon/game/market"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, csv string
		want      []Item
	}{
		{"hosts", "host,label,kind,source\na.example,benign,wallet,x\nb.example,scam,,y\n", []Item{
			{market.DappScam, []string{"a.example"}, false, "x"},
			{market.DappScam, []string{"b.example"}, true, "y"},
		}},
		{"byte order mark, other order", "\ufefflabel,Host\nscam, b.example \n", []Item{
			{market.DappScam, []string{"b.example"}, true, ""},
		}},
		{"any template", "template,host,truth\ndapp-scam,a.example,yes\ndapp-scam,b.example,No\n",
			[]Item{
				{market.DappScam, []string{"a.example"}, true, ""},
				{market.DappScam, []string{"b.example"}, false, ""},
			}},
		{"only names", "host,label\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(strings.NewReader(c.csv))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("have %v, want %v", got, c.want)
			}
		})
	}
}

func TestReadTokens(t *testing.T) {
	const head = "symbol,name,chainId,address"
	genuine, err := Read(strings.NewReader(head + "\nUSDC,USD Coin,1,0xa0b8\n"))
	if err != nil || len(genuine) != 1 || !genuine[0].Truth {
		t.Errorf("a row without label: %v, %v; want a genuine token", genuine, err)
	}
	fake, err := Read(strings.NewReader(head + ",label\nUSDC,USD Coin,1,0xdead,phishing\n"))
	if err != nil || len(fake) != 1 || fake[0].Truth {
		t.Errorf("a row with a label: %v, %v; want a fake", fake, err)
	}
}

func TestReadRefuses(t *testing.T) {
	row := func(err error) bool { var r *RowError; return errors.As(err, &r) && r.Row == 2 }
	is := func(want error) func(error) bool {
		return func(err error) bool { return errors.Is(err, want) }
	}
	long := strings.Repeat("x", market.MaxField+1)
	for _, c := range []struct {
		name, csv string
		want      func(error) bool
	}{
		{"empty", "", is(ErrShape)},
		{"unknown columns", "a,b\n1,2\n", is(ErrShape)},
		{"a label of no list", "host,label\na,scam\nb,maybe\n", row},
		{"a missing host", "host,label\na,scam\n,scam\n", row},
		{"a host too long", "host,label\na,scam\n" + long + ",scam\n", row},
		{"unknown template", "template,host,truth\ndapp-scam,a,no\nnone,a,yes\n", row},
		{"unknown truth", "template,host,truth\ndapp-scam,a,no\ndapp-scam,b,perhaps\n", row},
		{"rows of different length", "host,label\na\n", func(err error) bool { return err != nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if items, err := Read(strings.NewReader(c.csv)); !c.want(err) {
				t.Errorf("read %v, %v", items, err)
			}
		})
	}
}

// FuzzRead: whatever the file, either an error or items that fit their forms.
func FuzzRead(f *testing.F) {
	f.Add("host,label\na.example,scam\n")
	f.Add("symbol,chainId,address\nUSDC,1,0x00\n")
	f.Add("template,question,criteria,truth\ncustom,\"a\nb\",c,yes\n")
	f.Fuzz(func(t *testing.T, text string) {
		items, err := Read(strings.NewReader(text))
		if err != nil && items != nil {
			t.Errorf("items together with %v", err)
		}
		for _, it := range items {
			form, ok := it.Template.Form()
			if !ok || len(it.Fields) != len(form.Fields) || slices.Contains(it.Fields, "") {
				t.Errorf("item %+v does not fit the form %q", it, form.Name)
			}
		}
	})
}

func TestSample(t *testing.T) {
	var items []Item
	for i := range 30 {
		items = append(items, Item{market.DappScam, []string{fmt.Sprint(i % 25)}, i%25 < 20, ""})
	}
	count := func(drawn []Item) (yes, no int) {
		seen := map[string]bool{}
		for _, it := range drawn {
			if seen[it.Fields[0]] {
				t.Errorf("%s drawn twice", it.Fields[0])
			}
			seen[it.Fields[0]] = true
			if it.Truth {
				yes++
			} else {
				no++
			}
		}
		return
	}
	for _, c := range []struct{ n, yes, no int }{
		{0, 0, 0}, {4, 2, 2}, {10, 5, 5}, {20, 15, 5}, {100, 20, 5},
	} {
		if yes, no := count(Sample(items, c.n, 1)); yes != c.yes || no != c.no {
			t.Errorf("%d drawn: %d yes, %d no; want %d, %d", c.n, yes, no, c.yes, c.no)
		}
	}
	a, b, other := Sample(items, 10, 1), Sample(items, 10, 1), Sample(items, 10, 2)
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("one seed gave two samples")
	}
	if fmt.Sprint(a) == fmt.Sprint(other) {
		t.Error("two seeds gave one sample")
	}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		name            string
		p               []float64
		truths          []bool
		brier, accuracy float64
	}{
		{"perfect", []float64{1, 0}, []bool{true, false}, 0, 1},
		{"always wrong", []float64{0, 1}, []bool{true, false}, 1, 0},
		{"undecided", []float64{0.5, 0.5}, []bool{true, false}, 0.25, 0.5},
		{"by hand", []float64{0.8, 0.4, 0.6}, []bool{true, false, false}, 0.56 / 3, 2. / 3},
		{"nothing", nil, nil, 0, 0},
	} {
		s := Rate(c.p, c.truths)
		if math.Abs(s.Brier-c.brier) > 1e-12 || math.Abs(s.Accuracy-c.accuracy) > 1e-12 {
			t.Errorf("%s: %+v, want Brier %v, accuracy %v", c.name, s, c.brier, c.accuracy)
		}
	}
}
