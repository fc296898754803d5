package session

import (
	"strconv"
	"strings"
	"time"

	"laketop/engine/dialect"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// Options of a read, as hints and dynamic options name them.
const (
	optionBetween     = "incremental-between"
	optionBetweenTime = "incremental-between-timestamp"
	optionBetweenMode = "incremental-between-scan-mode"
)

// moment reads VERSION AS OF and TIMESTAMP AS OF, and the options that mean the
// same.
func (sc *scope) moment(ref dialect.TableRef) (scan.Options, error) {
	var opt scan.Options
	if a := ref.AsOf; a != nil {
		opt.Snapshot, opt.Version, opt.AsOf = a.Snapshot, a.Tag, a.Time
	}
	for k, v := range ref.Options {
		var err error
		switch k {
		case "scan.snapshot-id":
			opt.Snapshot, err = strconv.ParseInt(v, 10, 64)
		case "scan.tag-name":
			opt.Tag = v
		case "scan.version":
			opt.Version = v
		case "scan.watermark":
			var w int64
			w, err = strconv.ParseInt(v, 10, 64)
			opt.Watermark = &w
		case "scan.timestamp-millis", "scan.timestamp":
			opt.AsOf, err = sc.instant(v)
		}
		if err != nil {
			return opt, problem.New("scan.option", "key", k, "value", v).Because(err)
		}
	}
	return opt, nil
}

// instant reads milliseconds, or a date and time of the session's zone.
func (sc *scope) instant(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return binaryrow.Timestamp{Millis: ms}.Time(), nil
	}
	zone, err := time.LoadLocation(sc.timeZone)
	if err != nil {
		return time.Time{}, err
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, nil
	}
	return time.ParseInLocation("2006-01-02 15:04:05.999", strings.Replace(text, "T", " ", 1), zone)
}

// between reads the options of an incremental query; false when there are none.
func (sc *scope) between(ref dialect.TableRef) (scan.Between, bool, error) {
	b := scan.Between{Mode: scan.Mode(strings.ToLower(ref.Options[optionBetweenMode]))}
	for _, key := range []string{optionBetween, optionBetweenTime} {
		text, ok := ref.Options[key]
		if !ok {
			continue
		}
		from, to, ok := strings.Cut(text, ",")
		if !ok {
			return b, false, problem.New("scan.option", "key", key, "value", text)
		}
		if key == optionBetween {
			b.From, b.To = strings.TrimSpace(from), strings.TrimSpace(to)
			return b, true, nil
		}
		var err error
		if b.FromTime, err = sc.instant(from); err == nil {
			b.ToTime, err = sc.instant(to)
		}
		if err != nil {
			return b, false, problem.New("scan.option", "key", key, "value", text).Because(err)
		}
		return b, true, nil
	}
	return b, false, nil
}
