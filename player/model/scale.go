package model

import "math"

// Scale turns a raw score into the log-odds of YES at even odds, as fitted on
// examples that the model had not seen:
//
//	log-odds = Slope·score + Offset
type Scale struct{ Slope, Offset float64 }

// LogOdds of a score.
func (s Scale) LogOdds(score float64) float64 { return float64(s.Slope*score) + s.Offset }

// P is the probability of YES at even odds.
func (s Scale) P(score float64) float64 { return 1 / (1 + math.Exp(-s.LogOdds(score))) }

// Write appends s to a weights file.
func (s Scale) Write(w *Writer) { w.Float(s.Slope); w.Float(s.Offset) }

// ReadScale reads what Write wrote.
func ReadScale(r *Reader) Scale { return Scale{Slope: r.Float(), Offset: r.Float()} }
