package session

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/dialect"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// Options of a read, as hints, dynamic options and tables name them.
const (
	optionMode        = "scan.mode"
	optionSnapshot    = "scan.snapshot-id"
	optionTag         = "scan.tag-name"
	optionVersion     = "scan.version"
	optionWatermark   = "scan.watermark"
	optionTime        = "scan.timestamp"
	optionMillis      = "scan.timestamp-millis"
	optionSince       = "scan.creation-time-millis"
	optionFilesSince  = "scan.file-creation-time-millis"
	optionBetween     = "incremental-between"
	optionBetweenTime = "incremental-between-timestamp"
	optionAutoTag     = "incremental-to-auto-tag"
	optionBetweenMode = "incremental-between-scan-mode"
)

// momentOptions are the options that say which moment, or which two.
var momentOptions = []string{optionSnapshot, optionTag, optionVersion, optionWatermark, optionTime, optionMillis, optionSince, optionFilesSince,
	optionBetween, optionBetweenTime, optionAutoTag}

const (
	anyMode       = "default"
	compactedMode = "compacted-full"
)

// scanModes are what scan.mode may be, as a batch read means it, with the options
// of which one says the moment; without any it is the newest.
var scanModes = map[string][]string{
	anyMode: momentOptions, "latest": nil, "latest-full": nil, "full": nil, compactedMode: nil,
	"from-timestamp": {optionTime, optionMillis}, "from-creation-timestamp": {optionSince}, "from-file-creation-time": {optionFilesSince},
	"from-snapshot": {optionSnapshot, optionTag, optionWatermark, optionVersion}, "from-snapshot-full": {optionSnapshot},
	"incremental": {optionBetween, optionBetweenTime, optionAutoTag},
}

// readOptions are a table's own options of reading under those of the reference,
// which names another moment as a whole.
func readOptions(table *paimon.Table, ref dialect.TableRef) map[string]string {
	all := maps.Clone(ref.Options)
	if all == nil {
		all = map[string]string{}
	}
	if ref.AsOf != nil || len(namedIn(all)) > 0 || all[optionMode] != "" {
		return all
	}
	for _, option := range append([]string{optionMode, optionBetweenMode}, momentOptions...) {
		if v := table.Schema().Text(option, ""); v != "" && all[option] == "" {
			all[option] = v
		}
	}
	return all
}

// namedIn are the options of moments among others.
func namedIn(options map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(momentOptions), func(o string) bool { _, given := options[o]; return !given })
}

// misspelt refuses an option that looks like one of a moment and is none, for the
// query would then read the newest rows. Other options of reading are for engines
// that have a use for them, and are passed over as Java passes over them.
func misspelt(options map[string]string) error {
	known := append([]string{optionMode, optionBetweenMode}, momentOptions...)
	for _, key := range slices.Sorted(maps.Keys(options)) {
		near := problem.Nearest(key, known, 1)
		if len(near) > 0 && near[0] != key && !strings.HasPrefix(key, near[0]+".") && !strings.HasPrefix(key, near[0]+"-") { // scan.watermark.idle-timeout
			return problem.New("scan.option_name", "key", key).Suggest(near...)
		}
	}
	return nil
}

// moment reads VERSION AS OF and TIMESTAMP AS OF and the options of a reference:
// one moment, or two with what lies between them.
func (sc *scope) moment(table *paimon.Table, ref dialect.TableRef) (scan.Options, *scan.Between, error) {
	if err := misspelt(ref.Options); err != nil {
		return scan.Options{}, nil, err
	}
	options := readOptions(table, ref)
	mode, err := scanMode(options, ref.AsOf)
	if err != nil {
		return scan.Options{}, nil, err
	}
	opt := scan.Options{Compacted: mode == compactedMode}
	if a := ref.AsOf; a != nil {
		opt.Version, opt.AsOf = a.Tag, a.Time
		if a.Snapshot != 0 {
			opt.Version = strconv.FormatInt(a.Snapshot, 10) // a tag of that name comes first
		}
	}
	between := scan.Between{Mode: scan.Mode(strings.ToLower(options[optionBetweenMode]))}
	for _, key := range namedIn(options) {
		if err := sc.readMoment(key, options[key], &opt, &between); err != nil {
			return opt, nil, problem.New("scan.option", "key", key, "value", options[key]).Because(err)
		}
		if strings.HasPrefix(key, "incremental-") {
			return opt, &between, nil
		}
	}
	return opt, nil, nil
}

// scanMode reads scan.mode and holds that the moment is of its kind.
func scanMode(options map[string]string, asOf *dialect.AsOf) (string, error) {
	mode := cmp.Or(strings.ToLower(strings.TrimSpace(options[optionMode])), anyMode)
	wants, known := scanModes[mode]
	if !known {
		return "", problem.New("scan.option", "key", optionMode, "value", mode).Suggest(problem.Nearest(mode, slices.Sorted(maps.Keys(scanModes)), 3)...)
	}
	given := namedIn(options)
	if asOf != nil && asOf.Time.IsZero() {
		given = append(given, optionVersion)
	} else if asOf != nil {
		given = append(given, optionTime)
	}
	foreign := slices.DeleteFunc(slices.Clone(given), func(o string) bool { return slices.Contains(wants, o) })
	switch {
	case len(given) > 1:
		return "", problem.New("scan.two_moments", "given", strings.Join(given, ", "))
	case len(foreign) > 0, len(given) == 0 && len(wants) > 0 && mode != anyMode:
		return "", problem.New("scan.mode", "mode", mode, "given", cmp.Or(strings.Join(given, ", "), "–"), "wants", cmp.Or(strings.Join(wants, ", "), "–"))
	}
	return mode, nil
}

// readMoment reads the value of one option of a moment.
func (sc *scope) readMoment(key, v string, opt *scan.Options, between *scan.Between) (err error) {
	millis := func() (time.Time, error) {
		ms, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		return time.UnixMilli(ms).In(sc.cfg.Now().Location()), err // files note what a clock on the wall shows
	}
	switch key {
	case optionSnapshot:
		opt.Snapshot, err = strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	case optionTag:
		opt.Tag = v
	case optionVersion:
		opt.Version = v
	case optionWatermark:
		var w int64
		w, err = strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		opt.Watermark = &w
	case optionTime, optionMillis:
		opt.AsOf, err = sc.instant(v)
	case optionSince:
		opt.Since, err = millis()
	case optionFilesSince:
		opt.FilesSince, err = millis()
	case optionAutoTag:
		between.ToAutoTag = strings.TrimSpace(v)
	default:
		return sc.readBetween(key, v, between)
	}
	return err
}

// readBetween reads two moments.
func (sc *scope) readBetween(key, v string, between *scan.Between) (err error) {
	from, to, ok := strings.Cut(v, ",")
	if !ok {
		return errors.New("two moments stand with a comma between them")
	}
	if key == optionBetween {
		between.From, between.To = strings.TrimSpace(from), strings.TrimSpace(to)
		return nil
	}
	if between.FromTime, err = sc.instant(from); err == nil {
		between.ToTime, err = sc.instant(to)
	}
	return err
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
