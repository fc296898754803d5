package local

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// renameNoReplace moves a name between two open folders in one step. A disk
// that cannot do it exclusively (an old network disk) says so as
// errors.ErrUnsupported: replacing silently would lose a commit.
func renameNoReplace(fromDir *os.File, from string, toDir *os.File, to string) error {
	err := unix.Renameat2(int(fromDir.Fd()), from, int(toDir.Fd()), to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return fmt.Errorf("exclusive rename: %w", errors.ErrUnsupported)
	}
	return err
}
