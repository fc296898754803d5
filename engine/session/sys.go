package session

import (
	"context"
	"maps"
	"slices"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/paimon"
	"laketop/engine/problem"
)

// lakeTable is a table of the database sys: what the whole catalog holds.
type lakeTable struct {
	columns []datatype.Field
	rows    func(ctx context.Context, t *paimon.Table) ([][]any, error) // of one table
}

// lakeTables are those there are, by name; columns as Paimon has them.
func lakeTables() map[string]lakeTable {
	flag := func(name string) datatype.Field { return datatype.NewField(name, datatype.Of(datatype.Boolean)) }
	return map[string]lakeTable{
		"all_table_options": {[]datatype.Field{text("database_name"), text("table_name"), text("key"), text("value")}, tableOptions},
		"tables": {[]datatype.Field{text("database_name"), text("table_name"), text("table_type"), flag("partitioned"), flag("primary_key"), text("owner"),
			number("created_at"), text("created_by"), number("updated_at"), text("updated_by"), number("record_count"), number("file_size_in_bytes"),
			number("file_count"), number("last_file_creation_time")}, tableFacts},
		"partitions": {[]datatype.Field{text("database_name"), text("table_name"), text("partition_name"), number("record_count"), number("file_size_in_bytes"),
			number("file_count"), number("last_file_creation_time"), flag("done")}, tablePartitions},
		"catalog_options": {[]datatype.Field{text("key"), text("value")}, nil},
	}
}

// isLake tells whether a name is of the database sys, which no catalog has.
func (sc *scope) isLake(n name) bool {
	return strings.EqualFold(n.Database, systemDatabase) && n.System == "" && n.Branch == ""
}

// lake reads a table of the database sys.
func (sc *scope) lake(ctx context.Context, n name) (dialect.Relation, error) {
	all := lakeTables()
	found, ok := all[strings.ToLower(n.Table)]
	if !ok {
		return dialect.Relation{}, problem.New("sql.unknown_table", "name", n.String()).
			Suggest(problem.Nearest(n.Table, slices.Sorted(maps.Keys(all)), 3)...)
	}
	rows, err := sc.lakeRows(ctx, n, found)
	if err != nil {
		return dialect.Relation{}, err
	}
	sql, err := valuesSQL(found.columns, rows)
	if err != nil {
		return dialect.Relation{}, err
	}
	return relationOf(found.columns, func(dialect.Use) (string, error) { return "(" + sql + ")", nil }), nil
}

func (sc *scope) lakeRows(ctx context.Context, n name, of lakeTable) ([][]any, error) {
	if of.rows == nil {
		return [][]any{{"metastore", "filesystem"}}, nil
	}
	cat := sc.catalogOf(n)
	dbs, err := cat.Databases(ctx)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, db := range dbs {
		names, err := cat.Tables(ctx, db)
		if err != nil {
			return nil, err
		}
		for _, t := range names {
			table, err := cat.Table(ctx, catalog.Identifier{Database: db, Table: t})
			if missing(err) {
				continue // dropped meanwhile
			}
			if err != nil {
				return nil, err
			}
			more, err := of.rows(ctx, table)
			if err != nil {
				return nil, err
			}
			for _, row := range more {
				rows = append(rows, append([]any{db, t}, row...))
			}
		}
	}
	return rows, nil
}

func tableOptions(_ context.Context, t *paimon.Table) ([][]any, error) {
	var rows [][]any
	for _, k := range slices.Sorted(maps.Keys(t.Schema().Options)) {
		rows = append(rows, []any{k, t.Schema().Options[k]})
	}
	return rows, nil
}

func tableFacts(ctx context.Context, t *paimon.Table) ([][]any, error) {
	parts, err := tablePartitions(ctx, t)
	if err != nil {
		return nil, err
	}
	s := t.Schema()
	kind := s.Options["type"]
	if kind == "" {
		kind = "table"
	}
	row := []any{kind, len(s.PartitionKeys) > 0, len(s.PrimaryKeys) > 0, nil, nil, nil, nil, nil}
	latest, err := t.Latest(ctx)
	if err != nil || latest == nil {
		return [][]any{append(row, nil, nil, nil, nil)}, err
	}
	var bytes, files, newest int64
	for _, p := range parts {
		bytes, files, newest = bytes+p[2].(int64), files+p[3].(int64), max(newest, p[4].(int64)) //nolint:forcetypeassert // made below
	}
	return [][]any{append(row, latest.TotalRecordCount, bytes, files, newest)}, nil
}

func tablePartitions(ctx context.Context, t *paimon.Table) ([][]any, error) {
	sums, err := t.Partitions(ctx)
	rows := make([][]any, len(sums))
	for i, s := range sums {
		rows[i] = []any{s.Name, s.Rows, s.SizeBytes, s.Files, s.UpdatedMillis, false}
	}
	return rows, err
}
