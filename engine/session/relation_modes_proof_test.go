package session_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// committed is when a snapshot of db was made, in milliseconds.
func (l *lake) committed(t *testing.T, table string, id int) int64 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(l.dir, "warehouse", "db.db", table, "snapshot", "snapshot-"+strconv.Itoa(id)))
	require.NoError(t, err)
	var s struct {
		TimeMillis int64 `json:"timeMillis"`
	}
	require.NoError(t, json.Unmarshal(b, &s))
	return s.TimeMillis
}

// judgeShift is what the clock on the judge's wall is ahead of UTC: files note it.
func (l *lake) judgeShift(t *testing.T, java judge.Lake) time.Duration {
	t.Helper()
	java.Create(t, "zone", judge.Table{Fields: judge.Fields(t, "id INT"), Options: map[string]string{"bucket": "-1"}})
	java.Write(t, "zone", judge.Write{Rows: judge.Rows(judge.Row{1})})
	shown := l.values(t, l.session(t), "spark", "SELECT creation_time FROM db.`zone$files`")[0][0].(string)
	wall, err := time.Parse("2006-01-02T15:04:05.999", shown)
	require.NoError(t, err)
	return wall.Sub(time.UnixMilli(l.committed(t, "zone", 1))).Round(15 * time.Minute)
}

// scan.mode and the options of moments read what Java's batch reader reads, and
// are refused where Java refuses them.
func TestScanModesAsJava(t *testing.T) {
	l := newLake(t)
	java := l.javaLake(t)
	zone := time.FixedZone("of the judge", int(l.judgeShift(t, java)/time.Second))
	l.cfg.Now = func() time.Time { return time.Now().In(zone) }
	s := l.session(t)
	for name, options := range map[string]map[string]string{
		"keyed":  {"bucket": "1", "write-only": "true"},
		"lookup": {"bucket": "1", "changelog-producer": "lookup"},
		"append": {"bucket": "-1", "write-only": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			table := judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"), Options: options}
			if name != "append" {
				table.Primary = []string{"id"}
			}
			java.Create(t, name, table)
			for i := range 4 {
				java.Write(t, name, judge.Write{Rows: judge.Rows(judge.Row{1, fmt.Sprint("v", i)}, judge.Row{10 + i, "x"})})
				if i == 1 {
					java.Tag(t, name, "2026-01-01", 0)
					java.Compact(t, name, judge.Compact{Full: true})
				}
				time.Sleep(3 * time.Millisecond) // no two commits in one millisecond
			}
			java.Tag(t, name, "2026-01-02", 0)
			millis := func(id int) string { return strconv.FormatInt(l.committed(t, name, id), 10) }
			for _, o := range []map[string]string{
				{"scan.mode": "default"}, {"scan.mode": "latest"}, {"scan.mode": "latest-full"}, {"scan.mode": "full"}, {"scan.mode": "compacted-full"},
				{"scan.mode": "from-timestamp", "scan.timestamp-millis": millis(2)},
				{"scan.mode": "from-snapshot", "scan.snapshot-id": "2"}, {"scan.mode": "from-snapshot", "scan.tag-name": "2026-01-01"},
				{"scan.mode": "from-snapshot-full", "scan.snapshot-id": "2"},
				{"scan.mode": "incremental", "incremental-between": "1,3"},
				{"incremental-to-auto-tag": "2026-01-02"}, {"incremental-to-auto-tag": "2026-01-01"}, {"incremental-to-auto-tag": "2026-01-07"},
				{"scan.mode": "from-creation-timestamp", "scan.creation-time-millis": millis(2)},
				{"scan.creation-time-millis": millis(2)}, {"scan.creation-time-millis": millis(1)}, {"scan.creation-time-millis": "1"},
				{"scan.creation-time-millis": "99999999999999"}, {"scan.file-creation-time-millis": millis(2)},
				{"scan.mode": "from-file-creation-time", "scan.file-creation-time-millis": millis(2)},
				// refused
				{"scan.mode": "from-timestamp"}, {"scan.mode": "from-snapshot"}, {"scan.mode": "from-snapshot-full"}, {"scan.mode": "incremental"},
				{"scan.mode": "from-creation-timestamp"}, {"scan.mode": "from-file-creation-time"}, {"scan.mode": "yesterday"},
				{"scan.mode": "latest", "scan.snapshot-id": "2"}, {"scan.mode": "full", "scan.tag-name": "2026-01-01"},
				{"scan.mode": "from-timestamp", "scan.snapshot-id": "2"}, {"scan.mode": "from-snapshot", "scan.timestamp-millis": millis(2)},
				{"scan.mode": "from-snapshot-full", "scan.tag-name": "2026-01-01"}, {"scan.snapshot-id": "2", "scan.tag-name": "2026-01-01"},
				{"scan.snapshot-id": "2", "scan.timestamp-millis": millis(2)}, {"incremental-to-auto-tag": "soon"},
			} {
				answer := java.Ask(t, "read", name, judge.Read{Options: o})
				_, err := s.Run(t.Context(), session.Request{Dialect: "spark", Text: "SELECT * FROM db." + name + hint(o)}, nil)
				if answer.Error != "" {
					p, named := problem.As(err)
					require.True(t, named, "%v: Java refuses it: %.300s; got %v", o, answer.Error, err)
					require.NotEqual(t, "session.failed", p.Code, "%v", o)
					continue
				}
				require.NoError(t, err, "%v", o)
				require.Equal(t, sortedLines(t, answer.Rows), sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db."+name+hint(o))), "%v", o)
			}
		})
	}
}

// A table's own options of reading hold where a query names no moment, as Java's.
func TestReadOptionsOfATable(t *testing.T) {
	l := newLake(t)
	java := l.javaLake(t)
	s := l.session(t)
	java.Create(t, "t", judge.Table{Fields: judge.Fields(t, "id INT", "v STRING"), Options: map[string]string{"bucket": "-1"}})
	for i := range 3 {
		java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{i, "x"})})
	}
	java.Alter(t, "t", judge.Change{Change: "set", Name: "scan.mode", To: "incremental"}, judge.Change{Change: "set", Name: "incremental-between", To: "1,2"})
	require.Equal(t, sortedLines(t, java.Read(t, "t", judge.Read{}).Rows), sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db.t")))
	require.Len(t, l.values(t, s, "spark", "SELECT * FROM db.t"), 1)
	require.Len(t, l.values(t, s, "spark", "SELECT * FROM db.t VERSION AS OF 2"), 2)
}

// scan.primary-branch: the branch's partitions come before the table's.
func TestPrimaryBranchAsJava(t *testing.T) {
	l := newLake(t)
	java := l.javaLake(t)
	s := l.session(t)
	java.Create(t, "t", judge.Table{Fields: judge.Fields(t, "dt STRING NOT NULL", "id INT NOT NULL", "v STRING"), Primary: []string{"dt", "id"}, Partition: []string{"dt"}, Options: map[string]string{"bucket": "1"}})
	java.Write(t, "t", judge.Write{Rows: judge.Rows(judge.Row{"a", 1, "main"}, judge.Row{"b", 2, "main"})})
	java.Branch(t, "t", "rt", "")
	java.Write(t, "t$branch_rt", judge.Write{Rows: judge.Rows(judge.Row{"a", 1, "branch"}, judge.Row{"c", 3, "branch"})})
	java.Alter(t, "t", judge.Change{Change: "set", Name: "scan.primary-branch", To: "rt"})
	got := sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db.t"))
	require.Equal(t, []string{`["a","1","branch"]`, `["b","2","main"]`, `["c","3","branch"]`}, got)
	require.Equal(t, sortedLines(t, java.Read(t, "t", judge.Read{}).Rows), got)
	require.Equal(t, []string{`["b","2","main"]`}, sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db.t WHERE dt = 'b'")))
	l.run(t, s, "spark", "INSERT INTO db.t VALUES ('b', 4, 'new')", nil) // into the table itself
	require.Equal(t, sortedLines(t, java.Read(t, "t", judge.Read{}).Rows), sortedLines(t, l.values(t, s, "spark", "SELECT * FROM db.t")))
	_, err := s.Run(t.Context(), session.Request{Dialect: "spark", Text: "CALL sys.delete_branch('db.t', 'rt')"}, nil)
	p, ok := problem.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "table.branch_in_use", p.Code)
}

// A misspelt moment is refused: the query would answer for another one. Options of
// other readers are passed over.
func TestMisspeltMomentsAreRefused(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", nil)
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT * FROM t /*+ OPTIONS('scan.snapshot-id'='1', 'scan.watermark.idle-timeout'='1 min', 'scan.parallelism'='2') */"))
	for option, near := range map[string]string{"scan.snapshot-idd": "scan.snapshot-id", "scan.tagname": "scan.tag-name", "incremental-betweens": "incremental-between"} {
		_, err := s.Run(t.Context(), session.Request{Dialect: "spark", Text: "SELECT * FROM t /*+ OPTIONS('" + option + "'='1') */"}, nil)
		p, ok := problem.As(err)
		require.True(t, ok, "%s: %v", option, err)
		require.Equal(t, "scan.option_name", p.Code)
		require.Equal(t, []string{near}, p.Suggestions)
	}
}
