package faultio

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"

	"laketop/engine/fileio"
)

// Nth fails the n-th effect from now, counted from one, and lets all others
// pass.
func Nth(n int, err error) Rule { return nth(n, Fault{Err: err}) }

// Lost does the n-th effect and reports that it failed.
func Lost(n int, err error) Rule { return nth(n, Fault{Err: err, Done: true}) }

func nth(n int, fault Fault) Rule {
	return func(op Op) *Fault {
		if !op.Effect {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		return &fault
	}
}

// From fails the n-th effect and every one after it: a full disk.
func From(n int, err error) Rule {
	return func(op Op) *Fault {
		if op.Effect {
			n--
		}
		if !op.Effect || n > 0 {
			return nil
		}
		return &Fault{Err: err}
	}
}

// Crash kills the process before the n-th effect: nothing works from there on,
// reads included.
func Crash(n int) Rule { return crash(n, false) }

// CrashAfter kills the process right after the n-th effect.
func CrashAfter(n int) Rule { return crash(n, true) }

func crash(n int, after bool) Rule {
	dead := false
	return func(op Op) *Fault {
		if dead {
			return &Fault{Err: ErrCrashed}
		}
		if !op.Effect {
			return nil
		}
		if n--; n > 0 {
			return nil
		}
		dead = true
		return &Fault{Err: ErrCrashed, Done: after}
	}
}

// NthRead fails the n-th read.
func NthRead(n int, err error) Rule {
	return func(op Op) *Fault {
		if op.Effect {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		return &Fault{Err: err}
	}
}

// On limits a rule to the operations of that name ("" for any) whose path
// contains part.
func On(name, part string, r Rule) Rule {
	return func(op Op) *Fault {
		if name != "" && op.Name != name || !strings.Contains(op.Path, part) {
			return nil
		}
		return r(op)
	}
}

// PowerCut copies to dst what a disk may hold after the power went: all that
// is durable by the contract of fileio, each overwritten file old or new, each
// removed file gone or back, and a hidden temporary file here and there.
func (f *FS) PowerCut(ctx context.Context, dst fileio.FileIO, rng *rand.Rand) error {
	err := walk(ctx, f.inner, "", func(p string, b []byte) error {
		if rng.IntN(20) == 0 {
			dir, name := p[:strings.LastIndexByte(p, '/')+1], p[strings.LastIndexByte(p, '/')+1:]
			if err := dst.Create(ctx, dir+"."+name+".0.tmp", b[:rng.IntN(len(b)+1)]); err != nil {
				return err
			}
		}
		return dst.Create(ctx, p, b)
	})
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for p, b := range f.old {
		if rng.IntN(2) == 0 {
			continue
		}
		if b == nil {
			err = dst.Remove(ctx, p)
		} else {
			err = dst.Overwrite(ctx, p, b)
		}
		if err != nil && !errors.Is(err, fileio.ErrNotExist) {
			return err
		}
	}
	return nil
}
