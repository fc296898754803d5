package filestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/paimon"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/scan"
)

// keyed reads a primary-key table: files that need no merge and those with an
// overlay in one scan; the others merged there and then, with their overlay
// built behind.
func (r *rows) keyed(ctx context.Context, table *paimon.Table, plan *scan.Plan, counts bool) (string, error) {
	var plain []source
	var cold []*knot
	var rule *merge.Rule
	count, counted := int64(0), counts
	for i := range plan.Buckets {
		b := &plan.Buckets[i]
		files := rawFiles(b)
		n, known := aliveRows(files)
		count, counted = count+n, counted && known
		if err := r.add(ctx, &plain, files); err != nil {
			return "", err
		}
		k := knotOf(table, plan.Schema, b)
		if k == nil || !k.meets() {
			continue
		}
		if rule == nil {
			var err error
			if rule, err = merge.Of(plan.Schema); err != nil {
				return "", err
			}
		}
		o := r.overlay(k, rule, plan.Snapshot)
		if o == nil {
			cold, counted = append(cold, k), false
			r.wanted = append(r.wanted, build{table: table, schema: plan.Schema, rule: rule, knot: k, snapshot: plan.Snapshot})
			continue
		}
		count += o.rows
		if err := r.overlaid(&plain, rule, k, o); err != nil {
			return "", err
		}
	}
	if counted {
		return r.count(count)
	}
	if len(cold) == 0 {
		return r.text(ctx, plain)
	}
	text, err := r.cold(ctx, rule, cold)
	if err != nil || len(plain) == 0 {
		return text, err
	}
	warm, err := r.text(ctx, plain)
	return warm + " UNION ALL " + text, err
}

// rawFiles are the files of a bucket whose rows stand as they are and may
// match.
func rawFiles(b *scan.Bucket) []scan.PlannedFile {
	var out []scan.PlannedFile
	for _, s := range b.Sections {
		if !s.Raw {
			continue
		}
		for _, run := range s.Runs {
			for _, f := range run.Files {
				if !f.NoMatch {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

func (r *rows) add(ctx context.Context, to *[]source, files []scan.PlannedFile) error {
	sources, err := r.sources(ctx, files)
	*to = append(*to, sources...)
	return err
}

// meets tells whether a key of the knot may match the plan's filter.
func (k *knot) meets() bool {
	for _, files := range [][]scan.PlannedFile{k.base, k.small} {
		for i := range files {
			if !files[i].NoKey {
				return true
			}
		}
	}
	return false
}

// overlaid adds what an overlay says to read.
func (r *rows) overlaid(to *[]source, rule *merge.Rule, k *knot, o *overlay) error {
	files := k.base
	if rule.Engine == merge.Deduplicate {
		files = append(slices.Clone(files), k.small...)
	}
	for i := range files {
		f := &files[i]
		dead := o.dead[fileName(f)]
		if f.NoMatch || dead != nil && countWords(dead) >= f.Entry.File.RowCount {
			continue
		}
		src, err := sourceOf(r.local, f, r.schema)
		if err != nil {
			return err
		}
		src.dead = dead
		*to = append(*to, src)
	}
	for _, p := range o.parts {
		*to = append(*to, source{path: p.path, rows: p.rows, written: r.schema, dead: p.dead})
	}
	return nil
}

// cold merges knots in the statement itself:
//
//	base ANTI JOIN the keys of small  UNION ALL  merge of small, and of base where its keys meet
func (r *rows) cold(ctx context.Context, rule *merge.Rule, knots []*knot) (string, error) {
	c := coldRead{rows: r, keys: r.schema.KeyFields(), rule: rule}
	for _, k := range knots {
		c.take(k)
		if fmt.Sprint(k.partition) != fmt.Sprint(knots[0].partition) {
			c.partitioned = true
		}
	}
	if c.partitioned {
		c.byPartition()
	}
	return c.text(ctx)
}

// coldRead is the files of knots without an overlay.
type coldRead struct {
	*rows
	keys        []datatype.Field
	rule        *merge.Rule
	partitioned bool               // a key alone does not tell rows apart
	alone       []scan.PlannedFile // base files that no small file meets
	base        []scan.PlannedFile // base files that may match by key
	small       []scan.PlannedFile
	newest      bool // small records come after those of base
	started     bool
}

func (c *coldRead) take(k *knot) {
	small := slices.DeleteFunc(slices.Clone(k.small), func(f scan.PlannedFile) bool { return f.NoKey })
	var base []scan.PlannedFile
	for _, f := range k.base {
		if f.NoKey {
			continue
		}
		if slices.ContainsFunc(small, func(s scan.PlannedFile) bool { return overlaps(&f, &s) }) {
			base = append(base, f)
		} else if !f.NoMatch {
			c.alone = append(c.alone, f)
		}
	}
	newest := newestLast(c.rule, base, small)
	c.newest = newest && (c.newest || !c.started)
	c.started = true
	c.base, c.small = append(c.base, base...), append(c.small, small...)
}

// byPartition makes the columns of the partition part of the key.
func (c *coldRead) byPartition() {
	rule := *c.rule
	rule.Columns = slices.Clone(rule.Columns)
	for _, k := range c.schema.PartitionKeys {
		f, _ := c.schema.Field(k)
		c.keys = append(slices.Clone(c.keys), f)
		if at := rule.Index(k); at >= 0 {
			rule.Columns[at].Function, rule.Columns[at].Group = merge.Key, -1
		}
	}
	rule.Keys = c.keys
	c.rule = &rule
}

func (c *coldRead) text(ctx context.Context) (string, error) {
	want := identList(c.want)
	var parts []string
	visibleOnly := func(files []scan.PlannedFile) (string, error) {
		r := *c.rows
		r.want = with(c.want, c.keys)
		if len(files) > 0 && mayRetract(files) {
			r.where = visible
		}
		sources, err := r.sources(ctx, files)
		if err != nil {
			return "", err
		}
		return r.text(ctx, sources)
	}
	if len(c.alone) > 0 {
		text, err := visibleOnly(c.alone)
		if err != nil {
			return "", err
		}
		parts = append(parts, "SELECT "+want+" FROM ("+text+")")
	}
	if len(c.small) == 0 {
		return joinParts(parts, c.rows)
	}
	smallKeys, err := c.keyRows(ctx, c.small)
	if err != nil {
		return "", err
	}
	standing := slices.DeleteFunc(slices.Clone(c.base), func(f scan.PlannedFile) bool { return f.NoMatch })
	if len(standing) > 0 {
		text, err := visibleOnly(standing)
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("SELECT %s FROM (%s) b ANTI JOIN (%s) k ON %s", want, text, smallKeys, joinOn("b", "k", c.keys)))
	}
	merged, err := c.merged(ctx, smallKeys)
	if err != nil {
		return "", err
	}
	return joinParts(append(parts, "SELECT "+want+" FROM "+merged+" WHERE "+visible), c.rows)
}

func joinParts(parts []string, r *rows) (string, error) {
	if len(parts) == 0 {
		return r.empty()
	}
	return strings.Join(parts, " UNION ALL "), nil
}

// keyRows are the keys of files.
func (c *coldRead) keyRows(ctx context.Context, files []scan.PlannedFile) (string, error) {
	r := *c.rows
	r.want = c.keys
	sources, err := r.sources(ctx, files)
	if err != nil {
		return "", err
	}
	return r.text(ctx, sources)
}

// merged merges the small files, with the rows of base that have their keys.
func (c *coldRead) merged(ctx context.Context, smallKeys string) (string, error) {
	r := *c.rows
	r.kinds, r.want, r.levels = true, c.schema.Fields, looksUp(c.schema, c.rule)
	if c.rule.Engine == merge.Deduplicate {
		r.want = with(c.want, c.keys)
		for _, name := range c.rule.Sequence {
			if f, ok := c.schema.Field(name); ok {
				r.want = with(r.want, []datatype.Field{f})
			}
		}
	}
	sources, err := r.sources(ctx, c.small)
	if err != nil {
		return "", err
	}
	input, err := r.text(ctx, sources)
	if err != nil {
		return "", err
	}
	if !c.newest && len(c.base) > 0 {
		if sources, err = r.sources(ctx, c.base); err != nil {
			return "", err
		}
		base, err := r.text(ctx, sources)
		if err != nil {
			return "", err
		}
		input += fmt.Sprintf(" UNION ALL SELECT b.* FROM (%s) b SEMI JOIN (%s) k ON %s", base, smallKeys, joinOn("b", "k", c.keys))
	}
	if r.levels {
		input = lowest(input, c.keys)
	}
	return c.mergeRows(ctx, c.rule, "("+input+")", mayRetract(c.small) || mayRetract(c.base))
}

func mayRetract(files []scan.PlannedFile) bool {
	for i := range files {
		if n := files[i].Entry.File.DeleteRowCount; n == nil || *n > 0 {
			return true
		}
	}
	return false
}

// with adds fields that are not there yet.
func with(fields, more []datatype.Field) []datatype.Field {
	out := slices.Clone(fields)
	for _, f := range more {
		if !slices.ContainsFunc(out, func(x datatype.Field) bool { return x.ID == f.ID }) {
			out = append(out, f)
		}
	}
	return out
}

// mergeRows merges records by the table's rule: FROM text in and out. Records
// that only pick the last need no more columns than the key, what orders them,
// and those that are wanted.
func (s *Store) mergeRows(ctx context.Context, rule *merge.Rule, input string, retracts bool) (string, error) {
	if rule.Engine == merge.Deduplicate {
		return fmt.Sprintf("(SELECT * FROM %s QUALIFY row_number() OVER (PARTITION BY %s ORDER BY %s) = 1)", input, keyTerms(rule), newestFirst(rule)), nil
	}
	return s.merge(ctx, rule, input, retracts)
}
