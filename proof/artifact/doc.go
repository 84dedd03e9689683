// Package artifact has the files of a proven network, under the names and in
// the manner their users know from other provers.
//
//	network.onnx ──Describe──→ settings.json ──calibration──→ settings.json with a plan
//	network.onnx, settings.json ──Compile──→ model.compiled     (secret: has the weights)
//	model.compiled ──commit──→ vk.key (public), pk.key (secret)
//	input.json ──prove──→ witness.json (secret), proof.json, epoch-….bin (public)
//
// Every file is hostile until proven otherwise: it says what it is and which
// version, its size is checked before it is read, and what it holds before it
// is used. Faults wrap ErrFile and name the file's kind.
package artifact
