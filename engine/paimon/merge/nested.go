package merge

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"laketop/engine/paimon/binaryrow"
	"laketop/engine/problem"
)

// The functions over ARRAY and MAP. The order of what they give is that of
// first appearance; Java's is that of its hash tables where keys are told apart.

// collect appends arrays. With distinct each element stands once; elements that
// are themselves nested are told apart among the new ones only, as in Java.
func (c *Column) collect(acc, in any) (any, error) {
	if acc == nil && in == nil {
		return nil, nil
	}
	if !c.Distinct && (acc == nil || in == nil) {
		if acc == nil {
			return in, nil
		}
		return acc, nil
	}
	have, err := c.array(acc)
	if err != nil {
		return nil, err
	}
	more, err := c.array(in)
	if err != nil {
		return nil, err
	}
	if !c.Distinct {
		return slices.Concat(have, more), nil
	}
	out, seen := make([]any, 0, len(have)+len(more)), map[string]bool{}
	for i, e := range slices.Concat(have, more) {
		k := identity(e)
		if !seen[k] || i < len(have) && c.Type.Elem.IsNested() {
			out = append(out, e)
		}
		seen[k] = true
	}
	return out, nil
}

// uncollect removes one element for each one taken back.
func (c *Column) uncollect(acc, in any) (any, error) {
	have, err := c.array(acc)
	if err != nil || acc == nil {
		return nil, err
	}
	gone, err := c.array(in)
	if err != nil || len(gone) == 0 {
		return acc, err
	}
	count := map[string]int{}
	for _, e := range gone {
		count[identity(e)]++
	}
	out := make([]any, 0, len(have))
	for _, e := range have {
		if k := identity(e); count[k] > 0 {
			count[k]--
		} else {
			out = append(out, e)
		}
	}
	return out, nil
}

func (c *Column) array(v any) ([]any, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, c.valueError(fmt.Errorf("%T is no array", v))
	}
	return list, nil
}

// identity is a text that is equal for equal values, and only for them.
func identity(v any) string {
	switch x := v.(type) {
	case nil:
		return "-"
	case []byte:
		return "b" + string(x)
	case string:
		return "s" + x
	case float32:
		if x != x {
			return "NaN"
		}
	case float64:
		if x != x {
			return "NaN"
		}
	case []any:
		return nestedIdentity("[", x)
	case []binaryrow.Pair:
		parts := make([]string, len(x))
		for i, p := range x {
			parts[i] = nestedIdentity("", []any{p.Key, p.Value})
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, "")
	}
	return fmt.Sprint(v)
}

func nestedIdentity(open string, values []any) string {
	var b strings.Builder
	b.WriteString(open)
	for _, v := range values {
		s := identity(v)
		fmt.Fprintf(&b, "%d:%s", len(s), s)
	}
	return b.String()
}

// table is a map of values in the order of their first appearance.
type table struct {
	at      map[string]int
	entries []binaryrow.Pair // Key nil and gone set: removed
	gone    []bool
}

func newTable() *table { return &table{at: map[string]int{}} }

func (t *table) put(key, value any) {
	k := identity(key)
	if i, ok := t.at[k]; ok {
		t.entries[i].Value = value
		return
	}
	t.at[k] = len(t.entries)
	t.entries, t.gone = append(t.entries, binaryrow.Pair{Key: key, Value: value}), append(t.gone, false)
}

func (t *table) get(key any) any {
	if i, ok := t.at[identity(key)]; ok {
		return t.entries[i].Value
	}
	return nil
}

func (t *table) remove(key any) {
	k := identity(key)
	if i, ok := t.at[k]; ok {
		t.gone[i] = true
		delete(t.at, k)
	}
}

func (t *table) pairs() []binaryrow.Pair {
	out := make([]binaryrow.Pair, 0, len(t.at))
	for i, e := range t.entries {
		if !t.gone[i] {
			out = append(out, e)
		}
	}
	return out
}

func (t *table) values() []any {
	out := make([]any, 0, len(t.at))
	for _, e := range t.pairs() {
		out = append(out, e.Value)
	}
	return out
}

func pairsOf(v any) ([]binaryrow.Pair, error) {
	p, ok := v.([]binaryrow.Pair)
	if !ok {
		return nil, fmt.Errorf("%T is no map", v)
	}
	return p, nil
}

// mergeMaps lets new entries replace those of the same key.
func mergeMaps(acc, in any) (any, error) {
	t := newTable()
	for _, v := range []any{acc, in} {
		pairs, err := pairsOf(v)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			t.put(p.Key, p.Value)
		}
	}
	return t.pairs(), nil
}

// unmergeMaps removes the keys that are taken back, whatever their values.
func unmergeMaps(acc, in any) (any, error) {
	if acc == nil || in == nil {
		return acc, nil
	}
	have, err := pairsOf(acc)
	if err != nil {
		return nil, err
	}
	gone, err := pairsOf(in)
	if err != nil || len(gone) == 0 {
		return acc, err
	}
	t := newTable()
	for _, p := range have {
		t.put(p.Key, p.Value)
	}
	for _, p := range gone {
		t.remove(p.Key)
	}
	return t.pairs(), nil
}

// mergeTimedMaps lets an entry replace that of the same key when its time, a
// text, is greater. An entry without a row removes its key; one without a time
// is passed by.
func (c *Column) mergeTimedMaps(acc, in any) (any, error) {
	have, err := pairsOf(acc)
	if err != nil {
		return nil, c.valueError(err)
	}
	more, err := pairsOf(in)
	if err != nil {
		return nil, c.valueError(err)
	}
	t := newTable()
	for _, p := range have {
		t.put(p.Key, p.Value)
	}
	for _, p := range more {
		row, ok := p.Value.([]any)
		if !ok {
			t.remove(p.Key)
			continue
		}
		at, ok := row[c.TimeField].(string)
		if !ok {
			continue
		}
		old, _ := t.get(p.Key).([]any)
		if old != nil {
			if before, ok := old[c.TimeField].(string); ok && !laterText(at, before) {
				continue
			}
		}
		t.put(p.Key, p.Value)
	}
	return t.pairs(), nil
}

// laterText tells whether a is greater than b as Java's String.compareTo says:
// by UTF-16 units.
func laterText(a, b string) bool {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))) > 0
}

// nestedUpdate keeps the rows of an array: with a key one row for each, the
// newer one when the sequence says so; at most as many as the limit.
func (c *Column) nestedUpdate(acc, in any) (any, error) {
	have, more, err := c.twoArrays(acc, in)
	if err != nil || in == nil {
		return acc, err
	}
	if len(c.Nested.Key) == 0 {
		if acc != nil && len(have) >= c.Nested.LimitRows {
			return acc, nil
		}
		room := c.Nested.LimitRows - len(have)
		out, more := notNull(have), notNull(more)
		return append(out, more[:min(len(more), room)]...), nil
	}
	t := newTable()
	for i, v := range slices.Concat(have, more) {
		key, err := c.nestedKey(v)
		if err != nil {
			return nil, err
		}
		if key == nil {
			continue
		}
		if old, ok := t.get(key).([]any); ok {
			if newer, err := c.nestedNewer(v, old); err != nil {
				return nil, err
			} else if newer {
				t.put(key, v)
			}
		} else if i < len(have) || len(t.at) < c.Nested.LimitRows {
			t.put(key, v)
		}
	}
	return t.values(), nil
}

func (c *Column) twoArrays(acc, in any) (have, more []any, err error) {
	if have, err = c.array(acc); err == nil {
		more, err = c.array(in)
	}
	return have, more, err
}

func notNull(list []any) []any {
	out := make([]any, 0, len(list))
	for _, v := range list {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// nestedKey is the key of a nested row, a list; nil when the row does not count.
func (c *Column) nestedKey(v any) (any, error) {
	row, ok := v.([]any)
	if !ok {
		return nil, nil
	}
	key := make([]any, len(c.Nested.Key))
	for i, at := range c.Nested.Key {
		if key[i] = row[at]; key[i] == nil {
			switch c.Nested.NullKeys {
			case IgnoreNullKeys:
				return nil, nil
			case RefuseNullKeys:
				return nil, problem.New("merge.value", "column", c.Name, "function", string(c.Function)).
					With("why", problem.Say("table.nested_null", "member", c.Type.Elem.Fields[at].Name))
			}
		}
	}
	return key, nil
}

// nestedNewer tells whether a nested row may replace its like.
func (c *Column) nestedNewer(v any, old []any) (bool, error) {
	row, ok := v.([]any)
	if !ok {
		return false, nil
	}
	order, err := CompareSequence(c.Nested.Sequence, row, old)
	if err != nil {
		return false, c.valueError(err)
	}
	return order >= 0, nil
}

func (c *Column) nestedRetract(acc, in any) (any, error) {
	have, gone, err := c.twoArrays(acc, in)
	if err != nil || acc == nil || in == nil {
		return acc, err
	}
	keyOf := func(v any) (any, error) { return v, nil } // the whole row, and each that is like it
	if len(c.Nested.Key) > 0 {
		keyOf = c.nestedKey
	}
	take := map[string]bool{}
	for _, v := range gone {
		key, err := keyOf(v)
		if err != nil {
			return nil, err
		}
		if key != nil {
			take[identity(key)] = true
		}
	}
	t, out := newTable(), []any{}
	for _, v := range have {
		key, err := keyOf(v)
		if err != nil {
			return nil, err
		}
		if key == nil || take[identity(key)] {
			continue
		}
		if len(c.Nested.Key) > 0 {
			t.put(key, v)
		} else {
			out = append(out, v)
		}
	}
	if len(c.Nested.Key) > 0 {
		out = t.values()
	}
	return out, nil
}

// nestedPartialUpdate makes one row of each key, of the last values that are
// not NULL.
func (c *Column) nestedPartialUpdate(acc, in any) (any, error) {
	have, more, err := c.twoArrays(acc, in)
	if err != nil || in == nil {
		return acc, err
	}
	t := newTable()
	for _, v := range slices.Concat(have, more) {
		key, err := c.nestedKey(v)
		if err != nil {
			return nil, err
		}
		if key == nil {
			continue
		}
		row, _ := v.([]any)
		merged, ok := t.get(key).([]any)
		if !ok {
			merged = make([]any, len(c.Type.Elem.Fields))
			t.put(key, merged)
		}
		for i, x := range row {
			if x != nil {
				merged[i] = x
			}
		}
	}
	return t.values(), nil
}

// CompareSequence orders two rows by some of their values, NULL first.
func CompareSequence(fields []int, a, b []any) (int, error) {
	for _, f := range fields {
		x, y := a[f], b[f]
		switch {
		case x == nil && y == nil:
			continue
		case x == nil:
			return -1, nil
		case y == nil:
			return 1, nil
		}
		order, err := binaryrow.Compare(x, y)
		if err != nil || order != 0 {
			return order, err
		}
	}
	return 0, nil
}
