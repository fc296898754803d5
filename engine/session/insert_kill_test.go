package session_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/duck"
	"laketop/engine/paimon/scan"
	"laketop/engine/session"
	"laketop/engine/soak"
)

const keyedChildDir = "LAKETOP_KEYED_DIR"

// TestKeyedChild is the body of a child process that loads batches until it is
// killed; alone it does nothing.
func TestKeyedChild(t *testing.T) {
	dir := os.Getenv(keyedChildDir)
	if dir == "" {
		return
	}
	l := lakeAt(t, dir, duck.Options{})
	s := l.session(t)
	for batch := int64(1); ; batch++ {
		_, err := s.Run(context.Background(), session.Request{
			Dialect: "spark", As: &session.CommitAs{User: "loader", Identifier: batch},
			Text: fmt.Sprintf("INSERT INTO d.k SELECT id, %d, concat('v', id) FROM range(1000)", batch),
		}, nil)
		require.NoError(t, err)
		fmt.Println(batch)
	}
}

// TestKilledLoader kills a loader at some moment of some batch, several times
// over. Each time the table holds whole batches: those that were told, and at
// most the one that was under way; and the loader, which begins again with the
// first, goes on where it was.
func TestKilledLoader(t *testing.T) {
	if testing.Short() {
		t.Skip("processes are started and killed")
	}
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{})
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; CREATE TABLE d.k (id BIGINT, n BIGINT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2', 'merge-engine' = 'aggregation', 'fields.n.aggregate-function' = 'sum', 'changelog-producer' = 'input')", nil)
	r := soak.Rand(t)
	before := int64(0)
	for range soak.Pick(0, 5, 100) {
		exe, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.Command(exe, "-test.run=^TestKeyedChild$")
		cmd.Env = append(os.Environ(), keyedChildDir+"="+dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		told := int64(0)
		lines := bufio.NewScanner(out)
		for told < 3 && lines.Scan() {
			_, err := fmt.Sscan(lines.Text(), &told)
			require.NoError(t, err, lines.Text())
		}
		time.Sleep(time.Duration(r.IntN(60_000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() {
			_, _ = fmt.Sscan(lines.Text(), &told)
		}
		_ = cmd.Wait()
		table, err := l.catalog.Table(context.Background(), catalog.Identifier{Database: "d", Table: "k"})
		require.NoError(t, err)
		plan, err := table.Plan(context.Background(), scan.Options{})
		require.NoError(t, err)
		for _, f := range plan.Files {
			info, err := os.Stat(filepath.Join(dir, "warehouse", f.Path))
			require.NoError(t, err, "a live file is there")
			require.Equal(t, f.Entry.File.SizeBytes, info.Size())
		}
		arrived := plan.Snapshot.CommitIdentifier
		require.GreaterOrEqual(t, arrived, told)
		require.LessOrEqual(t, arrived, max(before, told+1))
		before = arrived
		sum := arrived * (arrived + 1) / 2
		require.Equal(t, []string{fmt.Sprintf("1000|%d|%d", sum, sum)}, l.lines(t, s, "spark", "SELECT count(*), min(n), max(n) FROM d.k"))
	}
}
