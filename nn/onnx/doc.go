// Package onnx reads and writes the part of ONNX a feed-forward network needs,
// opset 10 to 17 of the default domain, and imports it as a float.Net:
//
//	file ──Decode──→ Model ──Import──→ float.Net
//	                   ↑
//	     Encode ───────┘  (what the trainers of this repository export)
//
// The format is protocol buffers; fields are read with the official wire
// decoder, by the numbers of onnx.proto (onnx/onnx on GitHub, IR version 3 to 8).
// Fields that do not change what a network computes are skipped.
//
// Import knows the shape of every tensor, the batch taken as one; folds
// everything that depends on constants and shapes alone; and reports the first
// node it cannot take by name, operator and reason (UnsupportedError).
//
// Files are hostile until proven otherwise: all counts are limited, no tensor is
// allocated before its bytes are known to be there, and folding has a budget.
package onnx
