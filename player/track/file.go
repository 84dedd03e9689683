package track

import (
	"errors"
	"fmt"
	"os"
)

// File is a record that lines are appended to.
type File struct {
	*os.File
	Last uint64 // block of the last line that was there; 0 if there was none
}

// Open opens a record to go on with, or begins one. The end that a crash tore is
// cut off, so that the next line begins a line. A file that is no record is an
// error that wraps ErrLine, and stays as it is.
func Open(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	r := &File{File: f}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() { // a terminal has no past
		err = r.goOn(info.Size())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return r, nil
}

// goOn finds the last block of size bytes, and ends them with a line's end.
func (f *File) goOn(size int64) error {
	whole, err := scan(f.File, func(l Line) { f.Last = max(f.Last, l.Block) })
	if err != nil {
		return err
	}
	if whole < size {
		return f.Truncate(whole)
	}
	end := []byte("\n")
	if size == 0 {
		return nil
	}
	if _, err := f.ReadAt(end, size-1); err != nil || end[0] == '\n' {
		return err
	}
	_, err = f.WriteString("\n")
	return err
}
