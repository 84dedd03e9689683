//go:build unix && !linux

package proof

import "syscall"

// changed is not known here: a ledger restored together with its lock file is told
// by its inode alone.
func changed(*syscall.Stat_t) int64 { return 0 }
