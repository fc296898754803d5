package workspace

import (
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes a byte far behind the file's content, so that the process id
// in it stays readable for others.
func tryLock(f *os.File) error {
	at := &windows.Overlapped{Offset: 1 << 30}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
}
