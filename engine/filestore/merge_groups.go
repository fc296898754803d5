package filestore

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"laketop/engine/paimon/merge"
)

// tracker knows, for each sequence group of the key under way, the record whose
// sequence the group has.
type tracker struct {
	groups []tracked
	now    arrow.RecordBatch
}

// tracked is one group.
type tracked struct {
	columns  []int
	compares []func(a arrow.Array, i int, b arrow.Array, j int) int
	from     arrow.RecordBatch // the record's batch; nil: all NULL
	at       int
	kept     bool // from is retained
}

func (t *tracker) start(rule *merge.Rule, schema *arrow.Schema) {
	t.groups = make([]tracked, len(rule.Groups))
	for g, group := range rule.Groups {
		for _, c := range group.Sequence {
			t.groups[g].columns = append(t.groups[g].columns, c)
			t.groups[g].compares = append(t.groups[g].compares, comparer(schema.Field(c).Type, rule.Columns[c].Type))
		}
	}
}

// judge says what a record does to a group: nothing when it does not say
// anything about it, newer or late. A newer one is what the next are held to.
func (t *tracker) judge(g, r int, newer, late action) action {
	group := &t.groups[g]
	if group.empty(t.now, r) {
		return pass
	}
	if group.compare(t.now, r) < 0 {
		return late
	}
	group.become(t.now, r)
	return newer
}

func (g *tracked) empty(b arrow.RecordBatch, r int) bool {
	for _, c := range g.columns {
		if b.Column(c).IsValid(r) {
			return false
		}
	}
	return true
}

// compare orders a record and the group's, NULL first.
func (g *tracked) compare(b arrow.RecordBatch, r int) int {
	for i, c := range g.columns {
		a, have := b.Column(c), false
		if g.from != nil {
			have = g.from.Column(c).IsValid(g.at)
		}
		switch valid := a.IsValid(r); {
		case valid && have:
			if order := g.compares[i](a, r, g.from.Column(c), g.at); order != 0 {
				return order
			}
		case valid:
			return 1
		case have:
			return -1
		}
	}
	return 0
}

func (g *tracked) become(b arrow.RecordBatch, r int) {
	g.drop()
	g.from, g.at = b, r
}

func (g *tracked) drop() {
	if g.kept {
		g.from.Release()
	}
	g.from, g.kept = nil, false
}

// set makes a record that of every group.
func (t *tracker) set(r int) {
	for g := range t.groups {
		t.groups[g].become(t.now, r)
	}
}

func (t *tracker) reset() {
	for g := range t.groups {
		t.groups[g].drop()
	}
}

// hold keeps what the next batch needs of this one.
func (t *tracker) hold() {
	for g := range t.groups {
		if group := &t.groups[g]; group.from != nil && !group.kept {
			group.from.Retain()
			group.kept = true
		}
	}
}

// plainNumbers is an array without NULLs over bytes.
func plainNumbers(t arrow.DataType, raw []byte, n int) arrow.Array {
	d := array.NewData(t, n, []*memory.Buffer{nil, memory.NewBufferBytes(raw)}, nil, 0, 0)
	defer d.Release()
	return array.MakeFromData(d)
}
