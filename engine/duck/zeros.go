package duck

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"laketop/engine/duck/raw"
)

// The SQL functions that watch a column on its way to a file: the result of
// lt_zero_signs(watch, column, x) is x.
const (
	zeroSigns      = "lt_zero_signs"
	zeroSignsFloat = "lt_zero_signs_float"
)

// zeros are the watches of the instance's COPY statements. A dictionary of
// DuckDB's parquet takes -0.0 and 0.0 for one value and gives the first of them
// for both (1.5.5): a column that has both may not have a dictionary, which one
// knows when it has passed.
type zeros struct {
	mu   sync.RWMutex
	last int64
	kept map[int64]*watch
}

// watch holds for each column of a query which zeros it had: bit 0 for 0.0, bit 1
// for -0.0.
type watch struct{ columns []atomic.Uint32 }

const bothZeros = 3

func (w *watch) both() bool {
	for i := range w.columns {
		if w.columns[i].Load() == bothZeros {
			return true
		}
	}
	return false
}

func (z *zeros) keep(columns int) (id int64, w *watch, release func()) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.kept == nil {
		z.kept = map[int64]*watch{}
	}
	z.last++
	id, w = z.last, &watch{columns: make([]atomic.Uint32, columns)}
	z.kept[id] = w
	return id, w, func() {
		z.mu.Lock()
		defer z.mu.Unlock()
		delete(z.kept, id)
	}
}

func (z *zeros) of(id int64) *watch {
	z.mu.RLock()
	defer z.mu.RUnlock()
	return z.kept[id]
}

// pass copies a column and notes its zeros.
func pass[T ~float32 | ~float64](z *zeros, b *raw.Batch, zero func(T) (is, negative bool)) error {
	out := raw.ResultValues[T](b)
	if len(out) == 0 {
		return nil
	}
	copy(out, raw.Values[T](b, 2))
	w, column := z.of(raw.Values[int64](b, 0)[0]), raw.Values[int64](b, 1)[0]
	if w == nil || column < 0 || column >= int64(len(w.columns)) {
		return fmt.Errorf("%s: nobody watches", zeroSigns)
	}
	var seen uint32
	for i, x := range out {
		if is, negative := zero(x); is && !b.Skip(i) {
			if negative {
				seen |= 2
			} else {
				seen |= 1
			}
		}
	}
	if seen != 0 {
		w.columns[column].Or(seen)
	}
	return nil
}

func (z *zeros) functions() []raw.Scalar {
	return []raw.Scalar{
		{Name: zeroSigns, Params: []raw.Type{raw.BigInt, raw.BigInt, raw.Double}, Returns: raw.Double, Volatile: true, Run: func(b *raw.Batch) error {
			return pass(z, b, func(x float64) (bool, bool) { return x == 0, math.Signbit(x) })
		}},
		{Name: zeroSignsFloat, Params: []raw.Type{raw.BigInt, raw.BigInt, raw.Float}, Returns: raw.Float, Volatile: true, Run: func(b *raw.Batch) error {
			return pass(z, b, func(x float32) (bool, bool) { return x == 0, math.Float32bits(x) != 0 })
		}},
	}
}

var floating = regexp.MustCompile(`\b(DOUBLE|FLOAT)\b`)

// watched is query with its floating columns watched until release. inside tells
// that values within others are floating, which nobody watches.
func (z *zeros) watched(query string, columns []DescribedColumn) (text string, w *watch, inside bool, release func()) {
	functions := map[string]string{"DOUBLE": zeroSigns, "FLOAT": zeroSignsFloat}
	id, w, release := z.keep(len(columns))
	var replaced []string
	for i, c := range columns {
		if f, ok := functions[c.Type]; ok {
			replaced = append(replaced, fmt.Sprintf("%s(%d, %d, %s) AS %[4]s", f, id, i, Ident(c.Name)))
		} else if floating.MatchString(c.Type) {
			inside = true
		}
	}
	if len(replaced) == 0 || inside {
		return query, w, inside, release
	}
	return fmt.Sprintf("SELECT * REPLACE (%s) FROM (%s)", strings.Join(replaced, ", "), query), w, false, release
}
