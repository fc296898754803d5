package filestore

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
)

// fullDisk is a local folder whose disk is full at one moment: by a rule for
// what goes through it, and for DuckDB, which writes by name, by a limit of the
// process on the size of files that begins with the n-th data file.
type fullDisk struct {
	*faultio.FS
	disk  *local.FS
	files int // data files until then; 0 never
	limit func(bytes uint64)
}

var _ fileio.Local = (*fullDisk)(nil)

func (d *fullDisk) LocalPath(p string) (string, error) {
	if base := path.Base(p); strings.HasSuffix(base, ".tmp") && strings.HasPrefix(base, ".") {
		if d.files--; d.files == 0 {
			d.limit(100)
		}
	}
	return d.disk.LocalPath(p)
}

func (d *fullDisk) MakeDir(ctx context.Context, dir string) error { return d.disk.MakeDir(ctx, dir) }

// fullDiskChild tells a process of its own that it is the one with the limit.
const fullDiskChild = "LAKETOP_FULL_DISK_CHILD"

// TestFullDiskLeavesNothing fills the disk at each effect of a write to a
// primary-key table with a changelog, and under each of its data files. The
// statement says so, the table is what it was, no data file is left over that no
// snapshot names, and the write goes well once there is room.
func TestFullDiskLeavesNothing(t *testing.T) {
	if os.Getenv(fullDiskChild) == "" { // the limit strikes whatever the process writes, the log of go test among it
		child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		child.Env = append(os.Environ(), fullDiskChild+"=yes")
		out, err := child.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	t.Cleanup(func() { signal.Reset(syscall.SIGXFSZ) })
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	limit := func(bytes uint64) {
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}))
	}
	ctx := context.Background()
	w := newWriting(t, duck.Options{})
	w.create(t, "k", judge.Fields(t, "id INT NOT NULL", "v STRING"), []string{"id"}, nil, map[string]string{"bucket": "2", "changelog-producer": "input"})
	w.write(t, "k", "SELECT i::INTEGER AS id, 'old' AS v FROM range(50) t(i)", "")
	disk, err := local.New(w.dir)
	require.NoError(t, err)
	full := &fullDisk{FS: faultio.New(disk), disk: disk, limit: limit}
	id := w.table(t, "k").Identifier()
	write := func() error {
		table, err := paimon.Load(ctx, paimon.NewEnv(full, time.Now), "d.db/k", id)
		require.NoError(t, err)
		store := New(w.conn, w.shared)
		defer func() { require.NoError(t, store.Close(ctx)) }()
		writer, err := store.Writer(table)
		require.NoError(t, err)
		added, changelog, err := writer.WriteChanges(ctx, "SELECT i::INTEGER AS id, 'new' AS v FROM range(100) t(i)", "")
		if err != nil {
			return err
		}
		if _, err = table.Commit(ctx, commit.Request{Added: added, Changelog: changelog}); err != nil {
			require.NoError(t, writer.Abort())
		}
		return err
	}
	rows, files := w.alive(t, "k", "id", "v"), dataFiles(t, w, "k")
	refused := func(err error, where string) {
		t.Helper()
		require.Error(t, err, where)
		require.Equal(t, rows, w.alive(t, "k", "id", "v"), where)
		require.Equal(t, files, dataFiles(t, w, "k"), where)
	}
	step := 1
	if testing.Short() {
		step = 3
	}
	for n := 1; n <= 4; n += step { // two data files and two of changelog
		full.files = n
		err := write()
		full.files = 0
		limit(was.Cur)
		refused(err, fmt.Sprintf("data file %d", n))
		require.ErrorContains(t, err, "File too large")
	}
	for n := 1; ; n += step {
		full.Fail(noRoom(n))
		err := write()
		full.Fail(nil)
		if err == nil {
			require.Greater(t, n, 3)
			break
		}
		refused(err, fmt.Sprintf("effect %d", n))
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
	require.NotEqual(t, rows, w.alive(t, "k", "id", "v"))
}

// noRoom fails the n-th effect and those behind it that need room.
func noRoom(n int) faultio.Rule {
	all := faultio.From(n, syscall.ENOSPC)
	return func(op faultio.Op) *faultio.Fault {
		if op.Name == "remove" {
			return nil
		}
		return all(op)
	}
}
