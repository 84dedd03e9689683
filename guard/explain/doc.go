// Package explain puts a verdict into plain words: one sentence for what the
// request does, one for what is wrong with it, then the facts, then a short
// lesson on a term that the reader may not know. Sentences are templates filled
// from structured findings; text from sites, tokens and messages is quoted as
// data and never speaks for the guard.
//
// A language model may word the result anew (Reword); its words are used only if
// every number, address and verdict of the original is in them and no other.
package explain
