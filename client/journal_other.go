//go:build !unix

package client

import "os"

// lock does nothing where files cannot be locked for a process's life: keep
// one process to a journal.
func lock(*os.File) error { return nil }
