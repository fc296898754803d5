package fileio

import (
	"errors"

	"golang.org/x/sys/windows"
)

// IsFull tells an error that says the disk, or the user's share of it, is full.
func IsFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) || errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}
