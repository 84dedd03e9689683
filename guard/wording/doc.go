// Package wording lets a language model behind an OpenAI-compatible endpoint say
// an explanation in its own words. The model sees the words of the templates and
// nothing else; package explain checks what it answers, and on any doubt the
// templates' words stand and the reason is given.
package wording
