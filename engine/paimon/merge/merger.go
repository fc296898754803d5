package merge

import (
	"cmp"
	"slices"
	"strings"

	"laketop/engine/problem"
)

// Merger folds the records of one key after the other. It is not safe for use
// by several goroutines.
type Merger struct {
	rule  *Rule
	fold  fold
	first KeyValue
	count int
}

// fold is one engine over the records of a key of which there are several.
type fold interface {
	reset()
	add(kv KeyValue) error
	result() (KeyValue, bool)
}

// NewMerger is a merger by a rule.
func NewMerger(r *Rule) *Merger {
	m := &Merger{rule: r}
	switch r.Engine {
	case PartialUpdate:
		m.fold = newPartial(r)
	case Aggregation:
		m.fold = newAggregation(r)
	default:
		m.fold = &pick{rule: r}
	}
	return m
}

// Reset starts a key.
func (m *Merger) Reset() { m.count, m.first = 0, KeyValue{} }

// Add takes the next record of the key; they come oldest first.
func (m *Merger) Add(kv KeyValue) error {
	m.count++
	if m.count == 1 {
		m.first = kv
		return nil
	}
	if m.count == 2 {
		m.fold.reset()
		if err := m.fold.add(m.first); err != nil {
			return err
		}
	}
	return m.fold.add(kv)
}

// Result is the merged record: a single one as it came. There is none when no
// record counts. Its row is the caller's.
func (m *Merger) Result() (KeyValue, bool) {
	switch m.count {
	case 0:
		return KeyValue{}, false
	case 1:
		return m.first, true
	}
	return m.fold.result()
}

// pick is deduplicate and first-row: one record of those that count.
type pick struct {
	rule *Rule
	kept *KeyValue
}

func (p *pick) reset() { p.kept = nil }

func (p *pick) add(kv KeyValue) error {
	if kv.Kind.Retracts() {
		if p.rule.IgnoreDelete {
			return nil
		}
		if p.rule.Engine == FirstRow {
			return p.rule.DeleteError()
		}
	}
	if p.rule.Engine == Deduplicate || p.kept == nil {
		p.kept = &kv
	}
	return nil
}

func (p *pick) result() (KeyValue, bool) {
	if p.kept == nil {
		return KeyValue{}, false
	}
	return *p.kept, true
}

// DeleteError says that the engine takes no -D and -U, and what would let it.
func (r *Rule) DeleteError() error {
	options := []string{OptionIgnoreDelete}
	switch r.Engine {
	case PartialUpdate:
		options = append(options, OptionRemoveOnDelete, columnGroup)
	case Aggregation:
		options = append(options, OptionAggregationRemove)
	}
	return problem.New("merge.delete", "engine", string(r.Engine), "option", strings.Join(options, ", "))
}

// checkNull refuses NULL in a column that has none.
func (c *Column) checkNull(v any) error {
	if v == nil && c.Type.NotNull {
		return c.NullError()
	}
	return nil
}

// aggregation folds every column by its function.
type aggregation struct {
	rule        *Rule
	aggregators []Aggregator
	row         []any
	last        KeyValue
	deleted     bool
}

func newAggregation(r *Rule) *aggregation {
	a := &aggregation{rule: r}
	for i := range r.Columns {
		a.aggregators = append(a.aggregators, r.Columns[i].Aggregator())
	}
	return a
}

func (a *aggregation) reset() {
	a.row, a.last, a.deleted = make([]any, len(a.rule.Columns)), KeyValue{}, false
	for _, g := range a.aggregators {
		g.Reset()
	}
}

func (a *aggregation) add(kv KeyValue) (err error) {
	a.last = kv
	if a.deleted = a.rule.RemoveOnDelete && kv.Kind == Delete; a.deleted {
		a.row, err = a.rule.startRow(kv.Row)
		return err
	}
	for i, g := range a.aggregators {
		if kv.Kind.Retracts() {
			a.row[i], err = g.Retract(a.row[i], kv.Row[i], kv.Kind)
		} else {
			a.row[i], err = g.Add(a.row[i], kv.Row[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *aggregation) result() (KeyValue, bool) {
	out := KeyValue{Sequence: a.last.Sequence, Row: a.row}
	if a.deleted {
		out.Kind = Delete
	}
	return out, true
}

// startRow is a row that a delete leaves: what follows builds on the values of
// the delete, as in Java.
func (r *Rule) startRow(values []any) ([]any, error) {
	for i, v := range values {
		if err := r.Columns[i].checkNull(v); err != nil {
			return nil, err
		}
	}
	return slices.Clone(values), nil
}

// partial is partial-update.
type partial struct {
	rule        *Rule
	aggregators []Aggregator // nil where a column has no function
	row         []any
	sequence    int64
	deleted     bool   // the last record removed the row
	inserted    bool   // there was a record that is not a retraction
	started     bool   // the row holds a record's values
	newer       []bool // by group: the record is not late
	empty       []bool // by group: the record says nothing about it
}

func newPartial(r *Rule) *partial {
	p := &partial{rule: r, newer: make([]bool, len(r.Groups)), empty: make([]bool, len(r.Groups))}
	for i := range r.Columns {
		a := r.Columns[i].Aggregator()
		if len(r.Groups) == 0 {
			a = nil // Java looks at functions only beside groups
		}
		p.aggregators = append(p.aggregators, a)
	}
	return p
}

func (p *partial) reset() {
	p.row, p.sequence = make([]any, len(p.rule.Columns)), 0
	p.deleted, p.inserted, p.started = false, false, false
	for _, a := range p.aggregators {
		if a != nil {
			a.Reset()
		}
	}
}

func (p *partial) add(kv KeyValue) error {
	p.deleted = false
	if kv.Kind.Retracts() {
		return p.retract(kv)
	}
	p.sequence = kv.Sequence
	p.inserted, p.started = true, true
	if len(p.rule.Groups) == 0 {
		return p.replace(kv.Row)
	}
	if err := p.compare(kv.Row); err != nil {
		return err
	}
	for i, in := range kv.Row {
		if err := p.set(i, in); err != nil {
			return err
		}
	}
	return nil
}

// replace takes every value that is not NULL.
func (p *partial) replace(row []any) error {
	for i, v := range row {
		if v != nil {
			p.row[i] = v
		} else if err := p.rule.Columns[i].checkNull(v); err != nil {
			return err
		}
	}
	return nil
}

// compare finds, for each group, what the record says about it.
func (p *partial) compare(row []any) error {
	for g, group := range p.rule.Groups {
		p.empty[g] = !slices.ContainsFunc(group.Sequence, func(i int) bool { return row[i] != nil })
		order, err := CompareSequence(group.Sequence, row, p.row)
		if err != nil {
			return err
		}
		p.newer[g] = order >= 0
	}
	return nil
}

// set takes the value of one column of a record.
func (p *partial) set(i int, in any) (err error) {
	c, a := &p.rule.Columns[i], p.aggregators[i]
	switch {
	case c.Group < 0 && a != nil:
		p.row[i], err = a.Add(p.row[i], in)
	case c.Group < 0:
		if in != nil {
			p.row[i] = in
		}
	case p.empty[c.Group]:
	case p.newer[c.Group] && a == nil:
		p.row[i] = in
	case p.newer[c.Group]:
		p.row[i], err = a.Add(p.row[i], in)
	case a != nil:
		p.row[i], err = a.AddLate(p.row[i], in)
	}
	return err
}

func (p *partial) retract(kv KeyValue) (err error) {
	if !p.started {
		if p.row, err = p.rule.startRow(kv.Row); err != nil {
			return err
		}
		p.started = true
	}
	if p.rule.IgnoreDelete {
		return nil
	}
	p.sequence = kv.Sequence
	switch {
	case len(p.rule.Groups) > 0:
		return p.retractGroups(kv)
	case !p.rule.RemoveOnDelete:
		return p.rule.DeleteError()
	case kv.Kind == Delete:
		p.deleted = true
		p.row, err = p.rule.startRow(kv.Row)
	}
	return err
}

// retractGroups takes a record back group by group: what a group guards becomes
// NULL, or what its function makes of it.
func (p *partial) retractGroups(kv KeyValue) (err error) {
	if err := p.compare(kv.Row); err != nil {
		return err
	}
	for i, in := range kv.Row {
		c, a := &p.rule.Columns[i], p.aggregators[i]
		switch {
		case c.Group < 0 || p.empty[c.Group]:
		case c.Leads:
			if !p.newer[c.Group] {
				continue
			}
			if kv.Kind == Delete && p.rule.Groups[c.Group].RemoveOnDelete {
				p.deleted = true
				p.row, err = p.rule.startRow(kv.Row)
				return err
			}
			p.row[i] = in
		case a != nil:
			if p.row[i], err = a.Retract(p.row[i], in, kv.Kind); err != nil {
				return err
			}
		case p.newer[c.Group]:
			p.row[i] = nil
		}
	}
	return nil
}

func (p *partial) result() (KeyValue, bool) {
	out := KeyValue{Sequence: p.sequence, Row: p.row}
	if p.deleted || !p.inserted {
		out.Kind = Delete
	}
	return out, true
}

// Compare orders two records of a key, the older first: by the sequence fields,
// then by sequence number.
func (r *Rule) Compare(a, b KeyValue) (int, error) {
	for _, name := range r.Sequence {
		f := r.Index(name)
		order, err := CompareSequence([]int{f}, a.Row, b.Row)
		if err != nil {
			return 0, err
		}
		if order != 0 && r.Descending && a.Row[f] != nil && b.Row[f] != nil {
			order = -order
		}
		if order != 0 {
			return order, nil
		}
	}
	return cmp.Compare(a.Sequence, b.Sequence), nil
}

// NullError says that a record holds NULL in a column that is NOT NULL.
func (c *Column) NullError() error { return problem.New("merge.null", "column", c.Name) }
