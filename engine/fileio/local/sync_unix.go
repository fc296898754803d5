//go:build !windows

package local

import (
	"errors"
	"os"
	"syscall"
)

// openForSync opens a file that another program wrote, to sync it.
const openForSync = os.O_RDONLY

// syncDir makes the names in dir survive a power cut.
func (f *FS) syncDir(dir string) error { return f.syncPath(dir) }

func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
