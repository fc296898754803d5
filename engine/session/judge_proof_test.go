package session_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/session"
)

// judge is the real thing behind a line protocol, one process for a suite; see
// engine/paimon/testdata/interop/README.md.
type judge struct {
	name   string
	in     io.WriteCloser
	out    *bufio.Reader
	errors said
}

// op is one operation for a judge.
type op map[string]any

const interopDir = "../paimon/testdata/interop"

// judgesHome is where install.sh put the judges, and Python with PySpark.
func judgesHome() string {
	if home := os.Getenv("LAKETOP_JUDGES"); home != "" {
		return home
	}
	return "/opt/laketop-judges"
}

func judges(tb testing.TB) (java, python *judge) {
	tb.Helper()
	home := judgesHome()
	java = startJudge(tb, "java", "java", "-Xmx1g", "-XX:+UseSerialGC", "-Duser.timezone=America/New_York",
		"-cp", filepath.Join(home, "java/judge.jar")+":"+filepath.Join(home, "java/lib/*"), "laketop.Judge")
	python = startJudge(tb, "pypaimon", filepath.Join(home, "bin/python"), filepath.Join(interopDir, "judge.py"))
	return java, python
}

func startJudge(tb testing.TB, name string, command ...string) *judge {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), command[0], command[1:]...)
	j := &judge{name: name}
	in, err := cmd.StdinPipe()
	require.NoError(tb, err)
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	cmd.Stderr = &j.errors
	j.in, j.out = in, bufio.NewReaderSize(out, 1<<20)
	require.NoError(tb, cmd.Start(), "judge %s is missing: run %s/install.sh", name, interopDir)
	tb.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return j
}

// ask runs one operation over a table of database d; the error is the judge's.
func (j *judge) ask(tb testing.TB, l *lake, kind, table string, more op) ([][]any, string) {
	tb.Helper()
	o := op{"op": kind, "warehouse": filepath.Join(l.dir, "warehouse"), "db": "d", "table": table}
	for k, v := range more {
		o[k] = v
	}
	line, err := json.Marshal(o)
	require.NoError(tb, err)
	_, err = j.in.Write(append(line, '\n'))
	require.NoError(tb, err, "%s: %s", j.name, j.errors.String())
	answer, err := j.out.ReadBytes('\n')
	require.NoError(tb, err, "%s: %s", j.name, j.errors.String())
	var v struct {
		Error string
		Rows  [][]any
	}
	require.NoError(tb, json.Unmarshal(answer, &v), "%s", answer)
	return v.Rows, v.Error
}

// do runs an operation that must succeed.
func (j *judge) do(tb testing.TB, l *lake, kind, table string, more op) [][]any {
	tb.Helper()
	rows, failed := j.ask(tb, l, kind, table, more)
	require.Empty(tb, failed, "%s: %s %s", j.name, kind, table)
	return rows
}

// sorted are rows as JSON texts without order.
func sorted(tb testing.TB, rows [][]any) []string {
	tb.Helper()
	out := make([]string, len(rows))
	for i, r := range rows {
		b, err := json.Marshal(r)
		require.NoError(tb, err)
		out[i] = string(b)
	}
	sort.Strings(out)
	return out
}

// values are the rows of a query in the judges' JSON.
func (l *lake) values(tb testing.TB, s *session.Session, dialect, query string) [][]any {
	tb.Helper()
	out := l.run(tb, s, dialect, query, nil)
	r := out[len(out)-1].Result
	require.NotNil(tb, r, query)
	return l.resultValues(tb, r)
}

func (l *lake) resultValues(tb testing.TB, r *duck.Result) [][]any {
	tb.Helper()
	page, err := l.db.Results().Page(context.Background(), r.ID, 0, 100_000, "")
	require.NoError(tb, err)
	in, err := ipc.NewReader(bytes.NewReader(page))
	require.NoError(tb, err)
	defer in.Release()
	var rows [][]any
	for in.Next() {
		b := in.RecordBatch()
		for i := range int(b.NumRows()) {
			row := make([]any, b.NumCols())
			for c := range row {
				row[c] = judged(r.Columns[c].Type, b.Column(c), i)
			}
			rows = append(rows, row)
		}
	}
	require.NoError(tb, in.Err())
	require.EqualValues(tb, r.Rows, len(rows))
	return rows
}

// judged is an Arrow value in the judges' JSON.
func judged(typ datatype.Type, a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch x := a.(type) {
	case *array.Float32:
		if math.IsNaN(float64(x.Value(i))) {
			return "7fc00000"
		}
		return fmt.Sprintf("%08x", math.Float32bits(x.Value(i)))
	case *array.Float64:
		if math.IsNaN(x.Value(i)) {
			return "7ff8000000000000"
		}
		return fmt.Sprintf("%016x", math.Float64bits(x.Value(i)))
	case *array.Binary:
		return hex.EncodeToString(x.Value(i))
	case *array.Date32:
		return strconv.Itoa(int(x.Value(i)))
	case *array.Time64:
		return strconv.FormatInt(int64(x.Value(i))/1000, 10)
	case *array.Decimal128:
		return x.Value(i).ToString(int32(typ.Scale))
	case *array.Timestamp:
		if x.Value(i) == 0 {
			return "0"
		}
		return strconv.FormatInt(int64(x.Value(i)), 10) + [...]string{"000000000", "000000", "000", ""}[x.DataType().(*arrow.TimestampType).Unit]
	case *array.Struct:
		out := make([]any, x.NumField())
		for k := range out {
			out[k] = judged(typ.Fields[k].Type, x.Field(k), i)
		}
		return out
	case *array.Map:
		return judgedMap(typ, x, i)
	case *array.List:
		out := []any{}
		from, to := x.ValueOffsets(i)
		for j := from; j < to; j++ {
			out = append(out, judged(*typ.Elem, x.ListValues(), int(j)))
		}
		return out
	}
	return strings.Clone(a.ValueStr(i)) // the batch dies before the row
}

func judgedMap(typ datatype.Type, x *array.Map, i int) any {
	key, value := typ.Key, *typ.Elem
	if typ.Kind == datatype.Multiset {
		key, value = typ.Elem, datatype.Of(datatype.Int)
	}
	out := []any{}
	from, to := x.ValueOffsets(i)
	for j := from; j < to; j++ {
		out = append(out, []any{judged(*key, x.Keys(), int(j)), judged(value, x.Items(), int(j))})
	}
	sort.Slice(out, func(a, b int) bool { return keyText(out[a]) < keyText(out[b]) })
	return out
}

func keyText(pair any) string {
	b, err := json.Marshal(pair.([]any)[0])
	if err != nil {
		panic(err)
	}
	return string(b)
}

// fieldsOf parses "name TYPE" texts into fields with ids, as judges take them.
func fieldsOf(tb testing.TB, texts ...string) []datatype.Field {
	tb.Helper()
	out := make([]datatype.Field, len(texts))
	for i, text := range texts {
		name, typ, _ := strings.Cut(text, " ")
		parsed, err := datatype.Parse(typ)
		require.NoError(tb, err)
		out[i] = datatype.NewField(name, parsed)
	}
	next := 0
	numberFields(out, &next)
	return out
}

// numberFields gives the fields ids, those inside types too.
func numberFields(fields []datatype.Field, next *int) {
	for i := range fields {
		fields[i].ID = *next
		*next++
	}
	for i := range fields {
		for p := []*datatype.Type{&fields[i].Type}; len(p) > 0; p = p[1:] {
			numberFields(p[0].Fields, next)
			for _, inner := range []*datatype.Type{p[0].Key, p[0].Elem} {
				if inner != nil {
					p = append(p, inner)
				}
			}
		}
	}
}

// said keeps what a judge writes to its error stream while the test reads it.
type said struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

// String is everything so far.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
