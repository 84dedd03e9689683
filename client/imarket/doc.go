// Package imarket is the Go binding of the market's contract, generated from
// its ABI. Package client gives it a Go face; use that.
package imarket

//go:generate go run generate.go
