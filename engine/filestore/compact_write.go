package filestore

import (
	"context"
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
)

// rangeSlack is how much larger than the target a file may come out before the
// output is cut: merged rows take less than their records did.
const rangeSlack = 5

// write writes the records of from, a SELECT, as the files of the output level.
// The input's bytes say how many that are. Each is sorted and written by itself:
// its range of keys is read from where the base has it, so that no more than a
// file's rows are held at a time.
func (m *merging) write(ctx context.Context, from string) ([]manifest.Entry, error) {
	r := run{
		from: from, partition: m.partition, bucket: m.bucket, total: m.total, level: m.unit.OutputLevel,
		source: manifest.SourceCompact, estimate: m.rows(),
	}
	l := m.w.layout()
	if footer.NeedsWriter(l.fields) || !m.cuttable() {
		return m.w.run(ctx, r)
	}
	ranges := []string{""}
	if files := m.parts(); files > 1 {
		var err error
		if ranges, err = m.ranges(ctx, files); err != nil {
			return nil, err
		}
	}
	var out []manifest.Entry
	for _, where := range ranges {
		written, err := m.w.runFile(ctx, r, l, "SELECT "+strings.Join(l.items, ", ")+" FROM (SELECT * FROM ("+from+")"+where+" ORDER BY "+m.w.order()+")")
		if err != nil {
			return nil, err
		}
		out = append(out, written...)
	}
	return out, nil
}

// cuttable tells whether keys compare in SQL as they are sorted.
func (m *merging) cuttable() bool {
	for _, k := range m.schema.KeyFields() {
		switch k.Type.Kind {
		case datatype.Float, datatype.Double:
			return false
		}
		if !k.Type.NotNull {
			return false
		}
	}
	return true
}

// cutExpr is a key column as it is compared with keyLiteral's text.
func cutExpr(k datatype.Field) string {
	if k.Type.Kind == datatype.Decimal {
		return duck.Ident(k.Name)
	}
	return KeyExpr(duck.Ident(k.Name), k.Type)
}

// parts is how many files the records will make.
func (m *merging) parts() int64 {
	var bytes int64
	for _, f := range m.all() {
		bytes += f.Entry.File.SizeBytes
	}
	target := m.w.target()
	return max(1, (bytes+target-1-target/rangeSlack)/target)
}

// ranges cut the keys into so many parts of about as many rows, as conditions.
// The run with most rows says where: its rows stand in order.
func (m *merging) ranges(ctx context.Context, parts int64) ([]string, error) {
	files := m.base
	if len(files) == 0 {
		files = m.small
	}
	rows := rowsOf(files)
	text, err := m.keyRows(ctx, files, 0)
	if err != nil {
		return nil, err
	}
	var places []string
	for n := range parts - 1 {
		at := rows * (n + 1) / parts
		for i := range files {
			if size := files[i].Entry.File.RowCount; at >= size {
				at -= size
				continue
			}
			places = append(places, fmt.Sprintf("(%d, %d)", i, at))
			break
		}
	}
	keys := m.schema.KeyFields()
	items, columns := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		items[i], columns[i] = KeyExpr(duck.Ident(k.Name), k.Type), cutExpr(k)
	}
	found, _, err := m.conn.Rows(ctx, fmt.Sprintf("SELECT %s FROM (SELECT DISTINCT %s FROM (%s) WHERE (%s, %s) IN (%s)) ORDER BY %[2]s",
		strings.Join(items, ", "), identList(keys), text, fileColumn, rowColumn, strings.Join(places, ", ")))
	if err != nil {
		return nil, err
	}
	var out []string
	low := ""
	for _, row := range found {
		at := keyAt(columns, row)
		out = append(out, " WHERE "+low+"NOT ("+at+")")
		low = "(" + at + ") AND "
	}
	if low == "" {
		return []string{""}, nil
	}
	return append(out, " WHERE "+strings.TrimSuffix(low, " AND ")), nil
}

// keyAt is the condition for keys from a key on. The first column stands alone
// too, for that is what row groups are passed over by.
func keyAt(columns []string, key []any) string {
	text := ""
	for i := len(columns) - 1; i >= 0; i-- {
		v := keyLiteral(key[i])
		if text == "" {
			text = columns[i] + " >= " + v
			continue
		}
		text = fmt.Sprintf("%[1]s >= %[2]s AND (%[1]s > %[2]s OR %[3]s)", columns[i], v, text)
	}
	return text
}
