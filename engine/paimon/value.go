package paimon

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/paimon/binaryrow"
)

// parseValue reads a value of an atomic type from text.
func parseValue(t datatype.Type, text string) (any, error) {
	switch t.Kind {
	case datatype.Char, datatype.VarChar:
		return text, nil
	case datatype.Boolean:
		return strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
	case datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt:
		return parseInt(t.Kind, strings.TrimSpace(text))
	case datatype.Float:
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		return float32(v), err
	case datatype.Double:
		return strconv.ParseFloat(strings.TrimSpace(text), 64)
	case datatype.Decimal:
		return parseDecimal(t, strings.TrimSpace(text))
	case datatype.Date:
		d, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
		return binaryrow.Date(d.Unix() / secondsPerDay), err
	case datatype.Time:
		d, err := time.Parse(time.TimeOnly, strings.TrimSpace(text))
		return binaryrow.Time(d.Sub(d.Truncate(24 * time.Hour)).Milliseconds()), err
	case datatype.Timestamp:
		return parseTimestamp(strings.TrimSpace(text))
	}
	return nil, fmt.Errorf("a %s has no text form here", t.Nullable())
}

const secondsPerDay = 24 * 60 * 60

func parseInt(kind datatype.Kind, text string) (any, error) {
	bits := map[datatype.Kind]int{datatype.TinyInt: 8, datatype.SmallInt: 16, datatype.Int: 32, datatype.BigInt: 64}[kind]
	v, err := strconv.ParseInt(text, 10, bits)
	switch bits {
	case 8:
		return int8(v), err
	case 16:
		return int16(v), err
	case 32:
		return int32(v), err
	}
	return v, err
}

// parseDecimal takes no more fraction digits than the type has.
func parseDecimal(t datatype.Type, text string) (any, error) {
	whole, frac, _ := strings.Cut(text, ".")
	frac = strings.TrimRight(frac, "0")
	if len(frac) > t.Scale {
		return nil, errors.New("too many digits behind the point")
	}
	n, ok := new(big.Int).SetString(whole+frac+strings.Repeat("0", t.Scale-len(frac)), 10)
	if !ok || whole == "" && frac == "" {
		return nil, errors.New("not a number")
	}
	if len(new(big.Int).Abs(n).String()) > t.Precision {
		return nil, errors.New("too many digits")
	}
	return binaryrow.Decimal{Unscaled: n, Scale: t.Scale}, nil
}

func parseTimestamp(text string) (any, error) {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if v, err := time.Parse(layout, text); err == nil {
			return binaryrow.TimestampOfTime(v), nil
		}
	}
	return nil, errors.New("not a timestamp such as 2026-01-01 10:00:00")
}
