// Package language makes players of language models: any endpoint that speaks
// the OpenAI chat protocol, at temperature 0, with JSON out. Each prompt is a
// player of its own.
//
//	question ─→ quoted as data ─→ [search] ─→ model ─→ {reasoning, p_yes, confidence}
//	               │                 │          │                  │
//	          cleaned, cut,      costs money, reserved        checked, clamped,
//	          escaped as JSON    before it is spent           reason cleaned
//
// Every byte of a question, its evidence and what a search finds was written
// by strangers, and some of them write to the model. The guard rails do not
// rest on the model's judgement: it is given no tool and reaches nothing; of
// its answer only two numbers and one cleaned line are taken; the numbers are
// clamped; its confidence is cut where the text talks to it; and what it costs
// is reserved from a budget before it is asked. So the worst a gullible model
// does is a bounded wrong forecast.
//
// Nothing is contacted but the addresses that the configuration names:
// redirects are refused, and links in questions or search results are text.
package language
