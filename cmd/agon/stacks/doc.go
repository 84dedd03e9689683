// Package stacks reads the processor profiles that runtime/pprof writes: the
// protocol buffer of github.com/google/pprof, proto/profile.proto, of which it
// needs samples, locations, functions and strings.
package stacks
