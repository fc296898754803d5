package session

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/dialect/ast"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// deletePartitions answers a DELETE whose condition asks for partition columns
// alone: whole partitions go in one commit, and no file is read. It tells whether
// it did.
func (c *rowChange) deletePartitions(ctx context.Context, n *ast.Delete) (bool, error) {
	if n.Where != nil && unsteady(n.Where) {
		return false, nil
	}
	plan, err := c.table.Whole(ctx) // also what readers do not see yet
	if err != nil {
		return false, err
	}
	all := partitionsOf(plan)
	gone := all
	if n.Where != nil {
		var whole bool
		if gone, whole, err = c.wherePartitions(ctx, n, all); err != nil || !whole {
			return false, err
		}
	}
	var over commit.Overwrite
	switch {
	case len(gone) == 0:
		return true, c.finish(ctx, nil, commit.Request{})
	case n.Where != nil: // another writer's new partition stays
		for _, values := range gone {
			spec := map[string]any{}
			for i, k := range c.moment.Schema().PartitionKeys {
				spec[k] = values[i]
			}
			over.Partitions = append(over.Partitions, spec)
		}
	}
	var known bool
	if c.deleted, known = c.rowsOf(plan, gone); !known {
		if c.deleted, err = c.countRows(ctx, n); err != nil {
			return false, err
		}
	}
	return true, c.finish(ctx, nil, commit.Request{Overwrite: &over})
}

// rowsOf adds up the rows of partitions where their files alone tell.
func (c *rowChange) rowsOf(plan *scan.Plan, partitions [][]any) (rows int64, known bool) {
	gone := map[string]bool{}
	for _, p := range partitions {
		gone[fmt.Sprint(p)] = true
	}
	for i := range plan.Files {
		f := &plan.Files[i]
		if c.keyed() || f.Vector != nil && f.Vector.Cardinality < 0 {
			return 0, false
		}
		if !gone[fmt.Sprint(f.Partition)] {
			continue
		}
		if rows += f.Entry.File.RowCount; f.Vector != nil {
			rows -= f.Vector.Cardinality
		}
	}
	return rows, true
}

// countRows is how many rows a DELETE deletes.
func (c *rowChange) countRows(ctx context.Context, n *ast.Delete) (int64, error) {
	count := &ast.Call{Span: c.name.Pos(), Name: []ast.Ident{{Span: c.name.Pos(), Name: "count"}}, Star: true}
	q := &ast.Query{Span: n.Span, Body: &ast.Select{Span: n.Span, Items: []ast.Item{{Span: count.Span, X: count}}, From: c.targetTable(), Where: n.Where}}
	t, err := c.translateOver(ctx, q, c.options(), map[string]dialect.Relation{targetRelation: c.targetRows(ctx, true)})
	if err != nil {
		return 0, err
	}
	rows, _, err := c.conn.Rows(ctx, t.SQL)
	if err != nil {
		return 0, c.blame(ctx, t, err)
	}
	number, _ := rows[0][0].(int64)
	return number, nil
}

// partitionsOf are the different partitions of planned files.
func partitionsOf(plan *scan.Plan) [][]any {
	seen := map[string]bool{}
	var out [][]any
	for _, f := range plan.Files {
		if k := string(f.Entry.Partition); !seen[k] {
			seen[k] = true
			out = append(out, f.Partition)
		}
	}
	return out
}

// wherePartitions evaluates the condition on the partitions alone. whole is
// false when it asks for other columns.
func (c *rowChange) wherePartitions(ctx context.Context, n *ast.Delete, all [][]any) (gone [][]any, whole bool, err error) {
	s := c.moment.Schema()
	fields := make([]datatype.Field, 0, len(s.PartitionKeys))
	rel := dialect.Relation{}
	for _, k := range s.PartitionKeys {
		f, _ := s.Field(k)
		fields = append(fields, f)
		rel.Columns = append(rel.Columns, dialect.Column{Name: f.Name, Type: f.Type})
	}
	place := text(rowColumn)
	fields = append(fields, place)
	rel.Columns = append(rel.Columns, dialect.Column{Name: rowColumn, Type: place.Type})
	rows := make([][]any, len(all))
	for i, p := range all {
		rows[i] = append(append([]any{}, p...), strconv.Itoa(i))
	}
	rel.SQL = func(dialect.Use) (string, error) {
		sql, err := valuesSQL(fields, rows)
		return "(" + sql + ")", err
	}
	item := c.column(rowColumn)
	q := &ast.Query{Span: n.Span, Body: &ast.Select{Span: n.Span, Items: []ast.Item{{Span: item.Span, X: item}}, From: c.targetTable(), Where: n.Where}}
	t, err := c.translateOver(ctx, q, c.options(), map[string]dialect.Relation{targetRelation: rel})
	if p, ok := problem.As(err); ok && p.Code == "sql.unknown_column" {
		return nil, false, nil // it asks for the rows; a name that is wrong is found there
	}
	if err != nil {
		return nil, false, err
	}
	found, _, err := c.conn.Rows(ctx, t.SQL)
	if err != nil {
		return nil, false, c.blame(ctx, t, err)
	}
	for _, row := range found {
		var i int
		if _, err := fmt.Sscan(fmt.Sprint(row[0]), &i); err != nil || i < 0 || i >= len(all) {
			return nil, false, fmt.Errorf("a partition's number is %v", row[0])
		}
		gone = append(gone, all[i])
	}
	return gone, true, nil
}

// unsteadyFunctions give another value for each row.
var unsteadyFunctions = []string{"rand", "random", "randn", "uuid", "shuffle", "monotonically_increasing_id", "gen_random_uuid"}

// unsteady tells whether an expression calls one of them, at any depth.
func unsteady(x ast.Node) bool {
	found := false
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if found {
			return
		}
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer:
			if v.IsNil() {
				return
			}
			if call, ok := v.Interface().(*ast.Call); ok && len(call.Name) > 0 {
				for _, f := range unsteadyFunctions {
					found = found || strings.EqualFold(f, call.Name[len(call.Name)-1].Name)
				}
			}
			walk(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(x))
	return found
}
