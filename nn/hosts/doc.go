// Package hosts trains a small network that tells scam hosts from honest ones, the
// repository's own example of a model made from real data: names in, integers
// of hashed character grams, two logits out.
//
// Only rows under permissive licences are read (scam_permissive.csv and
// benign.csv of the data folder "domains"), and training and validation are
// split by time, because campaigns come in bursts of similar names that a random
// split would put on both sides.
package hosts
