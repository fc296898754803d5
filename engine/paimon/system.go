package paimon

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/problem"
)

// systemTable is one of a table's system tables: its columns, and its rows at
// the moment of asking.
type systemTable struct {
	columns []datatype.Field
	rows    func(ctx context.Context, t *Table) ([][]any, error)
}

// systemTables are those there are, by name; columns as Paimon has them
// (PAIMON.md 8). To add one: its columns and rows in a file of its own here.
func systemTables() map[string]systemTable {
	return map[string]systemTable{
		"snapshots":          snapshotsTable(),
		"schemas":            schemasTable(),
		"options":            optionsTable(),
		"tags":               tagsTable(),
		"branches":           branchesTable(),
		"consumers":          consumersTable(),
		"statistics":         statisticsTable(),
		"files":              filesTable(),
		"partitions":         partitionsTable(),
		"buckets":            bucketsTable(),
		"manifests":          manifestsTable(),
		"table_indexes":      indexesTable(),
		"aggregation_fields": aggregationTable(),
	}
}

// System reads one of the table's system tables: "snapshots", "files", ... The
// values have the Go types of package binaryrow, nil for NULL; an ARRAY is
// []any. Times are wall clock in the time zone of the catalog's clock.
func (t *Table) System(ctx context.Context, name string) ([]datatype.Field, [][]any, error) {
	all := systemTables()
	s, ok := all[strings.ToLower(name)]
	if !ok {
		names := slices.Sorted(maps.Keys(all))
		return nil, nil, problem.New("table.unknown_system_table", "table", t.id.String(), "name", name).Suggest(names...)
	}
	rows, err := s.rows(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	return s.columns, rows, nil
}

// columns reads "name TYPE" texts.
func columns(texts ...string) []datatype.Field {
	fields := make([]datatype.Field, len(texts))
	for i, text := range texts {
		name, typ, _ := strings.Cut(text, " ")
		t, err := datatype.Parse(typ)
		if err != nil {
			panic("column " + text + ": " + err.Error()) // a text of this program; TestSystemColumns reads all
		}
		fields[i] = datatype.Field{ID: i, Name: name, Type: t}
	}
	return fields
}

// wall is an instant as the catalog's clock shows it.
func (t *Table) wall(millis int64) any {
	at := time.UnixMilli(millis).In(t.env.Clock().Location())
	return binaryrow.TimestampOfTime(asUTC(at))
}

// asUTC is the same reading of the clock in UTC.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// orNull is the value of p, nil without one.
func orNull[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// textOrNull is s, nil when it is empty.
func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
