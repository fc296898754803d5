package duck

import (
	"context"
	"fmt"

	"laketop/engine/datatype"
)

// Profile is what one column of a result holds.
type Profile struct {
	Name      string
	Nulls     int64
	Distinct  int64 // exact up to distinctExactRows rows, else approximate
	Min, Max  *string
	Mean      *float64
	Quantiles []float64 // p25 p50 p75 p95 of a number
	Bins      []Bin
}

// Bin is one bar of a histogram: its lower bound (or its value) and its rows.
type Bin struct {
	Label string
	Count int64
}

const (
	profileBins       = 12
	distinctExactRows = 200_000
)

// Profile computes every column's profile, instants in the result's own time
// zone. Nested and binary columns have counts only.
func (s *Store) Profile(ctx context.Context, id string) (_ []Profile, err error) {
	r, err := s.Get(id)
	if err != nil {
		return nil, err
	}
	conn, err := s.open(ctx, Settings{TimeZone: r.TimeZone})
	if err != nil {
		return nil, err
	}
	defer func() { err = errorsJoin(err, conn.Close()) }()
	out := make([]Profile, len(r.Columns))
	for i, c := range r.Columns {
		if out[i], err = profileColumn(ctx, conn, r, c); err != nil {
			return nil, fmt.Errorf("profile column %s: %w", c.Name, err)
		}
	}
	return out, nil
}

func profileColumn(ctx context.Context, conn *Conn, r Result, c datatype.Field) (Profile, error) {
	p := Profile{Name: c.Name}
	col := Ident(c.Name)
	class := classOf(c.Type.Kind)
	distinct := "approx_count_distinct(" + col + ")"
	if r.Rows <= distinctExactRows && class != classNested {
		distinct = "count(DISTINCT " + col + ")"
	}
	extra := ", NULL, NULL, NULL, NULL"
	switch class {
	case classNumber:
		extra = fmt.Sprintf(", min(%[1]s)::VARCHAR, max(%[1]s)::VARCHAR, avg(%[1]s)::DOUBLE, quantile_cont(%[1]s::DOUBLE, [0.25, 0.5, 0.75, 0.95])", col)
	case classTime, classText:
		extra = fmt.Sprintf(", min(%[1]s)::VARCHAR, max(%[1]s)::VARCHAR, NULL, NULL", col)
	}
	rows, _, err := conn.Rows(ctx, "SELECT count(*) - count("+col+"), "+distinct+extra+" FROM "+table(r.ID))
	if err != nil {
		return p, err
	}
	row := rows[0]
	p.Nulls, p.Distinct = asInt(row[0]), asInt(row[1])
	p.Min, p.Max = asText(row[2]), asText(row[3])
	if f, ok := row[4].(float64); ok {
		p.Mean = &f
	}
	if list, ok := row[5].([]any); ok {
		for _, v := range list {
			if f, ok := v.(float64); ok {
				p.Quantiles = append(p.Quantiles, f)
			}
		}
	}
	p.Bins, err = bins(ctx, conn, r, col, class, p.Distinct)
	return p, err
}

// bins groups a number or a time into equal widths, and anything else into its
// most frequent values.
func bins(ctx context.Context, conn *Conn, r Result, col string, class class, distinct int64) ([]Bin, error) {
	var query string
	switch {
	case class == classNested:
		return nil, nil
	case class == classText || distinct <= profileBins:
		query = fmt.Sprintf("SELECT %[1]s::VARCHAR, count(*) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT %[3]d", col, table(r.ID), profileBins)
		if class != classText {
			query = fmt.Sprintf("SELECT v::VARCHAR, n FROM (SELECT %[1]s AS v, count(*) AS n FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT %[3]d)", col, table(r.ID), profileBins)
		}
	default:
		x := col + "::DOUBLE"
		if class == classTime {
			x = "epoch(" + col + "::TIMESTAMP)"
		}
		query = fmt.Sprintf(`WITH v AS (SELECT %[1]s AS x, %[2]s AS c FROM %[3]s WHERE %[2]s IS NOT NULL AND isfinite(%[1]s)),
b AS (SELECT min(x) AS lo, greatest(max(x) - min(x), 1e-300) AS width FROM v)
SELECT min(c)::VARCHAR, count(*) FROM (SELECT least(floor((x - lo) / width * %[4]d), %[4]d - 1)::INT AS bin, c FROM v, b) GROUP BY bin ORDER BY bin`, x, col, table(r.ID), profileBins)
	}
	rows, _, err := conn.Rows(ctx, query)
	if err != nil {
		return nil, err
	}
	out := make([]Bin, 0, len(rows))
	for _, row := range rows {
		label := ""
		if t := asText(row[0]); t != nil {
			label = *t
		}
		out = append(out, Bin{Label: label, Count: asInt(row[1])})
	}
	return out, nil
}

// class is how a column is summarised.
type class int

const (
	classNested class = iota // counts only
	classNumber
	classText
	classTime
)

func classOf(k datatype.Kind) class {
	switch k {
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt, datatype.Float, datatype.Double, datatype.Decimal:
		return classNumber
	case datatype.Boolean, datatype.Char, datatype.VarChar, datatype.Time:
		return classText
	case datatype.Date, datatype.Timestamp, datatype.TimestampLTZ:
		return classTime
	}
	return classNested
}

func asText(v any) *string {
	if v == nil {
		return nil
	}
	s := fmt.Sprint(v)
	return &s
}
