package scan

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// BucketFolder is the folder of a bucket inside its partition's.
func BucketFolder(bucket int32) string {
	if bucket == -2 {
		return "bucket-postpone"
	}
	return "bucket-" + strconv.Itoa(int(bucket))
}

// PartitionFolder is where the files of a partition lie below the table's
// folder: k=v/k2=v2, behind the option data-file.path-directory; "" for a table
// without partitions.
//
// The names are Java's. Values that differ may share a folder (null, "" and
// blanks), so a partition is never told from its folder.
func PartitionFolder(s *schema.Schema, values []any) (string, error) {
	folder := s.DataDirectory()
	for i, t := range s.PartitionTypes() {
		text, err := partitionText(t, values[i], s.PartitionLegacyName())
		if err != nil {
			return "", problem.New("table.bad_partition", "value", fmt.Sprint(values[i]), "column", s.PartitionKeys[i], "type", t.Nullable().String()).Because(err)
		}
		if strings.TrimSpace(text) == "" {
			text = s.PartitionDefaultName()
		}
		folder = fileio.Join(folder, escape(s.PartitionKeys[i])+"="+escape(text))
	}
	return folder, nil
}

// partitionText is a value as a folder names it: by Java's toString of its
// internal form, or by SQL's cast to a string. A null is "".
func partitionText(t datatype.Type, v any, legacy bool) (string, error) {
	switch x := v.(type) {
	case nil:
		return "", nil
	case string:
		return x, nil
	case bool:
		return strconv.FormatBool(x), nil
	case float32:
		return javaFloat(float64(x), 32), nil
	case float64:
		return javaFloat(x, 64), nil
	case binaryrow.Decimal:
		return x.String(), nil
	case binaryrow.Date:
		if legacy {
			return strconv.Itoa(int(x)), nil
		}
		return x.String(), nil
	case binaryrow.Time:
		if legacy {
			return strconv.Itoa(int(x)), nil
		}
		return timeText(int64(x), t.Precision), nil
	case binaryrow.Timestamp:
		if legacy {
			return javaDateTime(x), nil
		}
		if t.Kind == datatype.TimestampLTZ {
			return "", fmt.Errorf("its folder would depend on the time zone of the reader")
		}
		return sqlDateTime(x, t.Precision), nil
	}
	if i, ok := asInt(v); ok {
		return strconv.FormatInt(i, 10), nil
	}
	return "", fmt.Errorf("a %s cannot name a folder", t.Nullable())
}

// escape writes the characters that Hive reserves as %XX.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c > 0 && c < 0x20 || c == 0x7F || strings.IndexByte("\"#%'*/:=?\\{}[]^", c) >= 0 {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// javaDateTime is LocalDateTime.toString: no seconds when they are zero, the
// fraction in groups of three digits.
func javaDateTime(x binaryrow.Timestamp) string {
	t := x.Time()
	switch ns := t.Nanosecond(); {
	case ns == 0 && t.Second() == 0:
		return t.Format("2006-01-02T15:04")
	case ns == 0:
		return t.Format("2006-01-02T15:04:05")
	case ns%1_000_000 == 0:
		return t.Format("2006-01-02T15:04:05.000")
	case ns%1_000 == 0:
		return t.Format("2006-01-02T15:04:05.000000")
	}
	return t.Format("2006-01-02T15:04:05.000000000")
}

// sqlDateTime has at least precision digits of fraction, and more only if they
// are not zero.
func sqlDateTime(x binaryrow.Timestamp, precision int) string {
	t := x.Time()
	return t.Format(time.DateTime) + fraction(t.Nanosecond(), precision)
}

func timeText(millis int64, precision int) string {
	t := time.UnixMilli(millis).UTC()
	return t.Format(time.TimeOnly) + fraction(t.Nanosecond(), precision)
}

func fraction(nanos, precision int) string {
	digits := fmt.Sprintf("%09d", nanos)
	for len(digits) > precision && strings.HasSuffix(digits, "0") {
		digits = digits[:len(digits)-1]
	}
	if digits == "" {
		return ""
	}
	return "." + digits
}

// javaFloat is Float.toString or Double.toString.
func javaFloat(x float64, bits int) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 0):
		return strings.TrimPrefix(strconv.FormatFloat(x, 'f', -1, bits)+"inity", "+")
	case x == 0:
		return strconv.FormatFloat(x, 'f', 1, bits)
	}
	if a := math.Abs(x); a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(x, 'f', -1, bits)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, bits), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent) // FormatFloat wrote it
	return mantissa + "E" + strconv.Itoa(n)
}
