package session_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/catalog"
	"laketop/engine/duck"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/engine/soak"
	"laketop/sampledata"
)

const (
	childDir    = "LAKETOP_PROOF_DIR"    // the workspace of a child process
	childSource = "LAKETOP_PROOF_SOURCE" // its sample
)

// TestEtlChild is the body of a child process; alone it does nothing.
func TestEtlChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		return
	}
	l := lakeAt(t, dir, duck.Options{}, os.Getenv(childSource))
	s := l.session(t)
	fmt.Println("begin")
	l.etl(t, s, os.Getenv(childSource))
	fmt.Println("end")
	printPeak(t)
}

// child starts the ETL in a process of its own and returns when it begins.
func child(tb testing.TB, dir, source string) (*exec.Cmd, *bufio.Scanner) {
	tb.Helper()
	exe, err := os.Executable()
	require.NoError(tb, err)
	cmd := exec.Command(exe, "-test.run=^TestEtlChild$")
	cmd.Env = append(os.Environ(), childDir+"="+dir, childSource+"="+source)
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	cmd.Stderr = os.Stderr
	require.NoError(tb, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "begin" {
		tb.Log(lines.Text())
	}
	return cmd, lines
}

// printPeak prints the most memory that this process has held. Not by
// getrusage: its figure starts with that of the parent process.
func printPeak(tb testing.TB) {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(tb, err)
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	require.True(tb, ok)
	fmt.Println("peak_kib", strings.Fields(rest)[0])
}

// absent is the fingerprint of a table that is not there.
const absent = "absent"

// fingerprints sum up every row of each table of the ETL, by the files that
// its newest snapshot names.
func (l *lake) fingerprints(tb testing.TB) map[string]string {
	tb.Helper()
	ctx := context.Background()
	conn, err := l.db.Conn(ctx, duck.Settings{})
	require.NoError(tb, err)
	defer func() { require.NoError(tb, conn.Close()) }()
	out := map[string]string{}
	for _, name := range etlTables {
		table, err := l.catalog.Table(ctx, catalog.Identifier{Database: "game_db", Table: name})
		if errors.Is(err, catalog.ErrNoTable) || errors.Is(err, catalog.ErrNoDatabase) {
			out[name] = absent
			continue
		}
		require.NoError(tb, err, name)
		plan, err := table.Plan(ctx, scan.Options{})
		require.NoError(tb, err, name)
		files := make([]string, len(plan.Files))
		for i, f := range plan.Files {
			files[i] = duck.Literal(filepath.Join(l.dir, "warehouse", f.Path))
		}
		require.NotEmpty(tb, files, "%s is a schema without rows", name)
		rows, _, err := conn.Rows(ctx, "SELECT count(*), sum(hash(t)) FROM read_parquet(["+strings.Join(files, ", ")+"]) t")
		require.NoError(tb, err, name)
		require.EqualValues(tb, plan.Rows, rows[0][0], name)
		out[name] = fmt.Sprint(rows[0]...)
	}
	return out
}

// prefix requires the state that an ETL stopped somewhere leaves: the first
// tables are new, at most one is absent instead of old, the rest are old. It
// says how many are new.
func prefix(tb testing.TB, before, want, after map[string]string) int {
	tb.Helper()
	i := 0
	for i < len(etlTables) && after[etlTables[i]] == want[etlTables[i]] {
		i++
	}
	done := i
	if i < len(etlTables) && after[etlTables[i]] == absent {
		i++
	}
	for _, name := range etlTables[i:] {
		require.Equal(tb, before[name], after[name], "%s is neither old nor new", name)
	}
	return done
}

// twoGames are samples of one size with different rows, their answers and the
// fingerprints of their tables.
type twoGames struct {
	source [2]string
	want   [2]*sampledata.Expected
	prints [2]map[string]string
}

func newTwoGames(tb testing.TB, opt sampledata.Options) *twoGames {
	tb.Helper()
	g := &twoGames{}
	for i := range 2 {
		opt.Seed = int64(i)
		g.source[i], g.want[i] = game(tb, opt)
		l := lakeAt(tb, tb.TempDir(), duck.Options{}, g.source[i])
		l.etl(tb, l.session(tb), g.source[i])
		g.prints[i] = l.fingerprints(tb)
	}
	for _, name := range etlTables {
		require.NotEqual(tb, g.prints[0][name], g.prints[1][name], name)
	}
	return g
}

// visible are the names that a person sees: SHOW TABLES, and folders that other
// engines would list as tables.
func (l *lake) visible(tb testing.TB, s *session.Session) (shown, folders []string) {
	tb.Helper()
	for _, line := range l.lines(tb, s, "spark", "SHOW TABLES IN game_db") {
		shown = append(shown, strings.Split(line, "|")[1])
	}
	entries, err := os.ReadDir(filepath.Join(l.dir, "warehouse/game_db.db"))
	require.NoError(tb, err)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			folders = append(folders, e.Name())
		}
	}
	return shown, folders
}

// TestEtlKilledAtAnyMoment kills a process that runs the ETL over a workspace
// with older tables, 20 times at random moments.
func TestEtlKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("killing is left out under -short")
	}
	random := soak.Rand(t)
	games := newTwoGames(t, sampledata.Options{Users: 3000, Days: 10})
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{}, games.source[0], games.source[1])
	s := l.session(t)
	l.etl(t, s, games.source[0])

	cmd, out := child(t, dir, games.source[1])
	begin := time.Now()
	for out.Scan() && out.Text() != "end" {
	}
	whole := time.Since(begin)
	require.NoError(t, cmd.Wait())
	require.Equal(t, games.prints[1], l.fingerprints(t))

	reached := map[int]int{}
	for i := range 20 {
		next := i % 2
		before := l.fingerprints(t)
		cmd, _ := child(t, dir, games.source[next])
		after := time.Duration(random.Int64N(int64(whole)))
		time.Sleep(after)
		require.NoError(t, cmd.Process.Signal(syscall.SIGKILL))
		_ = cmd.Wait()
		reached[prefix(t, before, games.prints[next], l.fingerprints(t))]++
		shown, folders := l.visible(t, s)
		require.ElementsMatch(t, folders, shown)
		require.Subset(t, etlTables, shown, "a leftover shows")
		if i%4 == 3 { // otherwise the next kill meets what this one left
			l.etl(t, s, games.source[next])
			l.finds(t, s, games.want[next])
			require.Equal(t, games.prints[next], l.fingerprints(t))
		}
	}
	t.Logf("the whole ETL takes %v; killed with n tables new: %v", whole, reached)
	l.etl(t, s, games.source[0])
	l.finds(t, s, games.want[0])
	t.Logf("%d bytes of leftovers, all hidden", l.leftovers(t))
	cleaner, ok := l.catalog.(catalog.Cleaner)
	require.True(t, ok)
	_, err := cleaner.Clean(context.Background(), 0)
	require.NoError(t, err)
	require.Zero(t, l.leftovers(t))
	l.finds(t, s, games.want[0])
}

// leftovers are bytes in the lake that belong to no table.
func (l *lake) leftovers(tb testing.TB) int64 {
	tb.Helper()
	var sum int64
	var names []string
	root := filepath.Join(l.dir, "warehouse/game_db.db")
	require.NoError(tb, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err == nil && strings.Contains("/"+filepath.ToSlash(rel), "/.") {
			info, err := d.Info()
			if err != nil {
				return err
			}
			sum += info.Size()
			names = append(names, rel)
		}
		return err
	}))
	if len(names) > 0 {
		tb.Log("leftovers:", names)
	}
	return sum
}

// TestEtlStoppedAtAnyMoment cancels the ETL 20 times: the answer comes within
// a second, nothing is half written, and the same session goes on.
func TestEtlStoppedAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("stopping is left out under -short")
	}
	random := soak.Rand(t)
	games := newTwoGames(t, sampledata.Options{Users: 6000, Days: 15})
	l := lakeAt(t, t.TempDir(), duck.Options{}, games.source[0], games.source[1])
	s := l.session(t)
	cells := etlCells(t)
	all := func(ctx context.Context, game int) error {
		for _, c := range cells {
			if _, err := s.Run(ctx, session.Request{Dialect: "spark", Text: c.text, Params: etlParams(games.source[game])}, nil); err != nil {
				return err
			}
		}
		return nil
	}
	begin := time.Now()
	require.NoError(t, all(context.Background(), 1))
	whole := time.Since(begin)

	var slowest time.Duration
	reached := map[int]int{}
	for i := range 20 {
		next := i % 2
		before := l.fingerprints(t)
		ctx, cancel := context.WithCancel(context.Background())
		stopped := make(chan time.Time, 1)
		time.AfterFunc(time.Duration(random.Int64N(int64(whole))), func() {
			stopped <- time.Now()
			cancel()
		})
		err := all(ctx, next)
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			took := time.Since(<-stopped)
			slowest = max(slowest, took)
			require.Less(t, took, time.Second)
		}
		cancel()
		require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT 1"), "the session is usable")
		reached[prefix(t, before, games.prints[next], l.fingerprints(t))]++
		shown, folders := l.visible(t, s)
		require.ElementsMatch(t, folders, shown)
		require.Subset(t, etlTables, shown)
		require.Zero(t, l.leftovers(t), "a stopped statement takes its files away")
	}
	t.Logf("the whole ETL takes %v; slowest answer to a stop %v; stopped with n tables new: %v", whole, slowest, reached)
	require.NoError(t, all(context.Background(), 0))
	l.finds(t, s, games.want[0])
}

// TestEtlOnAFullDisk runs the ETL on disks that are too small by more and less.
func TestEtlOnAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("the full disk is left out under -short")
	}
	games := newTwoGames(t, sampledata.Options{Users: 6000, Days: 15})
	dir := t.TempDir()
	smallDisk(t, dir)
	l := lakeAt(t, dir, duck.Options{SpillDir: t.TempDir()}, games.source[0], games.source[1])
	s := l.session(t)
	resize(t, dir, 64<<20)
	l.etl(t, s, games.source[0])
	used := diskUsed(t, dir)
	needed, err := strconv.ParseInt(l.lines(t, s, "spark", "SELECT sum(file_size_in_bytes) FROM game_db.`ods_user_event$files`")[0], 10, 64)
	require.NoError(t, err)
	before := l.fingerprints(t)
	for spare := range int64(5) {
		resize(t, dir, used+spare*needed/8)
		_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: "CREATE OR REPLACE TABLE game_db.ods_user_event AS SELECT * FROM parquet.`" + games.source[1] + "/user_event/*.parquet`"}, nil)
		full(t, err)
		require.Equal(t, before, l.fingerprints(t))
		_, err = s.Run(context.Background(), session.Request{Dialect: "spark", Text: "INSERT INTO game_db.ods_user_event SELECT * FROM parquet.`" + games.source[1] + "/user_event/*.parquet`"}, nil)
		full(t, err)
		require.Equal(t, before, l.fingerprints(t))
		require.Zero(t, l.leftovers(t))
		require.Equal(t, []string{"true"}, l.lines(t, s, "spark", "SELECT count(*) > 0 FROM game_db.dwd_user_event"), "the session is usable")
	}
	resize(t, dir, 64<<20)
	l.etl(t, s, games.source[1])
	l.finds(t, s, games.want[1])
}

// full requires an error that a person can act on.
func full(tb testing.TB, err error) {
	tb.Helper()
	p, ok := problem.As(err)
	require.True(tb, ok, "%v", err)
	require.Equal(tb, "table.disk_full", p.Code, p.Report("en"))
	require.Contains(tb, p.Report("en"), "Free some space")
}

// smallDisk mounts a disk of its own on dir.
func smallDisk(tb testing.TB, dir string) {
	tb.Helper()
	require.NoError(tb, syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"), "a full disk needs the right to mount one: run as root")
	tb.Cleanup(func() { require.NoError(tb, syscall.Unmount(dir, syscall.MNT_DETACH)) })
}

func resize(tb testing.TB, dir string, sizeBytes int64) {
	tb.Helper()
	require.NoError(tb, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", sizeBytes)))
}

func diskUsed(tb testing.TB, dir string) int64 {
	tb.Helper()
	var st syscall.Statfs_t
	require.NoError(tb, syscall.Statfs(dir, &st))
	return int64(st.Blocks-st.Bfree) * st.Bsize
}

// TestTooLittleRoomForAQuery runs out of memory, of the spill limit and of the
// spill folder's disk.
func TestTooLittleRoomForAQuery(t *testing.T) {
	const big = "SELECT id, repeat(cast(id AS STRING), 20) AS s FROM range(3000000) ORDER BY s"
	run := func(opt duck.Options) (*lake, *session.Session, string) {
		l := lakeAt(t, t.TempDir(), opt)
		s := l.session(t)
		_, err := s.Run(context.Background(), session.Request{Dialect: "spark", Text: big}, nil)
		p, ok := problem.As(err)
		require.True(t, ok, "%v", err)
		require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT 1"), "the session is usable")
		return l, s, p.Code
	}
	_, _, code := run(duck.Options{MemoryLimitBytes: 40 << 20, SpillLimitBytes: 1 << 20, Threads: 2})
	require.Equal(t, "session.spill_full", code)
	if testing.Short() {
		return
	}
	spill := t.TempDir()
	smallDisk(t, spill)
	resize(t, spill, 4<<20)
	_, _, code = run(duck.Options{MemoryLimitBytes: 40 << 20, SpillDir: spill, Threads: 2})
	require.Equal(t, "session.disk_full", code)
}
