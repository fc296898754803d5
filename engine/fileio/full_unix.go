//go:build !windows

package fileio

import (
	"errors"
	"syscall"
)

// IsFull tells an error that says the disk, or the user's share of it, is full.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
