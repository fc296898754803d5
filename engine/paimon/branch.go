package paimon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/paimon/expire"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
	"laketop/engine/paimon/snapshot"
	"laketop/engine/problem"
)

// branchTagPrefix starts the name of the tag that keeps the moment a branch was
// made from, where no other tag did.
const branchTagPrefix = "branch-"

// mainBranch is the name of the table itself among its branches.
const mainBranch = "main"

// Branch opens a branch of the table; "" or main is the table itself.
func (t *Table) Branch(ctx context.Context, name string) (*Table, error) {
	if name == mainBranch {
		name = ""
	}
	if name == t.id.Branch {
		return t, nil
	}
	id := t.id
	id.Branch = name
	return Load(ctx, t.env, t.dir, id)
}

// noBranch words the end of loading a branch that is not there; it is no missing
// table when the table itself is there.
func (t *Table) noBranch(ctx context.Context, missing error) error {
	last, err := schema.NewManager(t.env.IO, t.dir).LatestID(ctx)
	switch {
	case err != nil:
		return err
	case last < 0:
		return missing
	}
	return t.unknownBranch(ctx, t.id.Branch)
}

// Branches lists the names of the table's branches, without main.
func (t *Table) Branches(ctx context.Context) ([]string, error) {
	names, _, err := expire.BranchNames(ctx, t.env.IO, t.dir)
	return names, err
}

func (t *Table) unknownBranch(ctx context.Context, name string) error {
	names, err := t.Branches(ctx)
	if err != nil {
		return err
	}
	return problem.New("table.unknown_branch", "name", name, "table", t.mainName()).Suggest(problem.Nearest(name, names, 3)...)
}

func (t *Table) mainName() string {
	id := t.id
	id.Branch = ""
	return id.String()
}

func (t *Table) branchDir(name string) string { return expire.BranchDir(t.dir, name) }

// CreateBranch makes a branch: an empty one with the newest schema when the
// moment is the zero one, else one that starts with that moment's snapshot. A
// moment that no tag keeps gets one, "branch-<name>", in the table and in the
// branch: it protects the files that both use.
//
// The branch is built out of sight and appears in one step.
func (t *Table) CreateBranch(ctx context.Context, name string, from scan.Options) error {
	if err := checkBranch(name); err != nil {
		return err
	}
	there, err := t.hasBranch(ctx, name)
	if err != nil {
		return err
	}
	if there {
		return problem.New("table.branch_exists", "name", name, "table", t.mainName())
	}
	hidden := fileio.Join(t.dir, "branch", ".new-"+t.env.Unique())
	err = t.buildBranch(ctx, hidden, name, from)
	if err == nil {
		err = t.env.IO.Rename(ctx, hidden, t.branchDir(name))
	}
	if err == nil {
		return t.stillTagged(ctx, name)
	}
	err = errors.Join(err, t.env.IO.Remove(context.WithoutCancel(ctx), hidden))
	if errors.Is(err, fileio.ErrExist) {
		return problem.New("table.branch_exists", "name", name, "table", t.mainName()).Because(err)
	}
	return fmt.Errorf("create branch %s: %w", name, err)
}

// checkBranch refuses a name that a branch cannot have.
func checkBranch(name string) error {
	var why problem.Phrase
	switch {
	case name == mainBranch || strings.Trim(name, "0123456789") == "":
		why = problem.Say("table.main_or_number")
	case strings.ContainsAny(name, "/\\\x00$\n\r\t*?\"<>|:") || strings.TrimSpace(name) != name || len(name) > 180:
		why = problem.Say("table.no_folder_name")
	}
	if why.Code == "" {
		return nil
	}
	return problem.New("table.bad_name", "name", name).With("kind", problem.Say("table.branch")).With("why", why)
}

func (t *Table) hasBranch(ctx context.Context, name string) (bool, error) {
	names, err := t.Branches(ctx)
	return slices.Contains(names, name), err
}

func (t *Table) buildBranch(ctx context.Context, dir, name string, from scan.Options) error {
	last := t.schema.ID
	if from != (scan.Options{}) {
		tag, err := t.branchTag(ctx, name, from)
		if err != nil {
			return err
		}
		m := snapshot.NewManager(t.env.IO, dir)
		if err := t.env.IO.Create(ctx, m.TagPath(tag.Name), snapshot.EncodeTag(tag)); err != nil {
			return err
		}
		if err := m.Restore(ctx, tag.Snapshot); err != nil {
			return err
		}
		last = tag.Snapshot.SchemaID
	}
	schemas := schema.NewManager(t.env.IO, dir)
	for id := int64(0); id <= last; id++ {
		b, err := t.env.IO.ReadFile(ctx, t.source.Schemas.Path(id))
		if errors.Is(err, fileio.ErrNotExist) && id < last {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.env.IO.Create(ctx, schemas.Path(id), b); err != nil {
			return err
		}
	}
	return nil
}

// branchTag is the tag that keeps a moment for a branch: the one that is named,
// another of the same snapshot, or a new one.
func (t *Table) branchTag(ctx context.Context, name string, from scan.Options) (*snapshot.Tag, error) {
	if from.Tag != "" {
		return t.source.Snapshots.Tag(ctx, from.Tag)
	}
	s, err := t.moment(ctx, from)
	if err != nil {
		return nil, err
	}
	tags, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return nil, err
	}
	for _, tag := range tags {
		if tag.Snapshot.Same(s) && tag.Retained == nil {
			return tag, nil
		}
	}
	return t.CreateTag(ctx, branchTagPrefix+name, scan.Options{Snapshot: s.ID}, nil)
}

// stillTagged makes sure that a new branch was there before its tag went: who
// deletes a tag removes it first and then looks at the branches.
func (t *Table) stillTagged(ctx context.Context, name string) error {
	m := snapshot.NewManager(t.env.IO, t.branchDir(name))
	tags, err := m.Tags(ctx)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		_, err := t.source.Snapshots.Tag(ctx, tag.Name)
		if errors.Is(err, fileio.ErrNotExist) {
			there, existsErr := t.source.Snapshots.Exists(ctx, tag.Snapshot.ID)
			if there || existsErr != nil {
				return existsErr
			}
			return errors.Join(err, t.env.IO.Remove(context.WithoutCancel(ctx), t.branchDir(name)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteBranch deletes a branch and the files that only it used.
func (t *Table) DeleteBranch(ctx context.Context, name string, dryRun bool) (expire.Result, error) {
	there, err := t.hasBranch(ctx, name)
	if err != nil {
		return expire.Result{}, err
	}
	if !there {
		return expire.Result{}, t.unknownBranch(ctx, name)
	}
	for _, option := range []string{schema.OptionFallbackBranch, schema.OptionPrimaryBranch} {
		if t.schema.Text(option, "") == name {
			return expire.Result{}, problem.New("table.branch_in_use", "name", name, "table", t.mainName(), "option", option)
		}
	}
	out, err := t.keeper().DropBranch(ctx, name, t.env.Unique(), dryRun)
	if err != nil {
		return out, err
	}
	more, err := t.DeleteTags(ctx, []string{branchTagPrefix + name}, dryRun)
	out.Files = append(out.Files, more.Files...)
	return out, err
}

// RenameBranch gives a branch another name.
func (t *Table) RenameBranch(ctx context.Context, from, to string) error {
	if err := checkBranch(to); err != nil {
		return err
	}
	there, err := t.hasBranch(ctx, from)
	if err != nil {
		return err
	}
	if !there {
		return t.unknownBranch(ctx, from)
	}
	err = t.env.IO.Rename(ctx, t.branchDir(from), t.branchDir(to))
	if errors.Is(err, fileio.ErrExist) {
		return problem.New("table.branch_exists", "name", to, "table", t.mainName()).Because(err)
	}
	if err != nil {
		return fmt.Errorf("rename branch %s: %w", from, err)
	}
	return nil
}

// FastForward makes main what its branch is: main's snapshots, schemas and tags
// from the branch's first on are replaced by the branch's.
//
// What the branch has beyond main's newest is written first, in order, so main
// becomes the branch by one new file; where the branch is not ahead, main's
// newest go one by one. A stop in between is mended by running it again.
func (t *Table) FastForward(ctx context.Context, name string) (err error) {
	b, newest, err := t.forwardable(ctx, name)
	if err != nil {
		return err
	}
	guard, err := t.guardBranch(ctx, name, newest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.source.Snapshots.RemoveTag(context.WithoutCancel(ctx), guard)) }()
	var copied []int64
	for try := 1; ; try++ {
		err = t.forward(ctx, b, newest.ID, &copied)
		// Another writer committed to main, or the branch's oldest expired.
		if !errors.Is(err, fileio.ErrExist) && !errors.Is(err, fileio.ErrNotExist) || try == returnTries {
			break
		}
	}
	if err = errors.Join(err, t.dropExpired(ctx, b, copied, newest.ID)); err != nil {
		return fmt.Errorf("fast-forward %s to branch %s: %w", t.id, name, err)
	}
	return nil
}

// dropExpired removes from main what the branch forgot while it was copied: a
// snapshot that is still there after its copy was keeps its files, and the
// newest has its guard.
func (t *Table) dropExpired(ctx context.Context, b *Table, ids []int64, newest int64) error {
	if len(ids) == 0 {
		return nil
	}
	first := newest
	for _, id := range ids {
		there, err := b.source.Snapshots.Exists(ctx, id)
		if err != nil {
			return err
		}
		if there {
			first = min(first, id)
		}
	}
	if first == slices.Min(ids) {
		return nil
	}
	return removeBefore(ctx, t.source.Snapshots, first)
}

// guardBranch keeps a branch's newest snapshot while main becomes it, also if
// the branch is deleted: a tag of main that expires by itself if this program
// dies.
func (t *Table) guardBranch(ctx context.Context, branch string, s *snapshot.Snapshot) (string, error) {
	name, err := t.putGuard(ctx, s)
	if err != nil {
		return "", err
	}
	there, err := t.hasBranch(ctx, branch)
	if err == nil && !there { // deleted before the guard was there
		err = t.unknownBranch(ctx, branch)
	}
	if err != nil {
		return "", errors.Join(err, t.source.Snapshots.RemoveTag(context.WithoutCancel(ctx), name))
	}
	return name, nil
}

// forward copies the branch's snapshots up to one and notes what it copied.
func (t *Table) forward(ctx context.Context, b *Table, last int64, copied *[]int64) error {
	m := t.source.Snapshots
	ids, err := b.source.Snapshots.IDs(ctx)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return id > last })
	if len(ids) == 0 {
		return t.unknownBranch(ctx, b.id.Branch) // deleted meanwhile
	}
	first, err := b.source.Snapshots.ByID(ctx, ids[0])
	if err != nil {
		return err
	}
	was, err := m.LatestID(ctx)
	if err != nil {
		return err
	}
	newest, err := b.source.Schemas.LatestID(ctx)
	if err != nil {
		return err
	}
	if newest < first.SchemaID {
		return t.unknownBranch(ctx, b.id.Branch)
	}
	if err := t.takeSchemas(ctx, b, first.SchemaID); err != nil {
		return err
	}
	if err := m.RemoveHint(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(ids, func(x, y int64) int { return aheadFirst(x, y, was) })
	for _, id := range ids {
		if err := t.takeSnapshot(ctx, b, id, id > was); err != nil {
			return err
		}
		*copied = append(*copied, id)
	}
	if err := removeAfter(ctx, m, last); err != nil {
		return err
	}
	if err := removeBeforeHole(ctx, m, first.ID); err != nil {
		return err
	}
	if err := t.dropSchemas(ctx, newest); err != nil {
		return err
	}
	return t.takeTags(ctx, b, first.ID)
}

// removeBeforeHole removes main's own snapshots where the branch's do not follow
// them: ids have no holes. Their tags stay.
func removeBeforeHole(ctx context.Context, m *snapshot.Manager, first int64) error {
	follows, err := m.Exists(ctx, first-1)
	if err != nil || follows {
		return err
	}
	return removeBefore(ctx, m, first)
}

// removeBefore removes the snapshots before one, the oldest first.
func removeBefore(ctx context.Context, m *snapshot.Manager, first int64) error {
	ids, err := m.IDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id >= first {
			break
		}
		if err := m.Remove(ctx, id); err != nil {
			return err
		}
	}
	m.RefreshEarliest(ctx, first)
	return nil
}

// aheadFirst orders the ids beyond one before all others, each ascending.
func aheadFirst(x, y, was int64) int {
	switch ax, ay := x > was, y > was; {
	case ax && !ay:
		return -1
	case ay && !ax:
		return 1
	}
	return cmp.Compare(x, y)
}

// takeSnapshot copies a snapshot of the branch into main, as a new one or in
// place of main's own.
func (t *Table) takeSnapshot(ctx context.Context, b *Table, id int64, isNew bool) error {
	data, err := t.env.IO.ReadFile(ctx, b.source.Snapshots.Path(id))
	if err != nil {
		return err
	}
	if isNew {
		return t.env.IO.Create(ctx, t.source.Snapshots.Path(id), data)
	}
	return t.env.IO.Overwrite(ctx, t.source.Snapshots.Path(id), data)
}

// takeSchemas writes the branch's schemas from id on into main.
func (t *Table) takeSchemas(ctx context.Context, b *Table, from int64) error {
	all, err := b.source.Schemas.All(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID < from {
			continue
		}
		data, err := t.env.IO.ReadFile(ctx, b.source.Schemas.Path(s.ID))
		if err != nil {
			return err
		}
		if err := t.env.IO.Overwrite(ctx, t.source.Schemas.Path(s.ID), data); err != nil {
			return err
		}
	}
	return nil
}

// dropSchemas removes main's schemas beyond the branch's newest.
func (t *Table) dropSchemas(ctx context.Context, newest int64) error {
	last, err := t.source.Schemas.LatestID(ctx)
	if err != nil {
		return err
	}
	for id := last; id > newest; id-- {
		if err := t.env.IO.Remove(ctx, t.source.Schemas.Path(id)); err != nil {
			return err
		}
	}
	return nil
}

// takeTags replaces main's tags from snapshot id on by the branch's.
func (t *Table) takeTags(ctx context.Context, b *Table, from int64) error {
	theirs, err := b.source.Snapshots.Tags(ctx)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, tag := range theirs {
		names[tag.Name] = true
		data, err := t.env.IO.ReadFile(ctx, b.source.Snapshots.TagPath(tag.Name))
		if err != nil {
			return err
		}
		if err := t.env.IO.Overwrite(ctx, t.source.Snapshots.TagPath(tag.Name), data); err != nil {
			return err
		}
	}
	ours, err := t.source.Snapshots.Tags(ctx)
	if err != nil {
		return err
	}
	for _, tag := range ours {
		if tag.Snapshot.ID >= from && !names[tag.Name] {
			if err := t.source.Snapshots.RemoveTag(ctx, tag.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
