// Package local keeps a warehouse in a folder of this machine.
//
// A new file is written beside its place under a hidden name, synced, linked
// to its name (a link never replaces) and its folder synced:
//
//	.<name>.<uuid>.tmp   write, fsync
//	<name>               link: the file appears whole, or ErrExist
//	<folder>             fsync: the name survives a power cut
//
// A crash may leave a hidden temporary file; readers never look at those.
// Every path is resolved inside the root by the operating system (os.Root), so
// a symbolic link that leads out of the root is refused as well.
package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"

	"github.com/google/uuid"

	"laketop/engine/fileio"
)

const (
	fileMode = 0o644
	dirMode  = 0o755
)

// FS is a folder as a fileio.Local. It is safe for concurrent use.
type FS struct {
	root *os.Root
	name string // absolute, as given: DuckDB's allowed folders name it the same way
	sync func(*os.File) error
}

var _ fileio.Local = (*FS)(nil)

// New opens folder root, making it when it is missing.
func New(root string) (*FS, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("open warehouse folder %s: %w", root, err)
	}
	if err := os.MkdirAll(abs, dirMode); err != nil {
		return nil, fmt.Errorf("make warehouse folder: %w", err)
	}
	r, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open warehouse folder: %w", err)
	}
	return &FS{root: r, name: abs, sync: (*os.File).Sync}, nil
}

// Close releases the root folder. Open files stay usable.
func (f *FS) Close() error { return f.root.Close() }

// Root is the absolute path of the folder.
func (f *FS) Root() string { return f.name }

// ReadFile implements fileio.FileIO.
func (f *FS) ReadFile(ctx context.Context, p string) ([]byte, error) {
	if err := check(ctx, p); err != nil {
		return nil, err
	}
	return f.root.ReadFile(inside(p))
}

type file struct {
	*os.File
	size int64
}

// Size implements fileio.File.
func (o *file) Size() int64 { return o.size }

// Open implements fileio.FileIO.
func (f *FS) Open(ctx context.Context, p string) (fileio.File, error) {
	if err := check(ctx, p); err != nil {
		return nil, err
	}
	o, err := f.root.Open(inside(p))
	if err != nil {
		return nil, err
	}
	st, err := o.Stat()
	if err == nil && st.IsDir() {
		err = &fs.PathError{Op: "open", Path: p, Err: errors.New("is a folder")}
	}
	if err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return &file{o, st.Size()}, nil
}

// Stat implements fileio.FileIO.
func (f *FS) Stat(ctx context.Context, p string) (fileio.Info, error) {
	if err := check(ctx, p); err != nil {
		return fileio.Info{}, err
	}
	st, err := f.root.Stat(inside(p))
	if err != nil {
		return fileio.Info{}, missing(err)
	}
	return info(p, st), nil
}

// List implements fileio.FileIO.
func (f *FS) List(ctx context.Context, dir string) ([]fileio.Info, error) {
	if err := check(ctx, dir); err != nil {
		return nil, err
	}
	d, err := f.root.Open(inside(dir))
	if errors.Is(missing(err), fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entries, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	infos := make([]fileio.Info, 0, len(entries))
	for _, e := range entries {
		p := fileio.Join(dir, e.Name())
		st, err := e.Info()
		if err == nil && st.Mode()&fs.ModeSymlink != 0 {
			st, err = f.root.Stat(inside(p)) // a link is what it leads to
			if err != nil {
				continue // dangling, or it leads out of the root
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed since ReadDir
		}
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", dir, err)
		}
		infos = append(infos, info(p, st))
	}
	sort.Slice(infos, func(i, j int) bool { return infos[i].Path < infos[j].Path })
	return infos, nil
}

// Create implements fileio.FileIO.
func (f *FS) Create(ctx context.Context, p string, data []byte) error {
	tmp, err := f.writeTemp(ctx, p, data)
	if err != nil {
		return err
	}
	if err := f.link(tmp, p); err != nil {
		return errors.Join(err, f.root.Remove(inside(tmp)))
	}
	return f.syncDir(path.Dir(p))
}

// link gives tmp the name p without ever replacing a file, and takes the
// temporary name away. Disks without hard links rename exclusively instead.
func (f *FS) link(tmp, p string) error {
	err := f.root.Link(inside(tmp), inside(p))
	switch {
	case err == nil:
		// A temporary name that stays is litter, not a failed write.
		_ = f.root.Remove(inside(tmp))
		return nil
	case errors.Is(err, fs.ErrExist):
		return &fs.PathError{Op: "create", Path: p, Err: fileio.ErrExist}
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, fs.ErrPermission):
		return f.renameExclusive(tmp, p)
	}
	return err
}

// Overwrite implements fileio.FileIO.
func (f *FS) Overwrite(ctx context.Context, p string, data []byte) error {
	tmp, err := f.writeTemp(ctx, p, data)
	if err != nil {
		return err
	}
	if err := f.root.Rename(inside(tmp), inside(p)); err != nil {
		return errors.Join(err, f.root.Remove(inside(tmp)))
	}
	return nil
}

// writeTemp writes and syncs data under a hidden name beside p, and leaves
// nothing behind when it fails.
func (f *FS) writeTemp(ctx context.Context, p string, data []byte) (string, error) {
	if err := check(ctx, p); err != nil {
		return "", err
	}
	if p == "" {
		return "", &fs.PathError{Op: "create", Path: p, Err: fileio.ErrPath}
	}
	tmp := fileio.Join(parent(p), "."+path.Base(p)+"."+uuid.NewString()+".tmp")
	o, err := f.root.OpenFile(inside(tmp), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.MakeDir(ctx, parent(p)); err != nil {
			return "", err
		}
		o, err = f.root.OpenFile(inside(tmp), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	}
	if err != nil {
		return "", err
	}
	_, err = o.Write(data)
	if err == nil {
		err = f.sync(o)
	}
	if err = errors.Join(err, o.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write %s: %w", p, err), f.root.Remove(inside(tmp)))
	}
	return tmp, nil
}

// Rename implements fileio.FileIO.
func (f *FS) Rename(ctx context.Context, from, to string) error {
	if err := check(ctx, from); err != nil {
		return err
	}
	if err := check(ctx, to); err != nil {
		return err
	}
	if from == "" || to == "" {
		return &fs.PathError{Op: "rename", Path: from, Err: fileio.ErrPath}
	}
	if _, err := f.root.Lstat(inside(from)); err != nil {
		return missing(err)
	}
	if err := f.MakeDir(ctx, parent(to)); err != nil {
		return err
	}
	if err := f.renameExclusive(from, to); err != nil {
		return err
	}
	if err := f.syncDir(path.Dir(to)); err != nil {
		return err
	}
	return f.syncDir(path.Dir(from))
}

// renameExclusive moves from to to and fails with ErrExist when to is there.
// The folders are opened inside the root first, so no link leads out of it.
func (f *FS) renameExclusive(from, to string) error {
	a, err := f.root.Open(inside(parent(from)))
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }() // only read
	b, err := f.root.Open(inside(parent(to)))
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }() // only read
	err = renameNoReplace(a, path.Base(from), b, path.Base(to))
	if errors.Is(err, fs.ErrExist) {
		return &fs.PathError{Op: "rename", Path: to, Err: fileio.ErrExist}
	}
	if err != nil {
		return &fs.PathError{Op: "rename", Path: from, Err: err}
	}
	return nil
}

// Remove implements fileio.FileIO.
func (f *FS) Remove(ctx context.Context, p string) error {
	if err := check(ctx, p); err != nil {
		return err
	}
	if p == "" {
		return &fs.PathError{Op: "remove", Path: p, Err: fileio.ErrPath}
	}
	if err := f.root.RemoveAll(inside(p)); err != nil && !errors.Is(missing(err), fs.ErrNotExist) {
		return err
	}
	return nil
}

// LocalPath implements fileio.Local.
func (f *FS) LocalPath(p string) (string, error) {
	if err := fileio.CheckPath(p); err != nil {
		return "", err
	}
	return filepath.Join(f.name, filepath.FromSlash(p)), nil
}

// Sync implements fileio.Local.
func (f *FS) Sync(ctx context.Context, paths ...string) error {
	dirs := map[string]bool{}
	for _, p := range paths {
		if err := check(ctx, p); err != nil {
			return err
		}
		if err := f.syncPath(p); err != nil {
			return err
		}
		dirs[path.Dir(p)] = true
	}
	for d := range dirs {
		if err := f.syncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// MakeDir implements fileio.Local. The name of each folder it makes survives a
// power cut.
func (f *FS) MakeDir(ctx context.Context, dir string) error {
	if err := check(ctx, dir); err != nil {
		return err
	}
	if dir == "" {
		return nil
	}
	err := f.root.Mkdir(inside(dir), dirMode)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.MakeDir(ctx, parent(dir)); err != nil {
			return err
		}
		err = f.root.Mkdir(inside(dir), dirMode)
	}
	if errors.Is(err, fs.ErrExist) {
		st, err := f.root.Stat(inside(dir))
		if err == nil && !st.IsDir() {
			err = &fs.PathError{Op: "mkdir", Path: dir, Err: fileio.ErrExist}
		}
		return err
	}
	if err != nil {
		return err
	}
	return f.syncDir(path.Dir(dir))
}

func (f *FS) syncPath(p string) error {
	o, err := f.root.OpenFile(inside(p), openForSync, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.sync(o), o.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", p, err)
	}
	return nil
}

func check(ctx context.Context, p string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fileio.CheckPath(p)
}

// inside is p as os.Root names it.
func inside(p string) string {
	if p == "" {
		return "."
	}
	return filepath.FromSlash(p)
}

func parent(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

func info(p string, st fs.FileInfo) fileio.Info {
	size := st.Size()
	if st.IsDir() {
		size = 0
	}
	return fileio.Info{Path: p, SizeBytes: size, Modified: st.ModTime(), IsDir: st.IsDir()}
}

// missing turns "a parent is a file" into ErrNotExist: nothing is there.
func missing(err error) error {
	if err != nil && isNotDir(err) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}
