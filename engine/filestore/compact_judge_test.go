package filestore_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/filestore"
	"laketop/engine/judge"
	"laketop/engine/soak"
)

// compact has Laketop compact a table.
func (l *lake) compact(name string, opt filestore.CompactOptions) filestore.Compacted {
	l.t.Helper()
	ctx := context.Background()
	s := filestore.New(l.conn, l.shared)
	out, err := s.Compact(ctx, l.table(name), opt)
	require.NoError(l.t, err)
	require.NoError(l.t, s.Close(ctx))
	return out
}

// told is a table's changelog as a streaming reader meets it, a line a record.
func told(t testing.TB, java judge.Lake, name string) []string {
	t.Helper()
	a := java.Changes(t, name, judge.Changes{From: 1})
	lines := make([]string, len(a.Rows))
	for i, row := range a.Rows {
		lines[i] = a.Kinds[i] + " " + judge.Lines(t, [][]any{row})[0]
	}
	return lines
}

var compactKinds = append([]kind{
	{name: "lookup", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup"}, deletes: true, row: plainRow},
	{name: "lookup without repetitions", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup", "changelog-producer.row-deduplicate": "true"}, deletes: true, row: fewRow},
	{name: "lookup with a sequence field", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "2", "changelog-producer": "lookup", "sequence.field": "s"}, row: plainRow},
	{name: "lookup and vectors", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup", "deletion-vectors.enabled": "true"}, deletes: true, row: plainRow},
	{name: "vectors and a sequence field", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "deletion-vectors.enabled": "true", "sequence.field": "s"}, row: plainRow},
	{name: "vectors and partial update", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "deletion-vectors.enabled": "true", "merge-engine": "partial-update"}, row: plainRow},
	{name: "lookup and partial update", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup", "merge-engine": "partial-update", "partial-update.remove-record-on-delete": "true"}, row: plainRow},
	{name: "lookup and aggregation", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup", "merge-engine": "aggregation", "fields.n.aggregate-function": "sum", "fields.s.aggregate-function": "max"}, row: plainRow},
	{name: "lookup of first rows", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "lookup", "merge-engine": "first-row"}, row: plainRow},
	{name: "force lookup", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "force-lookup": "true", "merge-engine": "aggregation", "fields.n.aggregate-function": "sum"}, row: plainRow},
	{name: "full compaction", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "full-compaction"}, deletes: true, row: plainRow},
	{name: "full compaction of partitions", fields: []string{"k STRING NOT NULL", "j INT NOT NULL", "v STRING", "p STRING NOT NULL"},
		primary: []string{"p", "j", "k"}, partition: []string{"p"}, options: map[string]string{"bucket": "2", "changelog-producer": "full-compaction", "changelog-producer.row-deduplicate": "true"}, deletes: true, row: partitionedRow},
	{name: "full compaction and aggregation", fields: plainFields, primary: []string{"id"}, options: map[string]string{"bucket": "1", "changelog-producer": "full-compaction", "merge-engine": "aggregation", "fields.n.aggregate-function": "sum"}, row: plainRow},
}, kinds...)

func fewRow(r *rand.Rand) judge.Row {
	return judge.Row{r.IntN(10), "v" + fmt.Sprint(r.IntN(2)), nil, 1}
}

// What Laketop compacts is for Java what Java itself makes of the same writes:
// rows, and what a streaming reader is told. Java goes on writing, and now and
// then compacting, in the same table.
func TestCompactsAsJava(t *testing.T) {
	if testing.Short() {
		t.Skip("asks Paimon Java")
	}
	for _, k := range compactKinds {
		if k.options["bucket"] == "-1" {
			continue
		}
		if k.options["sequence.field"] != "" || k.options["fields.s.sequence-group"] != "" {
			k.deletes = false // when a late row comes, it matters whether the deletion was compacted away, and that is up to the sizes of files
		}
		t.Run(k.name, func(t *testing.T) {
			compactsAsJava(t, k, soak.Rand(t), soak.Pick(0, 8, 24))
		})
	}
}

func compactsAsJava(t *testing.T, k kind, r *rand.Rand, rounds int) {
	l, java := newJudged(t)
	options := map[string]string{"num-sorted-run.compaction-trigger": "3", "write-only": "true"}
	maps.Copy(options, k.options)
	delete(options, "write-only")
	for _, name := range []string{"ours", "theirs"} {
		java.Create(t, name, judge.Table{Fields: judge.Fields(t, k.fields...), Primary: k.primary, Partition: k.partition, Options: options})
	}
	full := k.options["changelog-producer"] == "full-compaction"
	for i := range rounds {
		w := judge.Write{}
		for range 1 + r.IntN(25) {
			w.Rows = append(w.Rows, judge.Rows(k.row(r))...)
			kind := "+I"
			if k.deletes {
				kind = []string{"+I", "+I", "+U", "-D"}[r.IntN(4)]
			}
			w.Kinds = append(w.Kinds, kind)
		}
		java.Write(t, "theirs", w)
		write := "java"
		if r.IntN(4) != 0 {
			w.Options, write = map[string]string{"write-only": "true"}, "laketop"
		}
		java.Write(t, "ours", w)
		if write == "laketop" {
			l.compact("ours", filestore.CompactOptions{Now: time.Now()})
		}
		step := fmt.Sprintf("round %d, compacted by %s", i, write)
		if full || r.IntN(4) == 0 {
			java.Compact(t, "theirs", judge.Compact{Full: true})
			if r.IntN(4) == 0 {
				java.Compact(t, "ours", judge.Compact{Full: true})
			} else {
				l.compact("ours", filestore.CompactOptions{Full: true, Now: time.Now()})
				step += ", then all"
			}
		}
		want := sorted(judge.Lines(t, java.Read(t, "theirs", judge.Read{}).Rows))
		require.Equal(t, want, sorted(judge.Lines(t, java.Read(t, "ours", judge.Read{}).Rows)), "Java reads, %s", step)
		l.same("ours")
		if k.options["changelog-producer"] != "" {
			require.Equal(t, sorted(told(t, java, "theirs")), sorted(told(t, java, "ours")), "Java follows, %s", step)
		}
	}
	whole(t, java, "ours")
}

// whole holds the files of a table to what compaction promises.
func whole(t *testing.T, java judge.Lake, name string) {
	t.Helper()
	for _, f := range java.Files(t, name, 0) {
		if f.Level > 0 && f.Deletes != nil && *f.Deletes > 0 {
			require.Less(t, f.Level, 3, "%s holds deletions at the highest level", f.Name)
		}
		if strings.Contains(f.Source, "COMPACT") {
			require.Positive(t, f.Level)
		}
	}
}

// Records expire one by one when they are written anew, by the time in a column
// of any of the types that Java takes, and files that hold some are.
func TestRecordsExpireAsJava(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	for typ, value := range map[string]func(time.Time) any{
		"INT":          func(at time.Time) any { return at.Unix() },
		"BIGINT":       func(at time.Time) any { return at.UnixMilli() },
		"TIMESTAMP(6)": func(at time.Time) any { return at.Format("2006-01-02T15:04:05") },
	} {
		for _, engine := range []string{"deduplicate", "partial-update"} {
			t.Run(typ+" "+engine, func(t *testing.T) {
				l, java := newJudged(t)
				for _, name := range []string{"ours", "theirs"} {
					java.Create(t, name, judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "v STRING", "at "+typ+" NOT NULL"), Primary: []string{"id"},
						Options: map[string]string{"bucket": "1", "merge-engine": engine, "record-level.expire-time": "1 h", "record-level.time-field": "at"}})
					for _, age := range []time.Duration{0, 2 * time.Hour, 30 * time.Minute} {
						w := judge.Write{Options: map[string]string{"write-only": "true"}}
						for id := range 6 {
							if (id+int(age/time.Minute))%4 != 0 {
								w.Rows = append(w.Rows, []any{fmt.Sprint(id), fmt.Sprint("v", age), fmt.Sprint(value(now.Add(-age)))})
							}
						}
						java.Write(t, name, w)
					}
				}
				java.Compact(t, "theirs", judge.Compact{Full: true})
				out := l.compact("ours", filestore.CompactOptions{Full: true, Now: time.Now()})
				require.NotNil(t, out.Snapshot)
				want := judge.Lines(t, java.Read(t, "theirs", judge.Read{}).Rows)
				require.Equal(t, want, judge.Lines(t, java.Read(t, "ours", judge.Read{}).Rows))
				later := l.compact("ours", filestore.CompactOptions{Full: true, Now: time.Now().Add(40 * time.Minute)})
				require.NotNil(t, later.Snapshot, "more have expired")
				require.Less(t, len(java.Read(t, "ours", judge.Read{}).Rows), len(want)+1)
				require.Nil(t, l.compact("ours", filestore.CompactOptions{Full: true, Now: time.Now().Add(40 * time.Minute)}).Snapshot)
			})
		}
	}
}
