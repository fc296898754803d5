package session_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/session"
	"laketop/engine/soak"
)

// changing are tables that are changed and compacted all the time.
var changing = map[string]string{
	"plain": "", "lookup": ", 'changelog-producer' = 'lookup'", "vectors": ", 'deletion-vectors.enabled' = 'true'",
	"told": ", 'changelog-producer' = 'lookup', 'deletion-vectors.enabled' = 'true'",
}

func changingNames() []string {
	var out []string
	for name := range changing {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func makeChanging() string {
	text := "CREATE DATABASE db; USE db;"
	for name, options := range changing {
		text += "CREATE TABLE " + name + " (id INT, v INT) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'num-sorted-run.compaction-trigger' = '2'" + options + ");"
	}
	return text
}

// change is the step number i of a table; to do it again changes nothing.
func change(name string, i int) string {
	text := fmt.Sprintf("INSERT INTO %s VALUES (%d, %d), (%d, %d);", name, i%20, i, 20+i%13, i)
	if i%4 == 3 {
		text += fmt.Sprintf("DELETE FROM %s WHERE id = %d;", name, i%17)
	}
	if i%5 == 4 {
		text += fmt.Sprintf("CALL sys.compact(table => 'db.%s');", name)
	}
	return text
}

// changed is what a table holds after the steps 0 to n-1.
func changed(n int) []string {
	rows := map[int]int{}
	for i := range n {
		rows[i%20], rows[20+i%13] = i, i
		if i%4 == 3 {
			delete(rows, i%17)
		}
	}
	return linesOf(rows)
}

func linesOf(rows map[int]int) []string {
	out := []string{}
	for id, v := range rows {
		out = append(out, fmt.Sprintf("%d|%d", id, v))
	}
	slices.Sort(out)
	return out
}

const childFrom = "LAKETOP_PROOF_FROM"

// TestCompactChild is the body of a child process; alone it does nothing.
func TestCompactChild(t *testing.T) {
	dir := os.Getenv(childDir)
	from, err := strconv.Atoi(os.Getenv(childFrom))
	if dir == "" || err != nil {
		return
	}
	l := lakeAt(t, dir, duck.Options{})
	s := l.session(t)
	fmt.Println("begin")
	for i := from; ; i++ {
		for _, name := range changingNames() {
			l.run(t, s, "spark", "USE db;"+change(name, i), nil)
		}
		fmt.Println(i)
	}
}

// A process that is killed while it writes and compacts leaves every table as it
// was before or after the step; what streaming readers were told adds up to it.
func TestKilledCompactionsLeaveTablesWhole(t *testing.T) {
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{})
	java := l.javaLake(t)
	s := l.session(t)
	l.run(t, s, "spark", makeChanging(), nil)
	r := soak.Rand(t)
	next := 0
	for range soak.Pick(12, 12, 100) {
		next = killed(t, dir, next, time.Duration(r.IntN(900))*time.Millisecond)
		for _, name := range changingNames() {
			got := l.lines(t, s, "spark", "SELECT * FROM "+name)
			slices.Sort(got)
			if !slices.Equal(got, changed(next)) && !partly(got, next) {
				require.Equal(t, changed(next), got, "%s after step %d", name, next-1)
			}
		}
	}
	for _, name := range changingNames() {
		l.run(t, s, "spark", change(name, next), nil)
		want := changed(next + 1)
		got := judge.Lines(t, java.Read(t, name, judge.Read{}).Rows)
		require.Len(t, got, len(want), name)
		ours := l.lines(t, s, "spark", "SELECT * FROM "+name)
		slices.Sort(ours)
		require.Equal(t, want, ours, name)
		if strings.Contains(changing[name], "changelog") {
			require.Equal(t, want, replayed(t, java, name), "%s as it was told", name)
		}
	}
	t.Logf("%d steps", next)
}

// partly tells whether the statements of step n were done in part: each
// statement is a commit of its own.
func partly(got []string, n int) bool {
	rows := map[int]int{}
	for _, line := range changed(n) {
		var id, v int
		_, _ = fmt.Sscanf(line, "%d|%d", &id, &v)
		rows[id] = v
	}
	rows[n%20], rows[20+n%13] = n, n
	if slices.Equal(got, linesOf(rows)) {
		return true
	}
	return slices.Equal(got, changed(n+1))
}

// killed runs a child from a step on, kills it and gives the step after the last
// that it said it had done.
func killed(t *testing.T, dir string, from int, after time.Duration) int {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "-test.run=^TestCompactChild$")
	cmd.Env = append(os.Environ(), childDir+"="+dir, childFrom+"="+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "begin" {
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	next := from
	for lines.Scan() {
		if i, err := strconv.Atoi(lines.Text()); err == nil {
			next = i + 1
		}
	}
	_ = cmd.Wait()
	return next
}

// replayed is the rows that a streaming reader ends with.
func replayed(t *testing.T, java judge.Lake, name string) []string {
	t.Helper()
	a := java.Changes(t, name, judge.Changes{From: 1})
	rows := map[int]int{}
	for i, row := range a.Rows {
		id, err := strconv.Atoi(fmt.Sprint(row[0]))
		require.NoError(t, err)
		v, err := strconv.Atoi(fmt.Sprint(row[1]))
		require.NoError(t, err)
		old, there := rows[id]
		switch a.Kinds[i] {
		case "+I":
			require.False(t, there, "key %d is new twice", id)
			rows[id] = v
		case "+U":
			rows[id] = v
		case "-U", "-D":
			require.True(t, there && old == v, "%s takes back %d of key %d, which is %d", a.Kinds[i], v, id, old)
			delete(rows, id)
		}
	}
	return linesOf(rows)
}

// Writers and compactions of two processes' engines run into each other all the
// time; no row is lost, none comes back, and each change is told once.
func TestCompactionsRaceWriters(t *testing.T) {
	dir := t.TempDir()
	l := lakeAt(t, dir, duck.Options{})
	java := l.javaLake(t)
	s := l.session(t)
	l.run(t, s, "spark", makeChanging(), nil)
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 2 {
		rival := lakeAt(t, dir, duck.Options{})
		others.Add(1)
		go func() {
			defer others.Done()
			s, err := session.Open(context.Background(), rival.cfg)
			if err != nil {
				t.Error(err)
				return
			}
			for {
				for _, name := range changingNames() {
					select {
					case <-stop:
						_ = s.Close()
						return
					default:
					}
					// Losing every race is no defect.
					_, _ = s.Run(context.Background(), session.Request{Dialect: "spark", Text: "CALL sys.compact(table => 'db." + name + "')"}, nil)
				}
			}
		}()
	}
	const steps = 25
	for i := range steps {
		for _, name := range changingNames() {
			l.run(t, s, "spark", change(name, i), nil)
		}
	}
	close(stop)
	others.Wait()
	for _, name := range changingNames() {
		l.run(t, s, "spark", "CALL sys.compact(table => 'db."+name+"')", nil)
		got := l.lines(t, s, "spark", "SELECT * FROM "+name)
		slices.Sort(got)
		require.Equal(t, changed(steps), got, name)
		require.Len(t, java.Read(t, name, judge.Read{}).Rows, len(got), name)
		if strings.Contains(changing[name], "changelog") {
			require.Equal(t, changed(steps), replayed(t, java, name), "%s as it was told", name)
		}
	}
}
