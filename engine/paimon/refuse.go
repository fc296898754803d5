package paimon

import (
	"context"
	"strconv"

	"laketop/engine/datatype"
	"laketop/engine/paimon/avrofile"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// bucketUnaware is the option bucket of an append table without buckets.
const bucketUnaware = -1

// refuseRead names what keeps the table from being read.
func (t *Table) refuseRead(ctx context.Context, snap *snapshot.Snapshot, s *schema.Schema) error {
	if err := t.refuseKind(s, "read", "读取"); err != nil {
		return err
	}
	for _, f := range s.Fields {
		if err := refuseType(f); err != nil {
			return err
		}
	}
	if snap == nil {
		return nil
	}
	return t.refuseVectors(ctx, snap)
}

// refuseWrite names what keeps the table from being written.
func (t *Table) refuseWrite() error {
	s := t.schema
	if err := t.refuseKind(s, "write", "写入"); err != nil {
		return err
	}
	name := t.id.String()
	if n := s.Bucket(); n != bucketUnaware {
		return problem.New("table.bucketed_write", "name", name, "buckets", strconv.Itoa(n))
	}
	for _, option := range []string{schema.OptionRowTracking, schema.OptionDataEvolution} {
		if s.Flag(option) {
			return problem.New("table.data_evolution", "name", name, "option", option)
		}
	}
	if f := s.FileFormat(); f != "parquet" {
		return problem.New("table.file_format", "name", name, "format", f)
	}
	for _, f := range s.Fields {
		if err := refuseType(f); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) refuseKind(s *schema.Schema, doing, doingZh string) error {
	name := t.id.String()
	if len(s.PrimaryKeys) > 0 {
		return problem.New("table.primary_key", "name", name, "engine", s.MergeEngine(), "doing", doing, "doing_zh", doingZh)
	}
	if n := s.Bucket(); n < bucketUnaware || n == 0 {
		return problem.New("table.unsupported_bucket", "name", name, "bucket", strconv.Itoa(n))
	}
	if f := s.ManifestFormat(); f != "avro" {
		return problem.New("table.manifest_format", "name", name, "format", f)
	}
	for _, o := range []struct{ option, plain string }{
		{schema.OptionType, "table"}, {"scan.fallback-branch", ""}, {"scan.primary-branch", ""}, {"chain-table.enabled", "false"},
	} {
		if v := s.Options[o.option]; v != "" && v != o.plain {
			return problem.New("table.unsupported_option", "name", name, "option", o.option, "value", v)
		}
	}
	return nil
}

func refuseType(f datatype.Field) error {
	if err := f.Type.Check(); err != nil {
		return problem.New("table.column_type", "column", f.Name, "type", f.Type.Nullable().String()).Because(err)
	}
	return nil
}

// indexEntry is the part of an index manifest that tells its kind.
type indexEntry struct {
	Type string `avro:"_INDEX_TYPE"`
}

const vectorIndex = "DELETION_VECTORS"

// refuseVectors names the deletion vectors of a snapshot, if it has any. Other
// indexes only help readers and are carried along.
func (t *Table) refuseVectors(ctx context.Context, snap *snapshot.Snapshot) error {
	if snap.IndexManifest == "" {
		return nil
	}
	format, err := avrofile.New[indexEntry](`{"type":"record","name":"record","fields":[{"name":"_INDEX_TYPE","type":"string"}]}`)
	if err != nil {
		return err
	}
	path := scan.ManifestPath(t.dir, snap.IndexManifest)
	b, err := t.env.IO.ReadFile(ctx, path)
	if err != nil {
		return missingFile(path, err)
	}
	entries, err := format.Read(b)
	if err != nil {
		return problem.New("table.corrupt", "path", path, "why", err.Error()).Because(err)
	}
	for _, e := range entries {
		if e.Type == vectorIndex {
			return problem.New("table.deletion_vectors", "name", t.id.String())
		}
	}
	return nil
}
