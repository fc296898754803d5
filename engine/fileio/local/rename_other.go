//go:build !linux && !darwin && !windows

package local

import (
	"errors"
	"fmt"
	"os"
)

// renameNoReplace is not possible in one step here.
func renameNoReplace(*os.File, string, *os.File, string) error {
	return fmt.Errorf("exclusive rename: %w", errors.ErrUnsupported)
}
