package commit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/snapshot"
)

// The environment of a child: what to do, in which folder, and a number.
const childEnv = "LAKETOP_COMMIT_CHILD"

// What a child of TestProcesses… does; the other names are those of operations.
const (
	writeChild   = "writes"
	upsertChild  = "upserts one bucket"
	compactChild = "compacts one bucket"
)

// child runs this test binary as another process and gives its end.
func child(t *testing.T, what, dir string, n int) ([]byte, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestChild$")
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%s,%d,%s", childEnv, what, n, dir))
	return c.CombinedOutput()
}

// TestChild is the other process of the tests below; by itself it does nothing.
func TestChild(t *testing.T) {
	args := strings.SplitN(os.Getenv(childEnv), ",", 3)
	if len(args) != 3 {
		return
	}
	n, err := strconv.Atoi(args[1])
	require.NoError(t, err)
	disk, err := local.New(args[2])
	require.NoError(t, err)
	if args[0] == writeChild {
		l := open(disk)
		for c := range processCommits {
			r := l.add(t, fmt.Sprintf("w%d", n), int64(c), fmt.Sprintf("w%d-c%d", n, c))
			r.Retries = 200
			_, err := commit.Commit(t.Context(), l.table, r)
			require.NoError(t, err)
		}
		return
	}
	if args[0] == upsertChild || args[0] == compactChild {
		keyedChild(t, open(disk), args[0], n)
		return
	}
	f := faultio.New(disk)
	l := open(f)
	request := operationOf(t, args[0]).requestOn(t, disk)
	f.Fail(func(o faultio.Op) *faultio.Fault {
		if !o.Effect {
			return nil
		}
		if n--; n == 0 {
			kill()
		}
		return nil
	})
	_, err = commit.Commit(t.Context(), l.table, request)
	require.NoError(t, err)
	fmt.Println("acknowledged")
}

// kill ends this process as kill -9 does.
func kill() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {} // until the signal arrives
}

const processCommits = 10

func TestProcessesLoseNoRow(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	disk, err := local.New(dir)
	require.NoError(t, err)
	l := newLake(t, disk, false)
	l.withOptions(t, map[string]string{"manifest.merge-min-count": "4"})
	race(t, l, dir, slices.Repeat([]string{writeChild}, 4)...)
}

// race runs a process for each deed, all at once: every row that they write is
// there afterwards.
func race(t *testing.T, l *lake, dir string, deeds ...string) {
	t.Helper()
	var wg sync.WaitGroup
	var want []string
	for n, what := range deeds {
		for c := range processCommits {
			if what != compactChild {
				want = append(want, fmt.Sprintf("w%d-c%d", n, c))
			}
		}
		wg.Go(func() {
			if out, err := child(t, what, dir, n); err != nil {
				t.Errorf("process %d, which %s: %v\n%s", n, what, err, out)
			}
		})
	}
	wg.Wait()
	slices.Sort(want)
	require.Equal(t, want, l.rows(t))
	l.check(t)
	requireNoOrphans(t, l)
}

// keyedChild writes files of one key each to level 0, or lifts what lies there to
// the last level.
func keyedChild(t *testing.T, l *lake, what string, n int) {
	t.Helper()
	for c := range processCommits {
		r := commit.Request{User: fmt.Sprintf("%s%d", what, n), Identifier: int64(c), Retries: 200}
		if what == upsertChild {
			key := int32(n*1000 + c)
			r.Added = []manifest.Entry{l.keys(t, fmt.Sprintf("w%d-c%d", n, c), 0, key, key)}
		} else {
			s, err := l.table.Snapshots.Latest(t.Context())
			require.NoError(t, err)
			if s == nil {
				continue
			}
			live, err := l.live(t.Context(), s, nil)
			require.NoError(t, err)
			r.Kind = snapshot.Compact
			for _, e := range live {
				if e.File.Level == 0 {
					r.Deleted = append(r.Deleted, e)
					e.File.Level = 5
					r.Added = append(r.Added, e)
				}
			}
		}
		if _, err := commit.Commit(t.Context(), l.table, r); !errors.Is(err, commit.ErrConflict) {
			require.NoError(t, err)
		}
	}
}

// Six writers and two compactions of one bucket: no row is lost, none is there
// twice, whoever was in whose way.
func TestProcessesUpsertAndCompact(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	disk, err := local.New(dir)
	require.NoError(t, err)
	l := newKeyedOn(t, disk)
	l.withOptions(t, map[string]string{"bucket": "2", "manifest.merge-min-count": "4"})
	race(t, l, dir, append(slices.Repeat([]string{upsertChild}, 6), compactChild, compactChild)...)
}

// TestKilledAtEveryEffect kills a real process with a real disk before each
// effect of each kind of commit (FAULTS.md row 1).
func TestKilledAtEveryEffect(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				if oneKill(t, op, n) {
					break
				}
			}
		})
	}
}

// oneKill tells whether the commit was done before its n-th effect.
func oneKill(t *testing.T, op operation, n int) bool {
	t.Helper()
	dir := t.TempDir()
	disk, err := local.New(dir)
	require.NoError(t, err)
	l := op.start(t, disk, disk)
	out, err := child(t, op.name, dir, n)
	done := strings.Contains(string(out), "acknowledged")
	got := l.rows(t)
	switch {
	case done:
		require.NoError(t, err)
		require.Equal(t, op.want, got)
	default:
		var killed *exec.ExitError
		require.True(t, errors.As(err, &killed), "%v\n%s", err, out)
		require.NotContains(t, string(out), "FAIL")
		require.True(t, slices.Equal(got, op.rowsBefore()) || slices.Equal(got, op.want), "effect %d: %v", n, got)
	}
	l.check(t)
	_, err = commit.Commit(context.WithoutCancel(t.Context()), l.table, op.next(t, l))
	require.NoError(t, err)
	l.check(t)
	requireOnlyKnownNames(t, disk)
	return done
}

// requireOnlyKnownNames: a killed process may leave a temporary file, which no
// reader takes for anything.
func requireOnlyKnownNames(t *testing.T, io fileio.FileIO) {
	t.Helper()
	infos, err := io.List(t.Context(), tableDir+"/snapshot")
	require.NoError(t, err)
	for _, i := range infos {
		name := i.Path[strings.LastIndexByte(i.Path, '/')+1:]
		require.Regexp(t, `^(snapshot-\d+|LATEST|\..*\.tmp)$`, name)
	}
}
