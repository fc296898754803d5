package filestore

import (
	"context"
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// Form is how records are shown.
type Form int

// The forms.
const (
	AsRows   Form = iota // the rows there are; what takes a row back is left out
	AsAudit              // t$audit_log: every record, its kind in front
	AsBinlog             // t$binlog: every column as [value], or [before, after] of an update
)

// RowKind is the name of the column that audit logs and binlogs put in front.
const RowKind = "rowkind"

// Columns are the columns of a form for a table's fields.
func (f Form) Columns(fields []datatype.Field) []datatype.Field {
	if f == AsRows {
		return fields
	}
	out := []datatype.Field{{ID: -1, Name: RowKind, Type: datatype.StringType()}}
	for _, c := range fields {
		if f == AsBinlog {
			c.Type = datatype.ArrayOf(c.Type.Nullable())
		}
		out = append(out, c)
	}
	return out
}

// ReadRecords is the DuckDB text that reads a plan with the kinds of its
// records: deletions too, as long as no compaction has taken them away.
func (s *Store) ReadRecords(ctx context.Context, table *paimon.Table, plan *scan.Plan, columns []string, form Form) (string, error) {
	r, err := s.reader(table, plan.Schema, columns)
	if err != nil {
		return "", err
	}
	text, err := r.merged(ctx, plan)
	return form.show(text, r.want, false), err
}

// ReadBetween is the DuckDB text that reads what was committed between two
// moments.
func (s *Store) ReadBetween(ctx context.Context, table *paimon.Table, inc *scan.Increment, columns []string, form Form) (string, error) {
	r, err := s.reader(table, inc.Schema, columns)
	if err != nil {
		return "", err
	}
	if inc.Mode == scan.Diff && inc.To != nil {
		text, err := r.differing(ctx, inc)
		return form.show(text, r.want, false), err
	}
	r.kinds, r.positions = true, true
	sources, err := r.sources(ctx, inc.Files)
	if err != nil {
		return "", err
	}
	text, err := r.text(ctx, sources)
	return form.show(text, r.want, true), err
}

// show gives records their form; text has the columns and kindColumn, and when
// it is placed fileColumn and rowColumn, so that a -U and its +U can be joined.
func (f Form) show(text string, want []datatype.Field, placed bool) string {
	columns := identList(want)
	kind := "(['+I', '-U', '+U', '-D'])[" + kindColumn + " + 1] AS " + RowKind
	switch f {
	case AsAudit:
		return fmt.Sprintf("(SELECT %s, %s FROM (%s))", kind, columns, text)
	case AsBinlog:
		return f.binlog(text, want, kind, placed)
	}
	return fmt.Sprintf("(SELECT %s FROM (%s) WHERE %s)", columns, text, visible)
}

// binlog joins each -U with the +U behind it in its file.
func (f Form) binlog(text string, want []datatype.Field, kind string, placed bool) string {
	plain := make([]string, len(want))
	if !placed {
		for i, c := range want {
			plain[i] = fmt.Sprintf("[%[1]s] AS %[1]s", duck.Ident(c.Name))
		}
		return fmt.Sprintf("(SELECT %s, %s FROM (%s))", kind, strings.Join(plain, ", "), text)
	}
	for i, c := range want {
		plain[i] = fmt.Sprintf("CASE WHEN lt_pair THEN [lag(%[1]s) OVER lt_w, %[1]s] ELSE [%[1]s] END AS %[1]s", duck.Ident(c.Name))
	}
	return fmt.Sprintf("(SELECT * EXCLUDE (lt_gone) FROM (SELECT %s, %s, lt_gone FROM (SELECT *, "+
		"%[3]s = 2 AND lag(%[3]s) OVER lt_v IS NOT DISTINCT FROM 1 AS lt_pair, %[3]s = 1 AND lead(%[3]s) OVER lt_v IS NOT DISTINCT FROM 2 AS lt_gone "+
		"FROM (%[4]s) WINDOW lt_v AS (PARTITION BY %[5]s ORDER BY %[6]s)) WINDOW lt_w AS (PARTITION BY %[5]s ORDER BY %[6]s)) WHERE NOT lt_gone)",
		kind, strings.Join(plain, ", "), kindColumn, text, fileColumn, rowColumn)
}

// merged is every record of a plan with its kind, one a key.
func (r *rows) merged(ctx context.Context, plan *scan.Plan) (string, error) {
	all := *r
	all.kinds = true
	if len(plan.Schema.PrimaryKeys) == 0 {
		sources, err := all.sources(ctx, plan.Files)
		if err != nil {
			return "", err
		}
		return all.text(ctx, sources)
	}
	var plain []scan.PlannedFile
	c := coldRead{rows: r, keys: r.schema.KeyFields()}
	for i := range plan.Buckets {
		b := &plan.Buckets[i]
		plain = append(plain, rawFiles(b)...)
		for _, s := range b.Sections {
			if s.Raw {
				continue
			}
			for _, run := range s.Runs {
				for _, f := range run.Files {
					if !f.NoKey {
						c.small = append(c.small, f)
					}
				}
			}
		}
	}
	sources, err := all.sources(ctx, plain)
	if err != nil {
		return "", err
	}
	text, err := all.text(ctx, sources)
	if err != nil || len(c.small) == 0 {
		return text, err
	}
	if c.rule, err = merge.Of(r.schema); err != nil {
		return "", err
	}
	if len(plan.Schema.PartitionKeys) > 0 {
		c.byPartition()
	}
	records, err := c.merged(ctx, "")
	if err != nil {
		return "", err
	}
	list := fmt.Sprintf("SELECT %s, %s, %s FROM ", identList(r.want), sequenceColumn, kindColumn)
	return list + "(" + text + ") UNION ALL " + list + records, nil
}

// differing are the rows that two moments do not have alike: those of the later
// with their kinds, and those that are gone as -D. An append table has no keys:
// what differs is the rows of files that are new.
func (r *rows) differing(ctx context.Context, inc *scan.Increment) (string, error) {
	if len(inc.Schema.PrimaryKeys) == 0 {
		old := names(inc.Before.Files)
		after := *inc.After
		after.Files = nil
		for _, f := range inc.After.Files {
			if !old[fileName(&f)] {
				after.Files = append(after.Files, f)
			}
		}
		return r.merged(ctx, &after)
	}
	all := *r
	all.want = inc.Schema.Fields
	before, err := all.merged(ctx, inc.Before)
	if err != nil {
		return "", err
	}
	after, err := all.merged(ctx, inc.After)
	if err != nil {
		return "", err
	}
	keys := keyFields(inc.Schema)
	same := make([]string, len(all.want))
	for i, f := range all.want {
		same[i] = fmt.Sprintf("a.%[1]s IS NOT DISTINCT FROM b.%[1]s", duck.Ident(f.Name))
	}
	text := func(from, kind, keep, other, on string) string {
		return fmt.Sprintf("SELECT %s, %s AS %s FROM (SELECT * FROM (%s) WHERE %s) a ANTI JOIN (SELECT * FROM (%s) WHERE %s) b ON %s",
			identList(r.want), kind, kindColumn, from, keep, other, visible, on)
	}
	return text(after, kindColumn, visible, before, strings.Join(same, " AND ")) + " UNION ALL " +
		text(before, "3::TINYINT", visible, after, joinOn("a", "b", keys)), nil
}

// keyFields tell the rows of a whole table apart.
func keyFields(sch *schema.Schema) []datatype.Field {
	keys := sch.KeyFields()
	for _, k := range sch.PartitionKeys {
		f, _ := sch.Field(k)
		keys = with(keys, []datatype.Field{f})
	}
	return keys
}
