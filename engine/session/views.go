package session

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"laketop/engine/fileio"
	"laketop/engine/problem"
)

// View is a logical view of the workspace: a query with the dialect and the
// time zone it was written in. Other engines do not see views: Paimon's folder
// catalog has none.
type View struct {
	Database, Name string
	Dialect        string
	TimeZone       string
	Text           string // the query, without CREATE VIEW
}

// Views keeps views as files, one each:
//
//	<db>/<name>.sql
//	-- dialect: spark
//	-- timezone: Asia/Shanghai
//	SELECT ...
//
// The files belong in git, so the header is comments and the text stays as it
// was written.
type Views struct{ files fileio.FileIO }

// NewViews keeps views under the root of files.
func NewViews(files fileio.FileIO) *Views { return &Views{files} }

func (v *Views) path(db, name string) string { return path.Join(db, name+".sql") }

// List names the views of a database, sorted.
func (v *Views) List(ctx context.Context, db string) ([]string, error) {
	infos, err := v.files.List(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("list views of %s: %w", db, err)
	}
	var out []string
	for _, i := range infos {
		if name, ok := strings.CutSuffix(path.Base(i.Path), ".sql"); ok && !i.IsDir {
			out = append(out, name)
		}
	}
	return out, nil
}

// Databases names the databases that hold views.
func (v *Views) Databases(ctx context.Context) ([]string, error) {
	infos, err := v.files.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list the views' databases: %w", err)
	}
	var out []string
	for _, i := range infos {
		if i.IsDir {
			out = append(out, path.Base(i.Path))
		}
	}
	return out, nil
}

// Get reads one view; nil when there is none of that exact name.
func (v *Views) Get(ctx context.Context, db, name string) (*View, error) {
	data, err := v.files.ReadFile(ctx, v.path(db, name))
	if errors.Is(err, fileio.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read view %s.%s: %w", db, name, err)
	}
	out := &View{Database: db, Name: name, Dialect: "spark"}
	text := string(data)
	for {
		line, rest, _ := strings.Cut(text, "\n")
		key, value, ok := strings.Cut(strings.TrimPrefix(line, "-- "), ": ")
		if !ok || !strings.HasPrefix(line, "-- ") {
			break
		}
		switch key {
		case "dialect":
			out.Dialect = strings.TrimSpace(value)
		case "timezone":
			out.TimeZone = strings.TrimSpace(value)
		default:
			out.Text = text
			return out, nil
		}
		text = rest
	}
	out.Text = text
	return out, nil
}

// Put writes a view; an existing one is replaced only if replace says so.
func (v *Views) Put(ctx context.Context, view View, replace bool) error {
	text := "-- dialect: " + view.Dialect + "\n"
	if view.TimeZone != "" {
		text += "-- timezone: " + view.TimeZone + "\n"
	}
	text += strings.TrimSpace(view.Text) + "\n"
	write := v.files.Create
	if replace {
		write = v.files.Overwrite
	}
	err := write(ctx, v.path(view.Database, view.Name), []byte(text))
	if errors.Is(err, fileio.ErrExist) {
		return problem.New("view.exists", "name", view.Database+"."+view.Name)
	}
	return err
}

// Drop removes a view; it says whether there was one.
func (v *Views) Drop(ctx context.Context, db, name string) (bool, error) {
	if _, err := v.files.Stat(ctx, v.path(db, name)); errors.Is(err, fileio.ErrNotExist) {
		return false, nil
	}
	return true, v.files.Remove(ctx, v.path(db, name))
}
