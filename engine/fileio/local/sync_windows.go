package local

import (
	"errors"
	"os"
	"syscall"
)

// openForSync opens a file that another program wrote: FlushFileBuffers wants
// write access.
const openForSync = os.O_RDWR

// syncDir has nothing to do: NTFS journals names, and folders cannot be
// flushed.
func (f *FS) syncDir(string) error { return nil }

func isNotDir(err error) bool { return errors.Is(err, syscall.ERROR_PATH_NOT_FOUND) }
