package paimon_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

func TestAutomaticTags(t *testing.T) {
	for name, tc := range map[string]struct {
		options map[string]string
		hours   []int // of snapshots, since 2026-01-01 00:00
		want    []string
	}{
		"none":                 {nil, []int{1, 30}, nil},
		"daily, of yesterday":  {map[string]string{"tag.automatic-creation": "process-time"}, []int{1, 30, 40, 50}, []string{"2025-12-31", "2026-01-01", "2026-01-02"}},
		"the first of a day":   {map[string]string{"tag.automatic-creation": "process-time", "tag.creation-delay": "4 h"}, []int{1, 26, 30}, []string{"2025-12-31", "2026-01-01"}},
		"hourly":               {map[string]string{"tag.automatic-creation": "process-time", "tag.creation-period": "hourly"}, []int{1, 2, 4}, []string{"2026-01-01 00", "2026-01-01 01", "2026-01-01 03"}},
		"without dashes":       {map[string]string{"tag.automatic-creation": "process-time", "tag.creation-period": "hourly", "tag.period-formatter": "without_dashes_and_spaces"}, []int{1}, []string{"2026010100"}},
		"two hours":            {map[string]string{"tag.automatic-creation": "process-time", "tag.creation-period": "two-hours"}, []int{1, 3, 5}, []string{"2025-12-31 22", "2026-01-01 00", "2026-01-01 02"}},
		"so many":              {map[string]string{"tag.automatic-creation": "process-time", "tag.num-retained-max": "2"}, []int{1, 30, 50}, []string{"2026-01-01", "2026-01-02"}},
		"every period":         {map[string]string{"tag.automatic-creation": "process-time", "tag.automatic-completion": "true"}, []int{1, 100}, []string{"2025-12-31", "2026-01-01"}},
		"in another time zone": {map[string]string{"tag.automatic-creation": "process-time", "sink.process-time-zone": "Asia/Shanghai"}, []int{1, 17}, []string{"2025-12-31", "2026-01-01"}},
		"a batch's day":        {map[string]string{"tag.automatic-creation": "batch"}, []int{1, 2, 30}, []string{"batch-write-2026-01-01", "batch-write-2026-01-02"}},
		"no watermark":         {map[string]string{"tag.automatic-creation": "watermark"}, []int{1, 30}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPast(t, mem.New(), tc.options)
			start := *p.clock
			for _, h := range tc.hours {
				*p.clock = start.Add(time.Duration(h) * time.Hour)
				p.add(t, "", "x")
				_, err := p.table(t, "").AutoTag(t.Context())
				require.NoError(t, err)
			}
			tags, err := p.table(t, "").Snapshots().Tags(t.Context())
			require.NoError(t, err)
			var got []string
			for _, tag := range tags {
				got = append(got, tag.Name)
			}
			require.Equal(t, tc.want, got)
			again, err := p.table(t, "").AutoTag(t.Context())
			require.NoError(t, err)
			if tc.options["tag.automatic-creation"] != "batch" {
				require.Empty(t, again)
			}
		})
	}
}

func TestAutomaticTagsRefuse(t *testing.T) {
	for option, value := range map[string]string{
		"tag.creation-delay": "2 d", "tag.default-time-retained": "long", "sink.process-time-zone": "Nowhere/Here", // the others are refused at creation
	} {
		p := newPast(t, mem.New(), map[string]string{"tag.automatic-creation": "process-time", option: value})
		p.add(t, "", "x")
		_, err := p.table(t, "").AutoTag(t.Context())
		require.Equal(t, "table.bad_option", code(t, err), option)
	}
}

func TestPartitionsExpire(t *testing.T) {
	for name, tc := range map[string]struct {
		p    paimon.PartitionExpiry
		want []string
	}{
		"by their values":        {paimon.PartitionExpiry{Time: 48 * time.Hour}, []string{"dt=2025-12-01", "dt=2025-12-30"}},
		"no more than so many":   {paimon.PartitionExpiry{Time: 48 * time.Hour, Max: 1}, []string{"dt=2025-12-01"}},
		"by a formatter":         {paimon.PartitionExpiry{Time: 48 * time.Hour, Formatter: "yyyyMMdd"}, []string{"dt=20251201"}},
		"by a pattern":           {paimon.PartitionExpiry{Time: 48 * time.Hour, Pattern: "$dt 12:00:00"}, []string{"dt=2025-12-01"}},
		"by their newest files":  {paimon.PartitionExpiry{Time: time.Hour, UpdateTime: true}, []string{"dt=20251201", "dt=abc"}},
		"none is as old as that": {paimon.PartitionExpiry{Time: 4800 * time.Hour}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPast(t, mem.New(), nil)
			*p.clock = time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC)
			p.add(t, "", "20251201")
			p.add(t, "", "abc")
			*p.clock = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
			for _, dt := range []string{"2025-12-01", "2025-12-30", "2025-12-31", "2026-02-01"} {
				p.add(t, "", dt)
			}
			table := p.table(t, "")
			names, err := table.ExpirePartitions(t.Context(), tc.p, true)
			require.NoError(t, err)
			require.Equal(t, tc.want, names)
			require.Len(t, p.rows(t, "", scan.Options{}), 6)
			_, err = table.ExpirePartitions(t.Context(), tc.p, false)
			require.NoError(t, err)
			require.Len(t, p.rows(t, "", scan.Options{}), 6-len(tc.want))
		})
	}
	p := newPast(t, mem.New(), nil)
	p.add(t, "", "x")
	_, err := p.table(t, "").ExpirePartitions(t.Context(), paimon.PartitionExpiry{}, false)
	require.Equal(t, "table.no_partition_expiry", code(t, err))
}

// Maintain does all that the options ask for, and nothing on a write-only table.
func TestMaintain(t *testing.T) {
	for _, writeOnly := range []string{"false", "true"} {
		p := newPast(t, mem.New(), map[string]string{"write-only": writeOnly, "snapshot.num-retained.min": "1", "snapshot.num-retained.max": "2",
			"tag.automatic-creation": "process-time", "partition.expiration-time": "10 d"})
		for range 3 {
			*p.clock = p.clock.Add(24 * time.Hour)
			p.add(t, "", "2020-01-01")
			p.add(t, "", "2030-01-01")
		}
		require.NoError(t, p.table(t, "").Maintain(t.Context()))
		ids, err := p.table(t, "").Snapshots().IDs(t.Context())
		require.NoError(t, err)
		if writeOnly == "true" {
			require.Len(t, ids, 6)
			continue
		}
		require.Equal(t, []int64{6, 7}, ids)
		require.Len(t, p.rows(t, "", scan.Options{}), 3)
		tags, err := p.table(t, "").Snapshots().Tags(t.Context())
		require.NoError(t, err)
		require.Len(t, tags, 3)
		p.check(t)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1 h": time.Hour, "36h": 36 * time.Hour, "7 days": 168 * time.Hour, "500": 500 * time.Millisecond, " 2 MIN ": 2 * time.Minute,
		"9999999999999 d": 1<<63 - 1,
	} {
		got, err := schema.ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "h", "1 fortnight", "-1 h", "1.5 h"} {
		_, err := schema.ParseDuration(text)
		require.Error(t, err, text)
	}
}
