//go:build unix

package client

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock takes f for this process; the system gives it back when the process
// ends, however it ends.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrJournalBusy
	}
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	return nil
}
