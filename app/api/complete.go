package api

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"laketop/app/api/gen"
	"laketop/engine/dialect"
	"laketop/engine/dialect/fn"
)

// keywords are offered where a name may stand.
var keywords = strings.Fields(`SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING UNION ALL DISTINCT AS AND OR NOT IN
EXISTS BETWEEN LIKE RLIKE IS NULL TRUE FALSE CASE WHEN THEN ELSE END CAST WITH INSERT INTO OVERWRITE VALUES CREATE TABLE VIEW DATABASE IF DROP
REPLACE PARTITIONED DESCRIBE SHOW TABLES DATABASES EXPLAIN SET USE OVER PARTITION ROWS RANGE ASC DESC NULLS FIRST LAST INTERVAL QUALIFY LATERAL EXCEPT`)

// maxCompletions is as many as anybody scrolls through.
const maxCompletions = 200

var (
	wordBefore = regexp.MustCompile("(?:([\\p{L}\\p{N}_$`]+)\\.)?([\\p{L}\\p{N}_$]*)$")
	tableInUse = regexp.MustCompile("(?i)(?:from|join|into|update|table)\\s+([\\p{L}\\p{N}_$.`]+)(?:\\s+(?:as\\s+)?([\\p{L}_][\\p{L}\\p{N}_]*))?")
)

// CompleteSql implements gen.ServerInterface.
func (s *Server) CompleteSql(w http.ResponseWriter, r *http.Request) { //nolint:staticcheck // the contract's name
	s.onDesk(w, r, func(ctx context.Context, d *desk) (any, error) {
		in, err := read[gen.CompleteRequest](r)
		if err != nil {
			return nil, err
		}
		c := completer{desk: d, dialect: string(in.Dialect), text: in.Sql}
		return c.at(ctx, min(max(in.Offset, 0), len(in.Sql)))
	})
}

// completer collects what may follow the cursor.
type completer struct {
	desk    *desk
	dialect string
	text    string
	prefix  string
	out     []gen.Completion
}

func (c *completer) at(ctx context.Context, offset int) ([]gen.Completion, error) {
	m := wordBefore.FindStringSubmatch(c.text[:offset])
	qualifier := strings.Trim(m[1], "`")
	c.prefix = strings.ToLower(m[2])
	c.out = []gen.Completion{}
	tree, err := c.desk.ws.Databases(ctx)
	if err != nil {
		return nil, err
	}
	for _, db := range tree {
		if qualifier == "" {
			c.add(db.Name, gen.CompletionKindDatabase, "")
		}
		for _, t := range db.Tables {
			kind := gen.CompletionKindTable
			if t.View {
				kind = gen.CompletionKindView
			}
			switch {
			case strings.EqualFold(db.Name, qualifier):
				c.add(t.Name, kind, db.Name)
			case qualifier == "":
				c.addAs(db.Name+"."+t.Name, t.Name, kind, db.Name)
			}
		}
	}
	c.columns(ctx, qualifier)
	if qualifier == "" {
		for _, name := range fn.Names(c.dialect) {
			c.addAs(name+"()", name, gen.CompletionKindFunction, "")
		}
		for _, k := range keywords {
			c.add(k, gen.CompletionKindKeyword, "")
		}
	}
	return c.ranked(), nil
}

// columns are those of the tables that the text names, or of the one that the
// qualifier names.
func (c *completer) columns(ctx context.Context, qualifier string) {
	seen := map[string]bool{}
	for _, m := range tableInUse.FindAllStringSubmatch(c.text, -1) {
		name := strings.ReplaceAll(m[1], "`", "")
		parts := strings.Split(name, ".")
		table := parts[len(parts)-1]
		if len(parts) < 2 || seen[name] || qualifier != "" && !strings.EqualFold(qualifier, table) && !strings.EqualFold(qualifier, m[2]) {
			continue
		}
		seen[name] = true
		info, err := c.desk.ws.Table(ctx, parts[len(parts)-2], table)
		if err != nil {
			continue // a name that is not there yet offers nothing
		}
		for _, col := range info.Columns {
			c.add(col.Name, gen.CompletionKindColumn, col.Type)
		}
	}
}

func (c *completer) add(name string, kind gen.CompletionKind, detail string) {
	c.addAs(name, name, kind, detail)
}

func (c *completer) addAs(insert, label string, kind gen.CompletionKind, detail string) {
	if strings.HasPrefix(strings.ToLower(label), c.prefix) {
		c.out = append(c.out, gen.Completion{Label: label, Kind: kind, Insert: insert, Detail: detail})
	}
}

// rank is the order in which kinds are offered.
var rank = map[gen.CompletionKind]int{gen.CompletionKindColumn: 0, gen.CompletionKindTable: 1, gen.CompletionKindView: 1, gen.CompletionKindDatabase: 2, gen.CompletionKindKeyword: 3, gen.CompletionKindFunction: 4}

func (c *completer) ranked() []gen.Completion {
	slices.SortStableFunc(c.out, func(a, b gen.Completion) int {
		if d := rank[a.Kind] - rank[b.Kind]; d != 0 {
			return d
		}
		return strings.Compare(a.Label, b.Label)
	})
	out := slices.CompactFunc(c.out, func(a, b gen.Completion) bool { return a.Label == b.Label && a.Kind == b.Kind })
	return out[:min(len(out), maxCompletions)]
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
