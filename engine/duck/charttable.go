package duck

import (
	"context"
	"fmt"
	"strings"

	"laketop/engine/datatype"
)

// ChartRows is how many rows a chart table may have.
const ChartRows = 5000

// ChartTable is a small result column by column, as the chart functions take
// it: dates "2026-11-21", timestamps "2026-11-21T10:00:00" in the session's
// zone, decimals and integers as numbers, anything else as text.
type ChartTable struct {
	Columns   []ChartColumn `json:"columns"`
	Rows      int           `json:"rows"`
	Truncated bool          `json:"truncated,omitempty"`
}

// ChartColumn is one column: its name, its kind (KindName) and its values.
type ChartColumn struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Values []any  `json:"values"`
}

// KindName is a column type's family, as the API and the charts call it.
func KindName(t datatype.Type) string {
	switch t.Kind {
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		return "integer"
	case datatype.Decimal:
		return "decimal"
	case datatype.Float, datatype.Double:
		return "float"
	case datatype.Char, datatype.VarChar:
		return "text"
	case datatype.Date:
		return "date"
	case datatype.Time:
		return "time"
	case datatype.Timestamp, datatype.TimestampLTZ:
		return "timestamp"
	case datatype.Boolean:
		return "boolean"
	case datatype.Binary, datatype.VarBinary:
		return "binary"
	case datatype.Array, datatype.Map, datatype.Multiset, datatype.Row:
		return "nested"
	}
	return "unknown"
}

// ChartTable reads the first maxRows rows of a result for a chart; conn gives
// the time zone.
func (s *Store) ChartTable(ctx context.Context, conn *Conn, id string, maxRows int) (ChartTable, error) {
	r, err := s.Get(id)
	if err != nil {
		return ChartTable{}, err
	}
	list := make([]string, len(r.Columns))
	out := ChartTable{Truncated: r.Rows > int64(maxRows)}
	for i, c := range r.Columns {
		list[i] = chartExpr(c)
		out.Columns = append(out.Columns, ChartColumn{Name: c.Name, Kind: KindName(c.Type), Values: []any{}})
	}
	rows, _, err := conn.Rows(ctx, fmt.Sprintf("SELECT %s FROM %s ORDER BY rowid LIMIT %d", strings.Join(list, ", "), table(id), maxRows))
	if err != nil {
		return ChartTable{}, err
	}
	out.Rows = len(rows)
	for _, row := range rows {
		for i, v := range row {
			out.Columns[i].Values = append(out.Columns[i].Values, v)
		}
	}
	return out, nil
}

func chartExpr(c datatype.Field) string {
	col := Ident(c.Name)
	switch KindName(c.Type) {
	case "integer":
		return col + "::BIGINT"
	case "boolean":
		return col
	case "float", "decimal":
		return "CASE WHEN isfinite(" + col + "::DOUBLE) THEN " + col + "::DOUBLE END"
	case "timestamp":
		return "strftime(" + col + "::TIMESTAMP, '%Y-%m-%dT%H:%M:%S')"
	}
	return col + "::VARCHAR"
}
