package raw_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	duckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"laketop/engine/duck/raw"
)

// open gives an empty database in memory with the functions registered.
func open(t testing.TB, scalars ...raw.Scalar) *sql.DB {
	connector, err := duckdb.NewConnector("", nil)
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(context.Background())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	require.NoError(t, raw.Register(context.Background(), conn, scalars...))
	return db
}

func scan[T any](t testing.TB, db *sql.DB, query string) T {
	var v T
	require.NoError(t, db.QueryRow(query).Scan(&v), query)
	return v
}

var reverse = raw.Scalar{Name: "t_reverse", Params: []raw.Type{raw.Varchar}, Returns: raw.Varchar, Run: func(b *raw.Batch) error {
	in, out := raw.Text(b, 0), raw.TextResults(b)
	for i := range b.Len() {
		if b.Skip(i) {
			continue
		}
		s := []byte(in.At(i))
		for l, r := 0, len(s)-1; l < r; l, r = l+1, r-1 {
			s[l], s[r] = s[r], s[l]
		}
		out.Set(i, string(s))
	}
	return nil
}}

var add = raw.Scalar{Name: "t_add", Params: []raw.Type{raw.BigInt, raw.Integer}, Returns: raw.BigInt, Run: func(b *raw.Batch) error {
	x, y, out := raw.Column[int64](b, 0), raw.Column[int32](b, 1), raw.Results[int64](b)
	for i := range b.Len() {
		if b.Skip(i) {
			continue
		}
		if y.At(i) == 0 {
			out.SetNull(i)
			continue
		}
		out.Set(i, x.At(i)+int64(y.At(i)))
	}
	return nil
}}

func TestFixedValues(t *testing.T) {
	db := open(t, add)
	require.EqualValues(t, 42, scan[int64](t, db, "SELECT t_add(40, 2)"))
	require.EqualValues(t, 10000, scan[int64](t, db, "SELECT count(*) FROM range(10000) r(i) WHERE t_add(i, 7) = i + 7"), "a constant argument")
	require.EqualValues(t, 5000, scan[int64](t, db, "SELECT count(*) FROM range(10000) r(i) WHERE t_add(i, (i % 2)::INTEGER) IS NULL"), "NULL set by the function")
	require.EqualValues(t, 3334, scan[int64](t, db, "SELECT count(*) FROM range(10000) r(i) WHERE t_add(CASE WHEN i % 3 > 0 THEN i END, 1) IS NULL"), "NULL because of an argument")
	require.EqualValues(t, 1, scan[int64](t, db, "SELECT count(*) WHERE t_add(NULL, 1) IS NULL"))
}

func TestTexts(t *testing.T) {
	db := open(t, reverse)
	require.Equal(t, "cba", scan[string](t, db, "SELECT t_reverse('abc')"))
	require.EqualValues(t, 20000, scan[int64](t, db, `SELECT count(*) FROM
		(SELECT repeat('x', (i % 30)::INTEGER) || i AS s FROM range(20000) r(i)) WHERE t_reverse(s) = reverse(s)`), "short and long strings")
	require.EqualValues(t, 1, scan[int64](t, db, "SELECT count(*) WHERE t_reverse('') = ''"))
	require.Equal(t, "\ufffd", scan[string](t, db, "SELECT t_reverse('é')"), "broken UTF-8 never enters a VARCHAR")
	require.Equal(t, "a\x00b", scan[string](t, db, "SELECT t_reverse('b' || chr(0) || 'a')"))
}

func TestLists(t *testing.T) {
	words := raw.Scalar{Name: "t_words", Params: []raw.Type{raw.Varchar}, Returns: raw.ListOf(raw.Varchar), Run: func(b *raw.Batch) error {
		in, out := raw.Text(b, 0), raw.TextListResults(b)
		for i := range b.Len() {
			if b.Skip(i) {
				continue
			}
			var list []*string
			for _, w := range strings.Fields(in.At(i)) {
				p := &w
				if w == "null" {
					p = nil
				}
				list = append(list, p)
			}
			out.Set(i, list)
		}
		return nil
	}}
	join := raw.Scalar{Name: "t_join", Params: []raw.Type{raw.ListOf(raw.Varchar)}, Returns: raw.Varchar, Run: func(b *raw.Batch) error {
		in, out := raw.TextLists(b, 0), raw.TextResults(b)
		for i := range b.Len() {
			if b.Skip(i) {
				continue
			}
			var s string
			in.At(i, func(v string, null bool) {
				if null {
					v = "?"
				}
				s += v + ","
			})
			out.Set(i, s)
		}
		return nil
	}}
	db := open(t, words, join)
	require.Equal(t, "a,?,a rather long word here,", scan[string](t, db, "SELECT t_join(['a', NULL, 'a rather long word here'])"))
	require.Equal(t, "[one, NULL, two]", scan[string](t, db, "SELECT t_words('one null two')::VARCHAR"))
	require.EqualValues(t, 9000, scan[int64](t, db, `SELECT count(*) FROM range(10000) r(i)
		WHERE t_join(t_words(CASE WHEN i % 10 > 0 THEN 'x' || i || ' null somewhat_longer_' || i END)) = 'x' || i || ',?,somewhat_longer_' || i || ','`))
}

func TestNullsSeen(t *testing.T) {
	isNull := raw.Scalar{Name: "t_null", SeesNull: true, Params: []raw.Type{raw.Varchar}, Returns: raw.Boolean, Run: func(b *raw.Batch) error {
		in, out := raw.Text(b, 0), raw.Results[bool](b)
		for i := range b.Len() {
			out.Set(i, in.Null(i))
		}
		return nil
	}}
	db := open(t, isNull)
	require.EqualValues(t, 2500, scan[int64](t, db, "SELECT count(*) FROM range(5000) r(i) WHERE t_null(CASE WHEN i % 2 = 0 THEN 'x' END)"))
	require.True(t, scan[bool](t, db, "SELECT t_null(NULL)"))
}

func TestSameSeesConstants(t *testing.T) {
	same := raw.Scalar{Name: "t_same", Params: []raw.Type{raw.Varchar}, Returns: raw.Boolean, Run: func(b *raw.Batch) error {
		is, out := raw.Same(raw.Text(b, 0), b.Len()), raw.Results[bool](b)
		for i := range b.Len() {
			out.Set(i, is)
		}
		return nil
	}}
	other := raw.Scalar{Name: "t_same2", Params: []raw.Type{raw.BigInt, raw.Varchar}, Returns: raw.Boolean, Run: func(b *raw.Batch) error {
		is, out := raw.Same(raw.Text(b, 1), b.Len()), raw.Results[bool](b)
		for i := range b.Len() {
			out.Set(i, is)
		}
		return nil
	}}
	db := open(t, same, other)
	require.EqualValues(t, 5000, scan[int64](t, db, "SELECT count(*) FROM range(5000) r(i) WHERE t_same2(i, 'a constant that is not inline')"))
	require.EqualValues(t, 0, scan[int64](t, db, "SELECT count(*) FROM range(5000) r(i) WHERE t_same(i::VARCHAR)"))
}

func TestFailures(t *testing.T) {
	panics := raw.Scalar{Name: "t_panics", Params: []raw.Type{raw.BigInt}, Returns: raw.BigInt, Run: func(b *raw.Batch) error {
		var none []int
		_ = none[raw.Column[int64](b, 0).At(0)]
		return nil
	}}
	fails := raw.Scalar{Name: "t_fails", Params: []raw.Type{raw.BigInt}, Returns: raw.BigInt, Run: func(*raw.Batch) error {
		return errors.New("no such pattern")
	}}
	db := open(t, panics, fails)
	_, err := db.Exec("SELECT t_panics(i) FROM range(10) r(i)")
	require.ErrorContains(t, err, "t_panics: internal error")
	_, err = db.Exec("SELECT t_fails(i) FROM range(10) r(i)")
	require.ErrorContains(t, err, "t_fails: no such pattern")
	require.EqualValues(t, 1, scan[int64](t, db, "SELECT 1"), "the database lives on")

	conn, err := db.Conn(context.Background())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	require.NoError(t, raw.Register(context.Background(), conn, fails), "a second time replaces the first")
	require.ErrorContains(t, raw.Register(context.Background(), conn, raw.Scalar{Name: "t_empty"}), "t_empty")
}

func TestManyConnectionsAtOnce(t *testing.T) {
	db := open(t, reverse, add)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var n int64
			err := db.QueryRow(`SELECT count(*) FROM range(200000) r(i)
				WHERE t_reverse('a string beyond twelve bytes ' || i) = reverse('a string beyond twelve bytes ' || i) AND t_add(i, 1) = i + 1`).Scan(&n)
			if err != nil || n != 200000 {
				t.Errorf("%d rows, %v", n, err)
			}
		})
	}
	group.Wait()
}

// TestConnectionField fails when a new driver keeps its connection elsewhere:
// then connection() in raw.go must learn the new place.
func TestConnectionField(t *testing.T) {
	db := open(t, add)
	require.EqualValues(t, 3, scan[int64](t, db, "SELECT t_add(1, 2)"))
	mod, err := os.ReadFile("../../../go.mod")
	require.NoError(t, err)
	require.Contains(t, string(mod), "github.com/duckdb/duckdb-go/v2 v2.10505.0", "a new driver: look at its Conn, then at duckdb_raw.h, then change this line")
}

func TestVarargsTellTheirTypes(t *testing.T) {
	types := raw.Scalar{Name: "t_types", Params: []raw.Type{raw.Varchar}, Varargs: raw.Any, Returns: raw.Varchar, SeesNull: true, Run: func(b *raw.Batch) error {
		s := ""
		for i := 1; i < b.Args(); i++ {
			v := b.Type(i)
			s += fmt.Sprintf("%d/%d/%d/%d ", v.Type, v.Stored, v.Width, v.Scale)
		}
		out := raw.TextResults(b)
		for i := range b.Len() {
			out.Set(i, s)
		}
		return nil
	}}
	huge := raw.Scalar{Name: "t_low", Varargs: raw.Any, Returns: raw.BigInt, Run: func(b *raw.Batch) error {
		if b.Type(0).Stored != raw.HugeInt {
			return errors.New("no huge number")
		}
		out := raw.ResultValues[int64](b)
		for i, v := range raw.Values[raw.Huge](b, 0) {
			out[i] = int64(v.Low) + v.High
		}
		return nil
	}}
	db := open(t, types, huge)
	require.Equal(t, "", scan[string](t, db, "SELECT t_types('x')"))
	require.Equal(t, "4/4/0/0 19/5/12/2 17/17/0/0 19/16/30/1 14/14/0/0 1/1/0/0 ",
		scan[string](t, db, "SELECT t_types('x', 1::INTEGER, 2::DECIMAL(12,2), 'a', 3::DECIMAL(30,1), TIME '01:00:00', true)"))
	require.EqualValues(t, -8, scan[int64](t, db, "SELECT t_low((-7)::HUGEINT)"))
	require.EqualValues(t, 3, scan[int64](t, db, "SELECT count(*) FROM range(3) r(i) WHERE t_low(i::DECIMAL(38,0)) = i"))
	_, err := db.Exec("SELECT t_low(1)")
	require.ErrorContains(t, err, "no huge number")
	_, err = db.Exec("SELECT t_types('x'" + strings.Repeat(", 1", 64) + ")")
	require.ErrorContains(t, err, "too many arguments")
}

// TestPrototypes compares duckdb_raw.h with the header of the bindings.
func TestPrototypes(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/duckdb/duckdb-go-bindings/lib/linux-amd64").Output()
	require.NoError(t, err)
	header, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "duckdb.h"))
	require.NoError(t, err)
	theirs := strings.Join(strings.Fields(string(header)), " ")
	ours, err := os.ReadFile("duckdb_raw.h")
	require.NoError(t, err)
	checked := 0
	for line := range strings.Lines(string(ours)) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, " duckdb_") && strings.HasSuffix(line, ");") {
			require.Contains(t, theirs, line)
			checked++
		}
	}
	require.Greater(t, checked, 20)
}

func BenchmarkText(b *testing.B) {
	db := open(b, reverse)
	for b.Loop() {
		scan[int64](b, db, "SELECT sum(length(t_reverse('a string beyond twelve bytes'||i))) FROM range(1000000) r(i)")
	}
}

func BenchmarkFixed(b *testing.B) {
	db := open(b, add)
	for b.Loop() {
		scan[int64](b, db, "SELECT max(t_add(i, 7)) FROM range(1000000) r(i)")
	}
}
