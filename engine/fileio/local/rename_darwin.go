package local

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameNoReplace moves a name between two open folders in one step.
func renameNoReplace(fromDir *os.File, from string, toDir *os.File, to string) error {
	return unix.RenameatxNp(int(fromDir.Fd()), from, int(toDir.Fd()), to, unix.RENAME_EXCL)
}
