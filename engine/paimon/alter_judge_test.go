package paimon_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/local"
	"laketop/engine/judge"
	"laketop/engine/paimon"
	"laketop/engine/paimon/schema"
	"laketop/engine/soak"
)

// alterCase is a change as Laketop and as Java have it.
type alterCase struct {
	ours schema.Change
	java judge.Change
}

// stricter are the casts that Java's ALTER takes and readers here do not have.
func stricter(from, to datatype.Type) bool {
	nested := from.IsNested() && to.IsString()
	time := from.Kind == datatype.Time && (to.Kind == datatype.Timestamp || to.Kind == datatype.TimestampLTZ)
	number := from.Kind >= datatype.Float && from.Kind <= datatype.Decimal && (to.Kind == datatype.Timestamp || to.Kind == datatype.TimestampLTZ)
	return nested || time || number
}

var alterTypes = []string{
	"BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(10, 2)", "DECIMAL(20, 0)", "STRING", "VARCHAR(4)", "CHAR(3)", "BYTES", "BINARY(2)",
	"DATE", "TIME(0)", "TIMESTAMP(3)", "TIMESTAMP(6)", "TIMESTAMP(6) WITH LOCAL TIME ZONE",
}

// alters makes random changes of a table.
type alters struct {
	r    *rand.Rand
	next int
}

func (a *alters) one(list ...string) string { return list[a.r.IntN(len(list))] }

// column is a path to something that may be there, in both spellings.
func (a *alters) path(s *schema.Schema) []string {
	f := s.Fields[a.r.IntN(len(s.Fields))]
	switch {
	case a.r.IntN(12) == 0:
		return []string{"nothing"}
	case f.Type.Kind == datatype.Row && a.r.IntN(2) == 0:
		return []string{f.Name, f.Type.Fields[a.r.IntN(len(f.Type.Fields))].Name}
	}
	return []string{f.Name}
}

func (a *alters) place(s *schema.Schema, path []string) (*schema.Move, judge.Change) {
	fields := s.Fields
	if len(path) > 1 {
		if f, ok := s.Field(path[0]); ok {
			fields = f.Type.Fields
		}
	}
	switch a.r.IntN(3) {
	case 0:
		return &schema.Move{First: true}, judge.Change{First: true}
	case 1:
		after := fields[a.r.IntN(len(fields))].Name
		return &schema.Move{After: after}, judge.Change{After: after}
	}
	return nil, judge.Change{}
}

func (a *alters) change(s *schema.Schema) alterCase {
	path := a.path(s)
	text := a.one(alterTypes...)
	typ, err := datatype.Parse(text)
	if err != nil {
		panic(err)
	}
	switch a.r.IntN(9) {
	case 0:
		a.next++
		path[len(path)-1] = fmt.Sprint("c", a.next)
		m, j := a.place(s, path)
		j.Change, j.Path, j.Type, j.Comment = "add", path, text, a.one("", "said")
		return alterCase{schema.AddColumn{Path: path, Type: typ, Comment: j.Comment, Move: m}, j}
	case 1:
		return alterCase{schema.DropColumn{Path: path}, judge.Change{Change: "drop", Path: path}}
	case 2:
		a.next++
		to := fmt.Sprint("c", a.next)
		if a.r.IntN(4) == 0 {
			to = s.Fields[a.r.IntN(len(s.Fields))].Name
		}
		return alterCase{schema.RenameColumn{Path: path, To: to}, judge.Change{Change: "rename", Path: path, To: to}}
	case 3, 4:
		return alterCase{schema.UpdateType{Path: path, Type: typ}, judge.Change{Change: "type", Path: path, Type: text, KeepNullability: true}}
	case 5:
		notNull := a.r.IntN(2) == 0
		return alterCase{schema.UpdateNullability{Path: path, NotNull: notNull}, judge.Change{Change: "nullable", Path: path, To: fmt.Sprint(!notNull)}}
	case 6:
		text := a.one("x", "a comment", "用户")
		return alterCase{schema.UpdateComment{Path: path, Comment: text}, judge.Change{Change: "comment", Path: path, To: text}}
	case 7:
		m, j := a.place(s, path[:1])
		if m == nil {
			m, j = &schema.Move{First: true}, judge.Change{First: true}
		}
		j.Change, j.Path = "move", path[:1]
		return alterCase{schema.MoveColumn{Column: path[0], Move: *m}, j}
	}
	options := map[string][]string{
		"snapshot.num-retained.max": {"1", "20", "0"}, "snapshot.num-retained.min": {"1", "4", "0"}, "bucket": {"-1", "1", "4", "0"}, "merge-engine": {"deduplicate", "first-row", "nothing"},
		"sequence.field": {"v", "nothing", "v,v", "v,s"}, "write-only": {"true", "false"}, "changelog-producer": {"none", "input", "lookup", "full-compaction", "nothing"},
		"fields.v.aggregate-function": {"sum"}, "fields.nothing.aggregate-function": {"sum"}, "deletion-vectors.enabled": {"true", "false"}, "bucket-key": {"id", "v"}, "primary-key": {"dt,id", "v"},
		"ignore-delete": {"true", "false"}, "my.own": {"anything"}, "alter-column-null-to-not-null.disabled": {"true", "false"},
		"disable-explicit-type-casting": {"true", "false"},
	}
	key := a.one(slices.Sorted(maps.Keys(options))...)
	value := a.one(options[key]...)
	if a.r.IntN(3) == 0 {
		return alterCase{schema.RemoveOption{Key: key}, judge.Change{Change: "reset", Name: key}}
	}
	return alterCase{schema.SetOption{Key: key, Value: value}, judge.Change{Change: "set", Name: key, To: value}}
}

// TestAlterIsJavas makes random changes to two equal tables, one by Laketop and
// one by Java: both take or refuse a change, and the schemas stay equal.
func TestAlterIsJavas(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	dir := t.TempDir()
	java := judge.Java(t).At(dir, "d")
	fio, err := local.New(dir)
	require.NoError(t, err)
	env := paimon.NewEnv(fio, time.Now)
	seed := soak.Seed(t)
	a := &alters{r: rand.New(rand.NewPCG(seed, 2))}
	taken, refused := 0, 0
	for n := range soak.Pick(0, 12, 60) {
		made := judge.Table{Fields: judge.Fields(t, "id INT NOT NULL", "dt STRING NOT NULL", "v BIGINT", "s STRING", "n DECIMAL(10, 2)", "r ROW<x INT, y STRING>", "l ARRAY<INT>"), Partition: []string{"dt"}}
		if n%2 == 0 {
			made.Primary, made.Options = []string{"dt", "id"}, map[string]string{"bucket": "2"}
		}
		pair := []string{fmt.Sprint("ours", n), fmt.Sprint("java", n)}
		for _, name := range pair {
			java.Create(t, name, made)
			if n%3 > 0 {
				java.Write(t, name, judge.Write{Rows: judge.Rows(judge.Row{1, "x", 1, "s", "1.00", nil, nil})})
			}
		}
		for range 40 {
			table, err := paimon.Load(t.Context(), env, "d.db/"+pair[0], paimon.Identifier{Database: "d", Table: pair[0]})
			require.NoError(t, err)
			before := table.Schema()
			c := a.change(before)
			if knownStricter(before, c.ours) {
				continue
			}
			next, ours := table.Alter(t.Context(), c.ours)
			theirs := java.Ask(t, "alter", pair[1], judge.Op{"changes": []judge.Change{c.java}})
			what := fmt.Sprintf("seed %d, table %d, %+v\nof %+v\nours: %v\nJava: %s", seed, n, c.java, before.Options, ours, firstLines(theirs.Error))
			if ours == nil && next.ID == before.ID && theirs.Error != "" {
				continue // what changes nothing is no error here
			}
			require.Equal(t, theirs.Error == "", ours == nil, what)
			if ours != nil {
				refused++
				continue
			}
			taken++
			require.JSONEq(t, timeless(t, java.Schema(t, pair[1])), timeless(t, java.Schema(t, pair[0])), what)
		}
	}
	t.Logf("%d changes taken, %d refused, by both", taken, refused)
	require.Greater(t, taken, 50)
	require.Greater(t, refused, 50)
}

// knownStricter tells of changes that Java takes and that are refused here: casts
// that readers here do not have, and a table of partition keys alone.
func knownStricter(s *schema.Schema, c schema.Change) bool {
	if d, ok := c.(schema.DropColumn); ok {
		return len(d.Path) == 1 && len(s.Fields) == len(s.PartitionKeys)+1
	}
	u, ok := c.(schema.UpdateType)
	if !ok {
		return false
	}
	f, ok := s.Field(u.Path[0])
	if ok && len(u.Path) > 1 {
		for _, m := range f.Type.Fields {
			if m.Name == u.Path[1] {
				f = m
			}
		}
	}
	return ok && stricter(f.Type, u.Type)
}

// timeless is a schema without what differs by time and by the number of
// schemas.
func timeless(t *testing.T, text json.RawMessage) string {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	delete(m, "timeMillis")
	delete(m, "id")
	if options, ok := m["options"].(map[string]any); ok {
		delete(options, "path")
	}
	out, err := json.Marshal(m)
	require.NoError(t, err)
	return string(out)
}

func firstLines(s string) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[:min(3, len(lines))], "\n")
}
