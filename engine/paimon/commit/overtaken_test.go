package commit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio"
	"laketop/engine/fileio/faultio"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/snapshot"
)

// slow is a writer that rests before it makes its snapshot. The table has the
// file a in snapshot 1; meanwhile happens once, before snapshot 2 is created.
type slow struct {
	*lake
	m       *mem.FS
	f       *faultio.FS
	others  *lake
	request commit.Request
}

func newSlow(t *testing.T, meanwhile func(s *slow)) *slow {
	t.Helper()
	m := mem.New()
	f := faultio.New(m)
	s := &slow{lake: newLake(t, f, true), m: m, f: f}
	s.others = open(m)
	s.make(t, commit.Request{User: "u", Identifier: 1, Added: s.others.in(t, "p", "a")})
	s.request = commit.Request{User: "slow", Identifier: 1, Added: s.others.in(t, "p", "mine")}
	s.f.Before(func(op faultio.Op) {
		if op.Name == "create" && strings.HasSuffix(op.Path, "/snapshot-2") {
			s.f.Before(nil)
			meanwhile(s)
		}
	})
	return s
}

// append commits files of others, a snapshot each.
func (s *slow) append(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		s.others.make(t, commit.Request{User: name, Identifier: 1, Added: s.others.in(t, "p", name)})
	}
}

// expire removes the snapshots up to an id, the oldest first, with the lists that
// the first of them names.
func (s *slow) expire(t *testing.T, last int64) {
	t.Helper()
	for id := int64(1); id <= last; id++ {
		if err := s.others.table.Snapshots.Remove(t.Context(), id); !errors.Is(err, fileio.ErrNotExist) {
			require.NoError(t, err)
		}
	}
}

// there are the ids of the snapshots.
func (s *slow) there(t *testing.T) []int64 {
	t.Helper()
	ids, err := s.others.table.Snapshots.IDs(t.Context())
	require.NoError(t, err)
	return ids
}

// latest is what a reader that follows the hint sees.
func (s *slow) latest(t *testing.T) int64 {
	t.Helper()
	b, err := s.m.ReadFile(t.Context(), tableDir+"/snapshot/LATEST")
	require.NoError(t, err)
	var id int64
	_, err = fmt.Sscan(string(b), &id)
	require.NoError(t, err)
	return id
}

// A commit is so slow that others make its id and more, and that it expires: what
// it created nobody builds on. It is taken back and made again on the newest
// (apache/paimon#3805, #8263).
func TestOvertakenCommitIsMadeAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		others  []string
		expired int64 // up to this one
		left    []int64
	}{
		"its id alone":            {[]string{"b", "c"}, 2, []int64{3, 4}},
		"its id and the next":     {[]string{"b", "c", "d"}, 3, []int64{4, 5}},
		"all but the newest":      {[]string{"b", "c", "d", "e"}, 4, []int64{5, 6}},
		"the parent alone":        {[]string{"b", "c"}, 1, []int64{2, 3, 4}},
		"nothing: the id is lost": {[]string{"b", "c"}, 0, []int64{1, 2, 3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSlow(t, func(s *slow) {
				s.append(t, tc.others...)
				s.expire(t, tc.expired)
			})
			got, err := commit.Commit(t.Context(), s.table, s.request)
			require.NoError(t, err)
			require.Equal(t, tc.left[len(tc.left)-1], got.ID)
			require.Equal(t, tc.left, s.there(t))
			require.Equal(t, got.ID, s.latest(t), "the hint leads nobody to the snapshot that was taken back")
			require.Equal(t, append(append([]string{"a"}, tc.others...), "mine"), s.others.rows(t))
			requireNamed(t, s.others)
		})
	}
}

// The first commit has no parent that tells: it saw an empty table, and others
// made snapshot 1 and more before it did.
func TestOvertakenFirstCommitIsMadeAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		others  []string
		expired int64
		left    []int64
	}{
		"its id alone":       {[]string{"b", "c"}, 1, []int64{2, 3}},
		"all but the newest": {[]string{"b", "c", "d"}, 2, []int64{3, 4}},
		"nothing":            {[]string{"b"}, 0, []int64{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			m := mem.New()
			f := faultio.New(m)
			s := &slow{lake: newLake(t, f, true), m: m, f: f}
			s.others = open(m)
			s.f.Before(func(op faultio.Op) {
				if op.Name == "create" && strings.HasSuffix(op.Path, "/snapshot-1") {
					s.f.Before(nil)
					s.append(t, tc.others...)
					s.expire(t, tc.expired)
				}
			})
			got, err := commit.Commit(t.Context(), s.table, commit.Request{User: "slow", Identifier: 1, Added: s.others.in(t, "p", "mine")})
			require.NoError(t, err)
			require.Equal(t, tc.left[len(tc.left)-1], got.ID)
			require.Equal(t, tc.left, s.there(t))
			require.Equal(t, got.ID, s.latest(t))
			require.Equal(t, append(slices.Clone(tc.others), "mine"), s.others.rows(t))
			requireNamed(t, s.others)
		})
	}
}

// requireNamed: every manifest that a snapshot names is there.
func requireNamed(t *testing.T, l *lake) {
	t.Helper()
	all, err := l.table.Snapshots.All(t.Context())
	require.NoError(t, err)
	for _, s := range all {
		_, err := l.live(t.Context(), s, nil)
		require.NoError(t, err, "snapshot %d", s.ID)
	}
}

// Not every commit whose parent has gone was overtaken: others may have built on
// it already, or it is the newest there is.
func TestCommitThatOnlyLooksOvertaken(t *testing.T) {
	for name, tc := range map[string]struct {
		after func(t *testing.T, s *slow) // between the snapshot and the look whether it was overtaken
		rows  []string
	}{
		"its parent expires at once": {func(t *testing.T, s *slow) { s.expire(t, 1) }, []string{"a", "mine"}},
		"others go on, then its parent expires": {func(t *testing.T, s *slow) {
			s.append(t, "b", "c")
			s.expire(t, 1)
		}, []string{"a", "b", "c", "mine"}},
		"others go on, then it expires itself": {func(t *testing.T, s *slow) {
			s.append(t, "b", "c")
			s.expire(t, 2)
		}, []string{"a", "b", "c", "mine"}},
		"its manifest is merged into another": {func(t *testing.T, s *slow) {
			s.append(t, "b", "c")
			s.others.make(t, commit.Request{User: "m", Identifier: 1, Kind: snapshot.Compact, Manifests: true})
			s.expire(t, 3)
		}, []string{"a", "b", "c", "mine"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSlow(t, func(*slow) {})
			s.f.Before(func(op faultio.Op) {
				if op.Name == "stat" && strings.HasSuffix(op.Path, "/snapshot-1") {
					if ids := s.there(t); ids[len(ids)-1] == 2 {
						s.f.Before(nil)
						tc.after(t, s)
					}
				}
			})
			got, err := commit.Commit(t.Context(), s.table, s.request)
			require.NoError(t, err)
			require.EqualValues(t, 2, got.ID)
			require.Equal(t, tc.rows, s.others.rows(t), "it is there once")
			requireNamed(t, s.others)
		})
	}
}

// A commit that was overtaken conflicts where what it takes away has gone
// meanwhile, and then changes nothing.
func TestOvertakenDeleteIsAConflict(t *testing.T) {
	s := newSlow(t, func(s *slow) {
		s.others.make(t, commit.Request{User: "o", Identifier: 1, Overwrite: &commit.Overwrite{}, Added: s.others.in(t, "p", "b")})
		s.append(t, "c")
		s.expire(t, 2)
	})
	s.request = commit.Request{User: "slow", Identifier: 1, Deleted: s.others.there(t, "a"), Added: s.others.in(t, "p", "a2")}
	_, err := commit.Commit(t.Context(), s.table, s.request)
	requireConflict(t, err, "file a is gone")
	require.Equal(t, []string{"b", "c"}, s.others.rows(t))
	require.Equal(t, []int64{3}, s.there(t))
	require.EqualValues(t, 3, s.latest(t))
}

// The changelog of a snapshot that looked expired may have gone with it: the
// commit is not made again without it, but refused.
func TestOvertakenChangelogIsAConflict(t *testing.T) {
	s := newSlow(t, func(s *slow) {
		s.append(t, "b", "c")
		s.expire(t, 2)
	})
	s.request.Changelog = s.others.in(t, "p", "log")
	_, err := commit.Commit(t.Context(), s.table, s.request)
	requireConflict(t, err, "its changelog may have expired")
	require.Equal(t, []string{"a", "b", "c"}, s.others.rows(t))
	require.Equal(t, []int64{3}, s.there(t))
}

// Where the snapshot cannot be taken back the outcome is in doubt: the next try
// takes it back and goes on, or it is said that nothing is known.
func TestOvertakenCommitThatStays(t *testing.T) {
	for name, tc := range map[string]struct {
		failures int
		rows     []string
		left     []int64
	}{
		"once":   {1, []string{"a", "b", "c", "mine"}, []int64{3, 4}},
		"always": {1 << 30, []string{"a", "b", "c"}, []int64{2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSlow(t, func(s *slow) {
				s.append(t, "b", "c")
				s.expire(t, 2)
			})
			failures := 0
			s.f.Fail(func(op faultio.Op) *faultio.Fault {
				if op.Name != "remove" || !strings.HasSuffix(op.Path, "/snapshot-2") || failures == tc.failures {
					return nil
				}
				failures++
				return &faultio.Fault{Err: errDisk}
			})
			got, err := commit.Commit(t.Context(), s.table, s.request)
			require.Positive(t, failures)
			if tc.failures == 1 {
				require.NoError(t, err)
				require.EqualValues(t, 4, got.ID)
			} else {
				require.ErrorIs(t, err, commit.ErrUnknown)
			}
			require.Equal(t, tc.rows, s.others.rows(t))
			require.Equal(t, tc.left, s.there(t))
			requireNamed(t, s.others)
		})
	}
}

// The snapshot arrives although its creation was said to fail, when its id had
// come and gone: that it is there does not mean that the commit is.
func TestOvertakenCommitOfUnknownOutcome(t *testing.T) {
	s := newSlow(t, func(s *slow) {
		s.append(t, "b", "c")
		s.expire(t, 2)
	})
	rule := faultio.On("create", "/snapshot/snapshot-2", faultio.Lost(1, errDisk))
	s.f.Fail(rule)
	got, err := commit.Commit(t.Context(), s.table, s.request)
	require.NoError(t, err)
	require.EqualValues(t, 4, got.ID)
	require.Equal(t, []string{"a", "b", "c", "mine"}, s.others.rows(t))
	require.Equal(t, []int64{3, 4}, s.there(t))
}
