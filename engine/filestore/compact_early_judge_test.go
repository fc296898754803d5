package filestore_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/filestore"
	"laketop/engine/judge"
)

// shape is the files of a table as a compaction leaves them: level and rows, a line
// a file.
func shape(t *testing.T, java judge.Lake, name string) []string {
	t.Helper()
	out := []string{}
	for _, f := range java.Files(t, name, 0) {
		out = append(out, fmt.Sprintf("level %d: %d rows", f.Level, f.Rows))
	}
	return sorted(out)
}

// earlyRound is rows of one commit: new keys and one that every commit writes, and
// a deletion.
func earlyRound(i int) judge.Write {
	return judge.Write{Rows: judge.Rows(
		judge.Row{10 * i, fmt.Sprint("v", i)}, judge.Row{10*i + 1, fmt.Sprint("w", i)}, judge.Row{5, fmt.Sprint("all", i)}, judge.Row{10*i - 9, ""},
	), Kinds: []string{"+I", "+I", "+U", "-D"}}
}

// TestEarlyFullCompactionIsJavas has Java and Laketop write and compact under the
// options that take a bucket whole before it must be: the same runs lead to the
// same files, whoever wrote them, and both read the same rows.
//
// compaction.optimization-interval of an hour is told apart: the writer of Paimon 1 keeps
// the time of its last full compaction in mind and so does one whenever it starts;
// Laketop, as Paimon 2, takes the time from the newest file of the highest level.
func TestEarlyFullCompactionIsJavas(t *testing.T) {
	for name, tc := range map[string]struct {
		options map[string]string
		early   bool
		apart   bool // Java decides otherwise
	}{
		"a small bucket":        {map[string]string{"compaction.total-size-threshold": "1 gb"}, true, false},
		"no small bucket":       {map[string]string{"compaction.total-size-threshold": "1 b"}, false, false},
		"much above":            {map[string]string{"compaction.incremental-size-threshold": "1 b"}, true, false},
		"little above":          {map[string]string{"compaction.incremental-size-threshold": "1 gb"}, false, false},
		"each time":             {map[string]string{"compaction.optimization-interval": "1 ms"}, true, false},
		"each hour":             {map[string]string{"compaction.optimization-interval": "1 h"}, false, true},
		"vectors, small":        {map[string]string{"compaction.total-size-threshold": "1 gb", "deletion-vectors.enabled": "true"}, true, false},
		"lookup, much above":    {map[string]string{"compaction.incremental-size-threshold": "1 b", "changelog-producer": "lookup"}, true, false},
		"aggregation, interval": {map[string]string{"compaction.optimization-interval": "1 ms", "merge-engine": "aggregation", "fields.v.aggregate-function": "max", "aggregation.remove-record-on-delete": "true"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			l, java := newJudged(t)
			options := map[string]string{"bucket": "1"}
			maps.Copy(options, tc.options)
			for _, table := range []string{"theirs", "ours", "mixed"} {
				java.Create(t, table, judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING"), Primary: []string{"id"}, Options: options})
			}
			now := time.Now()
			for i := range 4 {
				w := earlyRound(i)
				java.Write(t, "theirs", w)
				w.Options = map[string]string{"write-only": "true"}
				java.Write(t, "ours", w)
				now = now.Add(time.Minute)
				did := l.compact("ours", filestore.CompactOptions{Now: now})
				earlyMixed(t, l, java, i, now)
				step := fmt.Sprintf("commit %d", i)
				want := shape(t, java, "theirs")
				got := shape(t, java, "ours")
				if tc.apart && !judge.Paimon2() {
					require.Len(t, want, 1, "%s: Java, which has just started, compacts whole", step)
					if i > 1 { // the first two made the highest level
						require.Nil(t, did.Snapshot, step)
					}
				} else {
					require.Equal(t, want, got, step)
				}
				if tc.early && i > 0 { // one run is well as it is
					require.Len(t, got, 1, "%s: %v", step, got)
					require.Equal(t, "level 5", got[0][:7], step)
				}
				rows := sorted(judge.Lines(t, java.Read(t, "theirs", judge.Read{}).Rows))
				for _, table := range []string{"ours", "mixed"} {
					require.Equal(t, rows, sorted(judge.Lines(t, java.Read(t, table, judge.Read{}).Rows)), "%s of %s", table, step)
					l.same(table)
				}
			}
		})
	}
}

// earlyMixed has Java and Laketop write and compact in turns.
func earlyMixed(t *testing.T, l *lake, java judge.Lake, i int, now time.Time) {
	t.Helper()
	w := earlyRound(i)
	if i%2 == 1 {
		java.Write(t, "mixed", w)
		return
	}
	w.Options = map[string]string{"write-only": "true"}
	java.Write(t, "mixed", w)
	l.compact("mixed", filestore.CompactOptions{Now: now})
}
