package compact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/paimon/compact"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// file is a data file with keys low..high; its name tells level and place.
func file(level int32, bytes int64, sequence int64, low, high int32) scan.PlannedFile {
	return scan.PlannedFile{
		Entry: &manifest.Entry{File: manifest.DataFile{
			FileName: fmt.Sprintf("l%d-%d-%d", level, low, high), Level: level, SizeBytes: bytes, MinSequence: sequence, MaxSequence: sequence,
		}},
		MinKey: []any{low}, MaxKey: []any{high},
	}
}

func names(files []scan.PlannedFile) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Entry.File.FileName)
	}
	return out
}

func options(t *testing.T, keyed bool, set map[string]string) compact.Options {
	t.Helper()
	var keys []string
	id := datatype.Of(datatype.Int)
	if keyed {
		keys = []string{"id"}
	}
	s, err := schema.New([]datatype.Field{{Name: "id", Type: id}, {Name: "v", Type: id}}, nil, keys, set, "", 0)
	require.NoError(t, err)
	return compact.Of(s)
}

func TestRunsAreNewestFirst(t *testing.T) {
	runs := compact.Runs([]scan.PlannedFile{
		file(5, 900, 1, 50, 99), file(0, 10, 7, 1, 9), file(5, 900, 1, 0, 49), file(2, 80, 3, 0, 9), file(0, 10, 9, 2, 8),
	})
	var got []string
	for _, r := range runs {
		got = append(got, fmt.Sprint(r.Level, r.Bytes, names(r.Files)))
	}
	require.Equal(t, []string{"0 10 [l0-2-8]", "0 10 [l0-1-9]", "2 80 [l2-0-9]", "5 1800 [l5-0-49 l5-50-99]"}, got)
}

// TestPick gives runs as level:bytes, newest first, and what is taken.
func TestPick(t *testing.T) {
	type run struct {
		level int32
		bytes int64
	}
	cases := []struct {
		name  string
		set   map[string]string
		runs  []run
		taken int // 0 = none
		level int32
		drop  bool
	}{
		{"few runs stay", nil, []run{{0, 10}, {0, 10}, {0, 10}, {5, 100}}, 0, 0, false},
		{"all, when the newer ones weigh twice the oldest", nil, []run{{0, 60}, {0, 60}, {0, 60}, {0, 60}, {5, 100}}, 5, 5, true},
		{"those of like size, to the level above the next", nil, []run{{0, 10}, {0, 10}, {0, 10}, {0, 10}, {5, 1000}}, 4, 4, false},
		{"never to level 0: runs are taken down to a level", nil, []run{{0, 10}, {0, 10}, {0, 500}, {2, 500}, {5, 100000}}, 4, 2, false},
		{"level 1 is taken along", nil, []run{{0, 10}, {0, 10}, {0, 10}, {1, 900}, {5, 100000}}, 4, 1, false},
		{"more runs than the trigger: the newest are forced", nil, []run{{0, 1}, {0, 100}, {0, 1000}, {3, 10000}, {4, 30000}, {5, 1000000}}, 4, 3, false},
		{"a trigger of its own", map[string]string{"num-sorted-run.compaction-trigger": "2"}, []run{{0, 10}, {2, 1}}, 2, 2, true},
		{"lookup takes level 0 at once", map[string]string{"changelog-producer": "lookup"}, []run{{0, 10}, {5, 1000}}, 1, 4, false},
		{"vectors: deleted keys never go down", map[string]string{"deletion-vectors.enabled": "true"}, []run{{0, 10}, {5, 1000}}, 1, 4, true},
		{"lookup with nothing fresh", map[string]string{"changelog-producer": "lookup"}, []run{{5, 1000}}, 0, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var runs []compact.Run
			for i, r := range c.runs {
				runs = append(runs, compact.Run{Level: r.level, Bytes: r.bytes, Files: []scan.PlannedFile{file(r.level, r.bytes, int64(100-i), 0, 9)}})
			}
			u, ok := options(t, true, c.set).Pick(runs)
			require.Equal(t, c.taken > 0, ok)
			require.Len(t, u.Files, c.taken)
			require.Equal(t, c.level, u.OutputLevel)
			require.Equal(t, c.drop, u.DropDeletes)
		})
	}
}

func TestFull(t *testing.T) {
	o := options(t, true, nil)
	never := func(scan.PlannedFile) bool { return false }
	_, ok := o.Full(nil, never)
	require.False(t, ok)
	top := compact.Run{Level: 5, Files: []scan.PlannedFile{file(5, 100, 1, 0, 9), file(5, 100, 1, 10, 19)}}
	_, ok = o.Full([]compact.Run{top}, never)
	require.False(t, ok, "only the highest level: nothing would change")
	u, ok := o.Full([]compact.Run{top}, func(f scan.PlannedFile) bool { return f.Entry.File.FileName == "l5-10-19" })
	require.True(t, ok)
	require.Equal(t, []string{"l5-10-19"}, names(u.Files))
	u, ok = o.Full([]compact.Run{{Files: []scan.PlannedFile{file(0, 10, 2, 3, 4)}}, top}, never)
	require.True(t, ok)
	require.Len(t, u.Files, 3)
	require.Equal(t, compact.Unit{OutputLevel: 5, Files: u.Files, DropDeletes: true, Full: true}, u)
}

func TestTasksUpgradeWhatStandsAlone(t *testing.T) {
	const big = 100 << 20
	o := options(t, true, nil)
	u := compact.Unit{OutputLevel: 5, Files: []scan.PlannedFile{
		file(0, big, 9, 100, 199),                      // alone and big: upgraded
		file(0, 10, 8, 0, 50), file(5, big, 1, 40, 90), // overlap: merged
		file(0, big, 7, 300, 399),                          // alone, but with deleted rows
		file(5, big, 1, 500, 599),                          // is where it goes
		file(0, 10, 6, 600, 601), file(0, 10, 5, 700, 701), // small neighbours
		file(5, big, 1, 800, 899), file(0, 10, 4, 9000, 9001), // small, but alone: upgraded
	}}
	tasks := o.Tasks(u, func(f scan.PlannedFile) bool { return f.Entry.File.FileName == "l0-300-399" })
	require.Equal(t, []string{"l0-100-199", "l0-9000-9001"}, names(tasks.Upgrades))
	var got [][]string
	for _, sections := range tasks.Rewrites {
		var group []string
		for _, s := range sections {
			for _, r := range s.Runs {
				group = append(group, names(r.Files)...)
			}
		}
		got = append(got, group)
	}
	require.Equal(t, [][]string{{"l0-0-50", "l5-40-90"}, {"l0-300-399"}, {"l0-600-601", "l0-700-701"}}, got)
}

func TestAppendTakesSmallNeighbours(t *testing.T) {
	const mb = 1 << 20
	o := options(t, false, map[string]string{"target-file-size": "100 MB"})
	never := func(scan.PlannedFile) bool { return false }
	small := func(n int) []scan.PlannedFile {
		var out []scan.PlannedFile
		for i := range n {
			out = append(out, file(0, mb, 0, int32(i), int32(i)))
		}
		return out
	}
	require.Empty(t, o.Append(small(4), false, never), "waits for five")
	require.Len(t, o.Append(small(4), true, never), 1)
	require.Len(t, o.Append(small(5), false, never), 1)
	require.Empty(t, o.Append(small(1), true, never))
	require.Len(t, o.Append(small(1), false, func(scan.PlannedFile) bool { return true }), 1, "deleted rows go")
	apart := []scan.PlannedFile{file(0, mb, 0, 0, 0), file(0, 90*mb, 0, 1, 1), file(0, mb, 0, 2, 2)}
	require.Empty(t, o.Append(apart, true, never), "no neighbours")
	half := []scan.PlannedFile{file(0, 60*mb, 0, 0, 0), file(0, 60*mb, 0, 1, 1), file(0, 60*mb, 0, 2, 2), file(0, 60*mb, 0, 3, 3)}
	require.Len(t, o.Append(half, false, never), 2, "two fill a file")
}

// Options of early full compaction take every run although they are few.
func TestEarlyFull(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	made := func(f scan.PlannedFile, ago time.Duration) scan.PlannedFile {
		at := manifest.WallMillis(now.Add(-ago))
		f.Entry.File.CreationTimeMillis = &at
		return f
	}
	low, high, top := file(0, 10, 9, 0, 9), file(3, 50, 5, 0, 9), made(file(5, 1000, 1, 0, 9), time.Hour)
	for name, tc := range map[string]struct {
		set   map[string]string
		files []scan.PlannedFile
		now   time.Time
		want  bool
	}{
		"none":                        {nil, []scan.PlannedFile{low, high, top}, now, false},
		"a small bucket":              {map[string]string{"compaction.total-size-threshold": "1061"}, []scan.PlannedFile{low, high, top}, now, true},
		"a bucket that is not small":  {map[string]string{"compaction.total-size-threshold": "1060"}, []scan.PlannedFile{low, high, top}, now, false},
		"one run":                     {map[string]string{"compaction.total-size-threshold": "1 mb"}, []scan.PlannedFile{top}, now, false},
		"much above":                  {map[string]string{"compaction.incremental-size-threshold": "59"}, []scan.PlannedFile{low, high, top}, now, true},
		"little above":                {map[string]string{"compaction.incremental-size-threshold": "60"}, []scan.PlannedFile{low, high, top}, now, false},
		"after the interval":          {map[string]string{"compaction.optimization-interval": "59 min"}, []scan.PlannedFile{low, top}, now, true},
		"within the interval":         {map[string]string{"compaction.optimization-interval": "1 h"}, []scan.PlannedFile{low, top}, now, false},
		"never compacted":             {map[string]string{"compaction.optimization-interval": "1 h"}, []scan.PlannedFile{low, high}, now, true},
		"an interval without a clock": {map[string]string{"compaction.optimization-interval": "1 s"}, []scan.PlannedFile{low, top}, time.Time{}, false},
	} {
		o := options(t, true, tc.set)
		o.Now = tc.now
		u, ok := o.Pick(compact.Runs(tc.files))
		require.Equal(t, tc.want, ok, name)
		if ok {
			require.Len(t, u.Files, len(tc.files), name)
			require.EqualValues(t, 5, u.OutputLevel, name)
			require.True(t, u.Full && u.DropDeletes, name)
		}
	}
}
