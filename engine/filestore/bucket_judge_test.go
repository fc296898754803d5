package filestore

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/footer"
)

// judged is a Go value as the judges write it.
func judged(typ string, v any) any {
	switch x := v.(type) {
	case nil:
		return nil
	case float32:
		return judge.Float(x)
	case float64:
		return judge.Double(x)
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	case binaryrow.Timestamp:
		text := x.Time().Format("2006-01-02T15:04:05.999999999")
		if strings.Contains(typ, "LOCAL") {
			text += "Z"
		}
		return text
	}
	return fmt.Sprint(v)
}

// Every row that Java wrote lies in the bucket that Laketop tells: each type
// as the only key, with NULLs, and all of them as one key; 10,000 rows of it.
func TestBucketsAreJavas(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	dir := t.TempDir()
	db, err := duck.Open(t.Context(), duck.Options{Roots: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(context.Background(), duck.Settings{TimeZone: "Asia/Shanghai"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	s := &Store{conn: conn}
	java := judge.Java(t).At(dir, "d")

	all := make([]string, 0, len(bucketValues))
	for typ := range bucketValues {
		all = append(all, typ)
	}
	slices.Sort(all)
	checked := 0
	check := func(name, kind string, rows int, types ...string) {
		t.Run(name+" "+kind, func(t *testing.T) {
			checked += javaBuckets(t, s, java, dir, fmt.Sprintf("t%d", checked), bucketOf(t, kind, 16, types...), rows, types)
		})
	}
	for _, typ := range all {
		check(typ, "default", 300, typ)
		if !strings.HasPrefix(typ, "TIMESTAMP") {
			check(typ, "hive", 300, typ)
		}
		if typ == "INT" || typ == "BIGINT" {
			check(typ, "mod", 300, typ)
		}
	}
	check("every type", "default", 10_000, all...)
	check("every type but timestamps", "hive", 2000, slices.DeleteFunc(slices.Clone(all), func(t string) bool { return strings.HasPrefix(t, "TIMESTAMP") })...)
	t.Logf("%d rows", checked)
}

// javaBuckets has Java write rows and counts those whose bucket was compared.
func javaBuckets(t *testing.T, s *Store, java judge.Lake, dir, table string, fn *bucket.Function, rows int, types []string) int {
	fields := []string{"n INT"}
	for i, typ := range types {
		fields = append(fields, fmt.Sprintf("k%d %s", i, typ))
	}
	keys := make([]string, len(types))
	for i := range types {
		keys[i] = fmt.Sprintf("k%d", i)
	}
	java.Create(t, table, judge.Table{Fields: judge.Fields(t, fields...), Options: map[string]string{
		"bucket": "16", "bucket-key": strings.Join(keys, ","), "bucket-function.type": string(fn.Kind),
	}})
	values := make([][]any, rows)
	written := make([][]any, rows)
	for n := range rows {
		written[n] = []any{fmt.Sprint(n)}
		for c, typ := range types {
			var v any
			if (n*7+c*3)%11 > 1 {
				v = bucketValues[typ].value(int64(n) * 3 % 5000)
				if x, ok := v.(binaryrow.Timestamp); ok { // read_parquet gives no finer ones
					v = binaryrow.TimestampOfTime(x.Time().Truncate(time.Microsecond))
				}
			}
			values[n] = append(values[n], v)
			written[n] = append(written[n], judged(typ, v))
		}
	}
	java.Write(t, table, judge.Write{Rows: written})

	expr, err := s.bucketExpr(t.Context(), fn, func(name string) string {
		for _, k := range fn.Keys {
			if k.Name == name {
				return footer.ReadExpr(k.Type)(name)
			}
		}
		return name
	})
	require.NoError(t, err)
	files := filepath.Join(dir, "d.db", table, "bucket-*", "*.parquet")
	got, _, err := s.conn.Rows(t.Context(), fmt.Sprintf(
		"SELECT n, regexp_extract(filename, 'bucket-([0-9]+)', 1)::INTEGER, %s FROM read_parquet(%s, hive_partitioning=false)", expr, duck.Literal(files)))
	require.NoError(t, err)
	require.Len(t, got, rows)
	for _, r := range got {
		n := int(r[0].(int32))
		require.Equal(t, r[1], r[2], "row %d: %v", n, values[n])
		want, err := fn.Bucket(values[n])
		require.NoError(t, err)
		require.Equal(t, r[1], want, "row %d: %v", n, values[n])
	}
	return len(got)
}
