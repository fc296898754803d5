package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"laketop/engine/duck"
	"laketop/engine/problem"
	"laketop/engine/source"
	"laketop/notebooks"
)

// Roles say which column of somebody's events tells what. Who, When and What
// are needed; the others may be "".
type Roles struct {
	Who    string
	When   string
	What   string
	Amount string
	Place  string
	Device string
}

// Inspection is what a data file or glob holds.
type Inspection struct {
	Path    string
	Files   int
	Bytes   int64
	Columns []Column
	Rows    [][]*string
	Guess   Roles
}

// inspectRows is how many rows an inspection shows.
const inspectRows = 20

// Inspect reads the columns and the first rows of parquet or CSV files, in an
// engine of its own that may touch nothing else.
func Inspect(ctx context.Context, path string) (in Inspection, err error) {
	in.Path = path
	format, err := formatOf(path)
	if err != nil {
		return in, err
	}
	files, err := source.New(source.Options{Dir: "/"}).List(ctx, path)
	if err != nil {
		return in, err
	}
	if len(files) == 0 {
		return in, problem.New("source.no_files", "path", path)
	}
	names := make([]string, len(files))
	roots := []string{}
	for i, f := range files {
		names[i] = duck.Literal(f.LocalPath)
		in.Bytes += f.SizeBytes
		if dir := filepath.Dir(f.LocalPath); !slices.Contains(roots, dir) {
			roots = append(roots, dir)
		}
	}
	in.Files = len(files)
	db, err := duck.Open(ctx, duck.Options{MemoryLimitBytes: 512 << 20, Roots: roots})
	if err != nil {
		return in, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := in.read(ctx, db, "read_"+format+"(["+strings.Join(names, ", ")+"])"); err != nil {
		return in, problem.New("source.unreadable", "path", path, "what", firstLine(err)).Because(err)
	}
	in.Guess = guess(in.Columns)
	return in, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// formatOf is parquet or csv, by the name's end; a folder holds parquet.
func formatOf(path string) (string, error) {
	p := strings.TrimSuffix(strings.ToLower(path), ".gz")
	switch {
	case strings.HasSuffix(p, ".parquet") || isDir(path):
		return "parquet", nil
	case strings.HasSuffix(p, ".csv") || strings.HasSuffix(p, ".tsv"):
		return "csv", nil
	}
	return "", problem.New("source.type", "path", path)
}

func (in *Inspection) read(ctx context.Context, db *duck.DB, from string) (err error) {
	conn, err := db.Conn(ctx, duck.Settings{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	r, err := db.Results().Keep(ctx, conn, fmt.Sprintf("SELECT * FROM %s LIMIT %d", from, inspectRows), nil)
	if err != nil {
		return err
	}
	in.Columns = Columns(r.Columns, "spark")
	texts := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		texts[i] = duck.Ident(c.Name) + "::VARCHAR"
		if in.Columns[i].Kind == "binary" {
			texts[i] = "decode(" + duck.Ident(c.Name) + ")"
		}
	}
	from, err = db.Results().SQL(r.ID)
	if err != nil {
		return err
	}
	rows, _, err := conn.Rows(ctx, "SELECT "+strings.Join(texts, ", ")+" FROM "+from)
	if err != nil {
		return err
	}
	for _, row := range rows {
		line := make([]*string, len(row))
		for i, v := range row {
			if v != nil {
				s := fmt.Sprint(v)
				line[i] = &s
			}
		}
		in.Rows = append(in.Rows, line)
	}
	return nil
}

// hints are parts of column names that tell a role, best first.
var hints = []struct {
	role  func(*Roles) *string
	words []string
}{
	{func(r *Roles) *string { return &r.Who }, []string{"user_id", "userid", "uid", "player_id", "player", "customer_id", "account", "member", "user", "customer"}},
	{func(r *Roles) *string { return &r.When }, []string{"event_time", "event_ts", "timestamp", "occurred", "created_at", "datetime", "time", "ts", "date"}},
	{func(r *Roles) *string { return &r.What }, []string{"event_type", "event_name", "event", "action", "activity", "type", "name"}},
	{func(r *Roles) *string { return &r.Amount }, []string{"amount", "revenue", "price", "value", "total", "gmv", "paid"}},
	{func(r *Roles) *string { return &r.Place }, []string{"location", "province", "region", "city", "country", "place"}},
	{func(r *Roles) *string { return &r.Device }, []string{"device_type", "device", "platform", "os", "browser"}},
}

// guess proposes columns by their names; each is used once.
func guess(columns []Column) Roles {
	var out Roles
	used := map[string]bool{}
	for _, h := range hints {
		for _, word := range h.words {
			i := slices.IndexFunc(columns, func(c Column) bool {
				return !used[c.Name] && (strings.EqualFold(c.Name, word) || len(word) > 3 && strings.Contains(strings.ToLower(c.Name), word))
			})
			if i >= 0 {
				*h.role(&out) = columns[i].Name
				used[columns[i].Name] = true
				break
			}
		}
	}
	if out.When == "" {
		i := slices.IndexFunc(columns, func(c Column) bool { return !used[c.Name] && (c.Kind == "timestamp" || c.Kind == "date") })
		if i >= 0 {
			out.When = columns[i].Name
		}
	}
	return out
}

// ImportEvents makes a workspace whose game notebook reads the events of path
// through the named columns. Nothing of the files is copied.
func ImportEvents(ctx context.Context, path, dir string, roles Roles) error {
	in, err := Inspect(ctx, path)
	if err != nil {
		return err
	}
	if err := in.check(roles); err != nil {
		return err
	}
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(notebooks.FS, gameNotebook)
	if err != nil {
		return fmt.Errorf("read the shipped notebook: %w", err)
	}
	text, err := withOwnEvents(data, ods(roles, in.Columns, format, path), systemZone())
	if err != nil {
		return err
	}
	c := Config{Name: filepath.Base(absolute(dir)), TimeZone: systemZone(), Dialect: "spark",
		Catalogs: []CatalogConfig{{Name: "paimon", Warehouse: "warehouse", Aliases: []string{"paimon_catalog"}}}, Sources: []string{rootOf(path)}}
	if err := makeFolder(dir, c); err != nil {
		return err
	}
	if err := WriteFile(filepath.Join(dir, "notebooks", gameNotebook), text); err != nil {
		return err
	}
	return AddShipped(dir)
}

// gameNotebook is the shipped notebook of the game's tables.
const gameNotebook = "game_etl.ipynb"

// rootOf is the folder that a path or glob reads from.
func rootOf(path string) string {
	if i := strings.IndexAny(path, "*?[{"); i >= 0 {
		return filepath.Dir(path[:i] + "x")
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return path
	}
	return filepath.Dir(path)
}

func (in Inspection) check(r Roles) error {
	var names []string
	for _, c := range in.Columns {
		names = append(names, c.Name)
	}
	for _, role := range []struct {
		name   problem.Phrase
		column string
		needed bool
	}{
		{problem.Say("app.role_who"), r.Who, true}, {problem.Say("app.role_when"), r.When, true}, {problem.Say("app.role_what"), r.What, true},
		{problem.Say("app.role_amount"), r.Amount, false}, {problem.Say("app.role_place"), r.Place, false}, {problem.Say("app.role_device"), r.Device, false},
	} {
		if role.column == "" && !role.needed {
			continue
		}
		if !slices.Contains(names, role.column) {
			return problem.New("source.role", "path", in.Path, "column", role.column).With("role", role.name).Suggest(names...)
		}
	}
	return nil
}

// ods is the two cells that select the named columns into the shape of the
// article's raw tables: every column but the player's is text as bytes.
func ods(r Roles, columns []Column, format, path string) map[string]string {
	kind := map[string]string{}
	for _, c := range columns {
		kind[c.Name] = c.Kind
	}
	from := "FROM " + format + ".`" + strings.ReplaceAll(path, "`", "``") + "`"
	bytes := func(column string) string {
		switch {
		case column == "":
			return "CAST(NULL AS BINARY)"
		case kind[column] == "binary":
			return quoted(column)
		}
		return "CAST(CAST(" + quoted(column) + " AS STRING) AS BINARY)"
	}
	who := quoted(r.Who)
	if kind[r.Who] != "integer" && kind[r.Who] != "binary" {
		who = "CAST(CAST(" + who + " AS STRING) AS BINARY)"
	}
	details := "CAST('{}' AS BINARY)"
	if r.Amount != "" {
		amount := quoted(r.Amount)
		if kind[r.Amount] == "binary" {
			amount = "decode(" + amount + ", 'UTF-8')"
		}
		details = "CAST(concat('{\"amount\":', coalesce(CAST(CAST(" + amount + " AS DOUBLE) AS STRING), 'null'), '}') AS BINARY)"
	}
	device := bytes(r.Device)
	if r.Device != "" {
		device = "max(" + device + ")"
	}
	place := bytes(r.Place)
	if r.Place != "" {
		place = "max(" + place + ")"
	}
	nothing := func(names ...string) string {
		var b strings.Builder
		for _, n := range names {
			b.WriteString(",\n       CAST(NULL AS BINARY) AS " + n)
		}
		return b.String()
	}
	return map[string]string{
		"ods_user_event": "DROP TABLE IF EXISTS game_db.ods_user_event;\n\nCREATE TABLE game_db.ods_user_event USING paimon AS\nSELECT " + who + " AS user_id,\n       " +
			bytes(r.What) + " AS event_type,\n       " + bytes(r.When) + " AS `timestamp`,\n       " + details + " AS event_details,\n       " + bytes(r.Place) + " AS location\n" + from,
		"ods_user_profile": "DROP TABLE IF EXISTS game_db.ods_user_profile;\n\nCREATE TABLE game_db.ods_user_profile USING paimon AS\nSELECT user_id, gender, os_version, current_level, device_type, last_login_date, favorite_game_mode,\n       language_preference, active_time, registration_date, total_deaths, game_hours, location, play_frequency\nFROM (\n  SELECT " + who + " AS user_id,\n       " + device + " AS device_type,\n       " + place + " AS location" +
			nothing("gender", "os_version", "current_level", "last_login_date", "favorite_game_mode", "language_preference", "active_time", "registration_date", "total_deaths", "game_hours", "play_frequency") +
			"\n  " + from + "\n  GROUP BY " + who + "\n) AS players",
		"source_files": "SELECT count(*) AS files, sum(bytes) AS bytes, max(modified) AS newest\nFROM files('" + strings.ReplaceAll(path, "'", `\'`) + "')",
		"raw_events":   "SELECT *\n" + from + "\nLIMIT 20",
	}
}

// withOwnEvents puts texts into the notebook's cells of those names, and the
// time zone into its parameter.
func withOwnEvents(data []byte, texts map[string]string, zone string) ([]byte, error) {
	var doc map[string]any
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("read the shipped notebook: %w", err)
	}
	meta, _ := doc["metadata"].(map[string]any)
	own, _ := meta["laketop"].(map[string]any)
	declared, _ := own["parameters"].([]any)
	for _, p := range declared {
		if p, _ := p.(map[string]any); p["name"] == "time_zone" {
			p["default"] = zone
		}
	}
	cells, _ := doc["cells"].([]any)
	for _, c := range cells {
		cell, _ := c.(map[string]any)
		meta, _ := cell["metadata"].(map[string]any)
		own, _ := meta["laketop"].(map[string]any)
		name, _ := own["name"].(string)
		text, ok := texts[name]
		if !ok {
			continue
		}
		var lines []any
		for l := range strings.Lines(text) {
			lines = append(lines, l)
		}
		cell["source"] = lines
		delete(texts, name)
	}
	if len(texts) > 0 {
		return nil, fmt.Errorf("the shipped notebook lacks %d cells for own events", len(texts))
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}
