package paimon

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/paimon/bucket"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// bucketUnaware is the option bucket of an append table without buckets, and
// of a primary-key table whose buckets grow with its keys.
const bucketUnaware = -1

// refuseRead names what keeps the table from being read.
func (t *Table) refuseRead(s *schema.Schema) error {
	if err := t.refuseKind(s); err != nil {
		return err
	}
	for _, f := range s.Fields {
		if err := refuseType(f); err != nil {
			return err
		}
	}
	return nil
}

// Writable names what keeps the table from being written, before anything is.
func (t *Table) Writable() error { return t.refuseWrite() }

// refuseWrite names what keeps the table from being written.
func (t *Table) refuseWrite() error {
	s, name := t.schema, t.id.String()
	if err := t.refuseKind(s); err != nil {
		return err
	}
	var mode problem.Phrase
	switch n := s.Bucket(); {
	case s.CrossesPartitions():
		mode = problem.Say("table.moving_keys")
	case n == bucketPostponed:
		mode = problem.Say("table.postponed_buckets")
	case n == bucketUnaware && len(s.PrimaryKeys) > 0:
		mode = problem.Say("table.dynamic_buckets")
	}
	if mode.Code != "" {
		return problem.New("table.bucket_mode_write", "name", name).With("mode", mode)
	}
	if s.Bucket() != bucketUnaware {
		if _, err := bucket.Of(s); err != nil {
			return err
		}
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

// bucketPostponed is the option bucket of a table whose rows get their bucket
// from a compaction.
const bucketPostponed = -2

// refuseKind names what keeps the table from being read and written alike.
func (t *Table) refuseKind(s *schema.Schema) error {
	name := t.id.String()
	if n := s.Bucket(); n < bucketPostponed || n == 0 {
		return problem.New("table.unsupported_bucket", "name", name, "bucket", strconv.Itoa(n))
	}
	if f := s.ManifestFormat(); f != "avro" {
		return problem.New("table.manifest_format", "name", name, "format", f)
	}
	for _, o := range []struct{ option, plain string }{
		{schema.OptionType, "table"}, {"chain-table.enabled", "false"},
	} {
		if v := s.Options[o.option]; v != "" && v != o.plain {
			return problem.New("table.unsupported_option", "name", name, "option", o.option, "value", v)
		}
	}
	return refuseSketches(name, s)
}

// refuseSketches names the aggregations whose state is a library of its own.
func refuseSketches(name string, s *schema.Schema) error {
	if len(s.PrimaryKeys) == 0 {
		return nil
	}
	for _, option := range slices.Sorted(maps.Keys(s.Options)) {
		if !strings.HasPrefix(option, "fields.") || !strings.HasSuffix(option, "aggregate-function") {
			continue
		}
		switch v := strings.ToLower(strings.TrimSpace(s.Options[option])); v {
		case "hll_sketch", "theta_sketch":
			return problem.New("table.unsupported_option", "name", name, "option", option, "value", v)
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
