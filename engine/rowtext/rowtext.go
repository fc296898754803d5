// Package rowtext prints the values of Arrow batches as each dialect's own
// shell prints them: spark-sql, the Flink SQL client, StarRocks through the
// mysql client, the DuckDB shell.
//
//	              Spark            Flink         StarRocks     DuckDB
//	BOOLEAN       true             TRUE          1             true
//	DOUBLE 1e10   1.0E10           1.0E10        1e+10         10000000000.0
//	TIMESTAMP     10:00:00.5       10:00:00.500000  10:00:00.500000  10:00:00.5
//	BINARY        its UTF-8 text   x'6162'       its bytes     \x61b for other than ASCII
//	ARRAY         ["a",null]       [a, NULL]     ["a",null]    [a, NULL]
//
// NULL has no text: callers print their own.
package rowtext

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"laketop/engine/dialect/javafn"
)

// Printer prints for one dialect in one time zone.
type Printer struct {
	Dialect string
	Zone    *time.Location // of instants; nil = UTC
}

// Stream prints every row of an Arrow IPC stream; nil is NULL.
func (p Printer) Stream(data []byte) ([][]*string, error) {
	if len(data) == 0 {
		return nil, nil
	}
	r, err := ipc.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the rows: %w", err)
	}
	defer r.Release()
	var rows [][]*string
	for r.Next() {
		b := r.RecordBatch()
		for i := range int(b.NumRows()) {
			row := make([]*string, b.NumCols())
			for c := range row {
				row[c] = p.Cell(b.Column(c), i)
			}
			rows = append(rows, row)
		}
	}
	return rows, r.Err()
}

// Cell is one value; nil for NULL.
func (p Printer) Cell(a arrow.Array, i int) *string {
	if a.IsNull(i) {
		return nil
	}
	s := p.value(a, i, false)
	return &s
}

func (p Printer) value(a arrow.Array, i int, nested bool) string {
	if a.IsNull(i) {
		if p.Dialect == "flink" || p.Dialect == "duckdb" {
			return "NULL"
		}
		return "null"
	}
	switch x := a.(type) {
	case *array.Boolean:
		return p.boolean(x.Value(i))
	case *array.Float32:
		return p.float(float64(x.Value(i)), 32)
	case *array.Float64:
		return p.float(x.Value(i), 64)
	case *array.Decimal128:
		return x.Value(i).ToString(x.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Date32:
		return date(x.Value(i).ToTime())
	case *array.Timestamp:
		return p.timestamp(x, i)
	case *array.Time64:
		return clock(x.Value(i).ToTime(x.DataType().(*arrow.Time64Type).Unit), 6, true)
	case *array.String:
		return p.text(x.Value(i), nested)
	case *array.LargeString:
		return p.text(x.Value(i), nested)
	case *array.Binary:
		return p.binary(x.Value(i))
	case *array.LargeBinary:
		return p.binary(x.Value(i))
	case *array.Dictionary:
		return p.value(x.Dictionary(), x.GetValueIndex(i), nested)
	case *array.Map:
		return p.mapping(x, i)
	case array.ListLike:
		return p.list(x, i)
	case *array.Struct:
		return p.row(x, i)
	}
	return a.ValueStr(i)
}

func (p Printer) boolean(v bool) string {
	switch {
	case p.Dialect == "flink":
		return strings.ToUpper(strconv.FormatBool(v))
	case p.Dialect == "starrocks" && v:
		return "1"
	case p.Dialect == "starrocks":
		return "0"
	}
	return strconv.FormatBool(v)
}

// float is a double as the dialect's runtime prints it.
func (p Printer) float(v float64, bits int) string {
	switch p.Dialect {
	case "starrocks":
		return strconv.FormatFloat(v, 'g', -1, bits)
	case "duckdb":
		return duckFloat(v, bits)
	}
	return JavaFloat(v, bits)
}

// JavaFloat prints as Double.toString and Float.toString do: at least one
// digit after the point, and powers outside 1e-3 and 1e7 as 1.0E10.
func JavaFloat(v float64, bits int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == 0:
		if math.Signbit(v) {
			return "-0.0"
		}
		return "0.0"
	}
	if m := math.Abs(v); m >= 1e-3 && m < 1e7 {
		return pointed(strconv.FormatFloat(v, 'f', -1, bits))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, bits), "e")
	n, _ := strconv.Atoi(exponent) // FormatFloat writes digits
	return pointed(mantissa) + "E" + strconv.Itoa(n)
}

func pointed(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	return s + ".0"
}

func duckFloat(v float64, bits int) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	if m := math.Abs(v); v == 0 || m >= 1e-5 && m < 1e16 {
		return pointed(strconv.FormatFloat(v, 'f', -1, bits))
	}
	return strconv.FormatFloat(v, 'e', -1, bits)
}

func date(t time.Time) string {
	if y := t.Year(); y > 9999 || y < 0 {
		return fmt.Sprintf("%+05d%s", y, t.Format("-01-02"))
	}
	return t.Format(time.DateOnly)
}

// timestamp prints an instant in the printer's zone and a local time as it is.
func (p Printer) timestamp(x *array.Timestamp, i int) string {
	typ := x.DataType().(*arrow.TimestampType)
	t := x.Value(i).ToTime(typ.Unit)
	if typ.TimeZone != "" {
		zone := p.Zone
		if zone == nil {
			zone = time.UTC
		}
		t = t.In(zone)
	}
	out := date(t) + " "
	switch p.Dialect {
	case "flink":
		return out + clock(t, 6, false)
	case "starrocks":
		return out + clock(t, 6, t.Nanosecond() == 0)
	case "duckdb":
		out += clock(t, 9, true)
		if typ.TimeZone != "" {
			out += offset(t)
		}
		return out
	}
	return out + clock(t, 9, true)
}

// offset is the zone's distance from UTC in DuckDB's form: +08, +05:30.
func offset(t time.Time) string {
	s := t.Format("-07:00")
	return strings.TrimSuffix(s, ":00")
}

// clock prints the time of day with digits of the second's fraction, or
// without the zeros at its end.
func clock(t time.Time, digits int, trim bool) string {
	s := t.Format("15:04:05")
	frac := fmt.Sprintf("%09d", t.Nanosecond())[:digits]
	if trim {
		frac = strings.TrimRight(frac, "0")
	}
	if frac == "" {
		return s
	}
	return s + "." + frac
}

func (p Printer) text(s string, nested bool) string {
	if nested && (p.Dialect == "spark" || p.Dialect == "starrocks") {
		return `"` + s + `"`
	}
	return s
}

func (p Printer) binary(b []byte) string {
	switch p.Dialect {
	case "flink":
		return fmt.Sprintf("x'%x'", b)
	case "duckdb":
		var s strings.Builder
		for _, c := range b {
			if c < 0x20 || c > 0x7e || c == '\\' || c == '\'' || c == '"' {
				fmt.Fprintf(&s, `\x%02X`, c)
			} else {
				s.WriteByte(c)
			}
		}
		return s.String()
	}
	return javafn.DecodeUTF8(string(b))
}

// separator stands between elements.
func (p Printer) separator() string {
	if p.Dialect == "flink" || p.Dialect == "duckdb" {
		return ", "
	}
	return ","
}

func (p Printer) list(x array.ListLike, i int) string {
	start, end := x.ValueOffsets(i)
	parts := make([]string, 0, end-start)
	for j := start; j < end; j++ {
		parts = append(parts, p.value(x.ListValues(), int(j), true))
	}
	return "[" + strings.Join(parts, p.separator()) + "]"
}

func (p Printer) mapping(x *array.Map, i int) string {
	start, end := x.ValueOffsets(i)
	link := ":"
	switch p.Dialect {
	case "flink", "duckdb":
		link = "="
	}
	parts := make([]string, 0, end-start)
	for j := int(start); j < int(end); j++ {
		parts = append(parts, p.value(x.Keys(), j, true)+link+p.value(x.Items(), j, true))
	}
	return "{" + strings.Join(parts, p.separator()) + "}"
}

func (p Printer) row(x *array.Struct, i int) string {
	fields := x.DataType().(*arrow.StructType).Fields()
	parts := make([]string, len(fields))
	for f := range fields {
		v := p.value(x.Field(f), i, true)
		switch p.Dialect {
		case "flink":
			parts[f] = v
		case "duckdb":
			parts[f] = "'" + fields[f].Name + "': " + v
		default:
			parts[f] = `"` + fields[f].Name + `":` + v
		}
	}
	if p.Dialect == "flink" {
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return "{" + strings.Join(parts, p.separator()) + "}"
}
