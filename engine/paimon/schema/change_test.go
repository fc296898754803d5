package schema_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// orders is a table with every kind of key and of nesting.
func orders(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.New([]datatype.Field{
		col("id", "BIGINT"), col("dt", "STRING"), col("seq", "INT"), col("amount", "DECIMAL(10, 2)"), col("note", "STRING"),
		col("r", "ROW<x INT, y STRING>"), col("list", "ARRAY<ROW<p INT>>"), col("m", "MAP<STRING, INT>"),
	}, []string{"dt"}, []string{"dt", "id"}, map[string]string{
		"bucket": "2", "merge-engine": "partial-update", "fields.seq.sequence-group": "amount,note", "fields.amount.aggregate-function": "sum", "bucket-key": "id",
	}, "", 1)
	require.NoError(t, err)
	return s
}

func p(path ...string) []string { return path }

func typ(text string) datatype.Type { return col("x", text).Type }

func text(s string) *string { return &s }

func names(fields []datatype.Field) []string {
	out := []string{}
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

func TestChange(t *testing.T) {
	for name, tc := range map[string]struct {
		changes []schema.Change
		check   func(t *testing.T, s *schema.Schema)
	}{
		"a column goes to the end with the next id": {[]schema.Change{schema.AddColumn{Path: p("z"), Type: typ("INT"), Comment: "c", Default: text("1")}}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, datatype.Field{ID: 11, Name: "z", Type: typ("INT"), Description: "c", Default: text("1")}, s.Fields[8])
			require.Equal(t, 11, s.HighestFieldID)
		}},
		"or to the front": {[]schema.Change{schema.AddColumn{Path: p("z"), Type: typ("INT"), Move: &schema.Move{First: true}}}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, "z", s.Fields[0].Name)
		}},
		"or behind another": {[]schema.Change{schema.AddColumn{Path: p("z"), Type: typ("ROW<a INT, b INT>"), Move: &schema.Move{After: "id"}}}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, "z", s.Fields[1].Name)
			require.Equal(t, []int{11, 12, 13}, []int{s.Fields[1].ID, s.Fields[1].Type.Fields[0].ID, s.Fields[1].Type.Fields[1].ID})
		}},
		"a member of a row, an element and their types": {[]schema.Change{
			schema.AddColumn{Path: p("r", "z"), Type: typ("INT"), Move: &schema.Move{First: true}}, schema.AddColumn{Path: p("list", "element", "q"), Type: typ("STRING")},
			schema.UpdateType{Path: p("r", "x"), Type: typ("BIGINT")}, schema.UpdateType{Path: p("m", "value"), Type: typ("DOUBLE")}, schema.RenameColumn{Path: p("r", "y"), To: "w"},
			schema.UpdateComment{Path: p("list", "element", "p"), Comment: "hi"},
		}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, "ROW<`z` INT, `x` BIGINT, `w` STRING>", s.Fields[5].Type.Flink())
			require.Equal(t, "ARRAY<ROW<`p` INT, `q` STRING>>", s.Fields[6].Type.Flink())
			require.Equal(t, "hi", s.Fields[6].Type.Elem.Fields[0].Description)
			require.Equal(t, "MAP<STRING, DOUBLE>", s.Fields[7].Type.Flink())
		}},
		"a column that comes again has a new id": {[]schema.Change{schema.DropColumn{Path: p("note")}, schema.AddColumn{Path: p("note"), Type: typ("STRING")}, schema.RemoveOption{Key: "fields.seq.sequence-group"}}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, 11, s.Fields[7].ID)
		}},
		"options follow a rename": {[]schema.Change{schema.RenameColumn{Path: p("seq"), To: "version"}, schema.RenameColumn{Path: p("amount"), To: "total"}, schema.RenameColumn{Path: p("id"), To: "order"}}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, map[string]string{
				"bucket": "2", "merge-engine": "partial-update", "fields.version.sequence-group": "total,note", "fields.total.aggregate-function": "sum", "bucket-key": "order",
			}, s.Options)
			require.Equal(t, []string{"dt", "order"}, s.PrimaryKeys)
		}},
		"columns move": {[]schema.Change{
			schema.MoveColumn{Column: "m", Move: schema.Move{First: true}}, schema.MoveColumn{Column: "id", Move: schema.Move{After: "note"}}, schema.MoveColumn{Column: "dt", Move: schema.Move{After: "seq"}},
		}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, []string{"m", "seq", "dt", "amount", "note", "id", "r", "list"}, names(s.Fields))
		}},
		"types change and keep their nullability": {[]schema.Change{
			schema.UpdateType{Path: p("seq"), Type: typ("BIGINT")}, schema.UpdateType{Path: p("amount"), Type: typ("STRING NOT NULL")}, schema.UpdateType{Path: p("note"), Type: typ("VARCHAR(3)")},
		}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, []string{"BIGINT", "STRING", "VARCHAR(3)"}, []string{s.Fields[2].Type.String(), s.Fields[3].Type.String(), s.Fields[4].Type.String()})
		}},
		"nullability, by option only": {[]schema.Change{
			schema.SetOption{Key: "alter-column-null-to-not-null.disabled", Value: "false"}, schema.UpdateNullability{Path: p("note"), NotNull: true},
		}, func(t *testing.T, s *schema.Schema) {
			require.True(t, s.Fields[4].Type.NotNull)
		}},
		"comments, defaults and options": {[]schema.Change{
			schema.UpdateComment{Path: p("note"), Comment: "n"}, schema.UpdateDefault{Path: p("note"), Default: text("'x'")}, schema.SetComment{Comment: "t"}, schema.SetOption{Key: "snapshot.num-retained.max", Value: "20"},
			schema.RemoveOption{Key: "nothing"}, schema.SetOption{Key: "bucket", Value: "4"}, schema.SetOption{Key: "primary-key", Value: "dt, id"},
		}, func(t *testing.T, s *schema.Schema) {
			require.Equal(t, "n", s.Fields[4].Description)
			require.Equal(t, "'x'", *s.Fields[4].Default)
			require.Equal(t, "t", s.Comment)
			require.Equal(t, 4, s.Bucket())
			require.NotContains(t, s.Options, "primary-key")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			old := orders(t)
			before, err := schema.Encode(old)
			require.NoError(t, err)
			s, err := old.Change(tc.changes, schema.Facts{HasSnapshots: true, TimeMillis: 9})
			require.NoError(t, err)
			require.Equal(t, int64(1), s.ID)
			require.Equal(t, int64(9), s.TimeMillis)
			tc.check(t, s)
			after, err := schema.Encode(old)
			require.NoError(t, err)
			require.Equal(t, string(before), string(after), "the old schema stays")
			again, err := schema.Encode(s)
			require.NoError(t, err)
			_, err = schema.Decode("x", again)
			require.NoError(t, err)
		})
	}
}

func TestChangeRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		change     schema.Change
		code, want string
	}{
		"a new column that is NOT NULL":       {schema.AddColumn{Path: p("z"), Type: typ("INT NOT NULL")}, "table.bad_change", "NOT NULL"},
		"a column that is there":              {schema.AddColumn{Path: p("note"), Type: typ("INT")}, "table.bad_change", "note is there"},
		"a column that differs in case":       {schema.AddColumn{Path: p("NOTE"), Type: typ("INT")}, "table.bad_schema", "stands twice"},
		"a reserved name":                     {schema.AddColumn{Path: p("_KEY_x"), Type: typ("INT")}, "table.bad_schema", "reserved"},
		"a type that is not written":          {schema.AddColumn{Path: p("z"), Type: typ("VARIANT")}, "table.column_type", "VARIANT"},
		"behind a column that is none":        {schema.AddColumn{Path: p("z"), Type: typ("INT"), Move: &schema.Move{After: "nte"}}, "sql.unknown_column", "nte"},
		"a member of a column that has none":  {schema.AddColumn{Path: p("note", "z"), Type: typ("INT")}, "table.bad_change", "has no member z"},
		"an element by another name":          {schema.AddColumn{Path: p("list", "p"), Type: typ("INT")}, "table.bad_change", "has no member p"},
		"to drop a partition key":             {schema.DropColumn{Path: p("dt")}, "table.bad_change", "partition key"},
		"to drop a primary key":               {schema.DropColumn{Path: p("id")}, "table.bad_change", "primary key"},
		"to drop the last member":             {schema.DropColumn{Path: p("list", "element", "p")}, "table.bad_change", "the only one"},
		"to drop what is not there":           {schema.DropColumn{Path: p("nte")}, "sql.unknown_column", "nte"},
		"to drop a column of a group":         {schema.DropColumn{Path: p("seq")}, "table.bad_option", "there is no column seq"},
		"to rename a partition key":           {schema.RenameColumn{Path: p("dt"), To: "d"}, "table.bad_change", "partition key"},
		"to rename to another's name":         {schema.RenameColumn{Path: p("note"), To: "seq"}, "table.bad_change", "seq is there"},
		"another type of a key":               {schema.UpdateType{Path: p("id"), Type: typ("STRING")}, "table.bad_change", "primary key"},
		"a cast that Paimon has not":          {schema.UpdateType{Path: p("note"), Type: typ("ARRAY<INT>")}, "table.column_cast", "note cannot become ARRAY<INT>"},
		"a nested type at once":               {schema.UpdateType{Path: p("r"), Type: typ("ROW<x BIGINT>")}, "table.column_cast", "r cannot become"},
		"nulls that may be there":             {schema.UpdateNullability{Path: p("note"), NotNull: true}, "table.bad_change", "cannot become NOT NULL"},
		"a nullable key":                      {schema.UpdateNullability{Path: p("id")}, "table.bad_change", "primary key"},
		"a column behind itself":              {schema.MoveColumn{Column: "m", Move: schema.Move{After: "m"}}, "table.bad_change", "behind itself"},
		"another merge engine":                {schema.SetOption{Key: "merge-engine", Value: "deduplicate"}, "table.fixed_option", "merge-engine"},
		"no merge engine":                     {schema.RemoveOption{Key: "merge-engine"}, "table.fixed_option", "merge-engine"},
		"another bucket key":                  {schema.SetOption{Key: "bucket-key", Value: "dt"}, "table.fixed_option", "bucket-key"},
		"another primary key":                 {schema.SetOption{Key: "primary-key", Value: "id"}, "table.fixed_option", "primary-key"},
		"no buckets":                          {schema.SetOption{Key: "bucket", Value: "-1"}, "table.bad_option", "bucket cannot be -1"},
		"no option bucket":                    {schema.RemoveOption{Key: "bucket"}, "table.fixed_option", "bucket"},
		"deletion vectors on old rows":        {schema.SetOption{Key: "deletion-vectors.enabled", Value: "true"}, "table.fixed_option", "deletion-vectors.enabled"},
		"a choice that is none":               {schema.SetOption{Key: "changelog-producer", Value: "inputs"}, "table.bad_option", "none, input, full-compaction, lookup"},
		"a number that is none":               {schema.SetOption{Key: "snapshot.num-retained.max", Value: "few"}, "table.bad_option", "at least 1"},
		"a size that is none":                 {schema.SetOption{Key: "target-file-size", Value: "64 mx"}, "table.bad_option", `"64 mx" is no size`},
		"a least that is more than the most":  {schema.SetOption{Key: "snapshot.num-retained.max", Value: "3"}, "table.bad_option", "must not be larger"},
		"an option of a column that is none":  {schema.SetOption{Key: "fields.x.aggregate-function", Value: "sum"}, "table.bad_option", "there is no column x"},
		"a sequence field that is none":       {schema.SetOption{Key: "sequence.field", Value: "x"}, "table.bad_option", "there is no column x"},
		"a sequence field that is aggregated": {schema.SetOption{Key: "sequence.field", Value: "amount"}, "table.bad_option", "aggregate function"},
		"another folder":                      {schema.SetOption{Key: "path", Value: "/x"}, "table.fixed_option", "path"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := orders(t).Change([]schema.Change{tc.change}, schema.Facts{HasSnapshots: true})
			e, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.code, e.Code, err)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestOptionsAreFreeBeforeTheFirstSnapshot(t *testing.T) {
	s, err := orders(t).Change([]schema.Change{
		schema.RemoveOption{Key: "fields.seq.sequence-group"}, schema.RemoveOption{Key: "fields.amount.aggregate-function"}, schema.SetOption{Key: "merge-engine", Value: "deduplicate"},
	}, schema.Facts{})
	require.NoError(t, err)
	require.Equal(t, "deduplicate", s.MergeEngine())
}

func TestNewRefusesOptionsThatDoNotGoTogether(t *testing.T) {
	fields := []datatype.Field{col("a", "INT"), col("b", "INT"), col("c", "ARRAY<INT>")}
	for name, tc := range map[string]struct {
		primary []string
		options map[string]string
		want    string
	}{
		"a changelog without key":            {nil, map[string]string{"changelog-producer": "input"}, "without primary key"},
		"vectors and full-compaction":        {[]string{"a"}, map[string]string{"deletion-vectors.enabled": "true", "changelog-producer": "full-compaction"}, "goes with"},
		"vectors and first-row":              {[]string{"a"}, map[string]string{"deletion-vectors.enabled": "true", "merge-engine": "first-row"}, "deletes nothing"},
		"first-row and input":                {[]string{"a"}, map[string]string{"merge-engine": "first-row", "changelog-producer": "input"}, "none and lookup"},
		"first-row and a sequence":           {[]string{"a"}, map[string]string{"merge-engine": "first-row", "sequence.field": "b"}, "came first"},
		"a merge engine that is none":        {[]string{"a"}, map[string]string{"merge-engine": "partial"}, "deduplicate, partial-update, aggregation, first-row"},
		"a bucket key without buckets":       {nil, map[string]string{"bucket-key": "a"}, "no fixed buckets"},
		"a bucket key that is nested":        {nil, map[string]string{"bucket": "2", "bucket-key": "c"}, "ARRAY<INT>"},
		"a bucket key that is none":          {nil, map[string]string{"bucket": "2", "bucket-key": "x"}, "there is no column x"},
		"a bucket key outside the key":       {[]string{"a"}, map[string]string{"bucket": "2", "bucket-key": "b"}, "not in the primary key"},
		"a postponed table without key":      {nil, map[string]string{"bucket": "-2"}, "need a primary key"},
		"a flag that is none":                {nil, map[string]string{"write-only": "yes"}, "true or false"},
		"row tracking with a key":            {[]string{"a"}, map[string]string{"row-tracking.enabled": "true"}, "no row ids"},
		"data evolution without tracking":    {nil, map[string]string{"data-evolution.enabled": "true"}, "row-tracking.enabled"},
		"a row kind column that is none":     {[]string{"a"}, map[string]string{"rowkind.field": "k"}, "no such column"},
		"a time column of another type":      {[]string{"a"}, map[string]string{"record-level.time-field": "c"}, "not INT"},
		"a sequence column twice":            {[]string{"a"}, map[string]string{"sequence.field": "b,b"}, "stands twice"},
		"lookup and full-compaction commits": {[]string{"a"}, map[string]string{"changelog-producer": "lookup", "full-compaction.delta-commits": "1"}, "use full-compaction"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.New(fields, nil, tc.primary, tc.options, "", 0)
			require.ErrorContains(t, err, tc.want)
			_, ok := problem.As(err)
			require.True(t, ok)
		})
	}
}

func TestAlterWinsEveryRace(t *testing.T) {
	f := mem.New()
	first := schema.NewManager(f, "db.db/t")
	require.NoError(t, first.Create(t.Context(), orders(t)))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, err := schema.NewManager(f, "db.db/t").Alter(t.Context(), schema.Facts{}, schema.AddColumn{Path: p(string(rune('a'+i)) + "_new"), Type: typ("INT")})
			require.NoError(t, err)
		}()
	}
	wg.Wait()
	s, err := schema.NewManager(f, "db.db/t").Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(8), s.ID)
	require.Len(t, s.Fields, 16)
	ids := map[int]bool{}
	for _, c := range s.Fields {
		ids[c.ID] = true
	}
	require.Len(t, ids, 16)
	again, err := first.Alter(t.Context(), schema.Facts{}, schema.SetOption{Key: "bucket", Value: "2"})
	require.NoError(t, err)
	require.Equal(t, s.ID, again.ID, "nothing new, no schema")
}

func TestCastable(t *testing.T) {
	all := []string{"BOOLEAN", "TINYINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(10, 2)", "STRING", "BYTES", "DATE", "TIME(0)", "TIMESTAMP(6)", "ARRAY<INT>"}
	for _, tc := range []struct{ from, implicit, explicit string }{
		{"BOOLEAN", "BOOLEAN", "TINYINT INT BIGINT FLOAT DOUBLE DECIMAL(10, 2) STRING"},
		{"INT", "INT BIGINT FLOAT DOUBLE DECIMAL(10, 2)", "BOOLEAN TINYINT STRING TIMESTAMP(6)"},
		{"DOUBLE", "DOUBLE DECIMAL(10, 2)", "TINYINT INT BIGINT FLOAT STRING"},
		{"DECIMAL(10, 2)", "FLOAT DOUBLE DECIMAL(10, 2)", "TINYINT INT BIGINT STRING"},
		{"STRING", "STRING", "BOOLEAN TINYINT INT BIGINT FLOAT DOUBLE DECIMAL(10, 2) BYTES DATE TIME(0) TIMESTAMP(6)"},
		{"BYTES", "BYTES", "STRING"},
		{"DATE", "DATE", "STRING TIMESTAMP(6)"},
		{"TIMESTAMP(6)", "DATE TIME(0) TIMESTAMP(6)", "INT BIGINT STRING"},
		{"ARRAY<INT>", "ARRAY<INT>", ""},
		{"BIGINT NOT NULL", "BIGINT FLOAT DOUBLE DECIMAL(10, 2)", "BOOLEAN TINYINT INT STRING TIMESTAMP(6)"},
	} {
		for _, to := range all {
			in := func(list string) bool { return containsWord(list, to) }
			require.Equal(t, in(tc.implicit), schema.Castable(typ(tc.from), typ(to), false), "%s -> %s implicit", tc.from, to)
			require.Equal(t, in(tc.implicit) || in(tc.explicit), schema.Castable(typ(tc.from), typ(to), true), "%s -> %s", tc.from, to)
		}
	}
	for from, castable := range map[string]bool{"DATE": false, "TIME(0)": false, "TIMESTAMP(6)": false, "BIGINT": true, "BYTES": true} {
		require.Equal(t, castable, schema.Castable(typ(from).Required(), typ("STRING").Required(), true), "%s, both NOT NULL: Paimon's readers find no cast of dates and times", from)
	}
}

// containsWord finds a type in a list whose entries may hold ", ".
func containsWord(list, word string) bool {
	return strings.Contains(" "+strings.ReplaceAll(list, ", ", ",")+" ", " "+strings.ReplaceAll(word, ", ", ",")+" ")
}
