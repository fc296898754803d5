package judge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// Case is a table to try: one choice for each of the axes that a primary-key
// table turns on. Cases together hold every pair of choices of two axes.
type Case struct {
	Name      string
	Key       string // of keys
	Partition string // of partitions
	Engine    string // of engines
	Values    string // "plain", or "fine" with types that DuckDB's parquet cannot write
	Buckets   int
	Producer  string // changelog-producer: none, input
	Function  string // bucket-function.type: default, mod, hive
	Thin      bool   // data-file.thin-mode
	fields    []string
	primary   []string
	partition []string
	options   map[string]string
	kinds     []string // that a row may have
}

// Batch is the rows of one commit with the kind of each.
type Batch struct {
	Rows  [][]any
	Kinds []string
}

// axis names choices; key columns are a0, b0.
type axis struct {
	name    string
	choices []string
}

// keyTypes are the types of the key columns.
var keyTypes = map[string][]string{
	"TINYINT": {"TINYINT"}, "SMALLINT": {"SMALLINT"}, "INT": {"INT"}, "BIGINT": {"BIGINT"}, "BOOLEAN": {"BOOLEAN"},
	"DOUBLE": {"DOUBLE"}, "DECIMAL(9, 2)": {"DECIMAL(9, 2)"}, "DECIMAL(30, 4)": {"DECIMAL(30, 4)"}, "STRING": {"STRING"}, "CHAR(4)": {"CHAR(4)"}, "BYTES": {"BYTES"},
	"DATE": {"DATE"}, "TIME(3)": {"TIME(3)"}, "TIMESTAMP(3)": {"TIMESTAMP(3)"}, "TIMESTAMP(6)": {"TIMESTAMP(6)"}, "TIMESTAMP_LTZ(6)": {"TIMESTAMP_LTZ(6)"},
	"(STRING, INT)": {"STRING", "INT"}, "(BIGINT, TIMESTAMP(6))": {"BIGINT", "TIMESTAMP(6)"},
}

// engineOptions are the options of each merge engine with the value columns:
// n BIGINT, g INT, s STRING, d DOUBLE, m DECIMAL(20, 3).
var engineOptions = map[string]struct {
	options map[string]string
	kinds   string
}{
	"deduplicate":                     {map[string]string{}, "+I -U +U -D"},
	"deduplicate, by g and n":         {map[string]string{"sequence.field": "g,n"}, "+I +U -D"},
	"deduplicate, by g descending":    {map[string]string{"sequence.field": "g", "sequence.field.sort-order": "descending"}, "+I +U"},
	"deduplicate, ignoring deletes":   {map[string]string{"ignore-delete": "true"}, "+I -U +U -D"},
	"partial-update":                  {map[string]string{"merge-engine": "partial-update"}, "+I +U"},
	"partial-update, removing":        {map[string]string{"merge-engine": "partial-update", "partial-update.remove-record-on-delete": "true"}, "+I +U -D"},
	"partial-update, sequence groups": {map[string]string{"merge-engine": "partial-update", "fields.g.sequence-group": "s,d"}, "+I +U"},
	"aggregation": {map[string]string{
		"merge-engine": "aggregation", "fields.n.aggregate-function": "sum", "fields.g.aggregate-function": "max",
		"fields.s.aggregate-function": "last_value", "fields.d.aggregate-function": "first_value", "fields.m.aggregate-function": "sum",
	}, "+I +U"},
	"first-row": {map[string]string{"merge-engine": "first-row"}, "+I"},
}

var axes = []axis{
	{"key", []string{"BIGINT", "INT", "STRING", "TINYINT", "SMALLINT", "BOOLEAN", "DOUBLE", "DECIMAL(9, 2)", "DECIMAL(30, 4)", "CHAR(4)", "BYTES", "DATE", "TIME(3)", "TIMESTAMP(3)", "TIMESTAMP(6)", "TIMESTAMP_LTZ(6)", "(STRING, INT)", "(BIGINT, TIMESTAMP(6))"}},
	{"engine", []string{"deduplicate", "deduplicate, by g and n", "deduplicate, by g descending", "deduplicate, ignoring deletes", "partial-update", "partial-update, removing", "partial-update, sequence groups", "aggregation", "first-row"}},
	{"partition", []string{"none", "DATE", "STRING", "(STRING, INT)"}},
	{"buckets", []string{"1", "3", "8"}},
	{"values", []string{"plain", "fine"}},
	{"producer", []string{"none", "input"}},
	{"function", []string{"default", "mod", "hive"}},
	{"thin", []string{"false", "true"}},
}

// Cases cover every pair of choices that go together, in the same order each
// time.
func Cases() []Case {
	open := map[string]bool{}
	pair := func(i, a, j, b int) string { return fmt.Sprint(i, " ", a, " ", j, " ", b) }
	for i := range axes {
		for j := i + 1; j < len(axes); j++ {
			for a := range axes[i].choices {
				for b := range axes[j].choices {
					if together(i, a, j, b) {
						open[pair(i, a, j, b)] = true
					}
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	var out []Case
	for len(open) > 0 {
		var best []int
		most := -1
		for range 60 {
			row := draw(r)
			n := 0
			for i := range row {
				for j := i + 1; j < len(row); j++ {
					if open[pair(i, row[i], j, row[j])] {
						n++
					}
				}
			}
			if n > most {
				best, most = row, n
			}
		}
		if most == 0 {
			continue
		}
		for i := range best {
			for j := i + 1; j < len(best); j++ {
				delete(open, pair(i, best[i], j, best[j]))
			}
		}
		out = append(out, newCase(best))
	}
	return out
}

func draw(r *rand.Rand) []int {
	for {
		row := make([]int, len(axes))
		for i := range axes {
			row[i] = r.IntN(len(axes[i].choices))
		}
		if goesTogether(row) {
			return row
		}
	}
}

func goesTogether(row []int) bool {
	for i := range row {
		for j := i + 1; j < len(row); j++ {
			if !together(i, row[i], j, row[j]) {
				return false
			}
		}
	}
	return true
}

// together tells which choices Paimon lets stand together.
func together(i, a, j, b int) bool {
	x, y := axes[i].choices[a], axes[j].choices[b]
	switch axes[i].name + " " + axes[j].name {
	case "engine producer":
		return x != "first-row" || y == "none"
	case "key function":
		switch y {
		case "mod":
			return x == "INT" || x == "BIGINT"
		case "hive":
			return x == "INT" || x == "BIGINT" || x == "STRING" || x == "DECIMAL(9, 2)" || x == "DECIMAL(30, 4)" || x == "DATE"
		}
	}
	return true
}

func newCase(row []int) Case {
	at := map[string]string{}
	for i, a := range axes {
		at[a.name] = a.choices[row[i]]
	}
	engine := engineOptions[at["engine"]]
	buckets, _ := strconv.Atoi(at["buckets"])
	c := Case{
		Key: at["key"], Partition: at["partition"], Engine: at["engine"], Values: at["values"], Buckets: buckets,
		Producer: at["producer"], Function: at["function"], Thin: at["thin"] == "true",
		options: map[string]string{"bucket": at["buckets"]}, kinds: strings.Fields(engine.kinds),
	}
	c.Name = strings.Join([]string{c.Key, c.Engine, "partition " + c.Partition, at["buckets"] + " buckets", c.Values, c.Producer, c.Function}, "; ")
	for k, v := range engine.options {
		c.options[k] = v
	}
	for option, set := range map[string]bool{"changelog-producer": c.Producer != "none", "bucket-function.type": c.Function != "default", "data-file.thin-mode": c.Thin} {
		if set {
			c.options[option] = map[string]string{"changelog-producer": c.Producer, "bucket-function.type": c.Function, "data-file.thin-mode": "true"}[option]
		}
	}
	c.columns()
	return c
}

// columns lays the table out; the key's columns stand in another order than the
// primary key names them.
func (c *Case) columns() {
	types := keyTypes[c.Key]
	for i := len(types) - 1; i >= 0; i-- {
		c.fields = append(c.fields, fmt.Sprintf("k%d %s NOT NULL", i, types[i]))
	}
	c.fields = append(c.fields, "n BIGINT", "g INT", "s STRING", "d DOUBLE", "m DECIMAL(20, 3)")
	if c.Values == "fine" {
		c.fields = append(c.fields, "x TIME(3)", "y TIMESTAMP(9)", "z TIMESTAMP_LTZ(3)")
	} else {
		c.fields = append(c.fields, "x ARRAY<STRING>", "y MAP<STRING, INT>", "z ROW<a INT, b TIMESTAMP(3)>", "f FLOAT", "t TIMESTAMP(0)", "b BYTES")
	}
	switch c.Partition {
	case "DATE", "STRING":
		c.fields, c.partition = append(c.fields, "p "+c.Partition+" NOT NULL"), []string{"p"}
	case "(STRING, INT)":
		c.fields, c.partition = append(c.fields, "q INT NOT NULL", "p STRING NOT NULL"), []string{"p", "q"}
	}
	for i := range types {
		c.primary = append(c.primary, fmt.Sprintf("k%d", i))
	}
	c.primary = append(c.primary, c.partition...)
}

// Table is the case's table; more options are laid over its own.
func (c *Case) Table(tb testing.TB, more map[string]string) Table {
	tb.Helper()
	t := Table{Fields: Fields(tb, c.fields...), Primary: c.primary, Partition: c.partition, Options: map[string]string{}}
	for _, options := range []map[string]string{c.options, more} {
		for k, v := range options {
			t.Options[k] = v
		}
	}
	return t
}

// Batch is some rows, the same for the same seed, in which keys come again.
func (c *Case) Batch(seed uint64, rows int) Batch {
	r := rand.New(rand.NewPCG(seed, 7))
	var b Batch
	met := map[string]bool{}
	for range rows {
		row := make([]any, len(c.fields))
		for i, f := range c.fields {
			name, typ, _ := strings.Cut(f, " ")
			typ, required := strings.CutSuffix(typ, " NOT NULL")
			switch {
			case name == "p" || name == "q":
				row[i] = sample(typ, r.IntN(3))
			case name == "n": // sums of it stay in BIGINT
				row[i] = strconv.Itoa((r.IntN(12) - 6) * 1_000_000_007)
			case required: // a NaN is equal to any key for Java, and -0.0 to 0.0: which of them stays is chance
				row[i] = sample(typ, r.IntN(12))
				for row[i] == Double(math.NaN()) || row[i] == Double(math.Copysign(0, -1)) {
					row[i] = sample(typ, r.IntN(12))
				}
			case r.IntN(4) > 0:
				row[i] = sample(typ, r.IntN(12))
			}
		}
		// Paimon 1.x sorts the records of one commit ascending also where the table
		// says descending.
		if key := c.key(row); strings.HasSuffix(c.Engine, "descending") && met[key] {
			continue
		} else {
			met[key] = true
		}
		b.Rows = append(b.Rows, row)
		b.Kinds = append(b.Kinds, c.kinds[r.IntN(len(c.kinds))])
	}
	return b
}

// key is a row's primary key.
func (c *Case) key(row []any) string {
	var key strings.Builder
	for i, f := range c.fields {
		if strings.HasSuffix(f, " NOT NULL") {
			fmt.Fprintf(&key, "%q ", row[i])
		}
	}
	return key.String()
}

// sample is one of a dozen values of a type, as the judges write it.
func sample(typ string, i int) any {
	base, _, _ := strings.Cut(typ, "(")
	switch base {
	case "BOOLEAN":
		return strconv.FormatBool(i%2 == 0)
	case "TINYINT":
		return strconv.Itoa(i*23 - 128)
	case "SMALLINT":
		return strconv.Itoa(i*5957 - 32768)
	case "INT":
		return strconv.Itoa((i - 6) * 357913941)
	case "BIGINT":
		return strconv.FormatInt(int64(i-6)*1537228672809129301, 10)
	case "FLOAT":
		return Float([]float32{0, -1.5, 3.25, 1e20}[i%4])
	case "DOUBLE":
		return Double([]float64{0, -1.5, 3.25, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), 1e-300, 2, -7, 0.1}[i])
	case "DECIMAL":
		if typ == "DECIMAL(9, 2)" {
			return fmt.Sprintf("%d.%02d", (i-6)*1234567, i)
		}
		if typ == "DECIMAL(20, 3)" {
			return fmt.Sprintf("%d.%03d", (i-6)*12345678, i)
		}
		return fmt.Sprintf("%d00000000001234567.%04d", (i-6)*7+1, i)
	case "STRING":
		return []string{"", "a", "ab", "abcdefg", "abcdefgh", "广东", "a text of more than sixteen characters", "Z", " ", "é", "\U0001F600", "zz"}[i]
	case "CHAR":
		return []string{"abcd", "wxyz", "    ", "0123", "aaaa", "AAAA", "zzzz", "b   ", "cc  ", "ddd ", "e e ", "ffff"}[i]
	case "BYTES":
		return text([]byte{byte(i * 23), 0, byte(255 - i)}[:1+i%3])
	case "DATE":
		return []string{"1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31", "2026-01-01", "0001-01-01", "2000-01-01", "2024-03-01", "1900-01-01", "2025-06-30", "2025-07-01", "1985-05-05"}[i]
	case "TIME":
		return fmt.Sprintf("%02d:00:00.%03d", i, i+1)
	case "TIMESTAMP":
		fraction := map[string]string{"TIMESTAMP(0)": "", "TIMESTAMP(3)": ".%03d", "TIMESTAMP(6)": ".%06d", "TIMESTAMP(9)": ".%09d"}[typ]
		if fraction != "" {
			fraction = fmt.Sprintf(fraction, i*11+1)
		}
		return fmt.Sprintf("%d-02-28T12:34:%02d%s", 1960+i*10, i+1, fraction)
	case "TIMESTAMP_LTZ":
		return fmt.Sprintf("%d-02-28T12:34:56.%03dZ", 1960+i*10, i+1)
	case "ARRAY<STRING>":
		return [][]any{{}, {"a", nil}, {"b", "c", ""}}[i%3]
	case "MAP<STRING, INT>":
		return [][]any{{}, {[]any{"k", "1"}}, {[]any{"a", nil}, []any{"b", "2"}}}[i%3]
	case "ROW<a INT, b TIMESTAMP":
		return []any{strconv.Itoa(i), sample("TIMESTAMP(3)", i)}
	}
	panic("no samples of " + typ)
}
