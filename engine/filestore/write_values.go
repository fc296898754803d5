package filestore

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/binaryrow"
)

// microDigits is the precision up to which microseconds hold an instant.
const microDigits = 6

// inNanos tells the instants that DuckDB keeps as nanoseconds.
func inNanos(t datatype.Type) bool { return t.Kind == datatype.Timestamp && t.Precision > microDigits }

// KeyExpr reads a column of a key in a shape that KeyValue knows:
// whole numbers for times, so that no zone stands between.
func KeyExpr(column string, t datatype.Type) string {
	switch t.Kind {
	case datatype.Date:
		return "(" + column + " - DATE '1970-01-01')::INTEGER"
	case datatype.Timestamp, datatype.TimestampLTZ:
		if inNanos(t) {
			return "epoch_ns(" + column + ")"
		}
		return "epoch_us(" + column + ")"
	case datatype.Time:
		return "(epoch_us(" + column + ") // 1000)::INTEGER"
	case datatype.Decimal:
		return column + "::VARCHAR"
	}
	return column
}

// KeyValue turns what KeyExpr gives into the value that manifests keep.
func KeyValue(v any, t datatype.Type) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch t.Kind {
	case datatype.Date:
		if n, ok := v.(int32); ok {
			return binaryrow.Date(n), nil
		}
	case datatype.Time:
		if n, ok := v.(int32); ok {
			return binaryrow.Time(n), nil
		}
	case datatype.Timestamp, datatype.TimestampLTZ:
		if n, ok := v.(int64); ok && inNanos(t) {
			return timestampOfNanos(n), nil
		} else if ok {
			return binaryrow.TimestampOfMicros(n), nil
		}
	case datatype.Decimal:
		if s, ok := v.(string); ok {
			if r, ok := new(big.Rat).SetString(s); ok {
				return binaryrow.DecimalOf(r, t.Scale), nil
			}
		}
	default:
		return v, nil
	}
	return nil, fmt.Errorf("a %T is no value of %s", v, t)
}

// timestampOfNanos makes a Timestamp of nanoseconds since 1970-01-01.
func timestampOfNanos(ns int64) binaryrow.Timestamp {
	const nanosOfMilli = 1_000_000
	ms, rest := ns/nanosOfMilli, ns%nanosOfMilli
	if rest < 0 {
		ms, rest = ms-1, rest+nanosOfMilli
	}
	return binaryrow.Timestamp{Millis: ms, NanoOfMilli: int32(rest)}
}

// keyLiteral is a value that KeyExpr gave, as DuckDB text.
func keyLiteral(v any) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case string:
		return duck.Literal(x)
	case []byte:
		return "from_hex('" + hex.EncodeToString(x) + "')"
	case float32:
		return "'" + strconv.FormatFloat(float64(x), 'g', -1, 32) + "'::FLOAT"
	case float64:
		return "'" + strconv.FormatFloat(x, 'g', -1, 64) + "'::DOUBLE"
	}
	return fmt.Sprint(v) // bool and whole numbers
}

// lakeValues turns a row of KeyExprs into the lake's values.
func lakeValues(row []any, types []datatype.Type) (values []any, err error) {
	values = make([]any, len(types))
	for i, t := range types {
		if values[i], err = KeyValue(row[i], t); err != nil {
			return nil, err
		}
	}
	return values, nil
}
