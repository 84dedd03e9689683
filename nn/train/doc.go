// Package train fits small networks in plain Go: logistic regression (no hidden
// layer) and multi-layer perceptrons with ReLU, by Adam on the cross-entropy of
// softmax (Kingma, Ba 2015). One seed decides initial weights and the order of
// samples; a fit is single-threaded and gives the same network each time.
//
//	J = −(1/n)·Σᵢ log softmax(z(xᵢ))[yᵢ] + (λ/2)·Σ W²
//
// It exists so that this repository can make real models from real data without
// another program; large networks come from ONNX files.
package train
