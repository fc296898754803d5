package dashboard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"laketop/engine/problem"
)

// defaultMaxRows caps a dataset: a chart is drawn from aggregates.
const defaultMaxRows = 5000

// Data is what the tiles of one document are drawn from.
type Data struct {
	Datasets  map[string]DatasetResult
	Params    map[string]string // the values that held, for filters and the header
	ElapsedMs float64
}

// DatasetResult is the answer of one dataset: a table, or what went wrong.
type DatasetResult struct {
	Table     ChartTable
	Reads     []SnapshotRef
	ElapsedMs float64
	Err       error // *problem.Error where a person can mend it
}

// Reads lists every table snapshot that the data came from, once, by name.
func (d Data) Reads() []SnapshotRef {
	var all []SnapshotRef
	for _, name := range sortedKeys(d.Datasets) {
		for _, r := range d.Datasets[name].Reads {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	slices.SortFunc(all, func(a, b SnapshotRef) int {
		if c := strings.Compare(a.Table, b.Table); c != 0 {
			return c
		}
		return int(a.Snapshot - b.Snapshot)
	})
	return all
}

// Run resolves the filters and runs every dataset that a tile uses. One failed
// dataset does not fail the others: its error stands in its result. The error
// of Run itself is a wrong parameter or a cancelled context.
func (d *Document) Run(ctx context.Context, q Querier, given map[string]string) (*Data, error) {
	start := time.Now()
	params, err := d.Resolve(ctx, q, given)
	if err != nil {
		return nil, err
	}
	data := &Data{Datasets: map[string]DatasetResult{}, Params: params}
	for _, name := range d.used() {
		data.Datasets[name] = d.runOne(ctx, q, d.Datasets[name], params)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("run dashboard %s: %w", d.Name, ctx.Err())
		}
	}
	data.ElapsedMs = float64(time.Since(start).Microseconds()) / 1000
	return data, nil
}

func (d *Document) runOne(ctx context.Context, q Querier, set Dataset, params map[string]string) DatasetResult {
	start := time.Now()
	dialect, rows := set.Dialect, set.MaxRows
	if dialect == "" {
		dialect = d.Dialect
	}
	if rows <= 0 {
		rows = defaultMaxRows
	}
	table, reads, err := q.Chart(ctx, dialect, set.SQL, params, rows)
	return DatasetResult{Table: table, Reads: reads, Err: err, ElapsedMs: float64(time.Since(start).Microseconds()) / 1000}
}

// used names the datasets that tiles draw, in order of the tiles.
func (d *Document) used() []string {
	var names []string
	for _, row := range d.Rows {
		for _, tile := range row.Tiles {
			if !slices.Contains(names, tile.Dataset) {
				names = append(names, tile.Dataset)
			}
		}
	}
	return names
}

const day = 24 * time.Hour

// Resolve turns what the user gave into the parameters of the datasets. A
// date-range filter named "period" gives
//
//	from, to                    dates of the range, both within
//	previous_from, previous_to  the days of equal number before it
//	data_from, data_to          all that the data has
//
// and takes from and to, or its own name with "all" or "last-7-days".
// Where the data cannot be read the dates are those given, else empty: the
// datasets then say what is missing.
func (d *Document) Resolve(ctx context.Context, q Querier, given map[string]string) (map[string]string, error) {
	params := map[string]string{}
	known := []string{}
	for _, f := range d.Filters {
		known = append(known, f.Name, "from", "to")
		if err := d.resolveRange(ctx, q, f, given, params); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(given) {
		if !slices.Contains(known, name) && !d.mentions(name) {
			return nil, problem.New("dashboard.unknown_parameter", "name", name).Suggest(known...)
		}
		if _, set := params[name]; !set && !slices.Contains(known, name) {
			params[name] = given[name]
		}
	}
	return params, nil
}

func (d *Document) mentions(name string) bool {
	for _, set := range d.Datasets {
		if strings.Contains(set.SQL, "${"+name+"}") {
			return true
		}
	}
	return false
}

func (d *Document) resolveRange(ctx context.Context, q Querier, f Filter, given, params map[string]string) error {
	first, last, err := d.dataRange(ctx, q, f)
	if err != nil {
		return err
	}
	from, to := first, last
	preset := f.Default
	if v := given[f.Name]; v != "" {
		preset = v
	}
	days, ok := presetDays(preset)
	if !ok && preset != "all" {
		return problem.New("dashboard.bad_parameter", "name", f.Name, "value", preset, "want", "all, last-7-days")
	}
	if from, to, err = givenDates(given, from, to, days); err != nil {
		return err
	}
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return problem.New("dashboard.bad_parameter", "name", "to", "value", to.Format(time.DateOnly)).With("want", problem.Say("app.date_not_before", "date", from.Format(time.DateOnly)))
	}
	set := func(name string, t time.Time) {
		params[name] = ""
		if !t.IsZero() {
			params[name] = t.Format(time.DateOnly)
		}
	}
	set("data_from", first)
	set("data_to", last)
	set("from", from)
	set("to", to)
	if from.IsZero() || to.IsZero() {
		params["previous_from"], params["previous_to"] = "", ""
		return nil
	}
	set("previous_from", from.Add(-to.Sub(from)-day))
	set("previous_to", from.Add(-day))
	return nil
}

// givenDates lets from and to win over the preset.
func givenDates(given map[string]string, from, to time.Time, days int) (time.Time, time.Time, error) {
	dates := map[string]time.Time{}
	for _, name := range []string{"from", "to"} {
		if given[name] == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, given[name])
		if err != nil {
			return from, to, problem.New("dashboard.bad_parameter", "name", name, "value", given[name]).With("want", problem.Say("app.date_such_as")).Because(err)
		}
		dates[name] = t
	}
	if t, ok := dates["to"]; ok {
		to = t
	}
	if days > 0 && !to.IsZero() {
		from = to.Add(-time.Duration(days-1) * day)
	}
	if t, ok := dates["from"]; ok {
		from = t
	}
	return from, to, nil
}

// dataRange asks the data for its first and last date; zero times when it has
// none or cannot be read.
func (d *Document) dataRange(ctx context.Context, q Querier, f Filter) (first, last time.Time, err error) {
	table, _, err := q.Chart(ctx, d.Dialect, f.Range, nil, 1)
	if ctx.Err() != nil {
		return first, last, fmt.Errorf("read the range of %s: %w", f.Name, ctx.Err())
	}
	var told *problem.Error
	if err != nil && !errors.As(err, &told) {
		return first, last, fmt.Errorf("read the range of %s: %w", f.Name, err)
	}
	if err != nil || len(table.Columns) < 2 || table.Rows == 0 {
		return first, last, nil //nolint:nilerr // a table that is not there yet has no range; its tile says so
	}
	return dateOf(table.Columns[0].Values[0]), dateOf(table.Columns[1].Values[0]), nil
}

func dateOf(v any) time.Time {
	s, ok := v.(string)
	if !ok || len(s) < len(time.DateOnly) {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)])
	if err != nil {
		return time.Time{}
	}
	return t
}

// presetDays reads "last-7-days".
func presetDays(s string) (int, bool) {
	n, ok := strings.CutPrefix(s, "last-")
	if !ok {
		return 0, false
	}
	n, ok = strings.CutSuffix(n, "-days")
	days, err := strconv.Atoi(n)
	return days, ok && err == nil && days > 0 && days <= 36600
}
