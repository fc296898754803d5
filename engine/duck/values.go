package duck

import (
	"fmt"
	"math/big"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// asInt reads any of the driver's integer shapes.
func asInt(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case uint64:
		return int64(n)
	case int32:
		return int64(n)
	case *big.Int:
		return n.Int64()
	}
	return 0
}

// mapOf reads a MAP(VARCHAR, x) or STRUCT value of the driver.
func mapOf(v any) map[string]any {
	out := map[string]any{}
	switch m := v.(type) {
	case duckdb.OrderedMap:
		values := m.Values()
		for i, k := range m.Keys() {
			out[fmt.Sprint(k)] = values[i]
		}
	case map[string]any:
		return m
	}
	return out
}
