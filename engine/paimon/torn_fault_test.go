package paimon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/check"
	"laketop/engine/paimon/deletionvector"
	"laketop/engine/paimon/scan"
	"laketop/engine/problem"
	"laketop/engine/soak"
)

// soaking tells that there is time for the long lists.

// answers is what a table says of each of its moments: files and deleted rows,
// changes, tags, branches. What it cannot say is an error.
type answers map[string]answer

type answer struct {
	text string
	err  error
}

// ask has a process that has just started ask all that the table was asked when
// it was whole (nil: find out what there is to ask). That a branch or a tag is
// not listed is an answer too.
func ask(ctx context.Context, io *mem.FS, of answers) answers {
	out := answers{}
	table, err := loadPast(ctx, io, "")
	out["branches"] = answer{err: err}
	if err != nil {
		return fill(out, of, err)
	}
	branches, err := table.Branches(ctx)
	out["branches"] = answer{fmt.Sprint(branches), err}
	for _, b := range append([]string{""}, branches...) {
		if table, err = loadPast(ctx, io, b); err != nil {
			out[b+"@"] = answer{err: err}
			continue
		}
		out.branch(ctx, b, table)
	}
	return fill(out, of, out["branches"].err)
}

// fill says of what was not reached that nothing is known; without an error it is
// missing, which is what a wrong answer looks like.
func fill(out, of answers, err error) answers {
	for question := range of {
		if _, ok := out[question]; ok {
			continue
		}
		why := err
		b, rest, _ := strings.Cut(question, "@")
		if out[b+"@"].err != nil {
			why = out[b+"@"].err
		} else if strings.HasPrefix(rest, "#") && err == nil {
			why = out[b+"@tags"].err
		}
		out[question] = answer{"missing", why}
	}
	return out
}

func loadPast(ctx context.Context, io *mem.FS, branch string) (*paimon.Table, error) {
	return paimon.Load(ctx, openPast(io).env, histDir, paimon.Identifier{Database: "db", Table: "t", Branch: branch})
}

func (a answers) branch(ctx context.Context, b string, table *paimon.Table) {
	latest, err := table.Latest(ctx)
	if err != nil {
		a[b+"@"] = answer{err: err}
		return
	}
	ids, err := table.Snapshots().IDs(ctx)
	a[b+"@"] = answer{fmt.Sprint(latest.ID, ids), err}
	for _, id := range ids {
		a[fmt.Sprintf("%s@%d", b, id)] = planned(ctx, table, scan.Options{Snapshot: id})
	}
	tags, err := table.Snapshots().Tags(ctx)
	a[b+"@tags"] = answer{fmt.Sprint(len(tags)), err}
	for _, tag := range tags {
		a[b+"@#"+tag.Name] = planned(ctx, table, scan.Options{Tag: tag.Name})
	}
	for i := 1; i < len(ids); i++ {
		a[fmt.Sprintf("%s@ changes to %d", b, ids[i])] = told1(ctx, table, ids[i])
	}
}

// planned is which rows of which files a moment has.
func planned(ctx context.Context, table *paimon.Table, at scan.Options) answer {
	plan, err := table.Plan(ctx, at)
	if err != nil {
		return answer{err: err}
	}
	var lines []string
	for _, f := range plan.Files {
		e := &f.Entry.File
		line := fmt.Sprint(f.Path, " ", f.Partition, " ", e.Level, " ", e.SizeBytes, " ", e.RowCount, " ", f.MinKey, f.MaxKey)
		if f.Vector != nil {
			v, err := deletionvector.Read(ctx, table.FileIO(), f.Vector.Path, f.Vector.Offset, f.Vector.Length)
			if err != nil {
				return answer{err: err}
			}
			line += fmt.Sprint(" without ", v.Words(e.RowCount))
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return answer{text: strings.Join(lines, "\n")}
}

// told1 is the files of the changelog of one snapshot.
func told1(ctx context.Context, table *paimon.Table, id int64) answer {
	inc, err := table.Between(ctx, scan.Between{From: fmt.Sprint(id - 1), To: fmt.Sprint(id), Mode: scan.Changelog})
	if err != nil {
		return answer{err: err}
	}
	var names []string
	for _, f := range inc.Files {
		names = append(names, f.Path)
	}
	return answer{text: strings.Join(names, "\n")}
}

// requireTrueOrTold: each answer is as it was, or an error that a person can act
// on. It gives how many were errors.
func requireTrueOrTold(t testing.TB, want, got answers, say string) (errs int) {
	t.Helper()
	for question, w := range want {
		g := got[question]
		if g.err == nil {
			require.Equal(t, w.text, g.text, "%s: %s is answered wrongly", say, question)
			continue
		}
		errs++
		if errors.Is(g.err, deletionvector.ErrFormat) {
			require.ErrorContains(t, g.err, "/index/", "%s: %s", say, question) // the reader words it
			continue
		}
		p, ok := problem.As(g.err)
		require.True(t, ok, "%s: %s: %v", say, question, g.err)
		require.NotContains(t, p.Code, "internal", say)
	}
	return errs
}

// metadata are the files of a table that tell of others, hints left out: those
// nobody trusts.
func metadata(m *mem.FS) (files, hints []string) {
	for _, p := range m.Paths() {
		base := path.Base(p)
		switch {
		case base == "LATEST" || base == "EARLIEST":
			hints = append(hints, p)
		case strings.Contains(p, "/bucket-"), strings.HasSuffix(base, ".tmp"), strings.HasSuffix(base, "lost-0"):
		default:
			files = append(files, p)
		}
	}
	return files, hints
}

// copied is a fresh copy of the history.
func copied(t testing.TB, x told) *mem.FS {
	t.Helper()
	m := mem.New()
	for _, p := range keysOf(x.files) {
		require.NoError(t, m.Create(t.Context(), p, x.files[p]))
	}
	return m
}

// ends are the lengths at which a block of an Avro file ends: what is left is a
// whole file of fewer rows.
func ends(data []byte) (all []int) {
	if !bytes.HasPrefix(data, []byte("Obj\x01")) {
		return nil
	}
	mark := data[len(data)-16:]
	for at := 0; ; {
		i := bytes.Index(data[at:], mark)
		if i < 0 {
			return all[:len(all)-1]
		}
		at += i + len(mark)
		all = append(all, at)
	}
}

// cuts are the lengths that a torn write leaves of a file: each ninth of JSON
// (each one in the long list), else each of whole sectors of 512 bytes and those around the ends
// of Avro's blocks, which are whole files too.
func cuts(data []byte) []int {
	all := map[int]bool{0: true, len(data) - 1: true}
	step := 512
	if len(data) <= 2048 && data[0] == '{' {
		step = 9
	}
	if soak.On() {
		step = 1
	}
	for n := 0; n < len(data); n += step {
		all[n] = true
	}
	for _, n := range ends(data) {
		all[n-1], all[n], all[n+1] = true, true, true
	}
	maps.DeleteFunc(all, func(n int, _ bool) bool { return n >= len(data) })
	return slices.Sorted(maps.Keys(all))
}

// TestTornMetadataOfKeyedTables cuts each file of the metadata of a primary-key
// table with changelogs, deletion vectors, a tag and a branch (FAULTS.md row 7).
// Whatever it is asked then is answered as before or is a problem that says what
// is broken; the check finds it, and who removes orphans takes nothing that the
// whole table names. Hints change nothing.
func TestTornMetadataOfKeyedTables(t *testing.T) {
	x := theHistory(true)
	want := ask(t.Context(), copied(t, x), nil)
	for question, a := range want {
		require.NoError(t, a.err, question)
	}
	m := copied(t, x)
	named := reopened(t, m, x.past).check(t)
	files, hints := metadata(m)
	require.Greater(t, len(files), 20)
	cases, every := 0, 1
	if testing.Short() {
		every = 211
	}
	for _, p := range slices.Concat(files, hints) {
		for _, n := range cuts(x.files[p]) {
			if strings.Contains(p, "/index-manifest-") && slices.Contains(ends(x.files[p]), n) {
				continue // a whole file without rows, which Java writes too: nothing tells its size
			}
			if cases++; cases%every != 0 {
				continue
			}
			say := fmt.Sprintf("%s cut to %d of %d bytes", p, n, len(x.files[p]))
			require.NoError(t, m.Overwrite(t.Context(), p, x.files[p][:n]))
			errs := requireTrueOrTold(t, want, ask(t.Context(), m, want), say)
			if slices.Contains(hints, p) {
				require.Zero(t, errs, say)
			}
			if n%2 == 1 && !soak.On() {
				continue // half of them are looked at more closely
			}
			if named[p] {
				_, found, err := check.Table(t.Context(), m, histDir, "db.t", false)
				require.NoError(t, err)
				require.NotEmpty(t, found, say)
			}
			requireNothingLost(t, m, x, named, p, say)
		}
		require.NoError(t, m.Overwrite(t.Context(), p, x.files[p]))
	}
	t.Logf("%d cases", cases)
}

// requireNothingLost plans the removal of orphans: none of what the whole table
// names is among them, and what cannot be read stops it.
func requireNothingLost(t testing.TB, m *mem.FS, x told, named map[string]bool, torn, say string) {
	t.Helper()
	p := openPast(m)
	*p.clock = *x.past.clock
	table, err := loadPast(t.Context(), m, "")
	if err != nil {
		return
	}
	r, err := table.RemoveOrphans(t.Context(), p.clock.Add(-1), true)
	if err != nil {
		return
	}
	for _, gone := range r.Files {
		require.False(t, named[gone.Path] && gone.Path != torn, "%s: %s would be removed", say, gone.Path)
	}
}

// FuzzKeyedTable changes bytes of the metadata (row 13): there
// is no panic, and memory stays bounded.
func FuzzKeyedTable(f *testing.F) {
	x := theHistory(true)
	files, _ := metadata(x.past.io.(*mem.FS))
	for i := range files {
		if testing.Short() && i%30 != 0 {
			continue
		}
		f.Add(uint16(i), uint16(7*i), []byte{0xff, 0x80}, false)
		f.Add(uint16(i), uint16(300), []byte("{"), true)
	}
	f.Fuzz(func(t *testing.T, file, at uint16, garbage []byte, cut bool) {
		m := copied(t, x)
		p := files[int(file)%len(files)]
		damage(t, m, p, int(at), garbage, cut)
		harmless(t, m, x)
	})
}

// damage puts garbage in a file.
func damage(t testing.TB, m *mem.FS, p string, at int, garbage []byte, cut bool) {
	t.Helper()
	data, err := m.ReadFile(t.Context(), p)
	require.NoError(t, err)
	at %= len(data) + 1
	tail := data[min(len(data), at+len(garbage)):]
	if cut {
		tail = nil
	}
	require.NoError(t, m.Overwrite(t.Context(), p, slices.Concat(data[:at], garbage, tail)))
}

// harmless asks a damaged table everything.
func harmless(t testing.TB, m *mem.FS, x told) {
	t.Helper()
	ask(t.Context(), m, nil)
	_, _, err := check.Table(t.Context(), m, histDir, "db.t", false)
	require.NoError(t, err)
	table, err := loadPast(t.Context(), m, "")
	if err != nil {
		return
	}
	dry := keep(1, 1)
	dry.DryRun = true
	_, _ = table.ExpireSnapshots(t.Context(), dry) // to refuse is well
	_, _ = table.RemoveOrphans(t.Context(), x.past.clock.Add(-1), true)
}
