// Package expire removes what a table no longer needs: old snapshots, tags,
// branches and long-lived changelogs with the files that only they used, and
// files that nothing names.
//
//	what goes      ── its manifests, index files, deleted data files ──► candidates
//	what stays     ── all branches: snapshots, tags, changelogs ───────► used
//	candidates − used                                                 ──► removed
//
// One table has one set of files and many who name them: main, each branch, the
// tags of each. A file goes only when none of them names it, whichever of them
// expires. If anything that stays cannot be read, nothing is removed.
//
// # Order
//
// Snapshot files go first, oldest first, then EARLIEST, then data files, index
// files, manifests and lists. So a process that is killed leaves files that
// nobody names, which Orphans finds, and never a snapshot whose files are gone.
// It also closes the race with a tag that is being made: what is used is read
// once more after the snapshots are gone, and a tag counts only if its snapshot
// was still there after the tag was (see snapshot.CreateTag).
//
// # Names
//
// A file that was deleted on one level and added on another keeps its name, and
// so does one that a rollback brings back: files are compared by their path.
// Files outside of the table's folder (external paths) are never removed, and
// no name out of a manifest leads to a folder.
//
// Source: PAIMON.md 7.5, 7.6, 7.8 to 7.10.
package expire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// Table is a table with all its branches, seen from one of them.
type Table struct {
	Name      string // for messages
	IO        fileio.FileIO
	Dir       string // the table's folder
	Branch    string // whose snapshots, tags and changelogs are meant; "" = main
	Manifests scan.Manifests
	Now       func() time.Time
}

// Result says what went, or in a dry run what would go.
type Result struct {
	Snapshots []int64  // or long-lived changelogs
	Names     []string // tags, branches, partitions
	Files     []File   // removed, besides the files of Snapshots and Names
}

// File is one removed file.
type File struct {
	Path      string // relative to the warehouse
	SizeBytes int64  // 0 where it is not known
}

// Bytes is the size of all files, as far as it is known.
func (r Result) Bytes() int64 {
	var n int64
	for _, f := range r.Files {
		n += f.SizeBytes
	}
	return n
}

// branch is main or one branch of the table.
type branch struct {
	name      string // "" = main
	dir       string
	snapshots *snapshot.Manager
	schema    *schema.Schema // the newest: it names folders
}

const branchPrefix = "branch-"

// BranchDir is the folder of a branch's metadata; the table's own for main.
func BranchDir(dir, name string) string {
	if name == "" {
		return dir
	}
	return fileio.Join(dir, "branch", branchPrefix+name)
}

// BranchNames lists the table's branches without main, and when each folder was
// made.
func BranchNames(ctx context.Context, io fileio.FileIO, dir string) ([]string, []time.Time, error) {
	infos, err := io.List(ctx, fileio.Join(dir, "branch"))
	if err != nil {
		return nil, nil, fmt.Errorf("list branches: %w", err)
	}
	var names []string
	var made []time.Time
	for _, i := range infos {
		name, ok := strings.CutPrefix(path.Base(i.Path), branchPrefix)
		if !ok || !i.IsDir || name == "" {
			continue
		}
		hollow, err := isHollow(ctx, io, i.Path)
		if err != nil {
			return nil, nil, err
		}
		if !hollow {
			names, made = append(names, name), append(made, i.Modified)
		}
	}
	return names, made, nil
}

// isHollow tells a folder that is no branch any more: a hint that was written
// just after the branch was deleted has brought it back, without a schema, a
// snapshot or a tag.
func isHollow(ctx context.Context, io fileio.FileIO, dir string) (bool, error) {
	for folder, prefix := range map[string]string{"schema": "schema-", "snapshot": "snapshot-", "tag": "tag-"} {
		infos, err := io.List(ctx, fileio.Join(dir, folder))
		if err != nil {
			return false, fmt.Errorf("list branches: %w", err)
		}
		if slices.ContainsFunc(infos, func(i fileio.Info) bool { return strings.HasPrefix(path.Base(i.Path), prefix) }) {
			return false, nil
		}
	}
	return true, nil
}

// branches gives main and every branch. A branch without a schema cannot be
// understood, so nothing may be removed beside it.
func (t Table) branches(ctx context.Context) ([]*branch, error) {
	names, _, err := BranchNames(ctx, t.IO, t.Dir)
	if err != nil {
		return nil, err
	}
	all := make([]*branch, 0, len(names)+1)
	for _, name := range append([]string{""}, names...) {
		b, err := t.open(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

func (t Table) open(ctx context.Context, name string) (*branch, error) {
	dir := BranchDir(t.Dir, name)
	s, err := schema.NewManager(t.IO, dir).Latest(ctx)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, problem.New("table.missing_file", "path", fileio.Join(dir, "schema", "schema-0")).Because(fileio.ErrNotExist)
	}
	return &branch{name: name, dir: dir, snapshots: snapshot.NewManager(t.IO, dir), schema: s}, nil
}

// own is the branch that t is about.
func (t Table) own(ctx context.Context) (*branch, error) { return t.open(ctx, t.Branch) }

// classes orders removal: what is named by others goes before what names it.
func class(p string) int {
	name := path.Base(p)
	switch {
	case strings.HasPrefix(name, "manifest-list-"):
		return 3
	case strings.HasPrefix(name, "manifest-"):
		return 2
	case strings.HasPrefix(name, "index-"), strings.HasPrefix(name, "stat-"):
		return 1
	}
	return 0
}

// without gives the candidates that nothing uses, in the order of their removal.
func without(candidates map[string]int64, used map[string]int64) []File {
	var out []File
	for p, size := range candidates {
		if _, ok := used[p]; !ok {
			out = append(out, File{p, size})
		}
	}
	slices.SortFunc(out, func(a, b File) int {
		return cmp.Or(cmp.Compare(class(a.Path), class(b.Path)), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// remove removes files and gives those that are gone. One that cannot be
// removed is left to Orphans; the first reason is told.
func (t Table) remove(ctx context.Context, files []File) ([]File, error) {
	gone := make([]File, 0, len(files))
	var first error
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return gone, errors.Join(first, err)
		}
		if err := t.IO.Remove(ctx, f.Path); err != nil {
			if first == nil {
				first = fmt.Errorf("remove %s: %w", f.Path, err)
			}
			continue
		}
		gone = append(gone, f)
	}
	return gone, first
}
