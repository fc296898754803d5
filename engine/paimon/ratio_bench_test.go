package paimon_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/avro/ocf"

	"laketop/engine/bench"
	"laketop/engine/datatype"
	"laketop/engine/fileio/local"
	"laketop/engine/paimon"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

const plannedFiles = 100_000

// keyedFiles makes a primary-key table of 20 columns in 100 partitions of 10
// buckets, with 100 files each: 99 on the last level, one of level 0 across
// them.
func keyedFiles(b *testing.B) (*local.FS, *paimon.Table) {
	disk, err := local.New(b.TempDir())
	require.NoError(b, err)
	fields := []datatype.Field{field("dt", "STRING"), field("k", "BIGINT")}
	for i := range 18 {
		fields = append(fields, field(fmt.Sprintf("c%d", i), []string{"BIGINT", "STRING", "DOUBLE", "TIMESTAMP(6)"}[i%4]))
	}
	s, err := schema.New(fields, []string{"dt"}, []string{"dt", "k"}, map[string]string{"bucket": "10"}, "", 0)
	require.NoError(b, err)
	id := paimon.Identifier{Database: "db", Table: "t"}
	e := env(disk)
	require.NoError(b, paimon.Create(b.Context(), e, "db.db/t", id, s))
	table, err := paimon.Load(b.Context(), e, "db.db/t", id)
	require.NoError(b, err)
	key := []datatype.Type{datatype.Of(datatype.BigInt)}
	for from := 0; from < plannedFiles; from += 20_000 {
		var r commit.Request
		for n := from; n < from+20_000; n++ {
			r.Added = append(r.Added, keyedEntry(b, table, key, n))
		}
		_, err := table.Commit(b.Context(), r)
		require.NoError(b, err)
	}
	return disk, table
}

func keyedEntry(b *testing.B, table *paimon.Table, key []datatype.Type, n int) manifest.Entry {
	dt, bucket, at := fmt.Sprintf("2026%04d", n/1000), n/100%10, n%100
	first, last, level := int64(at*1000), int64(at*1000+999), int32(5)
	if at == 0 {
		first, last, level = 0, 99_999, 0
	}
	row, err := binaryrow.Encode(table.Schema().PartitionTypes(), []any{dt})
	require.NoError(b, err)
	least, err := binaryrow.Encode(key, []any{first})
	require.NoError(b, err)
	most, err := binaryrow.Encode(key, []any{last})
	require.NoError(b, err)
	values, nulls := []any{dt, first}, []*int64{new(int64), new(int64)}
	for i := range 18 {
		values = append(values, []any{int64(n), fmt.Sprintf("user-%010d", n), float64(n), binaryrow.Timestamp{Millis: int64(n)}}[i%4])
		nulls = append(nulls, new(int64))
	}
	st, err := binaryrow.Encode(table.Schema().Types(), values)
	require.NoError(b, err)
	deleted, source := int64(0), manifest.SourceCompact
	return manifest.Entry{Partition: row, Bucket: int32(bucket), TotalBuckets: 10, File: manifest.DataFile{
		FileName: fmt.Sprintf("data-0b6cfd0c-7f6d-4b5b-b0a4-0e3bd9ae4a40-%d.parquet", n), SizeBytes: 1 << 20, RowCount: 1000, Level: level,
		MinKey: least, MaxKey: most, KeyStats: manifest.SimpleStats{Min: least, Max: most, Nulls: []*int64{new(int64)}},
		ValueStats: manifest.SimpleStats{Min: st, Max: st, Nulls: nulls}, ExtraFiles: []string{}, DeleteRowCount: &deleted, Source: &source,
	}}
}

// BenchmarkRatioPlan plans 100,000 files of a table that was never read before,
// against the Avro library decoding the bytes of the same manifests into the
// same structs.
func BenchmarkRatioPlan(b *testing.B) {
	disk, table := keyedFiles(b)
	s, err := table.Latest(b.Context())
	require.NoError(b, err)
	var files [][]byte
	total := 0
	for _, list := range []string{s.BaseManifestList, s.DeltaManifestList} {
		metas, err := manifest.ReadList(b.Context(), disk, scan.ManifestPath(table.Dir(), list))
		require.NoError(b, err)
		for _, m := range metas {
			data, err := disk.ReadFile(b.Context(), scan.ManifestPath(table.Dir(), m.FileName))
			require.NoError(b, err)
			files = append(files, data)
			total += len(data)
		}
	}
	b.Logf("%d manifests, %d bytes an entry", len(files), total/plannedFiles)
	plan := func() {
		fresh, err := paimon.Load(b.Context(), env(disk), table.Dir(), table.Identifier())
		require.NoError(b, err)
		p, err := fresh.Plan(b.Context(), scan.Options{})
		require.NoError(b, err)
		require.Len(b, p.Files, plannedFiles)
	}
	library := func() {
		n := 0
		for _, data := range files {
			rows := make([]manifest.Entry, 0, plannedFiles/len(files))
			r, err := ocf.NewReader(bytes.NewReader(data))
			require.NoError(b, err)
			for {
				rows = append(rows, manifest.Entry{})
				err := r.Decode(&rows[len(rows)-1])
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(b, err)
				n++
			}
			require.NoError(b, r.Close())
		}
		require.Equal(b, plannedFiles, n)
	}
	bench.Ratio(b, 7, nil, plan, library)
}

// BenchmarkRatioCommit commits one file to a table of 1,000, against the floor:
// the same bytes written as the same files in the same order, each synced with
// its folder, and the same bytes read.
func BenchmarkRatioCommit(b *testing.B) {
	root := b.TempDir()
	disk, err := local.New(root)
	require.NoError(b, err)
	table := create(b, env(disk), nil, nil, field("dt", "STRING"), field("v", "INT"))
	entry := func(n int) manifest.Entry {
		e := manifest.Entry{Partition: binaryrow.Empty(), TotalBuckets: -1, File: manifest.DataFile{
			FileName: fmt.Sprintf("data-0b6cfd0c-7f6d-4b5b-b0a4-0e3bd9ae4a40-%d.parquet", n), SizeBytes: 1 << 20, RowCount: 1000,
			MinKey: binaryrow.Empty(), MaxKey: binaryrow.Empty(), KeyStats: binaryrow.NoStats(), ValueStats: binaryrow.NoStats(), ValueStatsCols: []string{}, ExtraFiles: []string{},
		}}
		return e
	}
	n := 0
	var first commit.Request
	for ; n < 1000; n++ {
		first.Added = append(first.Added, entry(n))
	}
	_, err = table.Commit(b.Context(), first)
	require.NoError(b, err)
	const commits = 40
	one := func() {
		n++
		_, err := table.Commit(b.Context(), commit.Request{Added: []manifest.Entry{entry(n)}})
		require.NoError(b, err)
	}
	one()
	s, err := table.Latest(b.Context())
	require.NoError(b, err)
	names := []string{"manifest/" + s.DeltaManifestList, "manifest/" + s.DeltaManifestList, "manifest/" + s.BaseManifestList, fmt.Sprintf("snapshot/snapshot-%d", s.ID)}
	contents := make([][]byte, len(names))
	for i, name := range names {
		contents[i], err = disk.ReadFile(b.Context(), "db.db/t/"+name)
		require.NoError(b, err)
	}
	floor := 0
	base := func() {
		for range commits {
			dir := fmt.Sprintf("floor/%d", floor%2)
			for i, c := range contents {
				require.NoError(b, disk.Create(b.Context(), fmt.Sprintf("%s/%d-%d", dir, i, floor), c))
			}
			floor++
			require.NoError(b, disk.Overwrite(b.Context(), dir+"/LATEST", []byte("17")))
			_, err := os.ReadFile(filepath.Join(root, "db.db/t", names[3]))
			require.NoError(b, err)
		}
	}
	bench.Ratio(b, 7, nil, func() {
		for range commits {
			one()
		}
	}, base)
}
