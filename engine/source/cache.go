package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"laketop/engine/problem"
)

// body is an object's bytes.
type body = io.ReadCloser

// cache keeps whole objects on this machine:
//
//	<dir>/<hash of uri and version>/<name>          complete
//	<dir>/<hash of uri and version>/<name>.part     what an ended fetch left
//
// The least recently used objects go when the limit is passed; those of the
// running fetch stay.
type cache struct {
	dir        string
	limitBytes int64
	mu         sync.Mutex
}

// tries is how often a broken transfer is taken up again.
const tries = 5

func (c *cache) fetch(ctx context.Context, store Store, bucket, key string, f File, tell func(int64)) (string, error) {
	if c.dir == "" {
		return "", problem.Say("session.no_cache").Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := sha256.Sum256([]byte(f.URI + "\x00" + f.etag + "\x00" + strconv.FormatInt(f.SizeBytes, 10)))
	dir := filepath.Join(c.dir, hex.EncodeToString(sum[:12]))
	final := filepath.Join(dir, path.Base(key))
	if info, err := os.Stat(final); err == nil && info.Size() == f.SizeBytes {
		now := time.Now() //nolint:forbidigo // the time of use orders the eviction, nothing else
		return final, os.Chtimes(final, now, now)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := c.makeRoom(f.SizeBytes, dir); err != nil {
		return "", err
	}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, download(ctx, store, bucket, key, f, final+".part", tell)
	}, backoff.WithMaxTries(tries))
	if err != nil {
		return "", err
	}
	return final, os.Rename(final+".part", final)
}

// download appends to what is there until the object is whole.
func download(ctx context.Context, store Store, bucket, key string, f File, part string, tell func(int64)) error {
	out, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return backoff.Permanent(err)
	}
	defer out.Close()
	info, err := out.Stat()
	if err != nil {
		return backoff.Permanent(err)
	}
	at := info.Size()
	if at > f.SizeBytes {
		return errors.Join(backoff.Permanent(problem.Say("session.object_longer").Err()), os.Remove(part))
	}
	if at < f.SizeBytes {
		in, err := store.Get(ctx, bucket, key, at, f.etag)
		if err != nil {
			return err
		}
		defer in.Close()
		n, err := io.Copy(out, &telling{in, func(n int64) { tell(at + n) }, 0})
		if err != nil {
			return err
		}
		if at+n != f.SizeBytes {
			return problem.Say("session.object_shorter", "bytes", strconv.FormatInt(at+n, 10), "all", strconv.FormatInt(f.SizeBytes, 10)).Err()
		}
	}
	return out.Sync()
}

// telling reports how much has been read.
type telling struct {
	io.Reader
	tell func(int64)
	n    int64
}

// Read implements io.Reader.
func (t *telling) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.n += int64(n)
	t.tell(t.n)
	return n, err
}

// makeRoom removes the least recently used objects until needBytes more fit.
func (c *cache) makeRoom(needBytes int64, keep string) error {
	type entry struct {
		path string
		fs.FileInfo
	}
	var all []entry
	var total int64
	err := filepath.WalkDir(c.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(p) == keep {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		all = append(all, entry{p, info})
		total += info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ModTime().Before(all[j].ModTime()) })
	for _, e := range all {
		if total+needBytes <= c.limitBytes {
			return nil
		}
		if err := os.Remove(e.path); err != nil {
			return err
		}
		total -= e.Size()
	}
	if needBytes > c.limitBytes {
		return problem.Say("session.object_too_large", "bytes", strconv.FormatInt(needBytes, 10), "limit", strconv.FormatInt(c.limitBytes, 10)).Err()
	}
	return nil
}
