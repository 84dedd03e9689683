package main

import (
	"cmp"
	"fmt"
	"slices"

	"agon/cmd/agon/term"
	"agon/player/calibrate"
	"agon/player/swarm"
)

// modelRow sums up the players of one model in one group.
type modelRow struct {
	Group   string         `json:"group,omitempty"`
	Model   string         `json:"model"`
	Family  string         `json:"family"`
	Players int            `json:"players"`
	Orders  int            `json:"orders"`
	Fills   int            `json:"fills"`
	Paid    float64        `json:"paid"`
	Profit  float64        `json:"profit"`
	Looking float64        `json:"looking"`        // paid for its looks, not of the profit
	Settled int            `json:"settled"`        // forecasts learnt from
	Brier   float64        `json:"brier"`          // of those, as made
	Mended  float64        `json:"brier_mended"`   // as calibrated by those before
	Own     float64        `json:"weight_on_own"`  // against a traded price, mean
	Looks   map[string]int `json:"decisions"`      // by reason
	Reason  string         `json:"usual_reason"`   // the most frequent of them
	Best    uint64         `json:"best_question"`  // of its best player
	Worst   uint64         `json:"worst_question"` // of its worst player
}

// models sums a report up by group and model, most profit first. Players come
// best first.
func models(r swarm.Report) []modelRow {
	type kind struct{ group, model string }
	at := map[kind]int{}
	var rows []modelRow
	for _, p := range r.Players {
		k := kind{p.Group, p.Model}
		i, ok := at[k]
		if !ok {
			i = len(rows)
			at[k] = i
			rows = append(rows, modelRow{
				Group: p.Group, Model: p.Model, Family: p.Family, Best: p.Best,
				Looks: map[string]int{},
			})
		}
		row := &rows[i]
		row.Players++
		row.Orders += p.Orders
		row.Fills += p.Fills
		row.Paid += p.Paid
		row.Profit += p.Profit
		row.Looking += p.Looking
		row.Settled += p.Learning.Settled
		row.Brier += p.Learning.Brier * float64(p.Learning.Settled)
		row.Mended += p.Learning.Mended * float64(p.Learning.Settled)
		row.Own += p.Learning.Own
		row.Worst = p.Worst
		for reason, n := range p.Looks {
			row.Looks[reason] += n
		}
	}
	for i := range rows {
		row := &rows[i]
		row.Brier /= max(1, float64(row.Settled))
		row.Mended /= max(1, float64(row.Settled))
		row.Own /= float64(row.Players)
		for reason, n := range row.Looks {
			if most := row.Looks[row.Reason]; n > most || n == most && reason < row.Reason {
				row.Reason = reason
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b modelRow) int { return cmp.Compare(b.net(), a.net()) })
	return rows
}

// net is what is left of the profit once looking is paid for.
func (r modelRow) net() float64 { return r.Profit - r.Looking }

// why says in a few words what decided a model's profit.
func (r modelRow) why() string {
	words := r.Reason
	switch {
	case r.Orders == 0:
		return words
	case r.Profit > 0 && r.net() < 0:
		words += "; looking cost more than it earned"
	case r.Profit >= 0 && r.Best != 0:
		words += fmt.Sprintf("; most from #%d", r.Best)
	case r.Profit < 0 && r.Worst != 0:
		words += fmt.Sprintf("; most lost on #%d", r.Worst)
	}
	return words
}

// drawModels is the table of models.
func drawModels(s term.Screen, rows []modelRow) {
	grouped := slices.ContainsFunc(rows, func(r modelRow) bool { return r.Group != "" })
	learnt := slices.ContainsFunc(rows, func(r modelRow) bool { return r.Settled > 0 })
	paying := slices.ContainsFunc(rows, func(r modelRow) bool { return r.Looking >= 0.005 })
	var t term.Table
	column := func(name string, right bool) {
		t.Columns = append(t.Columns, term.Column{Name: name, Right: right})
	}
	if grouped {
		column("group", false)
	}
	column("model", false)
	if !grouped { // a group's own name says as much, and why needs the room
		column("family", false)
	}
	for _, name := range []string{"players", "orders", "fills", "paid", "profit"} {
		column(name, true)
	}
	if paying {
		column("looking", true)
	}
	if learnt {
		column("Brier", true)
		column("own", true)
	}
	t.Columns = append(t.Columns, term.Column{Name: "why", Grow: true})
	for _, r := range rows {
		var cells []any
		if grouped {
			cells = append(cells, r.Group)
		}
		cells = append(cells, r.Model)
		if !grouped {
			cells = append(cells, r.Family)
		}
		cells = append(cells, r.Players, r.Orders, r.Fills, fmt.Sprintf("%.2f", r.Paid),
			fmt.Sprintf("%+.2f", r.Profit))
		if paying {
			cells = append(cells, fmt.Sprintf("%.2f", r.Looking))
		}
		if learnt && r.Settled > 0 {
			cells = append(cells, fmt.Sprintf("%.3f", r.Mended), fmt.Sprintf("%.2f", r.Own))
		} else if learnt {
			cells = append(cells, "", "")
		}
		t.Row(append(cells, r.why())...)
	}
	t.Draw(s)
}

// playView is what a swarm did, at its end.
type playView struct {
	Height  uint64           `json:"height"`
	Models  []modelRow       `json:"models"`
	Players []swarm.Standing `json:"players"` // best first
}

// shownPlayers is how many of the best players are listed for people.
const shownPlayers = 5

func (v playView) draw(s term.Screen) {
	say(s, "at block %d, shares at present prices:", v.Height)
	drawModels(s, v.Models)
	if len(v.Players) <= shownPlayers {
		return
	}
	say(s, "")
	best, worst := v.Players[0], v.Players[len(v.Players)-1]
	say(s, "best player %s, %+.4f; worst %s, %+.4f", best.Name, best.Profit, worst.Name,
		worst.Profit)
}

// drawReliability draws the diagram of each model: all its players' forecasts,
// as they were made, against what came of them.
func drawReliability(s term.Screen, r swarm.Report) {
	all := map[string]*calibrate.Diagram{}
	var names []string
	for _, p := range r.Players {
		if p.Learning.Settled == 0 {
			continue
		}
		if all[p.Model] == nil {
			all[p.Model] = &calibrate.Diagram{}
			names = append(names, p.Model)
		}
		all[p.Model].Merge(p.Learning.Diagram)
	}
	slices.Sort(names)
	for _, name := range names {
		d := all[name]
		say(s, "")
		say(s, "%s: %s settled, Brier %.4f, calibration error %.4f", name,
			plural(d.Count(), "forecast"), d.Brier(), d.Error())
		if err := d.Draw(s.W); err != nil {
			return
		}
	}
}
