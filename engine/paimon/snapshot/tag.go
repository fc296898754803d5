package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

const tagPrefix = "tag-"

// Tag is a named snapshot that expiry keeps.
type Tag struct {
	Name     string
	Snapshot *Snapshot
	Created  *time.Time     // wall clock without zone, as UTC; nil when not written
	Retained *time.Duration // nil: kept until deleted
}

// tagJSON is what a tag file has beside the snapshot's fields: the creation
// time as Java's LocalDateTime array, the retention as decimal seconds.
type tagJSON struct {
	Created  []int    `json:"tagCreateTime"`
	Retained *float64 `json:"tagTimeRetained"`
}

// TagPath is where tag name lives.
func (m *Manager) TagPath(name string) string { return fileio.Join(m.dir, "tag", tagPrefix+name) }

// Tag reads one tag; a problem that names the tags there are when it is
// missing.
func (m *Manager) Tag(ctx context.Context, name string) (*Tag, error) {
	t, err := m.readTag(ctx, name)
	if err == nil || !errors.Is(err, fileio.ErrNotExist) && !errors.Is(err, fileio.ErrPath) {
		return t, err
	}
	names, listErr := m.tagNames(ctx)
	if listErr != nil {
		return nil, errors.Join(err, listErr)
	}
	return nil, problem.New("table.unknown_tag", "name", name).Suggest(names...).Because(err)
}

// Tags reads every tag, by name.
func (m *Manager) Tags(ctx context.Context) ([]*Tag, error) {
	names, err := m.tagNames(ctx)
	if err != nil {
		return nil, err
	}
	tags := make([]*Tag, 0, len(names))
	for _, name := range names {
		t, err := m.readTag(ctx, name)
		if errors.Is(err, fileio.ErrNotExist) {
			continue // deleted since
		}
		if err != nil {
			return nil, err
		}
		tags = append(tags, t)
	}
	return tags, nil
}

func (m *Manager) readTag(ctx context.Context, name string) (*Tag, error) {
	if strings.ContainsRune(name, '/') {
		return nil, fmt.Errorf("read tag %s: %w", name, fileio.ErrPath)
	}
	p := m.TagPath(name)
	b, err := m.io.ReadFile(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read tag %s: %w", name, err)
	}
	return DecodeTag(p, name, b)
}

// DecodeTag parses the bytes of a tag file; path is for messages.
func DecodeTag(path, name string, b []byte) (*Tag, error) {
	s, err := Decode(path, b)
	if err != nil {
		return nil, err
	}
	t := &Tag{Name: name, Snapshot: s}
	var more tagJSON
	if err := json.Unmarshal(b, &more); err != nil {
		return nil, corrupt(path, err)
	}
	if n := len(more.Created); n >= 5 {
		c := append(slices.Clone(more.Created), 0, 0)
		when := time.Date(c[0], time.Month(c[1]), c[2], c[3], c[4], c[5], c[6], time.UTC)
		t.Created = &when
	}
	if more.Retained != nil {
		d := seconds(*more.Retained)
		t.Retained = &d
	}
	return t, nil
}

func (m *Manager) tagNames(ctx context.Context) ([]string, error) {
	infos, err := m.io.List(ctx, fileio.Join(m.dir, "tag"))
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	var names []string
	for _, i := range infos {
		if name, ok := strings.CutPrefix(i.Path[strings.LastIndexByte(i.Path, '/')+1:], tagPrefix); ok && !i.IsDir {
			names = append(names, name)
		}
	}
	return names, nil
}
