package local

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// renameNoReplace moves a name between two folders; without
// MOVEFILE_REPLACE_EXISTING it fails when the target is there.
func renameNoReplace(fromDir *os.File, from string, toDir *os.File, to string) error {
	a, err := windows.UTF16PtrFromString(filepath.Join(fromDir.Name(), from))
	if err != nil {
		return err
	}
	b, err := windows.UTF16PtrFromString(filepath.Join(toDir.Name(), to))
	if err != nil {
		return err
	}
	return windows.MoveFileEx(a, b, windows.MOVEFILE_WRITE_THROUGH)
}
