package filestore

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/footer"
	"laketop/engine/paimon/manifest"
	"laketop/engine/paimon/scan"
)

// The places that ReadPositions adds to the rows of a table.
const (
	placeFile = "_LT_FILE"
	placeRow  = "_LT_ROW"
)

// placesTable holds the places while the rows are deleted.
const placesTable = "lt_delete_places"

// optionVectorFile is the size at which an index file of deletion vectors is full.
const (
	optionVectorFile  = "deletion-vector.index-file.target-size"
	defaultVectorFile = 2 << 20
)

// deletion is rows of an append table that go.
//
//	deletion-vectors.enabled   their places join the vectors of their files
//	otherwise                  the files that hold them are written anew without them
//
// A file of which no row stays is taken away, in both cases. Vectors that share
// an index file with one that changes are carried over into a new one.
type deletion struct {
	*Writer
	plan    *scan.Plan
	marks   map[int]*deletionvector.Vector // by file of the plan: all its rows that are deleted now
	gone    map[string]bool                // names of files that are taken away
	rows    int64                          // deleted by this
	request commit.Request
}

// DeleteRows deletes rows of an append table, by their places in a plan:
// positions is a query of _LT_FILE and _LT_ROW as ReadPositions gives them. The
// answer is the commit that does it and how many rows go by it; what was written
// for it is removed again by Abort.
func (w *Writer) DeleteRows(ctx context.Context, plan *scan.Plan, positions string) (commit.Request, int64, error) {
	d := &deletion{Writer: w, plan: plan, marks: map[int]*deletionvector.Vector{}, gone: map[string]bool{}}
	if w.rule != nil {
		return d.request, 0, fmt.Errorf("rows of %s are deleted by their key", w.table.Identifier())
	}
	defer w.drop(ctx, placesTable)
	err := d.mark(ctx, positions)
	if err == nil && len(d.marks) > 0 {
		err = d.change(ctx)
	}
	if err == nil {
		err = w.local.Sync(ctx, w.paths...)
	}
	if err != nil {
		return commit.Request{}, 0, errors.Join(err, w.Abort())
	}
	return d.request, d.rows, nil
}

// mark reads the places, and the vectors that their files have already.
func (d *deletion) mark(ctx context.Context, positions string) error {
	if err := d.conn.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT DISTINCT %s::INTEGER AS lt_file, %s::BIGINT AS lt_row FROM (%s)", placesTable, placeFile, placeRow, positions)); err != nil {
		return err
	}
	err := d.conn.Query(ctx, "SELECT lt_file, lt_row FROM temp."+placesTable, func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b == nil {
			return nil
		}
		files, ok := b.Column(0).(*array.Int32)
		rows, ok2 := b.Column(1).(*array.Int64)
		if !ok || !ok2 {
			return errors.New("the places of rows are no numbers")
		}
		for i := range files.Len() {
			n, row := int(files.Value(i)), rows.Value(i)
			if n < 0 || n >= len(d.plan.Files) || row < 0 || row >= d.plan.Files[n].Entry.File.RowCount {
				return fmt.Errorf("there is no row %d in file %d of the plan", row, n)
			}
			if d.marks[n] == nil {
				d.marks[n] = deletionvector.New()
			}
			d.marks[n].Add(uint64(row))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for n, v := range d.marks {
		f := &d.plan.Files[n]
		if f.Vector != nil {
			old, err := readVector(ctx, d.local, f.Vector.Path, f.Vector.Offset, f.Vector.Length)
			if err != nil {
				return err
			}
			d.rows -= old.Cardinality()
			v.Or(old)
		}
		d.rows += v.Cardinality()
	}
	return nil
}

// change makes the commit.
func (d *deletion) change(ctx context.Context) error {
	var halves []int // files of which rows stay
	for _, n := range d.touched() {
		f := &d.plan.Files[n]
		if d.marks[n].Cardinality() < f.Entry.File.RowCount {
			halves = append(halves, n)
		}
		if len(halves) == 0 || halves[len(halves)-1] != n || !usesVectors(d.table.Schema()) {
			d.gone[f.Entry.File.FileName] = true
			d.request.Deleted = append(d.request.Deleted, *f.Entry)
		}
	}
	if !usesVectors(d.table.Schema()) {
		if err := d.rewrite(ctx, halves); err != nil {
			return err
		}
		halves = nil
	}
	return d.vectors(ctx, halves)
}

// touched are the files that lose rows, in the plan's order.
func (d *deletion) touched() []int {
	out := make([]int, 0, len(d.marks))
	for n := range d.marks {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// rewrite writes the rows that stay to new files.
func (d *deletion) rewrite(ctx context.Context, files []int) error {
	if len(files) == 0 {
		return nil
	}
	part := *d.plan
	part.Files = make([]scan.PlannedFile, len(files))
	numbers := make([]string, len(files)) // the files have other numbers in part
	for i, n := range files {
		part.Files[i], numbers[i] = d.plan.Files[n], strconv.Itoa(n)
	}
	from, err := d.ReadPositions(ctx, d.table, &part, nil)
	if err != nil {
		return err
	}
	written, err := d.Write(ctx, fmt.Sprintf("SELECT %s FROM %s AS r ANTI JOIN temp.%s AS gone ON [%s][r.%s + 1] = gone.lt_file AND r.%s = gone.lt_row",
		strings.Join(d.stored("r."), ", "), from, placesTable, strings.Join(numbers, ", "), placeFile, placeRow))
	d.request.Added = written.Added
	return err
}

// stored are the table's columns in the types that files have them.
func (w *Writer) stored(of string) []string {
	out := make([]string, 0, len(w.table.Schema().Fields))
	for _, f := range w.table.Schema().Fields {
		item := of + duck.Ident(f.Name)
		if cast := footer.WriteExpr(f.Type); cast != nil {
			item = cast(item)
		}
		out = append(out, item+" AS "+duck.Ident(f.Name))
	}
	return out
}

// vectors writes the index files of the buckets that change: of those files that
// keep some rows their new vectors, and what else stands in the old index files.
func (d *deletion) vectors(ctx context.Context, files []int) error {
	fresh, order := d.byBucket(files)
	old, err := d.table.Indexes(ctx, d.plan.Snapshot)
	if err != nil {
		return err
	}
	for i := range old {
		e := &old[i]
		key := paimon.BucketKey{Partition: string(e.Partition), Bucket: e.Bucket}
		if e.Type != manifest.IndexVectors || !d.changes(e, fresh[key] != nil) {
			continue
		}
		d.request.IndexRemoved = append(d.request.IndexRemoved, *e)
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
		for _, v := range e.Vectors {
			if d.gone[v.File] || slices.ContainsFunc(fresh[key], func(n deletionvector.Named) bool { return n.File == v.File }) {
				continue
			}
			vector, err := readVector(ctx, d.local, d.table.IndexPath(e.FileName), v.Offset, v.Length)
			if err != nil {
				return err
			}
			fresh[key] = append(fresh[key], deletionvector.Named{File: v.File, Vector: vector})
		}
	}
	for _, key := range order {
		if err := d.indexFiles(ctx, key, fresh[key]); err != nil {
			return err
		}
	}
	return nil
}

// byBucket are the new vectors of files by their bucket, in the plan's order.
func (d *deletion) byBucket(files []int) (fresh map[paimon.BucketKey][]deletionvector.Named, order []paimon.BucketKey) {
	fresh = map[paimon.BucketKey][]deletionvector.Named{}
	for _, n := range files {
		e := d.plan.Files[n].Entry
		key := paimon.BucketKey{Partition: string(e.Partition), Bucket: e.Bucket}
		if fresh[key] == nil {
			order = append(order, key)
		}
		fresh[key] = append(fresh[key], deletionvector.Named{File: e.File.FileName, Vector: d.marks[n]})
	}
	return fresh, order
}

// changes tells whether an index file is to be written anew: it names a file
// whose vector changes, or it is the one that its bucket may have.
func (d *deletion) changes(e *manifest.IndexEntry, touched bool) bool {
	if touched && d.bucket != nil {
		return true
	}
	return slices.ContainsFunc(e.Vectors, func(v manifest.VectorRange) bool {
		if d.gone[v.File] {
			return true
		}
		for n := range d.marks {
			if d.plan.Files[n].Entry.File.FileName == v.File {
				return true
			}
		}
		return false
	})
}

// indexFiles writes the vectors of one bucket: to one file where the table has
// buckets, else to files of about the size that the table asks for.
func (d *deletion) indexFiles(ctx context.Context, key paimon.BucketKey, vectors []deletionvector.Named) error {
	full := d.table.Schema().Bytes(optionVectorFile, defaultVectorFile)
	for len(vectors) > 0 {
		n, size := 0, int64(0)
		for n < len(vectors) && (n == 0 || d.bucket != nil || size < full) {
			block, _, err := deletionvector.Encode(vectors[n].Vector, d.table.Schema().Flag(optionBitmap64))
			if err != nil {
				return err
			}
			size += int64(len(block))
			n++
		}
		if err := d.indexFile(ctx, key, vectors[:n]); err != nil {
			return err
		}
		vectors = vectors[n:]
	}
	return nil
}

func (d *deletion) indexFile(ctx context.Context, key paimon.BucketKey, vectors []deletionvector.Named) error {
	target, err := d.table.NewIndexFile()
	if err != nil {
		return err
	}
	ranges, size, err := deletionvector.Write(ctx, d.local, target, vectors, d.table.Schema().Flag(optionBitmap64))
	if err != nil {
		return err
	}
	d.paths = append(d.paths, target)
	d.request.IndexAdded = append(d.request.IndexAdded, manifest.IndexEntry{
		Kind: manifest.Add, Partition: []byte(key.Partition), Bucket: key.Bucket, Type: manifest.IndexVectors,
		FileName: path.Base(target), SizeBytes: size, RowCount: int64(len(ranges)), Vectors: ranges,
	})
	return nil
}
