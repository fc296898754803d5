package expire

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
)

// OrphanAge is how old a file that nobody names must be before it goes: younger
// ones may be of a writer that has not committed yet.
const OrphanAge = 24 * time.Hour

// sweepBatch is how many orphans go before new commits are looked at again.
const sweepBatch = 256

// Orphans removes files that were last written before a time and that no
// snapshot, tag or changelog of any branch names: what killed writers, lost
// commits and rollbacks leave behind, temporary files too. If any list cannot
// be read it removes nothing.
//
// The files are found first and what is used is read afterwards, so a commit
// in between keeps its files; before each batch goes, new commits are read too.
func (t Table) Orphans(ctx context.Context, before time.Time, dryRun bool) (Result, error) {
	if !before.Before(t.Now()) {
		return Result{}, problem.New("table.orphans_too_young", "time", before.Format(time.DateTime))
	}
	found, err := t.old(ctx, before)
	if err != nil || len(found) == 0 {
		return Result{}, err
	}
	t.Manifests = scan.Direct{IO: t.IO} // a sweep reads each once
	c := t.collector(nil, nil)
	used, err := t.used(ctx, c, going{})
	if err != nil {
		return Result{}, err
	}
	if err := c.plausible(ctx); err != nil {
		return Result{}, err
	}
	files := without(found, used)
	if dryRun {
		return Result{Files: files}, nil
	}
	var out Result
	for len(files) > 0 {
		if err := c.catchUp(ctx); err != nil {
			return out, err
		}
		n := min(len(files), sweepBatch)
		batch := map[string]int64{}
		for _, f := range files[:n] {
			batch[f.Path] = f.SizeBytes
		}
		gone, err := t.remove(ctx, without(batch, c.files))
		out.Files = append(out.Files, gone...)
		if err != nil {
			return out, err
		}
		files = files[n:]
	}
	return out, nil
}

// catchUp gathers the snapshots and tags that are new since the last look. What
// is used only grows: what went meanwhile stays gathered.
func (c *collector) catchUp(ctx context.Context) error {
	branches, err := c.t.branches(ctx)
	if err != nil {
		return err
	}
	for _, b := range branches {
		ids, err := b.snapshots.IDs(ctx)
		if err != nil {
			return err
		}
		for i := len(ids) - 1; i >= 0; i-- {
			s, err := b.snapshots.ByID(ctx, ids[i])
			if errors.Is(err, fileio.ErrNotExist) {
				continue // went meanwhile
			}
			if err != nil {
				return err
			}
			if c.done[s.DeltaManifestList] {
				break // and so are those before it
			}
			if err := c.snapshot(ctx, b, s, false); err != nil {
				return err
			}
		}
		tags, err := b.snapshots.Tags(ctx)
		if err != nil {
			return err
		}
		for _, tag := range tags {
			if c.done[tag.Snapshot.DeltaManifestList] {
				continue
			}
			if err := c.snapshot(ctx, b, withoutChanges(tag.Snapshot), false); err != nil {
				return err
			}
		}
	}
	return nil
}

// plausible refuses to believe that a table with rows uses no data file.
func (c *collector) plausible(ctx context.Context) error {
	branches, err := c.t.branches(ctx)
	if err != nil {
		return err
	}
	for _, b := range branches {
		s, err := b.snapshots.Latest(ctx)
		if err != nil {
			return err
		}
		if s == nil || s.TotalRecordCount <= 0 || !c.done[s.DeltaManifestList] { // a newer one is gathered before anything goes
			continue
		}
		for p := range c.files {
			if class(p) == 0 {
				return nil
			}
		}
		return problem.New("table.corrupt", "path", b.snapshots.Path(s.ID)).
			With("why", problem.Say("table.names_no_file", "rows", digits(s.TotalRecordCount)))
	}
	return nil
}

// old finds the files in the table's folders that were last written before a
// time and that may be removed when nobody names them.
func (t Table) old(ctx context.Context, before time.Time) (map[string]int64, error) {
	w := &walker{io: t.IO, before: before, found: map[string]int64{}}
	b, err := t.open(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"manifest", "index", "statistics"} {
		if err := w.folder(ctx, fileio.Join(t.Dir, folder), func(string) bool { return true }); err != nil {
			return nil, err
		}
	}
	if err := w.partitions(ctx, fileio.Join(t.Dir, b.schema.DataDirectory()), len(b.schema.PartitionKeys)); err != nil {
		return nil, err
	}
	names, _, err := BranchNames(ctx, t.IO, t.Dir)
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{""}, names...) {
		for _, folder := range []string{"snapshot", "schema", "tag", "changelog", "consumer"} {
			if err := w.folder(ctx, fileio.Join(BranchDir(t.Dir, name), folder), isTemporary); err != nil {
				return nil, err
			}
		}
	}
	return w.found, w.graves(ctx, fileio.Join(t.Dir, "branch"), names)
}

// isTemporary tells the names of files that are being written: ".x.<uuid>.tmp".
func isTemporary(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp")
}

// walker finds old files.
type walker struct {
	io     fileio.FileIO
	before time.Time
	found  map[string]int64
}

// folder takes the old files of a folder whose names are taken.
func (w *walker) folder(ctx context.Context, dir string, take func(name string) bool) error {
	infos, err := w.io.List(ctx, dir)
	if err != nil {
		return fmt.Errorf("look for orphans: %w", err)
	}
	for _, i := range infos {
		if !i.IsDir && i.Modified.Before(w.before) && take(path.Base(i.Path)) {
			w.found[i.Path] = i.SizeBytes
		}
	}
	return nil
}

// partitions takes the old files of the buckets below dir, under levels of
// partition folders.
func (w *walker) partitions(ctx context.Context, dir string, levels int) error {
	infos, err := w.io.List(ctx, dir)
	if err != nil {
		return fmt.Errorf("look for orphans: %w", err)
	}
	for _, i := range infos {
		name := path.Base(i.Path)
		switch {
		case !i.IsDir:
			continue
		case levels > 0 && strings.Contains(name, "=") && !strings.HasPrefix(name, "."):
			err = w.partitions(ctx, i.Path, levels-1)
		case levels == 0 && strings.HasPrefix(name, "bucket-"):
			err = w.folder(ctx, i.Path, func(string) bool { return true })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// graves takes the hidden folders of branches whose deletion did not end, and
// those that a hint has brought back.
func (w *walker) graves(ctx context.Context, dir string, branches []string) error {
	infos, err := w.io.List(ctx, dir)
	if err != nil {
		return fmt.Errorf("look for orphans: %w", err)
	}
	for _, i := range infos {
		name, branch := strings.CutPrefix(path.Base(i.Path), branchPrefix)
		gone := strings.HasPrefix(path.Base(i.Path), dropped) || branch && !slices.Contains(branches, name)
		if i.IsDir && gone && i.Modified.Before(w.before) {
			w.found[i.Path] = 0
		}
	}
	return nil
}
