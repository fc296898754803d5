package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/duck"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// Moment is a snapshot of a table or of one of its branches; the zero one is the
// newest of main.
type Moment struct {
	Branch   string
	Snapshot int64
}

// Diff is how a primary-key table changed from one moment to another.
type Diff struct {
	Rows                       duck.Result // change (+ - ~), the key, then each other column before and after
	Inserted, Updated, Deleted int64
	Keys                       []string
	Columns                    []string // the others, in their order
	Changed                    []int64  // rows whose value of the column differs, only of updated ones
}

// Diff compares two moments of a table by key. Columns that one of them has not
// are left out.
func (w *Workspace) Diff(ctx context.Context, database, name string, from, to Moment) (_ Diff, err error) {
	table, err := w.catalogs[w.primary].Table(ctx, catalog.Identifier{Database: database, Table: name, Branch: to.Branch})
	if err != nil {
		return Diff{}, err
	}
	keys := table.Schema().PrimaryKeys
	if len(keys) == 0 {
		return Diff{}, problem.New("versions.no_key", "name", table.Identifier().String())
	}
	s, err := w.Session(ctx)
	if err != nil {
		return Diff{}, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sides := [2]string{MomentName(database, name, from), MomentName(database, name, to)}
	both, err := w.sharedColumns(ctx, s, sides)
	if err != nil {
		return Diff{}, err
	}
	out := Diff{Keys: keys}
	others := slices.DeleteFunc(both, func(c datatype.Field) bool { return slices.Contains(keys, c.Name) })
	for _, c := range others {
		out.Columns = append(out.Columns, c.Name)
	}
	run := func(text, name string) (duck.Result, error) {
		r, err := s.Run(ctx, session.Request{Dialect: "spark", Text: text, Source: "diff of " + database + "." + table.Identifier().Table, Name: name}, nil)
		if err != nil {
			return duck.Result{}, err
		}
		return *r[len(r)-1].Result, nil
	}
	if out.Rows, err = run(diffSQL(sides, keys, others), "lt_diff"); err != nil {
		return Diff{}, err
	}
	counts := []string{"count(CASE WHEN `change` = '+' THEN 1 END) AS a", "count(CASE WHEN `change` = '~' THEN 1 END) AS b", "count(CASE WHEN `change` = '-' THEN 1 END) AS c"}
	for i, c := range others {
		counts = append(counts, fmt.Sprintf("count(CASE WHEN `change` = '~' AND NOT (%s) THEN 1 END) AS n%d", sameSQL(c.Type, quoted(c.Name+before), quoted(c.Name+after)), i))
	}
	sums, err := run("SELECT "+strings.Join(counts, ", ")+" FROM lt_diff", "")
	if err != nil {
		return Diff{}, err
	}
	rows, err := w.numbers(ctx, s, sums)
	if err != nil {
		return Diff{}, err
	}
	out.Inserted, out.Updated, out.Deleted, out.Changed = rows[0], rows[1], rows[2], rows[3:]
	return out, w.Results().Drop(ctx, sums.ID)
}

// What stands behind a column's name in a diff.
const (
	before = " ←"
	after  = " →"
)

// diffSQL joins both moments by key and keeps what differs.
func diffSQL(sides [2]string, keys []string, others []datatype.Field) string {
	on, list := make([]string, len(keys)), []string{}
	for i, k := range keys {
		q := quoted(k)
		on[i] = "a." + q + " = b." + q
		list = append(list, "coalesce(a."+q+", b."+q+") AS "+q)
	}
	gone, came := "b."+quoted(keys[0])+" IS NULL", "a."+quoted(keys[0])+" IS NULL"
	same := []string{"true"}
	for _, c := range others {
		q := quoted(c.Name)
		same = append(same, sameSQL(c.Type, "a."+q, "b."+q))
		list = append(list, "a."+q+" AS "+quoted(c.Name+before), "b."+q+" AS "+quoted(c.Name+after))
	}
	return fmt.Sprintf("SELECT CASE WHEN %s THEN '+' WHEN %s THEN '-' ELSE '~' END AS `change`, %s FROM (SELECT * FROM %s) a FULL OUTER JOIN (SELECT * FROM %s) b ON %s WHERE %s OR %s OR NOT (%s) ORDER BY %d",
		came, gone, strings.Join(list, ", "), sides[0], sides[1], strings.Join(on, " AND "), came, gone, strings.Join(same, " AND "), 2)
}

// sameSQL tells whether two values of a type are one. Spark compares no maps;
// their JSON tells them apart, also where only the order of the entries differs.
func sameSQL(t datatype.Type, left, right string) string {
	if hasMap(t) {
		left, right = "to_json("+left+")", "to_json("+right+")"
	}
	return left + " <=> " + right
}

func hasMap(t datatype.Type) bool {
	return t.Kind == datatype.Map || t.Kind == datatype.Multiset || t.Elem != nil && hasMap(*t.Elem) ||
		slices.ContainsFunc(t.Fields, func(f datatype.Field) bool { return hasMap(f.Type) })
}

// sharedColumns are the columns that a table has at both moments, by name.
func (w *Workspace) sharedColumns(ctx context.Context, s *session.Session, sides [2]string) ([]datatype.Field, error) {
	var columns [2][]datatype.Field
	for i, side := range sides {
		r, err := s.Run(ctx, session.Request{Dialect: "spark", Text: "SELECT * FROM " + side + " LIMIT 0", Source: "diff"}, nil)
		if err != nil {
			return nil, err
		}
		empty := r[len(r)-1].Result
		columns[i] = empty.Columns
		if err := w.Results().Drop(ctx, empty.ID); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(columns[1]), func(c datatype.Field) bool {
		return !slices.ContainsFunc(columns[0], func(old datatype.Field) bool { return old.Name == c.Name })
	}), nil
}

// numbers reads a result of one row of counts.
func (w *Workspace) numbers(ctx context.Context, s *session.Session, r duck.Result) ([]int64, error) {
	from, err := w.Results().SQL(r.ID)
	if err != nil {
		return nil, err
	}
	rows, _, err := s.Conn().Rows(ctx, "SELECT * FROM "+from)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(rows[0]))
	for i, v := range rows[0] {
		n, ok := v.(int64)
		if !ok {
			return nil, fmt.Errorf("a count is a %T", v)
		}
		out[i] = n
	}
	return out, nil
}

// KeyVersions are the versions of one key in the files of a table, newest first,
// and the row that readers see.
func (w *Workspace) KeyVersions(ctx context.Context, database, name, branch string, key map[string]string) (versions, merged duck.Result, err error) {
	s, err := w.Session(ctx)
	if err != nil {
		return versions, merged, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	versions, err = s.KeyVersions(ctx, catalog.Identifier{Database: database, Table: name, Branch: branch}, key)
	if err != nil {
		return versions, merged, err
	}
	table, err := w.catalogs[w.primary].Table(ctx, catalog.Identifier{Database: database, Table: name, Branch: branch})
	if err != nil {
		return versions, merged, err
	}
	var where []string
	for _, k := range table.Schema().PrimaryKeys {
		f, _ := table.Schema().Field(k)
		where = append(where, fmt.Sprintf("%s = CAST('%s' AS %s)", quoted(k), strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(key[k]), f.Type.Nullable().Spark()))
	}
	r, err := s.Run(ctx, session.Request{Dialect: "spark", Text: "SELECT * FROM " + branchName(database, name, branch) + " WHERE " + strings.Join(where, " AND "), Source: database + "." + name}, nil)
	if err != nil {
		return versions, merged, err
	}
	return versions, *r[len(r)-1].Result, nil
}

// branchName is a table or one of its branches, quoted.
func branchName(database, name, branch string) string {
	if branch != "" {
		name += "$branch_" + branch
	}
	return QuotedName(database, name)
}

// MomentName is a table at a moment, as Spark's FROM takes it.
func MomentName(database, name string, at Moment) string {
	text := branchName(database, name, at.Branch)
	if at.Snapshot > 0 {
		text += fmt.Sprintf(" VERSION AS OF %d", at.Snapshot)
	}
	return text
}
