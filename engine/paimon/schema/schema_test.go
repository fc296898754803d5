package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// java is a file as Java writes it, with nested fields that take ids.
const java = `{
  "version" : 3,
  "id" : 2,
  "fields" : [ {
    "id" : 0, "name" : "dt", "type" : "STRING NOT NULL", "description" : "the day"
  }, {
    "id" : 1, "name" : "m",
    "type" : {"type":"MAP","key":"STRING NOT NULL","value":{"type":"ROW","fields":[{"id":2,"name":"x","type":"INT"},{"id":3,"name":"y","type":"DECIMAL(10, 2)"}]}}
  }, {
    "id" : 9, "name" : "ts", "type" : "TIMESTAMP(6) WITH LOCAL TIME ZONE", "defaultValue" : "1"
  } ],
  "highestFieldId" : 9,
  "partitionKeys" : [ "dt" ],
  "primaryKeys" : [ ],
  "options" : { "bucket" : "-1", "owner" : "me" },
  "comment" : "",
  "timeMillis" : 1700000000000
}`

func col(name, typ string) datatype.Field {
	t, err := datatype.Parse(typ)
	if err != nil {
		panic(err)
	}
	return datatype.NewField(name, t)
}

func TestDecodeJava(t *testing.T) {
	s, err := schema.Decode("schema-2", []byte(java))
	require.NoError(t, err)
	require.EqualValues(t, 2, s.ID)
	require.Equal(t, 9, s.HighestFieldID)
	f, ok := s.FieldByID(9)
	require.True(t, ok)
	require.Equal(t, "ts", f.Name)
	require.Equal(t, "1", *f.Default)
	require.Equal(t, []string{"STRING NOT NULL"}, []string{s.PartitionTypes()[0].String()})
	require.Equal(t, -1, s.Bucket())
	b, err := schema.Encode(s)
	require.NoError(t, err)
	again, err := schema.Decode("schema-2", b)
	require.NoError(t, err)
	require.Equal(t, s, again)
}

func TestDecodeOldVersions(t *testing.T) {
	const one = `{"id":0,"fields":[{"id":0,"name":"a","type":"INT"}],"highestFieldId":0,"partitionKeys":[],"primaryKeys":[],"options":{}}`
	s, err := schema.Decode("x", []byte(one))
	require.NoError(t, err)
	require.Equal(t, 1, s.Bucket())
	require.Equal(t, "orc", s.FileFormat())
	s, err = schema.Decode("x", []byte(strings.Replace(one, "{", `{"version":2,`, 1)))
	require.NoError(t, err)
	require.Equal(t, -1, s.Bucket())
	require.Equal(t, "orc", s.FileFormat())
	s, err = schema.Decode("x", []byte(strings.Replace(one, "{", `{"version":3,`, 1)))
	require.NoError(t, err)
	require.Equal(t, "parquet", s.FileFormat())
}

func TestDecodeRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ from, to, code, want string }{
		"a newer version":      {`"version" : 3`, `"version" : 4`, "table.schema_version", "4"},
		"a negative id":        {`"id" : 2,`, `"id" : -2,`, "table.corrupt", "id -2"},
		"a name twice":         {`"name" : "ts"`, `"name" : "dt"`, "table.corrupt", `"dt"`},
		"an id twice":          {`"id" : 9`, `"id" : 0`, "table.corrupt", "field id 0"},
		"a key that is none":   {`[ "dt" ]`, `[ "hour" ]`, "table.corrupt", `"hour"`},
		"a type that is none":  {`"STRING NOT NULL"`, `"STRNG"`, "table.corrupt", "STRNG"},
		"no json":              {`}`, ``, "table.corrupt", "schema-2"},
		"an option, no string": {`"me"`, `7`, "table.corrupt", "number"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.Decode("schema-2", []byte(strings.Replace(java, tc.from, tc.to, 1)))
			require.ErrorContains(t, err, tc.want)
			p, ok := problem.As(err)
			require.True(t, ok)
			require.Equal(t, tc.code, p.Code)
		})
	}
}

func TestNewGivesIDsParentFirst(t *testing.T) {
	inner := datatype.RowOf(col("x", "INT"), datatype.NewField("deep", datatype.ArrayOf(datatype.RowOf(col("z", "INT")))), col("y", "INT"))
	fields := []datatype.Field{col("a", "INT"), datatype.NewField("r", inner), col("b", "STRING"),
		datatype.NewField("m", datatype.MapOf(datatype.StringType().Required(), datatype.RowOf(col("v", "INT"))))}
	s, err := schema.New(fields, nil, nil, nil, "", 7)
	require.NoError(t, err)
	r := s.Fields[1].Type.Fields
	require.Equal(t, []int{0, 1, 6, 7}, []int{s.Fields[0].ID, s.Fields[1].ID, s.Fields[2].ID, s.Fields[3].ID})
	require.Equal(t, []int{2, 3, 5}, []int{r[0].ID, r[1].ID, r[2].ID})
	require.Equal(t, 4, r[1].Type.Elem.Fields[0].ID)
	require.Equal(t, 8, s.Fields[3].Type.Elem.Fields[0].ID)
	require.Equal(t, 8, s.HighestFieldID)
	require.Equal(t, -1, inner.Fields[0].ID, "what was given is not changed")
}

func TestNewLiftsKeysFromOptions(t *testing.T) {
	s, err := schema.New([]datatype.Field{col("a", "INT"), col("b", "INT"), col("c", "INT")}, nil, nil,
		map[string]string{"primary-key": "a, b", "partition": "a", "bucket": "2"}, "", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, s.PrimaryKeys)
	require.Equal(t, []string{"a"}, s.PartitionKeys)
	require.Equal(t, map[string]string{"bucket": "2"}, s.Options)
	require.True(t, s.Fields[0].Type.NotNull)
	require.False(t, s.Fields[2].Type.NotNull)
}

func TestNewRefuses(t *testing.T) {
	two := []datatype.Field{col("a", "INT"), col("b", "INT")}
	nested := datatype.NewField("n", datatype.ArrayOf(datatype.Of(datatype.Variant)))
	for name, tc := range map[string]struct {
		fields             []datatype.Field
		partition, primary []string
		options            map[string]string
		want               string
	}{
		"no columns":                       {nil, nil, nil, nil, "needs a column"},
		"a name twice":                     {[]datatype.Field{two[0], two[0]}, nil, nil, nil, "column a stands twice"},
		"names that differ in case":        {[]datatype.Field{two[0], col("A", "INT")}, nil, nil, nil, "column A stands twice"},
		"a nested name twice":              {[]datatype.Field{datatype.NewField("r", datatype.RowOf(two[0], two[0]))}, nil, nil, nil, "stands twice"},
		"no name":                          {[]datatype.Field{col(" ", "INT")}, nil, nil, nil, "no name"},
		"a system column":                  {[]datatype.Field{col("_ROW_ID", "INT")}, nil, nil, nil, "reserved"},
		"a key column":                     {[]datatype.Field{col("_KEY_a", "INT")}, nil, nil, nil, "reserved"},
		"a partition key that is none":     {two, []string{"x"}, nil, nil, "partition key x is no column"},
		"a partition key twice":            {two, []string{"a", "a"}, nil, nil, "twice"},
		"a nested partition key":           {[]datatype.Field{two[0], datatype.NewField("n", datatype.ArrayOf(two[0].Type))}, []string{"n"}, nil, nil, "ARRAY"},
		"only partition keys":              {two, []string{"a", "b"}, nil, nil, "every column"},
		"a primary key that is none":       {two, nil, []string{"x"}, nil, "primary key x is no column"},
		"primary key equals partition":     {two, []string{"a"}, []string{"a"}, nil, "one row"},
		"keys in options and statement":    {two, nil, []string{"a"}, map[string]string{"primary-key": "a"}, "repeats"},
		"a nested VARIANT":                 {[]datatype.Field{nested}, nil, nil, nil, "VARIANT"},
		"no buckets":                       {two, nil, nil, map[string]string{"bucket": "0"}, "bucket cannot be 0"},
		"data outside of the table":        {two, nil, nil, map[string]string{"data-file.path-directory": "../x"}, "data-file.path-directory is ../x"},
		"files outside of their folder":    {two, nil, nil, map[string]string{"data-file.prefix": "../x"}, "data-file.prefix is ../x"},
		"buckets that are no number":       {two, nil, nil, map[string]string{"bucket": "many"}, "bucket cannot be many"},
		"append buckets without their key": {two, nil, nil, map[string]string{"bucket": "4"}, "bucket-key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := schema.New(tc.fields, tc.partition, tc.primary, tc.options, "", 0)
			require.ErrorContains(t, err, tc.want)
			_, ok := problem.As(err)
			require.True(t, ok)
		})
	}
}

func TestManager(t *testing.T) {
	f := mem.New()
	m := schema.NewManager(f, "db.db/t")
	s, err := m.Latest(t.Context())
	require.NoError(t, err)
	require.Nil(t, s)
	s, err = schema.New([]datatype.Field{col("a", "INT")}, nil, nil, nil, "hello", 5)
	require.NoError(t, err)
	require.NoError(t, m.Create(t.Context(), s))
	require.ErrorIs(t, m.Create(t.Context(), s), schema.ErrConflict)
	next := s.Clone()
	next.ID, next.Options["x"] = 1, "y"
	require.NoError(t, m.Create(t.Context(), next))
	require.Empty(t, s.Options)
	last, err := m.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, next, last)
	all, err := m.All(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
	_, err = m.ByID(t.Context(), 7)
	require.ErrorIs(t, err, fileio.ErrNotExist)
	require.ErrorContains(t, err, "db.db/t/schema/schema-7 is missing")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(java))
	f.Add([]byte(`{"version":3,"fields":[{"id":0,"name":"a","type":{"type":"ARRAY NOT NULL","element":"STRING"}}],"options":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := schema.Decode("x", b)
		if err != nil {
			return
		}
		for range s.PartitionTypes() {
			_ = s.Bucket()
		}
		text, err := schema.Encode(s)
		require.NoError(t, err)
		again, err := schema.Decode("x", text)
		require.NoError(t, err, "%s", text)
		twice, err := schema.Encode(again)
		require.NoError(t, err)
		require.Equal(t, string(text), string(twice))
	})
}
