//go:build unix

package cli

import "golang.org/x/sys/unix"

// freeDisk is what a user may still write at dir.
func freeDisk(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // their types differ among systems
}
