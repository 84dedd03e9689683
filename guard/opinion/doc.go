// Package opinion asks the market about a site of which the guard knows too
// little: a flash question with a small subsidy, whose price is read a few
// seconds later. Answers are kept, and what questions cost in a day is bounded,
// across restarts too.
//
// Asking tells the market, which is public, that somebody wants to know about
// that host: it is done only where the user has turned it on.
package opinion
