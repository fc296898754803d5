package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/problem"
)

// maxCompletions is as many as anybody scrolls through.
const maxCompletions = 200

// CompleteSql implements gen.ServerInterface.
func (s *Server) CompleteSql(w http.ResponseWriter, r *http.Request) { //nolint:staticcheck // the contract's name
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.CompleteRequest](r)
		if err != nil {
			return nil, err
		}
		lang, err := dialect.ByName(string(in.Dialect))
		if err != nil {
			return nil, err
		}
		tree, err := d.ws.Databases(ctx)
		if err != nil {
			return nil, fmt.Errorf("names for completion: %w", err)
		}
		found := dialect.Complete(ctx, lang, in.Sql, in.Offset, lakeNames{d.ws, tree})
		out := make([]gen.Completion, min(len(found), maxCompletions))
		for i := range out {
			out[i] = gen.Completion{Label: found[i].Label, Insert: found[i].Insert, Kind: completionKinds[found[i].Kind], Detail: found[i].Detail}
		}
		return out, nil
	})
}

// completionKinds are the engine's in the contract's words.
var completionKinds = map[dialect.CompletionKind]gen.CompletionKind{
	dialect.ColumnCompletion:    gen.CompletionKindColumn,
	dialect.AliasCompletion:     gen.CompletionKindResult,
	dialect.TableCompletion:     gen.CompletionKindTable,
	dialect.ViewCompletion:      gen.CompletionKindView,
	dialect.DatabaseCompletion:  gen.CompletionKindDatabase,
	dialect.ParameterCompletion: gen.CompletionKindParameter,
	dialect.KeywordCompletion:   gen.CompletionKindKeyword,
	dialect.FunctionCompletion:  gen.CompletionKindFunction,
}

// lakeNames are the names of a workspace. Which database is in use is not
// known, for a USE may have run in any cell: a table without one is looked for
// in all.
type lakeNames struct {
	ws   *workspace.Workspace
	tree []workspace.Database
}

// Databases implements dialect.CompletionSource.
func (n lakeNames) Databases(context.Context) ([]string, error) {
	out := make([]string, len(n.tree))
	for i, db := range n.tree {
		out[i] = db.Name
	}
	return out, nil
}

// Tables implements dialect.CompletionSource.
func (n lakeNames) Tables(_ context.Context, database string) ([]dialect.CompletionTable, error) {
	var out []dialect.CompletionTable
	for _, db := range n.tree {
		for _, t := range db.Tables {
			switch {
			case database == "":
				out = append(out, dialect.CompletionTable{Name: t.Name, Database: db.Name, View: t.View})
			case strings.EqualFold(database, db.Name):
				out = append(out, dialect.CompletionTable{Name: t.Name, View: t.View})
			}
		}
	}
	return out, nil
}

// Columns implements dialect.CompletionSource.
func (n lakeNames) Columns(ctx context.Context, parts []string) ([]dialect.Column, error) {
	database, err := n.databaseOf(parts)
	if err != nil {
		return nil, err
	}
	info, err := n.ws.Table(ctx, database, parts[len(parts)-1], "")
	if err != nil {
		return nil, err
	}
	out := make([]dialect.Column, len(info.Columns))
	for i, c := range info.Columns {
		out[i].Name = c.Name
		if info.Schema != nil {
			out[i].Type = info.Schema.Fields[i].Type
		} else if t, err := datatype.ParseSpark(c.Type); err == nil {
			out[i].Type = t
		}
	}
	return out, nil
}

// databaseOf is the one that a name tells, else the first that has the table.
func (n lakeNames) databaseOf(parts []string) (string, error) {
	if len(parts) > 1 {
		return parts[len(parts)-2], nil
	}
	for _, db := range n.tree {
		for _, t := range db.Tables {
			if strings.EqualFold(t.Name, parts[0]) {
				return db.Name, nil
			}
		}
	}
	return "", problem.New("sql.unknown_table", "name", parts[0])
}

// CheckSql implements gen.ServerInterface: every broken statement, without
// looking up names, since a table may be made by a cell that has not run.
func (s *Server) CheckSql(w http.ResponseWriter, r *http.Request) { //nolint:staticcheck // the contract's name
	s.onDesk(w, r, func(_ context.Context, _ *desk) (any, error) {
		in, err := read[gen.QueryRequest](r)
		if err != nil {
			return nil, err
		}
		d, err := dialect.ByName(string(in.Dialect))
		if err != nil {
			return nil, err
		}
		out := []gen.Problem{}
		for _, p := range dialect.Check(d, in.Sql, in.Params) {
			out = append(out, s.problemOf(p))
		}
		return out, nil
	})
}
