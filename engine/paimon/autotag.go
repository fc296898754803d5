package paimon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// autoTag is how a table names its moments by itself: a tag for each period,
// named by the period's start and made after its end.
type autoTag struct {
	mode      string // process-time, watermark or batch
	zone      *time.Location
	period    time.Duration
	layout    string
	daily     bool // the layout has no hour
	delay     time.Duration
	most      int64 // automatic tags that are kept; 0 = all
	retained  *time.Duration
	complete  bool // a period without snapshot gets its tag too
	batchName string
}

// Layouts of the tags' names by formatter: of a day, of an hour.
var tagLayouts = map[string][2]string{
	"with_dashes":               {"2006-01-02", "2006-01-02 15"},
	"without_dashes":            {"20060102", "20060102 15"},
	"without_dashes_and_spaces": {"20060102", "2006010215"},
}

// AutoTag makes the tags that the table's options ask for by now, removes those
// beyond their number, and names the new ones.
func (t *Table) AutoTag(ctx context.Context) ([]string, error) {
	a, err := t.autoTag()
	if err != nil || a == nil {
		return nil, err
	}
	if a.mode == "batch" {
		return t.batchTag(ctx, a)
	}
	return t.periodTags(ctx, a)
}

// autoTag reads the options; nil without automatic tags.
func (t *Table) autoTag() (*autoTag, error) {
	s := t.schema
	a := &autoTag{mode: s.Word("tag.automatic-creation", "none"), zone: t.env.Clock().Location(), complete: s.Flag("tag.automatic-completion"),
		batchName: s.Options["tag.batch.customized-name"]}
	switch a.mode {
	case "none":
		return nil, nil
	case "process-time", "watermark", "batch":
	default:
		return nil, schema.BadOption("tag.automatic-creation", a.mode, schema.OneOf("none", "process-time", "watermark", "batch"))
	}
	if err := a.readZone(s); err != nil {
		return nil, err
	}
	var err error
	if a.delay, err = s.Duration("tag.creation-delay", 0); err != nil {
		return nil, err
	}
	if a.period, err = s.Duration("tag.creation-period-duration", 0); err != nil {
		return nil, err
	}
	if a.most, err = s.Number("tag.num-retained-max", 1, 0); err != nil {
		return nil, err
	}
	const retained = "tag.default-time-retained"
	if s.Text(retained, "") != "" {
		d, err := s.Duration(retained, 0)
		if err != nil {
			return nil, err
		}
		a.retained = &d
	}
	return a, a.readPeriod(s)
}

// readZone reads the time zone of the periods.
func (a *autoTag) readZone(s *schema.Schema) error {
	option := "sink.process-time-zone"
	if a.mode == "watermark" {
		option = "sink.watermark-time-zone" // "" is UTC, as in Paimon
	}
	name := s.Text(option, "")
	if name == "" && a.mode != "watermark" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return schema.BadOption(option, name, problem.Say("table.no_time_zone"))
	}
	a.zone = zone
	return nil
}

func (a *autoTag) readPeriod(s *schema.Schema) error {
	formatter := s.Word("tag.period-formatter", "with_dashes")
	layouts, ok := tagLayouts[formatter]
	if !ok {
		return schema.BadOption("tag.period-formatter", formatter, schema.OneOf("with_dashes", "without_dashes", "without_dashes_and_spaces"))
	}
	if a.period > 0 {
		a.layout = "200601021504"
	} else {
		switch period := s.Word("tag.creation-period", "daily"); period {
		case "daily":
			a.period, a.layout, a.daily = 24*time.Hour, layouts[0], true
		case "hourly":
			a.period, a.layout = time.Hour, layouts[1]
		case "two-hours":
			a.period, a.layout = 2*time.Hour, tagLayouts["with_dashes"][1]
		default:
			return schema.BadOption("tag.creation-period", period, schema.OneOf("daily", "hourly", "two-hours"))
		}
	}
	if a.delay >= a.period {
		return schema.BadOption("tag.creation-delay", s.Text("tag.creation-delay", ""), problem.Say("table.delay_too_long"))
	}
	return nil
}

// timeOf is the start of the period that an automatic tag is named by.
func (a *autoTag) timeOf(name string) (time.Time, bool) {
	if a.daily {
		name, _, _ = strings.Cut(name, " ")
	}
	at, err := time.Parse(a.layout, name)
	return at, err == nil
}

// autoTagBefore is the automatic tag before another by the periods that they are
// named by; "" where there is none, or not that other one. Whether the table still
// makes tags does not matter.
func (t *Table) autoTagBefore(ctx context.Context, name string) (string, error) {
	a := &autoTag{}
	var err error
	if a.period, err = t.schema.Duration("tag.creation-period-duration", 0); err != nil {
		return "", err
	}
	if err = a.readPeriod(t.schema); err != nil {
		return "", err
	}
	end, ok := a.timeOf(name)
	if !ok {
		return "", problem.New("scan.no_auto_tag", "name", t.id.String(), "tag", name)
	}
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return "", err
	}
	var before string
	var last time.Time
	there := false
	for _, tag := range tags {
		at, ok := a.timeOf(tag.Name)
		if ok && at.Before(end) && (before == "" || at.After(last)) {
			before, last = tag.Name, at
		}
		there = there || tag.Name == name
	}
	if !there {
		return "", nil
	}
	return before, nil
}

// of is the time of a snapshot that counts, as a clock on the wall shows it.
func (a *autoTag) of(s *snapshot.Snapshot) (time.Time, bool) {
	millis := s.TimeMillis
	if a.mode == "watermark" {
		if s.Watermark == nil || *s.Watermark < 0 {
			return time.Time{}, false
		}
		millis = *s.Watermark
	}
	return asUTC(time.UnixMilli(millis).In(a.zone)), true
}

// periodTags walks the snapshots since the last automatic tag.
func (t *Table) periodTags(ctx context.Context, a *autoTag) ([]string, error) {
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return nil, err
	}
	var next time.Time // start of the period that is tagged next; zero = any
	last := int64(0)
	for _, tag := range tags {
		if at, ok := a.timeOf(tag.Name); ok && (next.IsZero() || !at.Add(a.period).Before(next)) {
			next, last = at.Add(a.period), tag.Snapshot.ID
		}
	}
	ids, err := t.source.Snapshots.IDs(ctx)
	if err != nil {
		return nil, err
	}
	var made []string
	for _, id := range ids {
		if id <= last {
			continue
		}
		s, err := t.source.Snapshots.ByID(ctx, id)
		if errors.Is(err, fileio.ErrNotExist) {
			continue
		}
		if err != nil {
			return made, err
		}
		at, ok := a.of(s)
		if !ok || !next.IsZero() && at.Add(-a.delay).Before(next.Add(a.period)) {
			continue
		}
		start := at.Truncate(a.period).Add(-a.period)
		if a.complete && !next.IsZero() {
			start = next
		}
		name := start.Format(a.layout)
		if err := t.makeTag(ctx, a, name, id); err != nil {
			return made, err
		}
		made, next = append(made, name), start.Add(a.period)
	}
	if len(made) == 0 {
		return nil, nil
	}
	return made, t.trimTags(ctx, a, func(tag *snapshot.Tag) bool { _, ok := a.timeOf(tag.Name); return ok })
}

// makeTag makes a tag; one of that name stays.
func (t *Table) makeTag(ctx context.Context, a *autoTag, name string, id int64) error {
	_, err := t.CreateTag(ctx, name, scan.Options{Snapshot: id}, a.retained)
	if p, ok := problem.As(err); ok && p.Code == "table.tag_exists" {
		return nil
	}
	return err
}

// batchTag names the newest snapshot by its day, in place of an earlier one of
// that day.
func (t *Table) batchTag(ctx context.Context, a *autoTag) ([]string, error) {
	s, err := t.Latest(ctx)
	if err != nil || s == nil {
		return nil, err
	}
	name := a.batchName
	if name == "" {
		name = "batch-write-" + time.UnixMilli(s.TimeMillis).In(a.zone).Format("2006-01-02")
	}
	if _, err := t.DeleteTags(ctx, []string{name}, false); err != nil {
		return nil, err
	}
	if err := t.makeTag(ctx, a, name, s.ID); err != nil {
		return nil, err
	}
	return []string{name}, t.trimTags(ctx, a, func(*snapshot.Tag) bool { return true })
}

// trimTags deletes the oldest of some tags beyond the number that is kept.
func (t *Table) trimTags(ctx context.Context, a *autoTag, counts func(*snapshot.Tag) bool) error {
	if a.most == 0 {
		return nil
	}
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return err
	}
	tags = slices.DeleteFunc(tags, func(tag *snapshot.Tag) bool { return !counts(tag) })
	slices.SortStableFunc(tags, func(x, y *snapshot.Tag) int { return int(x.Snapshot.ID - y.Snapshot.ID) })
	if int64(len(tags)) <= a.most {
		return nil
	}
	var names []string
	for _, tag := range tags[:int64(len(tags))-a.most] {
		names = append(names, tag.Name)
	}
	if _, err := t.DeleteTags(ctx, names, false); err != nil {
		return fmt.Errorf("delete automatic tags: %w", err)
	}
	return nil
}
