// Package trial measures a guard's alarms about hosts whose answers are known:
// how many scams raise one and how many honest hosts, by lists, by the models
// of names and with the market, and what the market costs. It chooses the
// thresholds too, on other hosts than those it measures on.
package trial
