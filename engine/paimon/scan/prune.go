package scan

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/fileio"
	"laketop/engine/paimon/binaryrow"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/schema"
	"laketop/engine/problem"
)

// pruner decides on manifests and files of one plan, and remembers what it
// decoded.
type pruner struct {
	source     Source
	schema     *schema.Schema // of the plan
	onKeys     []keyPredicate
	onColumns  []columnPredicate
	inKey      []keyPredicate // key is the place among KeyFields
	rules      rules
	landing    *landing // nil: rows may be in every bucket
	vectors    map[string]VectorRef
	types      []datatype.Type // of the partition keys
	partitions map[string]*partition
	layouts    map[string]*layout
	schemas    map[int64]*schema.Schema
}

// keyPredicate is a predicate on partition key number key.
type keyPredicate struct {
	Predicate
	key int
}

// columnPredicate is a predicate on a column that files hold statistics of.
type columnPredicate struct {
	Predicate
	field datatype.Field
}

// partition is one partition's decoded row, its folder, and whether its rows
// can match.
type partition struct {
	values  []any
	folder  string
	keep    bool
	buckets map[int32]string // their folders, each with a slash behind
}

func (p *partition) bucket(n int32) string {
	b, ok := p.buckets[n]
	if !ok {
		b = fileio.Join(p.folder, BucketFolder(n)) + "/"
		p.buckets[n] = b
	}
	return b
}

func newPruner(source Source, sch *schema.Schema, filter []Predicate) *pruner {
	p := &pruner{
		source: source, schema: sch, types: sch.PartitionTypes(),
		partitions: map[string]*partition{}, layouts: map[string]*layout{}, schemas: map[int64]*schema.Schema{},
	}
	if len(filter) > 0 {
		p.landing = landingOf(sch, filter)
	}
	for _, f := range filter {
		if i := slices.Index(sch.PartitionKeys, f.Column); i >= 0 {
			p.onKeys = append(p.onKeys, keyPredicate{f, i})
		} else if field, ok := sch.Field(f.Column); ok && prunable(field.Type) {
			p.onColumns = append(p.onColumns, columnPredicate{f, field})
			if at := slices.IndexFunc(sch.KeyFields(), func(k datatype.Field) bool { return k.ID == field.ID }); at >= 0 {
				p.inKey = append(p.inKey, keyPredicate{f, at})
			}
		}
	}
	return p
}

// prunable tells the types whose order is the same in statistics and in SQL.
// CHAR is not: engines differ on trailing blanks. Nor are bytes: writers differ on
// how they cut a long maximum.
func prunable(t datatype.Type) bool {
	switch t.Kind {
	case datatype.Boolean, datatype.TinyInt, datatype.SmallInt, datatype.Int, datatype.BigInt,
		datatype.Float, datatype.Double, datatype.Decimal, datatype.VarChar,
		datatype.Date, datatype.Time, datatype.Timestamp, datatype.TimestampLTZ:
		return true
	}
	return false
}

func isFloat(t datatype.Type) bool { return t.Kind == datatype.Float || t.Kind == datatype.Double }

// keepManifest passes over a manifest whose range of partitions cannot match.
func (p *pruner) keepManifest(m manifest.ManifestMeta) bool {
	if len(p.onKeys) == 0 {
		return true
	}
	low, err := binaryrow.Decode(p.types, m.PartitionStats.Min)
	if err != nil {
		return true
	}
	high, err := binaryrow.Decode(p.types, m.PartitionStats.Max)
	if err != nil {
		return true
	}
	for _, k := range p.onKeys {
		b := bounds{min: low[k.key], max: high[k.key], rows: m.AddedFiles + m.DeletedFiles, nan: isFloat(p.types[k.key])}
		if len(m.PartitionStats.Nulls) == len(p.types) {
			b.nulls = m.PartitionStats.Nulls[k.key]
		}
		if !k.mayMatch(b) {
			return false
		}
	}
	return true
}

// file plans one live file; false when its partition or its bucket cannot match.
func (p *pruner) file(ctx context.Context, e *manifest.Entry) (PlannedFile, bool, error) {
	part, err := p.partition(e.Partition)
	if err != nil || !part.keep || !p.landing.lands(e) {
		return PlannedFile{}, false, err
	}
	written, err := p.schemaOf(ctx, e.File.SchemaID)
	if err != nil {
		return PlannedFile{}, false, err
	}
	f := PlannedFile{Path: part.bucket(e.Bucket) + e.File.FileName, Entry: e, Partition: part.values, Schema: written}
	f.NoKey = !p.keepKeys(&e.File)
	f.NoMatch = f.NoKey || !p.keepFile(&e.File, written)
	if err := p.check(&e.File); err != nil && (!f.NoMatch || len(p.schema.PrimaryKeys) > 0) {
		return PlannedFile{}, false, err
	}
	if ref, ok := p.vectors[vectorKey(e.Partition, e.Bucket, e.File.FileName)]; ok {
		f.Vector = &ref
	}
	return f, true, nil
}

// keepKeys tells whether a key of the file can match.
func (p *pruner) keepKeys(f *manifest.DataFile) bool {
	if len(p.inKey) == 0 {
		return true
	}
	low, high := newLazyRow(p.rules.keys, f.KeyStats.Min), newLazyRow(p.rules.keys, f.KeyStats.Max)
	for _, k := range p.inKey {
		b := bounds{min: low.at(k.key), max: high.at(k.key), rows: f.RowCount, nan: isFloat(p.rules.keys[k.key])}
		if !k.mayMatch(b) {
			return false
		}
	}
	return true
}

func (p *pruner) partition(row []byte) (*partition, error) {
	if known, ok := p.partitions[string(row)]; ok {
		return known, nil
	}
	values, err := binaryrow.Decode(p.types, row)
	if err != nil {
		return nil, problem.New("table.corrupt", "path", p.source.Dir).With("why", problem.Say("table.file_partition", "why", err.Error())).Because(err)
	}
	folder, err := PartitionFolder(p.schema, values)
	if err != nil {
		return nil, err
	}
	part := &partition{values: values, folder: fileio.Join(p.source.Dir, folder), keep: true, buckets: map[int32]string{}}
	for _, k := range p.onKeys {
		b := exactly(values[k.key], 1)
		b.nan = isFloat(p.types[k.key])
		part.keep = part.keep && k.mayMatch(b)
	}
	p.partitions[string(row)] = part
	return part, nil
}

func (p *pruner) schemaOf(ctx context.Context, id int64) (*schema.Schema, error) {
	if s, ok := p.schemas[id]; ok {
		return s, nil
	}
	s, err := p.source.Schemas.ByID(ctx, id)
	if err == nil {
		p.schemas[id] = s
	}
	return s, err
}

// check refuses files that cannot be read here, by name.
func (p *pruner) check(f *manifest.DataFile) error {
	name := f.FileName
	if name == "" || strings.ContainsAny(name, "/\\\x00") || name == ".." || name == "." {
		return problem.New("table.corrupt", "path", p.source.Dir).With("why", problem.Say("table.file_named", "name", strconv.Quote(name)))
	}
	if f.ExternalPath != nil {
		return problem.New("table.external_file", "name", p.source.Name, "file", name, "path", *f.ExternalPath)
	}
	if f.WriteCols != nil && f.FirstRowID != nil {
		return problem.New("table.data_evolution", "name", p.source.Name, "option", schema.OptionDataEvolution)
	}
	if format := name[strings.LastIndexByte(name, '.')+1:]; format != "parquet" {
		return problem.New("table.file_format", "name", p.source.Name, "format", format)
	}
	return nil
}

// layout is how the statistics of files of one schema and column list are laid
// out: for each predicate the place of its column, -1 not there.
type layout struct {
	// types are those of the row; columns that no predicate asks for stand as
	// BOOLEAN, whose decoding takes any slot and costs nothing.
	types  []datatype.Type
	places []int
	absent []bool // the column came later: every row is null
}

func (p *pruner) keepFile(f *manifest.DataFile, written *schema.Schema) bool {
	if len(p.onColumns) == 0 {
		return true
	}
	l := p.layout(f, written)
	low, high := newLazyRow(l.types, f.ValueStats.Min), newLazyRow(l.types, f.ValueStats.Max)
	for i, c := range p.onColumns {
		b := bounds{rows: f.RowCount, nan: isFloat(c.field.Type)}
		switch at := l.places[i]; {
		case l.absent[i]:
			b = exactly(nil, f.RowCount)
		case at < 0:
			continue
		default:
			b.min, b.max = low.at(at), high.at(at)
			if at < len(f.ValueStats.Nulls) {
				b.nulls = f.ValueStats.Nulls[at]
			}
		}
		if !c.mayMatch(b) {
			return false
		}
	}
	return true
}

func (p *pruner) layout(f *manifest.DataFile, written *schema.Schema) *layout {
	key := strconv.FormatInt(f.SchemaID, 10)
	if f.ValueStatsCols != nil {
		key += "\x00" + strings.Join(f.ValueStatsCols, "\x00")
	}
	if l, ok := p.layouts[key]; ok {
		return l
	}
	fields := written.Fields
	if f.ValueStatsCols != nil {
		fields = make([]datatype.Field, 0, len(f.ValueStatsCols))
		for _, name := range f.ValueStatsCols {
			field, ok := written.Field(name)
			if !ok { // a system column of row tracking; its type is not needed
				field = datatype.Field{ID: -1, Name: name, Type: datatype.Of(datatype.BigInt)}
			}
			fields = append(fields, field)
		}
	}
	l := &layout{types: slices.Repeat([]datatype.Type{datatype.Of(datatype.Boolean)}, len(fields))}
	for _, c := range p.onColumns {
		at := slices.IndexFunc(fields, func(x datatype.Field) bool {
			return x.ID == c.field.ID && datatype.Equal(x.Type.Nullable(), c.field.Type.Nullable())
		})
		if at >= 0 {
			l.types[at] = fields[at].Type
		}
		_, there := written.FieldByID(c.field.ID)
		l.places, l.absent = append(l.places, at), append(l.absent, !there && c.field.Default == nil)
	}
	p.layouts[key] = l
	return l
}

// lazyRow decodes a row of statistics when a column of it is first asked for.
type lazyRow struct {
	types  []datatype.Type
	data   []byte
	values []any
	done   bool
}

func newLazyRow(types []datatype.Type, data []byte) *lazyRow {
	return &lazyRow{types: types, data: data}
}

// at is a value; nil where it is null or the row cannot be understood.
func (r *lazyRow) at(i int) any {
	if !r.done {
		r.done = true
		if values, err := binaryrow.Decode(r.types, r.data); err == nil {
			r.values = values
		}
	}
	if i >= len(r.values) {
		return nil
	}
	return r.values[i]
}
