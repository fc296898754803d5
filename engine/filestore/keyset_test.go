package filestore

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon/merge"
)

// The changelog of a few fresh records finds what stood at their keys among many,
// whatever the keys are made of and on however many levels: nothing is missed and
// the others that pass the set of keys leave no line.
func TestChangelogOfFewKeysAmongMany(t *testing.T) {
	for name, c := range map[string]struct{ fields, keys, columns, shown string }{
		"bigint":            {"id BIGINT NOT NULL", "id", "i * 7919", "v"},
		"string":            {"id STRING NOT NULL", "id", "'k''' || i", "v || id"},
		"decimal":           {"id DECIMAL(12, 2) NOT NULL", "id", "(i / 100.0 - 9)::DECIMAL(12, 2)", "v || id"},
		"time, two columns": {"d TIME(3) NOT NULL|id INT NOT NULL", "d,id", "TIME '00:00:00' + to_seconds(i % 50), i::INTEGER", "v || id"},
		"fine timestamp":    {"id TIMESTAMP(9) NOT NULL", "id", "make_timestamp_ns(1_700_000_000_000_000_000 + i * 7919)", "v"},
		"zeros":             {"id DOUBLE NOT NULL", "id", "CASE WHEN i = 7 THEN 0.0::DOUBLE * SIGN ELSE i END::DOUBLE", "v || id"}, // -0.0 and 0.0 are one key
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "bigint" {
				t.Skip("one type of keys is enough for the inner loop")
			}
			w := newWriting(t, duck.Options{})
			w.create(t, "k", judge.Fields(t, strings.Split(c.fields+"|v STRING", "|")...), strings.Split(c.keys, ","), nil,
				map[string]string{"bucket": "1", "changelog-producer": "lookup"})
			exec := func(text string) { require.NoError(t, w.conn.Exec(context.Background(), text)) }
			for n, records := range []string{
				"SELECT i, 0 FROM range(1, 2000) t(i)",
				"SELECT i, 0 FROM range(7, 2200, 10) t(i)",
				"SELECT i, CASE WHEN i % 3 = 0 THEN 3 ELSE 0 END FROM range(7, 2400, 15) t(i)",
				"SELECT i, CASE WHEN i % 4 = 0 THEN 3 ELSE 0 END FROM range(12, 2400, 10) t(i)",
			} {
				columns := strings.ReplaceAll(c.columns, "SIGN", []string{"-1", "1"}[n%2])
				exec(fmt.Sprintf("CREATE OR REPLACE TEMP TABLE written AS SELECT * FROM (SELECT i, kind::TINYINT, %d || 'v' || i, %s FROM (%s) q(i, kind)) w(i, kind, v, %s)", n, columns, records, c.keys))
				if n == 0 {
					exec("CREATE OR REPLACE TEMP TABLE model AS SELECT * FROM written WHERE false")
				}
				got := w.told(t, "SELECT "+c.keys+", v, kind FROM temp.written", c.shown, n == 0)
				want, _, err := w.conn.Rows(context.Background(), strings.ReplaceAll(`SELECT kind || '|' || shown FROM (
					SELECT CASE WHEN m.i IS NULL THEN 0 ELSE 2 END AS kind, SHOWN AS shown FROM (SELECT * FROM written WHERE kind = 0) LEFT JOIN (SELECT i FROM model) m USING (i)
					UNION ALL SELECT CASE WHEN w.kind = 0 THEN 1 ELSE 3 END, SHOWN FROM model JOIN (SELECT i, kind FROM written) w USING (i))`, "SHOWN", c.shown))
				require.NoError(t, err)
				require.NotEmpty(t, want)
				require.ElementsMatch(t, want, got)
				exec("DELETE FROM model WHERE i IN (SELECT i FROM written)")
				exec("INSERT INTO model SELECT * FROM written WHERE kind = 0")
			}
		})
	}
}

// told writes records, compacts, and reads the new changelog: kind and what is
// shown of each line. A -U stands before its +U.
func (w *writing) told(t *testing.T, records, shown string, full bool) [][]any {
	t.Helper()
	ctx := context.Background()
	glob := filepath.Join(w.dir, "d.db", "k", "bucket-0", "changelog-*")
	old, err := filepath.Glob(glob)
	require.NoError(t, err)
	w.write(t, "k", records, "kind")
	store := New(w.conn, w.shared)
	_, err = store.Compact(ctx, w.table(t, "k"), CompactOptions{Full: full, Now: time.Now()})
	require.NoError(t, err)
	require.NoError(t, store.Close(ctx))
	files, err := filepath.Glob(glob)
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(f string) bool { return slices.Contains(old, f) })
	require.Len(t, files, 1)
	lines, _, err := w.conn.Rows(ctx, fmt.Sprintf("SELECT _VALUE_KIND || '|' || %s, _VALUE_KIND, split_part(v, 'v', 2) FROM read_parquet(%s)", shown, duck.Literal(files[0])))
	require.NoError(t, err)
	var out [][]any
	for i, line := range lines {
		if line[1] == int8(merge.UpdateBefore) {
			require.Equal(t, []any{int8(merge.UpdateAfter), line[2]}, lines[i+1][1:])
		}
		out = append(out, line[:1])
	}
	return out
}
