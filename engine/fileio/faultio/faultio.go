// Package faultio is a FileIO that keeps a journal of what was asked of it,
// fails on request, and can be cloned as a power cut would leave it. Only tests
// use it.
//
//	f := faultio.New(mem.New())
//	f.Fail(faultio.Nth(3, io.EIO))        // the third effect from now
//	f.Fail(faultio.Crash(3))              // and nothing works after it
//	f.Fail(faultio.Lost(3, io.EIO))       // done, but reported as failed
//	f.Journal()                           // "create t/snapshot/snapshot-1\n..."
//	f.PowerCut(ctx, mem.New(), rng)       // what a disk may hold afterwards
//
// Effects are Create, Overwrite, Rename, Remove, Sync and MakeDir; reads are
// ReadFile, Open, Stat and List. Rules see both and count by themselves.
package faultio

import (
	"context"
	"errors"
	"path"
	"strings"
	"sync"

	"laketop/engine/fileio"
)

// ErrCrashed is what every operation returns after the process "died".
var ErrCrashed = errors.New("the process is dead")

// Op is one operation that is about to happen.
type Op struct {
	Name   string // "create", "overwrite", "rename", "remove", "read", "open", "stat", "list", "sync"
	Path   string
	To     string // of a rename
	Effect bool   // changes what is stored
}

// String is the journal's line.
func (o Op) String() string {
	if o.To != "" {
		return o.Name + " " + o.Path + " -> " + o.To
	}
	return o.Name + " " + o.Path
}

// Fault says how an operation fails.
type Fault struct {
	Err  error
	Done bool // the operation happens all the same: an unknown outcome
}

// Rule decides on each operation; nil lets it pass. It is called under a lock,
// one operation at a time, before the operation.
type Rule func(Op) *Fault

// FS wraps a FileIO.
type FS struct {
	inner fileio.FileIO

	mu      sync.Mutex
	rule    Rule
	before  func(Op)
	journal []Op
	old     map[string][]byte // what an overwrite or remove may leave behind after a power cut
}

var _ fileio.FileIO = (*FS)(nil)

// New wraps inner.
func New(inner fileio.FileIO) *FS { return &FS{inner: inner, old: map[string][]byte{}} }

// Fail sets the rule; nil ends it.
func (f *FS) Fail(r Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rule = r
}

// Before sets what is called before each operation, outside of any lock: a
// test lets another writer come in between. nil ends it.
func (f *FS) Before(hook func(Op)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = hook
}

// Journal gives the effects that happened, one a line, and clears them.
func (f *FS) Journal() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b strings.Builder
	for _, op := range f.journal {
		if op.Effect {
			b.WriteString(op.String() + "\n")
		}
	}
	f.journal = nil
	return b.String()
}

// Ops gives every operation that happened, reads included, and clears them.
func (f *FS) Ops() []Op {
	f.mu.Lock()
	defer f.mu.Unlock()
	ops := f.journal
	f.journal = nil
	return ops
}

// do runs one operation under the rule.
func (f *FS) do(op Op, run func() error) error {
	f.mu.Lock()
	hook := f.before
	f.mu.Unlock()
	if hook != nil {
		hook(op)
	}
	f.mu.Lock()
	var fault *Fault
	if f.rule != nil {
		fault = f.rule(op)
	}
	if fault == nil || fault.Done {
		f.journal = append(f.journal, op)
	}
	f.mu.Unlock()
	if fault != nil && !fault.Done {
		return fault.Err
	}
	err := run()
	if fault != nil {
		return errors.Join(fault.Err, err)
	}
	return err
}

// ReadFile implements fileio.FileIO.
func (f *FS) ReadFile(ctx context.Context, p string) (b []byte, err error) {
	err = f.do(Op{Name: "read", Path: p}, func() (e error) { b, e = f.inner.ReadFile(ctx, p); return e })
	return b, err
}

// Open implements fileio.FileIO.
func (f *FS) Open(ctx context.Context, p string) (o fileio.File, err error) {
	err = f.do(Op{Name: "open", Path: p}, func() (e error) { o, e = f.inner.Open(ctx, p); return e })
	return o, err
}

// Stat implements fileio.FileIO.
func (f *FS) Stat(ctx context.Context, p string) (i fileio.Info, err error) {
	err = f.do(Op{Name: "stat", Path: p}, func() (e error) { i, e = f.inner.Stat(ctx, p); return e })
	return i, err
}

// List implements fileio.FileIO.
func (f *FS) List(ctx context.Context, dir string) (l []fileio.Info, err error) {
	err = f.do(Op{Name: "list", Path: dir}, func() (e error) { l, e = f.inner.List(ctx, dir); return e })
	return l, err
}

// Create implements fileio.FileIO.
func (f *FS) Create(ctx context.Context, p string, data []byte) error {
	return f.do(Op{Name: "create", Path: p, Effect: true}, func() error {
		err := f.inner.Create(ctx, p, data)
		if err == nil {
			f.settle(p)
		}
		return err
	})
}

// Overwrite implements fileio.FileIO.
func (f *FS) Overwrite(ctx context.Context, p string, data []byte) error {
	return f.do(Op{Name: "overwrite", Path: p, Effect: true}, func() error {
		before, readErr := f.inner.ReadFile(ctx, p)
		err := f.inner.Overwrite(ctx, p, data)
		if err == nil {
			f.keep(p, before, readErr == nil)
		}
		return err
	})
}

// Rename implements fileio.FileIO.
func (f *FS) Rename(ctx context.Context, from, to string) error {
	return f.do(Op{Name: "rename", Path: from, To: to, Effect: true}, func() error {
		err := f.inner.Rename(ctx, from, to)
		if err == nil {
			f.settle(from)
			f.settle(to)
		}
		return err
	})
}

// Remove implements fileio.FileIO.
func (f *FS) Remove(ctx context.Context, p string) error {
	return f.do(Op{Name: "remove", Path: p, Effect: true}, func() error {
		lost := map[string][]byte{}
		if err := walk(ctx, f.inner, p, func(q string, b []byte) error { lost[q] = b; return nil }); err != nil {
			return err
		}
		if err := f.inner.Remove(ctx, p); err != nil {
			return err
		}
		for q, b := range lost {
			f.keep(q, b, true)
		}
		return nil
	})
}

// Sync makes what happened in the folders of paths durable, as fileio.Local's
// does: files that were removed there do not come back.
func (f *FS) Sync(ctx context.Context, paths ...string) error {
	return f.do(Op{Name: "sync", Path: strings.Join(paths, " "), Effect: true}, func() error {
		if s, ok := f.inner.(interface {
			Sync(ctx context.Context, paths ...string) error
		}); ok {
			if err := s.Sync(ctx, paths...); err != nil {
				return err
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, p := range paths {
			for q := range f.old {
				if path.Dir(q) == path.Dir(p) {
					delete(f.old, q)
				}
			}
		}
		return nil
	})
}

// keep remembers that a power cut may bring old bytes back; nothing was there
// before when existed is false.
func (f *FS) keep(p string, old []byte, existed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.old[p]; known {
		return // the oldest state that the disk may still hold
	}
	if !existed {
		old = nil
	}
	f.old[p] = old
}

// settle forgets old bytes of p and below: the new state is durable.
func (f *FS) settle(p string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for q := range f.old {
		if q == p || strings.HasPrefix(q, p+"/") {
			delete(f.old, q)
		}
	}
}

// walk visits every file at or below p.
func walk(ctx context.Context, io fileio.FileIO, p string, visit func(string, []byte) error) error {
	st, err := io.Stat(ctx, p)
	if errors.Is(err, fileio.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !st.IsDir {
		b, err := io.ReadFile(ctx, p)
		if err != nil {
			return err
		}
		return visit(p, b)
	}
	infos, err := io.List(ctx, p)
	if err != nil {
		return err
	}
	for _, i := range infos {
		if err := walk(ctx, io, i.Path, visit); err != nil {
			return err
		}
	}
	return nil
}
