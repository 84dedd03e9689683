// Package text has players that answer "is this post acceptable under these
// terms?" where the terms forbid hate speech and offence. They judge by words
// or by letters, fetch nothing, and never repeat what a post says.
package text
