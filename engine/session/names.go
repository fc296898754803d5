package session

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"laketop/engine/catalog"
	"laketop/engine/problem"
)

// name is a table's or view's full name.
type name struct {
	alias string // of the catalog
	catalog.Identifier
}

func (n name) String() string { return n.Database + "." + n.Table }

// resolve reads a name of one to three parts: [[catalog.]database.]table. One
// quoted part with dots is tried as it is first and then cut at its dots, as
// the seeds write `db.table`. A name without a database is in the given one.
func (s *Session) resolve(parts []string, database string) (name, error) {
	if len(parts) == 1 && strings.Count(parts[0], ".") > 0 {
		parts = strings.Split(parts[0], ".")
	}
	n := name{alias: s.catalog}
	n.Database = database
	switch len(parts) {
	case 1:
	case 2:
		n.Database = parts[0]
	case 3:
		alias, ok := s.aliasOf(parts[0])
		if !ok {
			return n, problem.New("sql.unknown_catalog", "name", parts[0]).Suggest(s.aliases()...)
		}
		n.alias, n.Database = alias, parts[1]
	default:
		return n, problem.New("sql.table_name", "name", strings.Join(parts, "."))
	}
	id, err := catalog.ParseTable(n.Database, parts[len(parts)-1])
	if err != nil {
		return n, err
	}
	n.Identifier = id
	return n, nil
}

func (s *Session) aliasOf(name string) (string, bool) {
	if _, ok := s.cfg.Catalogs[name]; ok {
		return name, true
	}
	for a := range s.cfg.Catalogs {
		if strings.EqualFold(a, name) {
			return a, true
		}
	}
	return "", false
}

func (s *Session) aliases() []string {
	var out []string
	for a := range s.cfg.Catalogs {
		out = append(out, a)
	}
	sort.Strings(out)
	return out
}

func (s *Session) catalogOf(n name) catalog.Catalog { return s.cfg.Catalogs[n.alias] }

// view finds a view by name, exactly or by its only match without regard to
// case; nil when there is none.
func (s *Session) view(ctx context.Context, n name) (*View, error) {
	if s.cfg.Views == nil || s.catalogOf(n) != s.cfg.Catalogs[s.cfg.Default] || n.System != "" || n.Branch != "" {
		return nil, nil
	}
	v, err := s.cfg.Views.Get(ctx, n.Database, n.Table)
	if v != nil || err != nil {
		return v, err
	}
	dbs, err := s.cfg.Views.Databases(ctx)
	if err != nil {
		return nil, err
	}
	var found []*View
	for _, db := range dbs {
		if !strings.EqualFold(db, n.Database) {
			continue
		}
		names, err := s.cfg.Views.List(ctx, db)
		if err != nil {
			return nil, err
		}
		for _, vn := range names {
			if strings.EqualFold(vn, n.Table) {
				v, err := s.cfg.Views.Get(ctx, db, vn)
				if err != nil {
					return nil, err
				}
				found = append(found, v)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	return nil, problem.New("sql.ambiguous_name", "name", n.String(), "a", found[0].Name, "b", found[1].Name)
}

// unknownTable is the error for a name that is neither table nor view, with
// the nearest names there are.
func (s *Session) unknownTable(ctx context.Context, n name) *problem.Error {
	p := problem.New("sql.unknown_table", "name", n.String())
	cat := s.catalogOf(n)
	dbs, err := cat.Databases(ctx)
	if err != nil {
		return p.Because(err)
	}
	var known []string
	for _, db := range dbs {
		tables, err := cat.Tables(ctx, db)
		if err != nil {
			return p.Because(err)
		}
		if s.cfg.Views != nil {
			views, err := s.cfg.Views.List(ctx, db)
			if err != nil {
				return p.Because(err)
			}
			tables = append(tables, views...)
		}
		for _, t := range tables {
			known = append(known, db+"."+t)
		}
	}
	if !slices.ContainsFunc(dbs, func(d string) bool { return strings.EqualFold(d, n.Database) }) {
		p = problem.New("sql.unknown_database", "name", n.Database)
		return p.Suggest(problem.Nearest(n.Database, dbs, 3)...)
	}
	return p.Suggest(problem.Nearest(n.String(), known, 3)...)
}

// missing says whether a catalog's error means that there is no such table.
func missing(err error) bool {
	return errors.Is(err, catalog.ErrNoTable) || errors.Is(err, catalog.ErrNoDatabase)
}
