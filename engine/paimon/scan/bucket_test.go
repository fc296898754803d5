package scan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// keyed is a lake whose table has the primary key id, an INT.
func keyed(t testing.TB, options map[string]string) *lake {
	l := newLake(t, nil, field("id", "INT NOT NULL"), field("v", "INT"))
	s, err := schema.New(l.schema.Fields, nil, []string{"id"}, options, "", 0)
	require.NoError(t, err)
	s.ID = 1
	l.evolve(s)
	return l
}

// run is a file of keys low..high, whose values are from 10 * low to 10 * high.
func (l *lake) run(name string, level int32, low, high int32, more func(*manifest.Entry)) manifest.Entry {
	e := l.entry(name, nil, 100, stats{min: []any{low, 10 * low}, max: []any{high, 10 * high}, nulls: []int64{0, 0}})
	types := l.schema.Types()[:1]
	var err error
	e.File.MinKey, err = binaryrow.Encode(types, []any{low})
	require.NoError(l.t, err)
	e.File.MaxKey, err = binaryrow.Encode(types, []any{high})
	require.NoError(l.t, err)
	var zero int64
	e.File.KeyStats = binaryrow.Stats{Min: e.File.MinKey, Max: e.File.MaxKey, Nulls: []*int64{&zero}}
	e.File.Level, e.TotalBuckets, e.File.DeleteRowCount = level, 1, &zero
	if level == 0 {
		e.File.MinSequence, e.File.MaxSequence = 1000, 2000
	}
	if more != nil {
		more(&e)
	}
	return e
}

func deletes(n int64) func(*manifest.Entry) {
	return func(e *manifest.Entry) { e.File.DeleteRowCount = &n }
}

// shape prints sections as raw[...] or merge[...], their runs newest first.
func shape(p *scan.Plan) string {
	out := ""
	for _, b := range p.Buckets {
		for _, s := range b.Sections {
			out += map[bool]string{true: "raw[", false: "merge["}[s.Raw]
			for i, r := range s.Runs {
				if i > 0 {
					out += " "
				}
				for k, f := range r.Files {
					if k > 0 {
						out += ","
					}
					name := f.Entry.File.FileName
					out += name[:len(name)-len(".parquet")]
				}
				out += fmt.Sprintf("@%d", r.Level)
			}
			out += "]"
		}
	}
	return out
}

func TestSections(t *testing.T) {
	for name, tc := range map[string]struct {
		options map[string]string
		files   func(l *lake) []manifest.Entry
		want    string
	}{
		"one compacted level": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("b", 5, 50, 99, nil), l.run("a", 5, 0, 49, nil)}
		}, "raw[b@5]raw[a@5]"},
		"a newer file meets one of two": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 49, nil), l.run("b", 5, 50, 99, nil), l.run("n", 0, 60, 61, nil)}
		}, "raw[a@5]merge[n@0 b@5]"},
		"ends that touch overlap": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 50, nil), l.run("n", 0, 50, 60, nil)}
		}, "merge[n@0 a@5]"},
		"through others": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 10, nil), l.run("b", 5, 20, 30, nil), l.run("n", 0, 5, 25, nil)}
		}, "merge[n@0 a,b@5]"},
		"a new file alone is raw": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("n", 0, 0, 10, nil), l.run("o", 0, 20, 30, nil)}
		}, "raw[n@0]raw[o@0]"},
		"but not when it retracts": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("n", 0, 0, 10, deletes(1)), l.run("o", 0, 20, 30, nil)}
		}, "merge[n@0]raw[o@0]"},
		"levels below the top merge": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 99, nil), l.run("b", 4, 0, 99, nil)}
		}, "merge[a@5 b@4]"},
		"with vectors they do not": {map[string]string{"deletion-vectors.enabled": "true"}, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 99, nil), l.run("b", 4, 0, 99, nil), l.run("n", 0, 0, 99, nil)}
		}, "raw[a@5]raw[b@4]"},
		"vectors merged as they are read": {map[string]string{"deletion-vectors.enabled": "true", "deletion-vectors.merge-on-read": "true"}, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 99, nil), l.run("n", 0, 50, 99, nil)}
		}, "merge[n@0 a@5]"},
		"first-row sees no level 0": {map[string]string{"merge-engine": "first-row"}, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("a", 5, 0, 99, nil), l.run("b", 4, 0, 99, nil), l.run("n", 0, 0, 99, nil)}
		}, "raw[a@5]raw[b@4]"},
		"postponed rows wait": {nil, func(l *lake) []manifest.Entry {
			return []manifest.Entry{l.run("n", 0, 0, 99, func(e *manifest.Entry) { e.Bucket = -2 })}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := keyed(t, tc.options)
			l.commit(nil, nil, tc.files(l)...)
			_, p, err := l.plan(scan.Options{})
			require.NoError(t, err)
			require.Equal(t, tc.want, shape(p))
		})
	}
}

// Values rule out files of raw sections alone; keys rule out any file, and a
// bucket keeps what it needs to be merged once for all.
func TestPruneOfSections(t *testing.T) {
	l := keyed(t, nil)
	l.commit(nil, nil, l.run("a", 5, 0, 49, nil), l.run("b", 5, 50, 99, nil), l.run("n", 0, 60, 70, nil))
	for name, tc := range map[string]struct {
		filter scan.Predicate
		want   []string
	}{
		"all":                              {is("id", scan.Ge, int32(0)), []string{"a", "n", "b"}},
		"a key of the raw":                 {is("id", scan.Lt, int32(10)), []string{"a"}},
		"a key of the merged":              {is("id", scan.Eq, int32(55)), []string{"b"}},
		"of both":                          {is("id", scan.Eq, int32(65)), []string{"n", "b"}},
		"a value":                          {is("v", scan.Eq, int32(620)), []string{"n", "b"}},
		"a value that only an old row had": {is("v", scan.Eq, int32(800)), []string{"n", "b"}},
		"a value of nobody":                {is("v", scan.Gt, int32(5000)), []string{"n", "b"}},
		"a key of nobody":                  {is("id", scan.Gt, int32(500)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := l.requirePlan(tc.want, tc.filter)
			require.Equal(t, 3-len(tc.want), p.Skipped)
			if tc.want == nil {
				require.Empty(t, p.Buckets)
				return
			}
			require.Equal(t, "raw[a@5]merge[n@0 b@5]", shape(p), "the whole bucket")
		})
	}
}

func TestOptimizedReadsTheTop(t *testing.T) {
	l := keyed(t, nil)
	l.commit(nil, nil, l.run("a", 5, 0, 49, nil), l.run("b", 4, 0, 99, nil), l.run("n", 0, 60, 70, nil))
	got, _, err := l.plan(scan.Options{Optimized: true})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, got)
	l = keyed(t, map[string]string{"num-levels": "3"})
	l.commit(nil, nil, l.run("a", 2, 0, 49, nil), l.run("n", 0, 60, 70, nil))
	got, _, err = l.plan(scan.Options{Optimized: true})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, got)
}
