package filestore

import (
	"fmt"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// The options of records that expire one by one.
const (
	optionRecordExpiry = "record-level.expire-time"
	optionRecordTime   = "record-level.time-field"
)

// expiry drops records of a primary-key table by a column's time, whenever a
// compaction writes them anew.
type expiry struct {
	field  datatype.Field
	before int64 // seconds since 1970: what is older goes
}

// expiryOf is nil when records do not expire.
func expiryOf(s *schema.Schema, now time.Time) (*expiry, error) {
	if s.Text(optionRecordExpiry, "") == "" || now.IsZero() {
		return nil, nil
	}
	age, err := s.Duration(optionRecordExpiry, 0)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(s.Options[optionRecordTime])
	f, ok := s.Field(name)
	if ok {
		switch f.Type.Kind {
		case datatype.Int, datatype.BigInt, datatype.Timestamp, datatype.TimestampLTZ:
		default:
			ok = false
		}
	}
	if !ok {
		return nil, schema.BadOption(optionRecordTime, name, problem.Say("table.no_time_column"))
	}
	return &expiry{field: f, before: now.Unix() - int64(age/time.Second)}, nil
}

// millisFrom is the number from which a BIGINT counts milliseconds.
const millisFrom = 1_000_000_000_000

// keeps is the condition for a record that has not expired; "" for all.
func (x *expiry) keeps() string {
	if x == nil {
		return ""
	}
	column := duck.Ident(x.field.Name)
	switch x.field.Type.Kind {
	case datatype.BigInt:
		column = fmt.Sprintf("(CASE WHEN %[1]s >= %[2]d THEN %[1]s // 1000 ELSE %[1]s END)", column, int64(millisFrom))
	case datatype.Timestamp, datatype.TimestampLTZ:
		column = "epoch_ms(" + column + ") // 1000"
	}
	return fmt.Sprintf("coalesce(%s >= %d, true)", column, x.before)
}

// expires tells whether a file may hold records that have expired.
func (x *expiry) expires(f *scan.PlannedFile) bool {
	if x == nil {
		return false
	}
	var oldest int64
	switch v := scan.MinValue(f, x.field).(type) {
	case int32:
		oldest = int64(v)
	case int64:
		if oldest = v; v >= millisFrom {
			oldest = v / millis
		}
	case binaryrow.Timestamp:
		oldest = v.Millis / millis
	default:
		return false
	}
	return oldest < x.before
}

const millis = 1000
