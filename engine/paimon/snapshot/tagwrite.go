package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// maxTagName leaves room for "tag-" and for a temporary name in the 255 bytes
// that disks allow.
const maxTagName = 180

// EncodeTag is the inverse of DecodeTag. Java before 0.8 cannot read the times,
// so they are written only when they are known, as Java does.
func EncodeTag(t *Tag) []byte {
	var more struct {
		*Snapshot
		Created  []int            `json:"tagCreateTime,omitempty"`
		Retained *json.RawMessage `json:"tagTimeRetained,omitempty"`
	}
	more.Snapshot = t.Snapshot
	if c := t.Created; c != nil {
		more.Created = []int{c.Year(), int(c.Month()), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond()}
	}
	if t.Retained != nil {
		seconds := json.RawMessage(fmt.Sprintf("%d.%09d", *t.Retained/time.Second, *t.Retained%time.Second))
		more.Retained = &seconds
	}
	b, err := json.MarshalIndent(more, "", "  ")
	if err != nil {
		panic("encode tag: " + err.Error()) // a struct of strings and integers
	}
	return b
}

// CheckTag refuses a name that a new tag cannot have: what is blank, hidden, too
// long or leads out of its folder.
func CheckTag(name string) error {
	var why problem.Phrase
	switch {
	case strings.TrimSpace(name) == "":
		why = problem.Say("table.empty_name")
	case len(name) > maxTagName:
		name, why = name[:20]+"…", problem.Say("table.long_name", "bytes", strconv.Itoa(maxTagName))
	case strings.TrimSpace(name) != name:
		why = problem.Say("table.blank_around")
	case strings.ContainsAny(name, "/\\\x00\n\r\t*?\"<>|") || fileio.CheckPath(tagPrefix+name) != nil:
		why = problem.Say("table.file_character")
	}
	if why.Code == "" {
		return nil
	}
	return problem.New("table.bad_name", "name", name).With("kind", problem.Say("table.tag")).With("why", why)
}

// CreateTag makes a new tag; a problem when one of that name is there.
//
// A snapshot may expire while its tag is made. So the tag counts only if its
// snapshot is still there afterwards, or an older tag keeps it: expiry removes
// snapshots first and then looks at the tags.
func (m *Manager) CreateTag(ctx context.Context, t *Tag) error {
	if err := CheckTag(t.Name); err != nil {
		return err
	}
	err := m.io.Create(ctx, m.TagPath(t.Name), EncodeTag(t))
	if errors.Is(err, fileio.ErrExist) {
		return problem.New("table.tag_exists", "name", t.Name).Because(err)
	}
	if err != nil {
		return fmt.Errorf("create tag %s: %w", t.Name, err)
	}
	kept, err := m.kept(ctx, t)
	if err != nil || kept {
		return err
	}
	if err := m.RemoveTag(context.WithoutCancel(ctx), t.Name); err != nil {
		return err
	}
	_, err = m.ByID(ctx, t.Snapshot.ID)
	return err
}

// kept tells whether the snapshot that a new tag names was still there when the
// tag was.
func (m *Manager) kept(ctx context.Context, t *Tag) (bool, error) {
	there, err := m.exists(ctx, t.Snapshot.ID)
	if there || err != nil {
		return there, err
	}
	tags, err := m.Tags(ctx)
	for _, other := range tags {
		if other.Name != t.Name && other.Snapshot.Same(t.Snapshot) {
			return true, err
		}
	}
	return false, err
}

// ReplaceTag writes a tag that is there already anew.
func (m *Manager) ReplaceTag(ctx context.Context, t *Tag) error {
	if _, err := m.Tag(ctx, t.Name); err != nil {
		return err
	}
	if err := m.io.Overwrite(ctx, m.TagPath(t.Name), EncodeTag(t)); err != nil {
		return fmt.Errorf("replace tag %s: %w", t.Name, err)
	}
	return nil
}

// RenameTag gives a tag another name.
func (m *Manager) RenameTag(ctx context.Context, from, to string) error {
	if err := CheckTag(to); err != nil {
		return err
	}
	if _, err := m.Tag(ctx, from); err != nil {
		return err
	}
	err := m.io.Rename(ctx, m.TagPath(from), m.TagPath(to))
	if errors.Is(err, fileio.ErrExist) {
		return problem.New("table.tag_exists", "name", to).Because(err)
	}
	if err != nil {
		return fmt.Errorf("rename tag %s: %w", from, err)
	}
	return nil
}

// RemoveTag removes the tag's file alone, see package expire for what only it
// used; a missing tag is no error. It does not come back after a power cut.
func (m *Manager) RemoveTag(ctx context.Context, name string) error {
	gone := fileio.Join(m.dir, "tag", "."+tagPrefix+name+".gone.tmp")
	if err := fileio.CheckPath(m.TagPath(name)); err != nil {
		return fmt.Errorf("remove tag %s: %w", name, err)
	}
	err := m.io.Rename(ctx, m.TagPath(name), gone)
	if errors.Is(err, fileio.ErrExist) { // a removal that did not end
		if err = m.io.Remove(ctx, gone); err == nil {
			err = m.io.Rename(ctx, m.TagPath(name), gone)
		}
	}
	if errors.Is(err, fileio.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = m.io.Remove(ctx, gone)
	}
	if err != nil {
		return fmt.Errorf("remove tag %s: %w", name, err)
	}
	return nil
}

// seconds reads Java's duration: decimal seconds.
func seconds(x float64) time.Duration {
	if math.Abs(x) > float64(math.MaxInt64/int64(time.Second)) {
		return math.MaxInt64
	}
	return time.Duration(x * float64(time.Second))
}
